/* doctor.h: what it says about the mailbox, the sandbox and the rules. */
#include "filter/commands/doctor/doctor.h"
#include "place.h"

static char said[65536];

/*
 * Standard output goes to a file while the doctor speaks: ours is read by the
 * test harness.
 */
static int
talk_begin(int *keep)
{
	FILE *to = tmpfile();

	assert_non_null(to);
	(void)fflush(stdout);
	*keep = dup(STDOUT_FILENO);
	int fd = dup(fileno(to));
	assert_true(dup2(fd, STDOUT_FILENO) >= 0);
	(void)fclose(to);
	return fd;
}

/* Where a line is wrapped depends on the length of paths. */
static void
unwrap(char *text)
{
	char *to = text;

	for (const char *at = text; *at != '\0'; at++) {
		char c = *at == '\n' ? ' ' : *at;
		if (c != ' ' || to == text || to[-1] != ' ')
			*to++ = c;
	}
	*to = '\0';
}

static void
talk_end(int fd, int keep)
{
	(void)fflush(stdout);
	assert_true(dup2(keep, STDOUT_FILENO) >= 0);
	(void)close(keep);
	ssize_t n = pread(fd, said, sizeof said - 1, 0);
	said[n < 0 ? 0 : n] = '\0';
	(void)close(fd);
	unwrap(said);
}

static int
sieve_says(const struct place *place, const char *program, const char *script)
{
	struct user user = {.uid = geteuid()};
	int keep;

	(void)snprintf(user.home, sizeof user.home, "%s", place->home);
	int fd = talk_begin(&keep);
	int wrong = doctor_sieve_with(program, &place->conf, &user, script);
	talk_end(fd, keep);
	return wrong;
}

static void
assert_said(const char *part)
{
	if (strstr(said, part) == NULL)
		fail_msg("[%s] is not in [%s]", part, said);
}

static void
test_sandbox(void **state)
{
	const char *top = getenv("top_builddir");
	struct place place;
	struct err err;
	char real[4096];

	(void)state;
	place_open(&place);
	(void)snprintf(real, sizeof real, "%s/spamcop-sieve", top == NULL ? "." : top);
	assert_int_equal(sieve_says(&place, real, NULL), 0);
	assert_said("well: sealed, and its plan is right");
	assert_said("none, and `tag` runs none");
	assert_null(strstr(said, "Junk"));
	assert_int_equal(conf_set_mailbox(&place.conf.deliver.mailbox, "maildir:~/Maildir", &err),
			 0);
	assert_int_equal(sieve_says(&place, real, NULL), 0);
	assert_said("none: listed mail goes to Junk");
	put_file(place.home, ".spamcop.sieve", SPAN("keep;\n"), 0600);
	assert_int_equal(sieve_says(&place, real, NULL), 0);
	assert_said(".spamcop.sieve valid");
	put_file(place.home, ".spamcop.sieve", SPAN("keep\n"), 0600);
	assert_int_equal(sieve_says(&place, real, NULL), 1);
	assert_said(".spamcop.sieve:2:1: error: ");
	assert_said("not valid");
	put_file(place.home, ".spamcop.sieve", SPAN("keep;\n"), 0666);
	assert_int_equal(sieve_says(&place, real, NULL), 1);
	assert_said("others can write it");
	/*
	 * Another child: its answer to the doctor's own message is not the
	 * right one.
	 */
	assert_int_equal(sieve_says(&place, place.program, NULL), 2);
	assert_said("ended with status 6");
	assert_int_equal(sieve_says(&place, "/nonexistent/child", place.script), 2);
	assert_said("cannot be started");
	assert_said("Install spamcop-sieve");
	place_close(&place);
}

static int
mailbox_says(struct place *place, const char *url)
{
	struct user user = {.uid = geteuid()};
	struct err err;
	int keep;

	(void)snprintf(user.home, sizeof user.home, "%s", place->home);
	assert_int_equal(conf_set_mailbox(&place->conf.deliver.mailbox, url, &err), 0);
	int fd = talk_begin(&keep);
	int wrong = doctor_mailbox(&place->conf, &user);
	talk_end(fd, keep);
	return wrong;
}

static void
test_mailbox(void **state)
{
	struct place place;

	(void)state;
	place_open(&place);
	assert_int_equal(mailbox_says(&place, "maildir:~/Maildir"), 0);
	assert_said("well: it is there");
	assert_int_equal(mailbox_says(&place, "maildir:~/New/"), 0);
	assert_said("the first message creates it");
	assert_int_equal(mailbox_says(&place, "maildir:~/no/where"), 1);
	assert_said("neither it nor");
	assert_int_equal(mailbox_says(&place, "maildir:~/message"), 1);
	assert_said("no folder");
	assert_int_equal(mailbox_says(&place, "lmtp:unix:/nonexistent/lmtp"), 1);
	assert_int_equal(mailbox_says(&place, "lmtp:127.0.0.1:24"), 0);
	assert_int_equal(mailbox_says(&place, "lda:/bin/sh -x"), 0);
	assert_int_equal(mailbox_says(&place, "lda:/nonexistent/lda"), 1);
	place.conf.sieve.redirect = true;
	free(place.conf.sieve.sendmail);
	place.conf.sieve.sendmail = strdup("/nonexistent/sendmail");
	assert_int_equal(mailbox_says(&place, "maildir:~/Maildir"), 1);
	assert_said("sieve.redirect");
	place_close(&place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sandbox),
		cmocka_unit_test(test_mailbox),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
