#include "filter/base/user.h"
#include "filter/base/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
	errno = 0;
	const struct passwd *passwd = getpwnam(name);

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

int
user_become(struct user *user, const char *name, bool storing, struct err *err)
{
	*user = (struct user){.uid = geteuid()};
	if (getuid() != geteuid() || getgid() != getegid())
		return err_set(err, "installed set-user-id or set-group-id; start it as the user, "
				    "or as root with -d USER");
	if (name != NULL)
		return become_other(user, name, err);
	if (storing && user->uid == 0)
		return err_set(
			err,
			"mail is never delivered as root; start it as the user, or with -d USER");
	const char *home = guard_env("HOME");
	bool known = home != NULL && home[0] == '/';
	/*
	 * A user database may be far away: a filter that was told its home need
	 * not ask.
	 */
	const struct passwd *passwd = known && !storing ? NULL : getpwuid(user->uid);
	if (passwd != NULL)
		fill(user, passwd);
	if (known)
		copy_whole(user->home, sizeof user->home, home);
	return 0;
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
	int n = snprintf(to, USER_PATH_MAX, "%s%s", tilde ? home : "", tilde ? path + 1 : path);
	if (n < 0 || n >= USER_PATH_MAX)
		return err_set(err, "%.300s...: the path is too long; expected at most %d bytes",
			       path, USER_PATH_MAX - 1);
	return 0;
}

int
user_open(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
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
	else if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		why = "others can write it; expected a file that only the user can write (chmod "
		      "go-w)";
	if (why == NULL)
		return fd;
	(void)err_set(err, "%.300s: ignored: %s", path, why);
	(void)close(fd);
	return USER_REFUSED;
}
