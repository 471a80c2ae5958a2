/* lda.h: the argument vector, and what becomes of children of every kind. */
#include "filter/store/lda.h"
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const struct {
	const char *command, *sender, *recipient, *folder;
	const char *want; /* joined by |; NULL: refused */
} cases[] = {
	{"/bin/agent", "a@b", "c@d", "Junk", "/bin/agent|"},
	{"/bin/agent  -x   y ", "a@b", "c@d", "Junk", "/bin/agent|-x|y|"},
	{"/bin/agent %f %s %r %u %h %%", "a@b", "c@d", "My Junk",
	 "/bin/agent|My Junk|a@b|c@d|joe|/home/joe|%|"},
	{"/bin/agent -f%s x%fy", "a", "c", "Junk", "/bin/agent|-fa|xJunky|"},
	{"/bin/agent %s", NULL, "c", NULL, "/bin/agent||"},
	{"/bin/agent %f", NULL, NULL, NULL, "/bin/agent|INBOX|"},
	{"/bin/agent %s %f", "-oops", "c", "-x", "/bin/agent||INBOX|"},
	{"/bin/agent -f=%s -m=%f", "-oops", "c", "-x", "/bin/agent|-f=-oops|-m=-x|"},
	{"/bin/agent %r", "a", "-c", "Junk", NULL},
	{"/bin/agent $(id) `id` ;id", "a", "c", "Junk", "/bin/agent|$(id)|`id`|;id|"},
	{"/bin/agent %s", "$(id)", "c", "Junk", "/bin/agent|$(id)|"},
	{"/usr/lib/dovecot/dovecot-lda", "a@b", "c@d", "Junk",
	 "/usr/lib/dovecot/dovecot-lda|-e|-f|a@b|-a|c@d|-m|Junk|"},
	{"/usr/lib/dovecot/dovecot-lda -d joe", "", "c@d", "INBOX",
	 "/usr/lib/dovecot/dovecot-lda|-d|joe|-e|-f||-a|c@d|"},
	{"/usr/lib/dovecot/dovecot-lda", NULL, NULL, NULL, "/usr/lib/dovecot/dovecot-lda|-e|"},
	{"/usr/lib/dovecot/dovecot-lda -m %f", "a", "c", "Junk",
	 "/usr/lib/dovecot/dovecot-lda|-m|Junk|"},
	{"/usr/lib/dovecot/dovecot-lda", "-a", "c", "-e",
	 "/usr/lib/dovecot/dovecot-lda|-e|-f|-a|-a|c|-m|-e|"},
	{"/usr/lib/dovecot/dovecot-lda", "\"a b\"@x", "\"j\\\"e\"@[::1]", NULL,
	 "/usr/lib/dovecot/dovecot-lda|-e|-f|\"a b\"@x|"},
	{"/usr/lib/dovecot/dovecot-lda", "\"a", "j\xc3\xb6rg@x", NULL,
	 "/usr/lib/dovecot/dovecot-lda|-e|"},
	{"/usr/lib/dovecot/dovecot-lda", "<", "jo e@x", NULL, "/usr/lib/dovecot/dovecot-lda|-e|"},
	{"/usr/lib/dovecot/dovecot-lda", "a@", "joe@", NULL, "/usr/lib/dovecot/dovecot-lda|-e|"},
	{"/usr/lib/dovecot/dovecot-lda", "a..b@x.example", "\"jo e\"", NULL,
	 "/usr/lib/dovecot/dovecot-lda|-e|-f|a..b@x.example|-a|\"jo e\"|"},
	{"", "a", "c", "Junk", NULL},
	{"agent", "a", "c", "Junk", NULL},
	{"bin/agent", "a", "c", "Junk", NULL},
	{"%s", "/bin/agent", "c", "Junk", "/bin/agent|"},
	{"/bin/agent %x", "a", "c", "Junk", NULL},
	{"/bin/agent 100%", "a", "c", "Junk", NULL},
};

static void
test_arguments(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct lda lda = {.command = cases[i].command,
				  .sender = cases[i].sender,
				  .recipient = cases[i].recipient,
				  .folder = cases[i].folder,
				  .home = "/home/joe",
				  .user = "joe"};
		char joined[512] = "";
		size_t n = 0;
		struct err err;
		struct lda_words words;
		int got = lda_arguments(&lda, &words, &err);

		for (size_t k = 0; got == 0 && words.word[k] != NULL; k++)
			n += (size_t)snprintf(joined + n, sizeof joined - n, "%s|", words.word[k]);
		if ((got != 0) != (cases[i].want == NULL))
			fail_msg("%s: %s (%s)", cases[i].command, joined, got != 0 ? err.why : "");
		if (got == 0)
			assert_string_equal(joined, cases[i].want);
	}
}

static void
test_bounds(void **state)
{
	struct lda_words words;
	char many[1000] = "/bin/agent", *longer = malloc(40000);
	struct err err;

	(void)state;
	assert_non_null(longer);
	for (size_t n = strlen(many); n + 2 < 200; n += 2)
		memcpy(many + n, " x", 3);
	assert_int_equal(lda_arguments(&(struct lda){.command = many}, &words, &err), -1);
	memset(longer, 'x', 39999);
	longer[0] = '/';
	longer[39999] = '\0';
	assert_int_equal(lda_arguments(&(struct lda){.command = longer}, &words, &err), -1);
	free(longer);
	assert_true(lda_knows_folders("/usr/lib/dovecot/dovecot-lda -d x"));
	assert_false(lda_knows_folders("/usr/lib/dovecot/dovecot-lda -a %r"));
	assert_true(lda_knows_folders("/bin/agent %f"));
	assert_false(lda_knows_folders("/bin/agent %%f"));
	assert_false(lda_knows_folders("/bin/dovecot-ldab"));
}

static char folder[] = "/tmp/test_lda.XXXXXX";
static char agent[64];

static int
enter(void **state)
{
	static const char script[] =
		"#!/bin/sh\n"
		"case $1 in\n"
		"exit) echo 5.1.1 no such user; exit $2 ;;\n"
		"kill) kill -$2 $$ ;;\n"
		"hang) trap '' TERM; while :; do sleep 10; done ;;\n"
		"term) sleep 60 ;;\n"
		"flood) yes | head -c 300000; exit 3 ;;\n"
		"copy) cat > \"$2\" ;;\n"
		"env) env | grep -Ev '^(PWD|OLDPWD|_|SHLVL)=' | sort > \"$2\" ;;\n"
		"deaf) exec 0<&- 1>&- 2>&-; exit 0 ;;\n"
		"back) sleep 5 & exit 0 ;;\n"
		"esac\n";

	(void)state;
	if (mkdtemp(folder) == NULL)
		return 1;
	(void)snprintf(agent, sizeof agent, "%s/agent", folder);
	int fd = open(agent, O_WRONLY | O_CREAT, 0700);
	if (fd < 0 || write(fd, script, sizeof script - 1) != (ssize_t)sizeof script - 1)
		return 1;
	close(fd);
	return 0;
}

static int
leave(void **state)
{
	char name[128];

	(void)state;
	(void)unlink(agent);
	(void)snprintf(name, sizeof name, "%s/out", folder);
	(void)unlink(name);
	return rmdir(folder);
}

static int
run(const char *arguments, double limit, struct err *err)
{
	char command[256];
	struct lda lda = {.command = command, .home = "/home/joe", .user = "joe", .limit = limit};
	int message = open(agent, O_RDONLY);

	(void)snprintf(command, sizeof command, "%s %s", agent, arguments);
	assert_true(message >= 0);
	/* it is read from its beginning all the same */
	assert_int_equal(lseek(message, 5, SEEK_SET), 5);
	int got = lda_run(&lda, message, err);
	close(message);
	return got;
}

static void
test_statuses(void **state)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGKILL, SIGSEGV, SIGTERM, SIGPIPE};
	char arguments[32];
	struct err err;

	(void)state;
	for (int status = 0; status < 256; status++) {
		(void)snprintf(arguments, sizeof arguments, "exit %d", status);
		assert_int_equal(run(arguments, 60, &err), status == 0 ? 0 : -1);
		if (status != 0)
			assert_true(strstr(err.why, "5.1.1") != NULL &&
				    strncmp(err.why, "lda: ", 5) == 0);
	}
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		(void)snprintf(arguments, sizeof arguments, "kill %d", signals[i]);
		assert_int_equal(run(arguments, 60, &err), -1);
		assert_non_null(strstr(err.why, "signal"));
	}
	assert_int_equal(run("flood", 60, &err), -1);
	assert_int_equal(run("deaf", 60, &err), 0);
	assert_int_equal(lda_run(&(struct lda){.command = "/no/such/agent", .limit = 60},
				 STDIN_FILENO, &err),
			 -1);
	sigset_t mask;
	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &mask), 0);
	assert_false(sigismember(&mask, SIGCHLD));
}

static void
test_limits(void **state)
{
	struct timespec from, to;
	struct err err;

	(void)state;
	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(run("term", 0.2, &err), -1);
	assert_non_null(strstr(err.why, "did not end"));
	assert_int_equal(run("back", 60, &err), 0);
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true(to.tv_sec - from.tv_sec < 40); /* of 60 */
	assert_int_equal(run("hang", 0.2, &err), -1);
}

static void
assert_out(const char *name, const char *want)
{
	char text[4096];
	int fd = open(name, O_RDONLY);

	assert_true(fd >= 0);
	ssize_t n = read(fd, text, sizeof text);
	close(fd);
	assert_true(n > 0);
	assert_true((size_t)n >= strlen(want));
	assert_memory_equal(text, want, strlen(want));
	assert_true(want[0] == '#' || (size_t)n == strlen(want));
}

static void
test_child(void **state)
{
	char arguments[128], out[100];
	struct err err;

	(void)state;
	assert_int_equal(setenv("LD_PRELOAD_NOT", "x", 1), 0);
	(void)snprintf(out, sizeof out, "%s/out", folder);
	(void)snprintf(arguments, sizeof arguments, "copy %s", out);
	assert_int_equal(run(arguments, 60, &err), 0);
	assert_out(out, "#!/bin/sh\ncase $1 in\n");
	(void)snprintf(arguments, sizeof arguments, "env %s", out);
	assert_int_equal(run(arguments, 60, &err), 0);
	assert_out(out, "HOME=/home/joe\nLOGNAME=joe\nPATH=/usr/local/bin:/usr/bin:/bin\nSHELL=/"
			"bin/sh\nUSER=joe\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments), cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_statuses), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_child)};

	return cmocka_run_group_tests(tests, enter, leave);
}
