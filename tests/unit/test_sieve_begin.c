/*
 * sieve.h: the rules begin before the message is there, and end on all of it.
 */
#include "place.h"

#include <signal.h>
#include <sys/socket.h>

/*
 * The child is started before the message and the verdict are there, where the
 * rules do not look at what is still on its way; it waits for both.
 */
static void
test_begun_early(void **state)
{
	static const struct {
		const char *script, *header;
		bool early;
	} rows[] = {
		{"# fake wait\n", "Subject: x\n", true},
		{"# fake wait\n", "", false},
		{"# fake wait\nif body :contains \"x\" {}\n", "Subject: x\n", false},
		{"# fake wait\ninclude \"x\";\n", "Subject: x\n", false},
	};
	static const char text[] = "Subject: all of it\n\nbody\n";
	static struct sieve sieve;
	struct list list[] = {{.name = (char[]){"office"}}, {.name = (char[]){"home"}}};
	struct lookup hit[] = {{.list = &list[0], .state = LOOKUP_LISTED},
			       {.list = &list[1], .state = LOOKUP_LISTED},
			       {.list = &list[0], .state = LOOKUP_LISTED}};
	struct place place;
	struct plan plan;
	struct err err = {""};

	(void)state;
	place_open(&place);
	for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		bool listed = i % 2 == 1;

		place_script(&place, rows[i / 2].script);
		assert_int_equal(ftruncate(place.delivery.spool, 0), 0);
		sieve_begin(&sieve, &place.run, span_of(rows[i / 2].header), &place.questions);
		assert_int_equal(sieve.arguments != NULL, rows[i / 2].early);
		place.verdict = (struct verdict){.kind = listed ? VERDICT_LISTED : VERDICT_CLEAN,
						 .scored = true,
						 .score = listed ? 9 : 0};
		place.lookups.n = listed ? 3 : 0;
		place.lookups.lookup = hit;
		assert_int_equal(pwrite(place.delivery.spool, text, sizeof text - 1, 0),
				 sizeof text - 1);
		sieve_tell(&sieve);
		assert_int_equal(sieve_end(&sieve, &plan, &err), 0);
		assert_int_equal(plan.action[0].kind, ACTION_FILEINTO);
		assert_string_equal(plan.action[0].column[1].p,
				    listed ? "ok 21|listed|9|office,home|Subject: all of it"
					   : "ok 9|clean|0||Subject: all of it");
		plan_free(&plan);
	}
	/* nobody needs it any more: it is gone, and its pipes are closed */
	place_script(&place, "# fake hang\n");
	sieve_begin(&sieve, &place.run, SPAN("Subject: x\n"), &place.questions);
	assert_non_null(sieve.arguments);
	sieve_give_up(&sieve);
	assert_int_equal(kill(sieve.child.pid, 0), -1);
	assert_int_equal(sieve.child.plan_fd, -1);
	/* and where it cannot be started, the message is kept */
	(void)snprintf(place.program, sizeof place.program, "%s/none", place.home);
	sieve_begin(&sieve, &place.run, SPAN("Subject: x\n"), &place.questions);
	assert_null(sieve.arguments);
	sieve_tell(&sieve);
	assert_int_equal(sieve_end(&sieve, &plan, &err), -1);
	assert_int_equal(plan.action[0].kind, ACTION_IMPLICIT);
	assert_non_null(strstr(err.why, "cannot be started"));
	plan_free(&plan);
	place_close(&place);
}

/*
 * What /proc cannot open, and a socket is such, is opened by its name: the
 * child reads it, and no more.
 */
static void
test_spool_by_name(void **state)
{
	static struct sieve sieve;
	struct place place;
	struct plan plan;
	struct err err = {""};
	bool found = false;

	(void)state;
	place_open(&place);
	place_script(&place, "# fake look\n");
	(void)close(place.delivery.spool);
	place.delivery.spool = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(place.delivery.spool >= 0);
	(void)snprintf(place.delivery.maildir.spool_name, sizeof place.delivery.maildir.spool_name,
		       "../message");
	sieve_begin(&sieve, &place.run, SPAN("Subject: x\n"), &place.questions);
	if (sieve_end(&sieve, &plan, &err) != 0)
		fail_msg("%s", err.why);
	for (size_t i = 0; i < plan.n && !found; i++)
		found = strcmp(plan.action[i].column[1].p, "fd 0 file r") == 0;
	assert_true(found);
	plan_free(&plan);
	place_close(&place);
}

/* As many scripts as there may be, and one more. */
static void
test_most_scripts(void **state)
{
	struct place place;
	struct plan plan;
	struct err err = {""};
	char *before[SCRIPTS_MAX];

	(void)state;
	place_open(&place);
	place_script(&place, "# fake print fileinto\\tA\\nend\\n\n");
	for (size_t i = 0; i < SCRIPTS_MAX; i++)
		before[i] = place.script;
	place.conf.sieve.before = (struct strings){before, SCRIPTS_MAX - 1};
	if (sieve_run(&place.run, &plan, &place.questions, &err) != 0)
		fail_msg("%s", err.why);
	assert_int_equal(plan.action[0].kind, ACTION_FILEINTO);
	plan_free(&plan);
	place.conf.sieve.before.n = SCRIPTS_MAX;
	assert_int_equal(sieve_run(&place.run, &plan, &place.questions, &err), -1);
	assert_string_equal(err.why, "more than 32 scripts");
	assert_int_equal(plan.action[0].kind, ACTION_IMPLICIT);
	plan_free(&plan);
	place.conf.sieve.before = (struct strings){NULL, 0};
	place_close(&place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_begun_early),
					   cmocka_unit_test(test_spool_by_name),
					   cmocka_unit_test(test_most_scripts)};

	(void)signal(SIGPIPE, SIG_IGN); /* as the filter has it: not every child listens */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
