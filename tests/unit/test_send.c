/*
 * send.h, redirect.h, sendmail.h: what is sent, how, and above all when nothing
 * is.
 */
#include "filter/base/buf.h"
#include "filter/base/clock.h"
#include "filter/send/redirect.h"
#include "filter/send/send.h"
#include "sending.h"
#include "filter/send/sendmail.h"

#include <signal.h>
#include <sys/resource.h>

static void
test_address(void **state)
{
	static const char *const good[] = {"a@b", "a.b+c=d_e~f@x-y.example.org", "O'Neil@b.c",
					   "1@2.3"};
	static const char *const bad[] = {
		"",       "a",       "@b",    "a@",     "-t@b",    "a@-b",          "a b@c",
		"a,b@c",  "a@b,c@d", "<a@b>", "a@b@c",  "|x@b",    "/x@b",          "a!b@c",
		"a%b@c",  "a.@b",    ".a@b",  "a..b@c", "\"a\"@b", "a@[127.0.0.1]", "a@b\n",
		"a\\@b",  "a@b c",   "(a)@b", "a:b@c",  "a;b@c",   "\xc3\xa4@b",    "a@b|c",
		"a@b..c", "a@.b"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (!sendmail_is_address(span_of(good[i])))
			fail_msg("%s is an address", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (sendmail_is_address(span_of(bad[i])))
			fail_msg("%s is trusted", bad[i]);
	assert_false(sendmail_is_address(SPAN("a\0@b")));
}

static void
test_redirect(void **state)
{
	struct sending sending;

	(void)state;
	sending_open(
		&sending,
		"Return-Path: <friend@b.c>\nDelivered-To: me@example.org\nReturn-Path: <x@y>\n" TO
		"X-Old: 1\n\nFrom the body\n.\n");
	struct plan plan = sending_plan(&sending, "addheader\tX-New\t2\tlast\ndeleteheader\tX-"
						  "Old\t1\nredirect\tyou@example.net\nkeep\nend\n");
	assert_int_equal(plan.n, 4);
	assert_int_equal(plan.action[2].kind, ACTION_REDIRECT);
	char want[1024];
	(void)snprintf(want, sizeof want,
		       "called: -i -f friend@b.c -- you@example.net\nenvironment: "
		       "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nenvironment: "
		       "HOME=%s\nenvironment: USER=me\nenvironment: LOGNAME=me\n"
		       "X-Sieve-Redirected-From: me@example.org\nDelivered-To: me@example.org\n" TO
		       "X-New: 2\n\nFrom the body\n.\n(end)\n",
		       sending.place.home);
	assert_string_equal(sent(&sending), want);
	plan_free(&plan);
	/*
	 * The same delivery again, after a failure behind the redirect: it is
	 * not sent twice, and it counts as sent.
	 */
	plan = sending_plan(&sending, "redirect\tyou@example.net\nend\n");
	assert_int_equal(plan.action[0].kind, ACTION_REDIRECT);
	assert_int_equal(calls(&sending), 1);
	plan_free(&plan);
	/* However much of the body had come with the header, from a pipe. */
	sending.message.rest.n = 1;
	plan = sending_plan(&sending, "redirect\tyou@example.net\nend\n");
	assert_int_equal(calls(&sending), 1);
	plan_free(&plan);
	/* Another message, though its body is the same. */
	sending.message.header = SPAN("Subject: another\n\n");
	plan = sending_plan(&sending, "redirect\tyou@example.net\nend\n");
	assert_int_equal(calls(&sending), 2);
	plan_free(&plan);
	sending_close(&sending);
}

static void
test_redirect_senders(void **state)
{
	static const struct {
		const char *sender, *argument;
	} senders[] = {{"", "-f <> --"}, {NULL, "-f me@example.org --"}, {"a@b", "-f a@b --"}};

	(void)state;
	for (size_t i = 0; i < sizeof senders / sizeof senders[0]; i++) {
		struct sending sending;

		sending_open(&sending, TO "\nx\n");
		sending.place.envelope.sender = senders[i].sender;
		struct plan plan = sending_plan(&sending, "redirect\tyou@example.net\nend\n");
		assert_has(sent(&sending), senders[i].argument);
		plan_free(&plan);
		sending_close(&sending);
	}
}

/* A sendmail that does not take "<>" for the null sender. */
static void
test_null_sender(void **state)
{
	struct sending sending;

	(void)state;
	sending_open(&sending, TO "\nx\n");
	sending.place.envelope.sender = "";
	put_file(sending.place.home, "sendmail-knows-no-null", SPAN(""), 0600);
	struct plan plan = sending_plan(&sending, "redirect\tyou@example.net\nend\n");
	assert_int_equal(calls(&sending), 2);
	assert_has(sent(&sending), "-f (empty) --");
	assert_has(sent(&sending), "\nx\n(end)\n");
	assert_int_equal(plan.action[0].kind, ACTION_REDIRECT);
	plan_free(&plan);
	sending_close(&sending);
}

/*
 * As many fields to take out as a header can hold do not keep the delivery busy
 * for hours.
 */
static void
test_redirect_many(void **state)
{
	struct sending sending;
	struct buf text;

	(void)state;
	buf_init(&text, 8U << 20);
	for (size_t i = 0; i < 400000; i++)
		assert_true(buf_add(&text, i % 2 == 0 ? SPAN("Return-Path:\n")
						      : SPAN("return-path:\n x\n")));
	assert_true(buf_add(&text, SPAN(TO "Return-Path: <x@y>\nX-Last: 1\n\nbody\n\0")));
	sending_open(&sending, text.p);
	struct plan plan = sending_plan(&sending, "redirect\tyou@example.net\nend\n");
	assert_has(sent(&sending),
		   "X-Sieve-Redirected-From: me@example.org\n" TO "X-Last: 1\n\nbody\n(end)\n");
	plan_free(&plan);
	sending_close(&sending);
	buf_free(&text);
}

/*
 * Redirects that are not carried out: nothing is sent, and the message is kept.
 */
static void
test_redirect_kept(void **state)
{
	static const struct {
		const char *what, *message, *address, *recipient, *sender;
	} kept[] = {
		{"loop by Delivered-To",
		 "Delivered-To: me@example.org\nReceived: from a\nDelivered-To: ME@example.org\n" TO
		 "\n",
		 "you@example.net", "me@example.org", "a@b"},
		{"loop by our field", "X-Sieve-Redirected-From: me@example.org\n" TO "\n",
		 "you@example.net", "me@example.org", "a@b"},
		{"to oneself", TO "\n", "Me@example.org", "me@example.org", "a@b"},
		{"recipient unknown", TO "\n", "you@example.net", NULL, "a@b"},
		{"recipient without domain", TO "\n", "you@example.net", "me", "a@b"},
		{"a list of addresses", TO "\n", "you@example.net,x@y", "me@example.org", "a@b"},
		{"a pipe", TO "\n", "|cat@example.net", "me@example.org", "a@b"},
		{"no header", "x\ny\n", "you@example.net", "me@example.org", "a@b"},
		{"odd sender", TO "\n", "you@example.net", "me@example.org", "a b@c"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
		struct sending sending;
		char text[128];

		sending_open(&sending, kept[i].message);
		sending.place.envelope =
			(struct envelope){.sender = kept[i].sender, .recipient = kept[i].recipient};
		(void)snprintf(text, sizeof text, "redirect\t%s\nend\n", kept[i].address);
		struct plan plan = sending_plan(&sending, text);
		if (plan.n != 1 || plan.action[0].kind != ACTION_IMPLICIT || calls(&sending) != 0)
			fail_msg("%s: not kept, or sent: %s", kept[i].what, sent(&sending));
		plan_free(&plan);
		sending_close(&sending);
	}
}

static void
test_redirect_limits(void **state)
{
	struct sending sending;
	static char hops[8192];

	(void)state;
	sending_open(&sending, TO "\nx\n");
	struct plan plan = sending_plan(
		&sending,
		"redirect\ta@x\nredirect\tb@x\nredirect\tc@x\nredirect\td@x\nredirect\te@x\nend\n");
	assert_int_equal(calls(&sending), 4);
	assert_int_equal(plan.n, 5);
	assert_int_equal(plan.action[4].kind, ACTION_IMPLICIT);
	plan_free(&plan);
	sending_close(&sending);

	for (int more = 0; more < 2; more++) {
		hops[0] = '\0';
		for (int i = 0; i < REDIRECT_HOPS_MAX + more; i++)
			(void)snprintf(hops + strlen(hops), sizeof hops - strlen(hops),
				       "Received: from a%d\n", i);
		(void)snprintf(hops + strlen(hops), sizeof hops - strlen(hops), "\nx\n");
		sending_open(&sending, hops);
		plan = sending_plan(&sending, "redirect\ta@x\nend\n");
		assert_int_equal(calls(&sending), !more);
		assert_int_equal(plan.action[0].kind, more ? ACTION_IMPLICIT : ACTION_REDIRECT);
		plan_free(&plan);
		sending_close(&sending);
	}

	sending_open(&sending, TO "\nx\n");
	put_file(sending.place.home, "sendmail-fails", SPAN(""), 0600);
	plan = sending_plan(&sending, "redirect\ta@x\nimplicit\t\\\\Seen\nend\n");
	assert_int_equal(calls(&sending), 1);
	assert_int_equal(plan.n, 1);
	assert_int_equal(plan.action[0].kind, ACTION_IMPLICIT);
	plan_free(&plan);
	/* Others have used up the time of the delivery: it is kept. */
	sending.place.delivery.until = clock_ms() - 1;
	plan = sending_plan(&sending, "redirect\ta@x\nend\n");
	assert_int_equal(calls(&sending), 1);
	assert_int_equal(plan.action[0].kind, ACTION_IMPLICIT);
	plan_free(&plan);
	sending.place.delivery.until = 0;
	free(sending.place.conf.sieve.sendmail);
	sending.place.conf.sieve.sendmail = strdup("/nonexistent");
	plan = sending_plan(&sending, "redirect\ta@x\nend\n");
	assert_int_equal(plan.action[0].kind, ACTION_IMPLICIT);
	plan_free(&plan);
	sending_close(&sending);
}

/* A message that cannot be copied whole for sendmail is not sent cut. */
static void
test_cut(void **state)
{
	static char text[5000] = TO "\n";
	struct sending sending;
	struct rlimit was, little;

	(void)state;
	memset(text + strlen(text), 'x', 3000);
	sending_open(&sending, text);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	little = (struct rlimit){2000, was.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	struct plan plan = sending_plan(&sending, "redirect\tyou@example.net\nend\n");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(calls(&sending), 0);
	assert_int_equal(plan.action[0].kind, ACTION_IMPLICIT);
	plan_free(&plan);
	sending_close(&sending);
}

/*
 * Where it cannot be remembered that a message was sent, nothing is: each try
 * of a delivery that fails behind it would send it again.
 */
static void
test_redirect_memory(void **state)
{
	static const struct {
		const char *what, *file; /* NULL: none */
		bool unwritable;
		size_t calls;
	} memories[] = {{"none", NULL, false, 1},
			{"damaged", "x\n", false, 1},
			{"later", "# spamcop-filter memory, version 2\n", false, 0},
			{"cannot be written", NULL, true, 0},
			{"damaged, cannot be written", "x\n", true, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof memories / sizeof memories[0]; i++) {
		bool sends = memories[i].calls > 0;
		struct sending sending;

		sending_open(&sending, TO "\nx\n");
		if (memories[i].file != NULL)
			put_file(sending.place.home, "Maildir/spamcop-redirect",
				 span_of(memories[i].file), 0600);
		if (memories[i].unwritable)
			make_folder(sending.place.home, "Maildir/spamcop-redirect.tmp");
		for (int try = 0; try < 3; try++) {
			struct plan plan =
				sending_plan(&sending, "redirect\tyou@example.net\nend\n");

			if (calls(&sending) != memories[i].calls ||
			    plan.action[0].kind != (sends ? ACTION_REDIRECT : ACTION_IMPLICIT))
				fail_msg("%s: try %d: %zu calls", memories[i].what, try,
					 calls(&sending));
			plan_free(&plan);
		}
		sending_close(&sending);
	}
}

/*
 * No verdict but a good one, and no site that has not said so, sends anything,
 * whatever the plan.
 */
static void
test_nothing_sent(void **state)
{
	static const enum verdict_kind kinds[] = {VERDICT_ALLOWED, VERDICT_LISTED, VERDICT_UNKNOWN,
						  VERDICT_UNCHECKED, VERDICT_CLEAN};
	static const char *const lines[] = {"vacation\t1\t\t\t\t\t\tgone\n",
					    "redirect\tx@y.z\n",
					    "discard\n",
					    "reject\tno\n",
					    "fileinto\tA\n",
					    "keep\n",
					    "addheader\tA\tb\tlast\n"};
	struct sending sending;
	size_t listed_calls = 0, good_calls = 0;

	(void)state;
	sending_open(&sending, TO "\nx\n");
	for (unsigned i = 0; i < 5 * 2 * (1U << 7) * 4; i++) {
		unsigned kind = i % 5, listed = i / 5 % 2, chosen = i / 10 % 128, site = i / 1280;
		bool good =
			!listed && kinds[kind] != VERDICT_LISTED && kinds[kind] != VERDICT_UNKNOWN;
		char text[512] = "";

		if (good && chosen % 4 != 3)
			/*
			 * what a good message sends is for other tests; here
			 * only that something can be sent at all
			 */
			continue;
		for (size_t k = 0; k < 7; k++)
			if ((chosen >> k & 1) != 0)
				(void)snprintf(text + strlen(text), sizeof text - strlen(text),
					       "%s", lines[k]);
		(void)snprintf(text + strlen(text), sizeof text - strlen(text), "implicit\nend\n");
		sending.place.verdict.kind = kinds[kind];
		sending.place.delivery.listed = listed;
		sending.place.conf.sieve.redirect = (site & 1) != 0;
		sending.place.conf.sieve.vacation = (site & 2) != 0;
		size_t before = calls(&sending);
		struct plan plan = sending_plan(&sending, text);
		*(good ? &good_calls : &listed_calls) += calls(&sending) - before;
		plan_free(&plan);
	}
	assert_int_equal(listed_calls, 0);
	assert_int_equal(good_calls, 2); /* one of each: the rest was remembered */
	/* the last line is taken out, and nothing else */
	sending.place.conf.sieve.vacation = false;
	struct plan plan = sending_plan(&sending, "keep\nvacation\t1\t\t\t\t\t\tgone\nend\n");
	assert_int_equal(plan.n, 1);
	assert_int_equal(plan.action[0].kind, ACTION_KEEP);
	plan_free(&plan);
	sending_close(&sending);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address),         cmocka_unit_test(test_redirect),
		cmocka_unit_test(test_null_sender),     cmocka_unit_test(test_redirect_senders),
		cmocka_unit_test(test_redirect_many),   cmocka_unit_test(test_redirect_kept),
		cmocka_unit_test(test_redirect_limits), cmocka_unit_test(test_nothing_sent),
		cmocka_unit_test(test_redirect_memory), cmocka_unit_test(test_cut),
	};

	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN); /* as the filter has it: what it starts must not */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
