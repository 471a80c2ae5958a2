/* user.h: which files are believed, who we become. */
#include "filter/base/guard.h"
#include "unit.h"
#include "filter/base/user.h"
#include "filter/base/users/database.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *home_env, *user_env, *logname_env;

const char *
guard_env(const char *name)
{
	return strcmp(name, "HOME") == 0      ? home_env
	       : strcmp(name, "USER") == 0    ? user_env
	       : strcmp(name, "LOGNAME") == 0 ? logname_env
					      : NULL;
}

/* where a gid_t had 16 bits once, the number of that call is another */
#ifndef SYS_setgroups32
#define SYS_setgroups32 SYS_setgroups
#endif

static bool no_switch;

/* In place of the C library's. */
int
setgroups(size_t n, const gid_t *groups)
{
	errno = EPERM;
	return no_switch ? -1 : (int)syscall(SYS_setgroups32, n, groups);
}

static struct group *group_is; /* NULL: the system's */
static bool no_group;

/* In place of the C library's. */
struct group *
getgrgid(gid_t gid)
{
	static struct group group;
	static char text[16384];
	struct group *got;

	if (no_group)
		return NULL;
	return group_is != NULL                                        ? group_is
	       : getgrgid_r(gid, &group, text, sizeof text, &got) == 0 ? got
								       : NULL;
}

/* A group is one's own where it has the number or name, and nobody else. */
static void
test_own_group(void **state)
{
	const struct passwd *passwd = getpwuid(geteuid());
	char mine[256], theirs[] = "somebody-else";
	char *nobody[] = {NULL}, *me[] = {mine, NULL}, *others[] = {mine, theirs, NULL};
	const struct {
		char *name, **members;
		bool same, other; /* with our number, with another */
	} cases[] = {
		{NULL, NULL, true, false},      {mine, nobody, true, true},
		{mine, NULL, true, true},       {mine, me, true, true},
		{mine, others, false, false},   {theirs, nobody, true, false},
		{theirs, others, false, false},
	};

	(void)state;
	(void)snprintf(mine, sizeof mine, "%s", passwd == NULL ? "" : passwd->pw_name);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct group group = {.gr_name = cases[i].name, .gr_mem = cases[i].members};

		no_group = cases[i].name == NULL;
		group_is = &group;
		if (database_is_own_group(geteuid()) != cases[i].same ||
		    database_is_own_group(geteuid() + 1) != cases[i].other)
			fail_msg("case %zu", i);
	}
	no_group = false;
	group_is = NULL;
}

static int
enter_folder(void **state)
{
	static char folder[] = "/tmp/test_user.XXXXXX";

	*state = folder;
	return mkdtemp(folder) == NULL || chmod(folder, 0755) != 0 || chdir(folder) != 0;
}

static int
leave_folder(void **state)
{
	static const char *const names[] = {"fine",      "link",      "fifo",   "group",
					    "other",     "readonly",  "circle", "link to fifo",
					    "own group", "their link"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		(void)unlink(names[i]);
	(void)rmdir("dir");
	return chdir("/") != 0 || rmdir(*state) != 0;
}

static void
make_file(const char *name, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
test_open(void **state)
{
	const struct {
		const char *name;
		int want;
		const char *why;
	} cases[] = {
		{"fine", 0, NULL},
		{"readonly", 0, NULL},
		{"absent", USER_ABSENT, NULL},
		{"fine/below", USER_ABSENT, NULL},
		{"link", USER_REFUSED, "symbolic link"},
		{"circle", USER_REFUSED, "symbolic link"},
		{"link to fifo", USER_REFUSED, "symbolic link"},
		{"own group", 0, NULL},
		{"fifo", USER_REFUSED, "no regular file"},
		{"dir", USER_REFUSED, "no regular file"},
		{"group", geteuid() == 0 ? USER_REFUSED : 0, NULL},
		{"other", USER_REFUSED, "others can write"},
	};

	(void)state;
	make_file("fine", 0644);
	make_file("readonly", 0400);
	make_file("group", 0660);
	make_file("other", 0602);
	make_file("own group", 0664);
	assert_int_equal(chown("own group", (uid_t)-1, getegid()), 0);
	if (geteuid() == 0)
		assert_int_equal(chown("group", (uid_t)-1, 65534), 0);
	assert_int_equal(symlink("fine", "link"), 0);
	assert_int_equal(symlink("fine", "their link"), 0);
	if (geteuid() == 0)
		assert_int_equal(lchown("their link", 65534, 65534), 0);
	assert_int_equal(symlink("circle", "circle"), 0);
	assert_int_equal(symlink("fifo", "link to fifo"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(mkdir("dir", 0700), 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err err = {""};
		int fd = user_open(cases[i].name, &err);

		if (fd >= 0)
			close(fd);
		if ((fd < 0 ? fd : 0) != cases[i].want ||
		    (cases[i].why != NULL && strstr(err.why, cases[i].why) == NULL))
			fail_msg("%s: got %d (%s)", cases[i].name, fd, err.why);
	}
	static const char *const followed[] = {"fine", "link"}, *const not_followed[] = {
									"circle", "link to fifo",
									"other", "dir"};
	for (size_t i = 0; i < 2; i++) {
		struct err err;
		int fd = user_open_linked(followed[i], &err);

		if (fd < 0)
			fail_msg("%s: %s", followed[i], err.why);
		close(fd);
	}
	for (size_t i = 0; i < 4; i++) {
		struct err err;

		assert_int_equal(user_open_linked(not_followed[i], &err), USER_REFUSED);
	}
	if (geteuid() == 0) { /* its target is ours, who made it is not */
		struct err err;

		assert_int_equal(user_open_linked("their link", &err), USER_REFUSED);
		assert_non_null(strstr(err.why, "symbolic link"));
	}
}

/*
 * Runs user_become() in a child of its own: what it does cannot be undone.
 * Returns the child's exit status.
 */
static int
become(const char *name, bool storing, bool as_nobody, int (*look)(const struct user *user))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct user user;
		struct err err;

		if (as_nobody && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(99);
		if (user_become(&user, name, NULL, storing, &err) != 0)
			_exit(75);
		_exit(look == NULL ? 0 : look(&user));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
is_nobody(const struct user *user)
{
	gid_t groups[4];

	if (setuid(0) == 0 || seteuid(0) == 0 || setgid(0) == 0)
		return 1;
	if (getgroups(4, groups) != 1 || groups[0] != getegid())
		return 2;
	return user->uid == geteuid() && strcmp(user->name, "nobody") == 0 &&
			       user->home[0] == '/' && getuid() != 0
		       ? 0
		       : 3;
}

static void
test_root(void **state)
{
	(void)state;
	if (geteuid() != 0 || getpwnam("nobody") == NULL)
		skip();
	assert_int_equal(become(NULL, true, false, NULL), 75);
	assert_int_equal(become(NULL, false, false, NULL), 0);
	assert_int_equal(become("root", false, false, NULL), 75);
	assert_int_equal(become("nobody", true, false, is_nobody), 0);
	no_switch = true;
	assert_int_equal(become("nobody", true, false, NULL), 75);
	no_switch = false;
	assert_int_equal(become("root", true, true, NULL), 75);
	assert_int_equal(become("nobody", true, true, NULL), 0);
}

static int
has_home(const struct user *user)
{
	return strcmp(user->home, "/some/where") != 0;
}

static int
has_other_home(const struct user *user)
{
	return user->home[0] != '/' && user->home[0] != '\0';
}

/* What the user database says. */
static int
has_entry(const struct user *user)
{
	const struct passwd *passwd = getpwuid(geteuid());

	if (passwd == NULL || passwd->pw_dir[0] != '/')
		return 0;
	return strcmp(user->name, passwd->pw_name) != 0 || strcmp(user->home, passwd->pw_dir) != 0;
}

static int
has_name(const struct user *user)
{
	return strcmp(user->name, "joe") != 0;
}

static int
has_no_name(const struct user *user)
{
	return user->name[0] != '\0';
}

/* What the caller's environment calls us, where that can be a login name. */
static void
test_names(void **state)
{
	static const struct {
		const char *logname, *user;
		int (*look)(const struct user *user);
	} cases[] = {
		{"joe", NULL, has_name},   {"joe", "ann", has_name},
		{NULL, "joe", has_name},   {"j/oe", "joe", has_name},
		{"", "joe", has_name},     {"a b", "joe@example.org", has_no_name},
		{NULL, NULL, has_no_name},
	};

	(void)state;
	home_env = "/some/where";
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		logname_env = cases[i].logname;
		user_env = cases[i].user;
		if (become(NULL, false, false, cases[i].look) != 0)
			fail_msg("case %zu", i);
	}
	home_env = logname_env = user_env = NULL;
}

static void
test_self(void **state)
{
	(void)state;
	assert_int_equal(become("no-such-user-here", true, false, NULL), 75);
	assert_int_equal(become("", true, false, NULL), 75);
	home_env = "/some/where";
	assert_int_equal(become(NULL, false, false, has_home), 0);
	home_env = "relative";
	assert_int_equal(become(NULL, false, false, has_other_home), 0);
	home_env = NULL;
	assert_int_equal(become(NULL, false, false, has_entry), 0);
}

static void
test_path(void **state)
{
	static char longer[USER_PATH_MAX + 10];
	char to[USER_PATH_MAX];
	struct err err;

	(void)state;
	assert_int_equal(user_path("/home/joe", "~/Maildir", to, &err), 0);
	assert_string_equal(to, "/home/joe/Maildir");
	assert_int_equal(user_path("/home/joe", "~", to, &err), 0);
	assert_string_equal(to, "/home/joe");
	assert_int_equal(user_path(NULL, "/x", to, &err), 0);
	assert_string_equal(to, "/x");
	assert_int_equal(user_path(NULL, "~joe/x", to, &err), 0);
	assert_string_equal(to, "~joe/x");
	assert_int_equal(user_path(NULL, "~/x", to, &err), -1);
	assert_int_equal(user_path("", "~/x", to, &err), -1);
	memset(longer, 'a', sizeof longer - 1);
	assert_int_equal(user_path("/h", longer, to, &err), -1);
}

/* Paths that were made of an address. */
static void
test_check_path(void **state)
{
	static const char *const fine[] = {
		"/v/example.org/joe", "~/Maildir", "~/Maildir/", "~", "~/",
		"/v/..joe",           "/v/j.o.e",  "[::1]:24"};
	static const char *const wrong[] = {
		"/v/example.org/../x", "/v/example.org/..", "/v/example.org/.", "/v/./x",
		"/v/example.org/",     "/v//Maildir",       "~/../x/",          "/v/example.org//"};
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
		if (user_check_path("--mailbox", fine[i], &err) != 0)
			fail_msg("%s: %s", fine[i], err.why);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (user_check_path("--mailbox", wrong[i], &err) == 0)
			fail_msg("%s is taken", wrong[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_open, enter_folder, leave_folder),
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_self),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_own_group),
		cmocka_unit_test(test_check_path)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
