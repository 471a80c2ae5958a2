/* notify.h: what is told, once, and when nothing is. */
#include "unit.h"

#include "filter/send/notify.h"
#include "sending.h"

#define LINE "notify\tyou@example.net\t\t1\tHello \303\244\\nThe body\nimplicit\nend\n"

static void
test_sent(void **state)
{
	struct sending sending;
	struct plan plan;

	(void)state;
	sending_open(&sending, TO "\nbody\n");
	sending.place.conf.sieve.notify = true;
	plan = sending_plan(&sending, LINE);
	assert_int_equal(plan.n, 2); /* the message's own way is the same */
	plan_free(&plan);
	const char *mail = sent(&sending);
	assert_non_null(strstr(mail, "called: -i -f me@example.org -- you@example.net\n"));
	assert_non_null(strstr(mail, "From: <me@example.org>\nTo: <you@example.net>\n"));
	assert_non_null(strstr(mail, "Subject: =?utf-8?"));
	assert_non_null(
		strstr(mail, "Auto-Submitted: auto-notified; owner-email=\"me@example.org\"\n"));
	assert_non_null(strstr(mail, "Importance: high\n"));
	assert_non_null(strstr(mail, "\n\nThe body\n"));
	/* tried again: it has been told */
	plan = sending_plan(&sending, LINE);
	plan_free(&plan);
	assert_int_equal(calls(&sending), 1);
	/*
	 * another text is another notification; a :from that is an address
	 * counts
	 */
	plan = sending_plan(&sending,
			    "notify\tyou@example.net\tus@example.org\t3\tOther\\n\nkeep\nend\n");
	plan_free(&plan);
	assert_int_equal(calls(&sending), 2);
	assert_non_null(strstr(sent(&sending), "From: <us@example.org>\n"));
	assert_non_null(strstr(sent(&sending), "Importance: low\n"));
	sending_close(&sending);
}

/* What cannot be remembered is not told, however often it is tried. */
static void
test_memory(void **state)
{
	(void)state;
	for (int unwritable = 0; unwritable < 2; unwritable++) {
		struct sending sending;

		sending_open(&sending, TO "\nbody\n");
		sending.place.conf.sieve.notify = true;
		if (unwritable)
			make_folder(sending.place.home, "Maildir/spamcop-notify.tmp");
		else
			put_file(sending.place.home, "Maildir/spamcop-notify",
				 SPAN("# spamcop-filter memory, version 2\n"), 0600);
		struct plan plan = sending_plan(&sending, LINE);
		assert_int_equal(plan.n, 2);
		assert_int_equal(calls(&sending), 0);
		plan_free(&plan);
		sending_close(&sending);
	}
}

static void
test_silent(void **state)
{
	static const struct {
		const char *name, *message, *recipient;
		enum verdict_kind kind;
		bool listed, site;
		size_t calls;
	} cases[] = {
		{"all is well", TO "\n", "me@example.org", VERDICT_CLEAN, false, true, 1},
		{"the site has not allowed it", TO "\n", "me@example.org", VERDICT_CLEAN, false,
		 false, 0},
		{"listed", TO "\n", "me@example.org", VERDICT_LISTED, true, true, 0},
		{"unknown", TO "\n", "me@example.org", VERDICT_UNKNOWN, false, true, 0},
		{"no recipient", TO "\n", NULL, VERDICT_CLEAN, false, true, 0},
		{"no header", "x\ny\n", "me@example.org", VERDICT_CLEAN, false, true, 0},
		{"an automatic message", "Auto-Submitted: auto-notified; x=y\n" TO "\n",
		 "me@example.org", VERDICT_CLEAN, false, true, 0},
		{"one that says it is none", "Auto-Submitted: No\n" TO "\n", "me@example.org",
		 VERDICT_CLEAN, false, true, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct sending sending;

		sending_open(&sending, cases[i].message);
		sending.place.conf.sieve.notify = cases[i].site;
		sending.place.envelope.recipient = cases[i].recipient;
		sending.place.verdict.kind = cases[i].kind;
		sending.place.delivery.listed = cases[i].listed;
		struct plan plan = sending_plan(&sending, LINE);
		plan_free(&plan);
		if (calls(&sending) != cases[i].calls)
			fail_msg("%s: sent %zu", cases[i].name, calls(&sending));
		sending_close(&sending);
	}
}

static void
test_many(void **state)
{
	struct sending sending;

	(void)state;
	sending_open(&sending, TO "\n");
	sending.place.conf.sieve.notify = true;
	struct plan plan =
		sending_plan(&sending, "notify\ta@x.y\t\t2\ta\nnotify\tb@x.y\t\t2\ta\nnotify\tc@x.y"
				       "\t\t2\ta\nnotify\td@x.y\t\t2\ta\nnotify\te@x.y\t\t2\ta\n"
				       "keep\nend\n");
	assert_int_equal(calls(&sending), NOTIFY_MAX);
	plan_free(&plan);
	sending_close(&sending);
}

/* Lines that no child of ours would write void the plan. */
static void
test_lines(void **state)
{
	static const char *const bad[] = {
		"notify\ta@x.y\nkeep\nend\n",          "notify\ta@x.y\t\t4\tx\nkeep\nend\n",
		"notify\ta@x.y\tb\t1\tx\nkeep\nend\n", "notify\t-a@x.y\t\t1\tx\nkeep\nend\n",
		"notify\tnobody\t\t1\tx\nkeep\nend\n", "notify\ta@x.y\t\t1\tx\nend\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct plan plan;
		struct err err;

		assert_int_equal(plan_read(&plan, span_of(bad[i]), '.', &err), -1);
		plan_free(&plan);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sent),   cmocka_unit_test(test_silent),
		cmocka_unit_test(test_memory), cmocka_unit_test(test_many),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
