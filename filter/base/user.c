#include "filter/base/user.h"
#include "filter/base/guard.h"
#include "filter/base/users/database.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/*
 * Copies text where it fits; "" where it does not: a cut name or path is
 * another one.
 */
static void
copy_whole(char *to, size_t size, const char *text)
{
	size_t n = strlen(text);

	to[0] = '\0';
	if (n < size)
		memcpy(to, text, n + 1);
}

/*
 * What the user database knows. A user without an entry (virtual users share an
 * uid) is one without a name.
 */
static void
fill(struct user *user, const struct passwd *passwd)
{
	user->uid = passwd->pw_uid;
	copy_whole(user->name, sizeof user->name, passwd->pw_name);
	if (passwd->pw_dir != NULL && passwd->pw_dir[0] == '/')
		copy_whole(user->home, sizeof user->home, passwd->pw_dir);
}

/*
 * Gives up root. Every call is checked, and then whether root can be had again.
 */
static int
switch_to(const struct passwd *passwd, struct err *err)
{
	gid_t gid = passwd->pw_gid;
	uid_t uid = passwd->pw_uid, ids[3];
	gid_t gids[3];

	if (setgroups(1, &gid) != 0 || setresgid(gid, gid, gid) != 0 ||
	    setresuid(uid, uid, uid) != 0)
		return err_set(err, "-d %s: cannot become this user: %s", passwd->pw_name,
			       strerror(errno));
	if (getresuid(&ids[0], &ids[1], &ids[2]) != 0 ||
	    getresgid(&gids[0], &gids[1], &gids[2]) != 0)
		return err_set(err, "-d %s: cannot tell who we are: %s", passwd->pw_name,
			       strerror(errno));
	for (int i = 0; i < 3; i++)
		if (ids[i] != uid || gids[i] != gid)
			return err_set(err, "-d %s: the change of user did not take effect",
				       passwd->pw_name);
	if (setuid(0) == 0)
		return err_set(err, "-d %s: root was not given up for good", passwd->pw_name);
	return 0;
}

static int
become_other(struct user *user, const char *name, struct err *err)
{
	const struct passwd *passwd = database_ask(name);

	if (passwd == NULL)
		return err_set(err, "-d %s: %s", name,
			       errno != 0 && errno != ENOENT && errno != ESRCH
				       ? strerror(errno)
				       : "there is no such user");
	if (passwd->pw_uid == 0)
		return err_set(err,
			       "-d %s: mail is never delivered as root; name another user (an "
			       "alias for root does that)",
			       name);
	if (geteuid() == 0) {
		if (switch_to(passwd, err) != 0)
			return -1;
	} else if (passwd->pw_uid != geteuid()) {
		return err_set(err, "-d %s: only root can deliver for another user", name);
	}
	fill(user, passwd);
	return 0;
}

/*
 * A login name as the caller's environment has it; root's is left from before.
 */
static void
believe_name(struct user *user)
{
	static const char *const names[] = {"LOGNAME", "USER"};

	for (size_t i = 0; i < 2 && user->name[0] == '\0'; i++) {
		const char *name = guard_env(names[i]);

		if (name != NULL && name[strcspn(name, "/ \t\r\n@:")] == '\0' &&
		    (strcmp(name, "root") != 0 || user->uid == 0))
			copy_whole(user->name, sizeof user->name, name);
	}
}

void
user_leave_folder(const struct user *user)
{
	if (!user->from_root)
		return;
	if ((user->home[0] == '\0' || chdir(user->home) != 0) && chdir("/") != 0)
		return; /* we stay where we are: mail first */
}

void
user_find_name(struct user *user)
{
	if (user->name[0] != '\0' || user->asked)
		return;
	const struct passwd *passwd = database_ask(NULL);
	user->asked = true;
	if (passwd != NULL)
		copy_whole(user->name, sizeof user->name, passwd->pw_name);
}

int
user_become(struct user *user, const char *name, const char *home, bool storing, struct err *err)
{
	user->uid = geteuid();
	user->from_root = user->uid == 0;
	user->name[0] = user->home[0] = '\0';
	user->home_given = user->asked = false;
	if (getuid() != geteuid() || getgid() != getegid())
		return err_set(err, "installed set-user-id or set-group-id; start it as the user, "
				    "or as root with -d USER");
	if (name != NULL)
		return become_other(user, name, err);
	if (storing && user->uid == 0)
		return err_set(
			err,
			"mail is never delivered as root; start it as the user, or with -d USER");
	if (home == NULL)
		home = guard_env("HOME");
	if (home != NULL && home[0] == '/') {
		copy_whole(user->home, sizeof user->home, home);
		believe_name(user);
		return 0;
	}
	const struct passwd *passwd = database_ask(NULL);
	user->asked = true;
	if (passwd != NULL)
		fill(user, passwd);
	return 0;
}

/*
 * "Maildir/" is how many write a Maildir; any other slash at the end, or two of
 * them, stands before a name that turned out empty.
 */
static bool
has_empty_part(const char *path)
{
	static const char literal[] = "maildir/";
	size_t n = strlen(path), most = sizeof literal - 1;

	if (strstr(path, "//") != NULL)
		return true;
	if (n < 2 || path[n - 1] != '/' || strcmp(path, "~/") == 0)
		return false;
	return n < most || strcasecmp(path + n - most, literal) != 0;
}

int
user_check_path(const char *option, const char *path, struct err *err)
{
	for (const char *p = path; *p != '\0'; p += strspn(p, "/")) {
		size_t n = strcspn(p, "/");

		if (n == 1 || n == 2)
			if (memcmp(p, "..", n) == 0)
				return err_set(err,
					       "%s %.300s: a path with \".\" or \"..\" in it may "
					       "lead anywhere; expected the folder itself",
					       option, path);
		p += n;
	}
	if (has_empty_part(path))
		return err_set(err,
			       "%s %.300s: a part of the path is empty, as where a recipient has "
			       "no local part; expected the folder itself",
			       option, path);
	return 0;
}

int
user_set_home(struct user *user, const char *home, struct err *err)
{
	if (home[0] != '/' || strlen(home) >= sizeof user->home)
		return err_set(err, "--home %.300s: expected an absolute path of at most %zu bytes",
			       home, sizeof user->home - 1);
	if (user_check_path("--home", home, err) != 0)
		return -1;
	copy_whole(user->home, sizeof user->home, home);
	user->home_given = true;
	return 0;
}

int
user_path(const char *home, const char *path, char to[USER_PATH_MAX], struct err *err)
{
	bool tilde = path[0] == '~' && (path[1] == '/' || path[1] == '\0');

	if (tilde && (home == NULL || home[0] == '\0'))
		return err_set(err,
			       "%.300s: the home directory is not known; expected HOME, an entry "
			       "in the user database, or an absolute path",
			       path);
	size_t prefix = tilde ? strlen(home) : 0, n = strlen(path + tilde);
	if (prefix + n >= USER_PATH_MAX)
		return err_set(err, "%.300s...: the path is too long; expected at most %d bytes",
			       path, USER_PATH_MAX - 1);
	if (prefix > 0)
		memcpy(to, home, prefix);
	memcpy(to + prefix, path + tilde, n + 1);
	return 0;
}

/*
 * Follows a symbolic link that the user, or root, made: ManageSieve servers
 * keep the active script as one. -1 and errno.
 */
static int
open_linked(const char *path)
{
	int fd = open(path, FILE_FLAGS | O_NOFOLLOW);
	struct stat st;

	if (fd >= 0 || errno != ELOOP || lstat(path, &st) != 0)
		return fd;
	errno = ELOOP;
	return st.st_uid == geteuid() || st.st_uid == 0 ? open(path, FILE_FLAGS) : -1;
}

/* Is the file on fd (-1: errno says why not) one that we may obey? */
static int
believe_file(int fd, const char *path, struct err *err)
{
	struct stat st;
	const char *why = NULL;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return USER_ABSENT;
	if (fd < 0) {
		(void)err_set(err, "%.300s: ignored: %s", path,
			      errno == ELOOP ? "it is a symbolic link; expected a file"
					     : strerror(errno));
		return USER_REFUSED;
	}
	if (fstat(fd, &st) != 0)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "it is no regular file";
	else if (st.st_uid != geteuid())
		why = "it belongs to somebody else; expected the user's own file (chown)";
	else if ((st.st_mode & S_IWOTH) != 0 ||
		 ((st.st_mode & S_IWGRP) != 0 &&
		  (st.st_gid != getegid() || !database_is_own_group(st.st_gid))))
		why = "others can write it; expected a file that only the user can write (chmod "
		      "go-w)";
	if (why == NULL)
		return fd;
	(void)err_set(err, "%.300s: ignored: %s", path, why);
	(void)close(fd);
	return USER_REFUSED;
}

int
user_open(const char *path, struct err *err)
{
	return believe_file(open(path, FILE_FLAGS | O_NOFOLLOW), path, err);
}

int
user_open_linked(const char *path, struct err *err)
{
	return believe_file(open_linked(path), path, err);
}
