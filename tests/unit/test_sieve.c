/*
 * sieve.h: whatever the child does, there is a plan, and a message is kept
 * unless a script of the user's says otherwise.
 */
#include "place.h"
#include "filter/send/send.h"
#include "filter/store/memory.h"

#include <signal.h>

static bool
is_kept(const struct plan *plan)
{
	return plan->n == 1 && plan->action[0].kind == ACTION_IMPLICIT && plan->done;
}

static const struct bad {
	const char *script;
	const char *why; /* a part of it */
} bads[] = {
	{"# fake crash\ndiscard;\n", "signal 11"},
	{"# fake hang\ndiscard;\n", "did not finish within 0.3 seconds"},
	{"# fake linger\ndiscard;\n", "did not finish within 0.3 seconds"},
	{"# fake fork\ndiscard;\n", "did not finish within 0.3 seconds"},
	{"# fake flood\n", "printed more than 262144 bytes"},
	{"# fake flood-why\n", "because because"},
	{"# fake long-line\n", "longer than 65536"},
	{"# fake many\n", "more than 32 actions"},
	{"# fake status\ndiscard;\n", "script:1:1: error: because"},
	{"# fake unknown\n", "ended with status 5"},
	{"# fake print \n", "no end"},
	{"# fake print discard\\n\ndiscard;\n", "no end"},
	{"# fake print discard\\nen\ndiscard;\n", "cut"},
	{"# fake print discard\\nend\\nkeep\\n\ndiscard;\n", "after its end"},
	{"# fake print disc\\0ard\\nend\\n\ndiscard;\n", "control character"},
	{"# fake print fileinto\\t~x\\nend\\n", "~x"},
	{"# fake print fileinto\\t.x\\nend\\n", ".x"},
	{"# fake print fileinto\\ta/~b\\nend\\n", "a/~b"},
	{"# fake print fileinto\\t1/2/3/4/5/6/7/8/9\\nend\\n", "8 levels"},
	{"# fake ask-many\n", "more than 64 questions"},
	{"# fake ask-rudely\n", "ask"},
	{"# fake ask-deaf\n", "did not finish within 0.3 seconds"},
	{"# fake ask password\\tx\n", "asked for 'password'"},
	{"# fake ask mailbox\n", "2 columns"},
	{"# fake ask mailbox\\tx\\ty\n", "4 columns"},
	{"# fake ask seen\\t1 2 3\n", "asked for 'seen'"},
	{"# fake ask seen\\tx\n", "asked for 'seen'"},
	{"# fake ask seen\\t-1 0 x\n", "asked for 'seen'"},
	{"# fake print keep\\nask\\tmailbox\\tx\\nend\\n", "'ask'"},
	{"# fake print ask\\tmailbox\\t\\\\q\\nkeep\\nend\\n", "unknown escape"},
};

/*
 * Everything that a broken or hostile child can do ends as one implicit keep,
 * and soon.
 */
static void
test_bad(void **state)
{
	struct place place;
	char path[256];

	(void)state;
	place_open(&place);
	put_file(place.home, "sieve/big.sieve", SPAN("keep;"), 0600);
	(void)snprintf(path, sizeof path, "%s/sieve/big.sieve", place.home);
	assert_int_equal(truncate(path, 1 << 20), 0);
	for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
		struct plan plan;
		struct err err = {""};

		place_script(&place, bads[i].script);
		place.conf.sieve.time_limit = strstr(bads[i].why, "0.3") != NULL ? 0.3 : 10;
		if (sieve_run(&place.run, &plan, &place.questions, &err) == 0)
			fail_msg("%s: no failure", bads[i].script);
		if (strstr(err.why, bads[i].why) == NULL)
			fail_msg("%s: why is [%s], expected [%s]", bads[i].script, err.why,
				 bads[i].why);
		if (!is_kept(&plan))
			fail_msg("%s: the message is not kept", bads[i].script);
		plan_free(&plan);
	}
	place_close(&place);
}

/* A word that stands in no script: the child made it up. */
static void
test_words(void **state)
{
	static const struct {
		const char *plan;
		enum action_kind kind;
		const char *words;
	} forged[] = {
		{"dis\\ecard\\nend\\n", ACTION_DISCARD, "DISCARD;"},
		{"redi\\erect\\ta@b.c\\nend\\n", ACTION_REDIRECT, "redirect;"},
		{"rej\\eect\\tx\\nend\\n", ACTION_REJECT, "ereject;"},
		{"vac\\eation\\t1\\nkeep\\nend\\n", ACTION_VACATION, "if vacation;"},
		{"add\\eheader\\tA\\tb\\tlast\\nkeep\\nend\\n", ACTION_ADDHEADER, "addheader"},
		{"delete\\eheader\\tA\\t1\\nkeep\\nend\\n", ACTION_DELETEHEADER, "deleteheader"},
	};
	struct place place;
	char script[256];

	(void)state;
	place_open(&place);
	for (size_t i = 0; i < 2 * sizeof forged / sizeof forged[0]; i++) {
		struct plan plan;
		struct err err = {""};
		bool stands = i % 2 == 1;

		(void)snprintf(script, sizeof script, "# fake print %s\n%s\n", forged[i / 2].plan,
			       stands ? forged[i / 2].words : "keep;");
		place_script(&place, script);
		int result = sieve_run(&place.run, &plan, &place.questions, &err);
		if (stands && (result != 0 || plan.action[0].kind != forged[i / 2].kind))
			fail_msg("%s: %s", forged[i / 2].plan, err.why);
		if (!stands && (result == 0 || !is_kept(&plan) ||
				strstr(err.why, "stands in no script") == NULL))
			fail_msg("%s: not void: %s", forged[i / 2].plan, err.why);
		plan_free(&plan);
	}
	place_close(&place);
}

/* The name of the folder that the one fileinto of a plan names. */
static void
assert_filed(struct place *place, const char *script, const char *folder)
{
	struct plan plan;
	struct err err = {""};

	place_script(place, script);
	if (sieve_run(&place->run, &plan, &place->questions, &err) != 0)
		fail_msg("%s: %s", script, err.why);
	if (plan.n != 1 || plan.action[0].kind != ACTION_FILEINTO ||
	    strcmp(plan.action[0].column[1].p, folder) != 0)
		fail_msg("%s: %s, expected %s", script, plan.action[0].column[1].p, folder);
	plan_free(&plan);
}

static void
test_ask(void **state)
{
	struct place place;

	(void)state;
	place_open(&place);
	put_file(place.home, "sieve/mine.sieve", SPAN("mine"), 0600);
	put_file(place.home, "sieve/bare", SPAN("bare"), 0600);
	put_file(place.home, "sieve/open.sieve", SPAN("open"), 0666);
	put_file(place.home, "secret.sieve", SPAN("secret"), 0600);
	put_file(place.home, "sieve/empty.sieve", SPAN(""), 0600);
	put_file(place.home, "sieve/large.sieve", SPAN("x"), 0600);
	make_folder(place.home, "site.d");
	make_folder(place.home, "sieve/folder");
	put_file(place.home, "site.d/theirs.sieve", SPAN("theirs"), 0644);
	char path[256], link[256];
	(void)snprintf(path, sizeof path, "%s/secret.sieve", place.home);
	(void)snprintf(link, sizeof link, "%s/sieve/link.sieve", place.home);
	assert_int_equal(symlink(path, link), 0);
	(void)snprintf(path, sizeof path, "%s/sieve/fifo.sieve", place.home);
	assert_int_equal(mkfifo(path, 0600), 0);
	(void)snprintf(path, sizeof path, "%s/sieve/large.sieve", place.home);
	assert_int_equal(truncate(path, (1 << 20) + 1), 0);
	assert_filed(&place, "# fake slow\n", "Slow");
	assert_filed(&place, "# fake ask script\\tpersonal:mine\n", "Text mine");
	assert_filed(&place, "# fake ask script\\tpersonal:mine.sieve\n", "Text mine");
	assert_filed(&place, "# fake ask script\\tpersonal:bare\n", "Text bare");
	assert_filed(&place, "# fake ask script\\tpersonal:empty\n", "Yes");
	static const char *const none[] = {
		"personal:open",  "personal:link",   "personal:fifo",
		"personal:large", "personal:folder", "personal:../secret",
		"personal:.",     "personal:..",     "personal:",
		"personal:none",  "personal:mine/",  "personal:a\\\\x00",
		"mine",           "global:theirs",   "personal:/etc/passwd",
		"other:mine"};
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		char script[128];

		(void)snprintf(script, sizeof script, "# fake ask script\\t%s\n", none[i]);
		if (strstr(none[i], "x00") == NULL)
			assert_filed(&place, script, "No");
	}
	(void)snprintf(path, sizeof path, "%s/site.d", place.home);
	free(place.conf.sieve.global);
	place.conf.sieve.global = strdup(path);
	assert_filed(&place, "# fake ask script\\tglobal:theirs\n", "Text theirs");
	assert_filed(&place, "# fake ask script\\tglobal:../sieve/mine\n", "No");
	place_close(&place);
}

/* All that one run includes has a bound. */
static void
test_included(void **state)
{
	struct questions questions;
	struct place place;
	struct err err;
	bool ok;

	(void)state;
	place_open(&place);
	put_file(place.home, "sieve/mib.sieve", SPAN("#"), 0600);
	char path[256];
	(void)snprintf(path, sizeof path, "%s/sieve/mib.sieve", place.home);
	assert_int_equal(truncate(path, 1 << 20), 0);
	questions_init(&questions, &place.conf, &place.delivery);
	for (size_t i = 0; i <= QUESTIONS_INCLUDED_MAX >> 20; i++) {
		char line[] = "ask\tscript\tpersonal:mib";
		struct buf text;

		buf_init(&text, 2 << 20);
		assert_int_equal(
			questions_answer(&questions, line, sizeof line - 1, &text, &ok, &err), 0);
		assert_int_equal(ok, i < QUESTIONS_INCLUDED_MAX >> 20);
		buf_free(&text);
	}
	place_close(&place);
}

/* The key is the same in every version, or an upgrade would forget. */
static bool
remembers(const struct place *place, const char *name, struct span id)
{
	struct memory_key key;
	char text[512], half[64];
	int fd = open_below(place->home, name, O_RDONLY);

	assert_true(fd >= 0);
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	assert_true(n > 0);
	text[n] = '\0';
	memory_key_init(&key);
	memory_key_add(&key, id);
	(void)snprintf(half, sizeof half, " %016llx%016llx\n", (unsigned long long)key.half[0],
		       (unsigned long long)key.half[1]);
	return strstr(text, half) != NULL;
}

/* duplicate: seen only when the message was delivered, and only so long ago. */
static void
test_seen(void **state)
{
	struct place place;
	struct plan plan;
	struct err err = {""};

	(void)state;
	place_open(&place);
	for (int folder = 0; folder < 2; folder++) {
		assert_filed(&place, "# fake ask seen\\t100 0 <a@b>\n", "No");
		assert_filed(&place, "# fake ask seen\\t100 0 <a@b>\n", "No");
		questions_remember(&place.questions);
		assert_true(remembers(&place,
				      folder == 0 ? "Maildir/spamcop-seen" : ".spamcop-seen",
				      SPAN("<a@b>")));
		assert_filed(&place, "# fake ask seen\\t100 0 <a@b>\n", "Yes");
		assert_filed(&place, "# fake ask seen\\t100 1 <a@b>\n", "Yes");
		questions_remember(&place.questions);
		assert_filed(&place, "# fake ask seen\\t0 0 <a@b>\n", "No");
		assert_filed(&place, "# fake ask seen\\t100 0 <a@c>\n", "No");
		/* A void plan is no delivery by rule: nothing is remembered. */
		place_script(&place, "# fake print ask\\tseen\\t100 0 <v@v>\\nnonsense\\n\n");
		assert_int_equal(sieve_run(&place.run, &plan, &place.questions, &err), -1);
		plan_free(&plan);
		questions_remember(&place.questions);
		assert_filed(&place, "# fake ask seen\\t100 0 <v@v>\n", "No");
		/* The second round is in the home: there is no Maildir. */
		close(place.delivery.maildir.fd);
		place.delivery.maildir.fd = -1;
	}
	place.user.home[0] = '\0';
	assert_filed(&place, "# fake ask seen\\t100 0 <a@b>\n", "No");
	questions_remember(&place.questions);
	(void)snprintf(place.user.home, sizeof place.user.home, "%s", place.home);
	place_close(&place);
}

/* What the child gets, and nothing else. */
static void
test_look(void **state)
{
	static const char *const want[] = {"A plan",
					   "A -f",
					   "A (empty)",
					   "A -a",
					   "A me@example.org",
					   "A --delimiter",
					   "A +",
					   "A --separator",
					   "A (dot)",
					   "A --seconds",
					   "A 11",
					   "A --charsets",
					   "A koi8-r,shift_jis",
					   "A --wait",
					   "A --",
					   "A (path)",
					   "fd 0 file r",
					   "fd 1 pipe w",
					   "fd 2 pipe w",
					   "fd 3 pipe r",
					   "fd 4 file r"};
	struct place place;
	struct plan plan;
	struct err err = {""};
	int extra[3];

	(void)state;
	place_open(&place);
	place_script(&place, "# fake look\n");
	for (size_t i = 0; i < 3; i++)
		extra[i] = dup(0); /* not close-on-exec */
	if (sieve_run(&place.run, &plan, &place.questions, &err) != 0)
		fail_msg("%s", err.why);
	for (size_t i = 0; i < plan.n && i < sizeof want / sizeof want[0]; i++)
		if (strcasecmp(plan.action[i].column[1].p, want[i]) != 0)
			fail_msg("%zu: %s, expected %s", i, plan.action[i].column[1].p, want[i]);
	assert_int_equal(plan.n, sizeof want / sizeof want[0]);
	plan_free(&plan);
	for (size_t i = 0; i < 3; i++)
		close(extra[i]);
	place_close(&place);
}

/*
 * Scripts that are not there, or must not be believed; a child that is not
 * there.
 */
static void
test_files(void **state)
{
	struct place place;
	struct plan plan;
	struct err err = {""};
	char path[256];

	(void)state;
	place_open(&place);
	/* -s names a script: it has to be there */
	assert_int_equal(sieve_run(&place.run, &plan, &place.questions, &err), -1);
	assert_true(is_kept(&plan));
	place.run.script = NULL;
	assert_int_equal(sieve_run(&place.run, &plan, &place.questions, &err),
			 0); /* the user has none */
	assert_true(is_kept(&plan));
	put_file(place.home, ".spamcop.sieve", SPAN("# fake print fileinto\\tA\\nend\\n\n"), 0600);
	assert_int_equal(sieve_run(&place.run, &plan, &place.questions, &err), 0);
	assert_int_equal(plan.action[0].kind, ACTION_FILEINTO);
	plan_free(&plan);
	put_file(place.home, ".spamcop.sieve", SPAN("# fake print fileinto\\tA\\nend\\n\n"), 0622);
	assert_int_equal(sieve_run(&place.run, &plan, &place.questions, &err),
			 0); /* as if there were none */
	assert_true(is_kept(&plan));
	put_file(place.home, ".spamcop.sieve", SPAN("# fake print fileinto\\tA\\nend\\n\n"), 0600);
	(void)snprintf(place.program, sizeof place.program, "%s/none", place.home);
	assert_int_equal(sieve_run(&place.run, &plan, &place.questions, &err), -1);
	assert_true(is_kept(&plan));
	assert_non_null(strstr(err.why, "cannot be started"));
	(void)snprintf(path, sizeof path, "%s/.spamcop.sieve", place.home);
	(void)unlink(path);
	place.conf.sieve.before = (struct strings){place.before, 1};
	/* the site names one that is not there */
	assert_int_equal(sieve_run(&place.run, &plan, &place.questions, &err), -1);
	assert_true(is_kept(&plan));
	place.conf.sieve.before = (struct strings){NULL, 0};
	place_close(&place);
}

/*
 * redirect and vacation stay in a plan only for mail that is neither listed nor
 * unknown, and where the site allows them.
 */
static void
test_limit(void **state)
{
	static const enum verdict_kind kinds[] = {VERDICT_ALLOWED, VERDICT_LISTED, VERDICT_UNKNOWN,
						  VERDICT_UNCHECKED, VERDICT_CLEAN};
	static const char text[] =
		"vacation\t1\t\t\t\t\t\tx\nredirect\ta@b.c\nredirect\td@e.f\nend\n";
	struct place place;

	(void)state;
	place_open(&place);
	for (unsigned i = 0; i < 5 * 16; i++) {
		struct plan plan;
		struct err err;
		bool good = kinds[i % 5] != VERDICT_LISTED && kinds[i % 5] != VERDICT_UNKNOWN &&
			    (i / 5 & 4) == 0 && (i / 5 & 8) == 0;
		size_t n = 0;

		place.verdict = (struct verdict){.kind = kinds[i % 5],
						 .failed_all = (i / 5 & 8) != 0 ? "config" : NULL};
		place.conf.sieve.redirect = (i / 5 & 1) != 0;
		place.conf.sieve.vacation = (i / 5 & 2) != 0;
		place.delivery.listed = (i / 5 & 4) != 0;
		assert_int_equal(plan_read(&plan, SPAN(text), '.', &err), 0);
		send_limit(&place.conf, &place.delivery, &place.verdict, &plan);
		if (good && place.conf.sieve.vacation)
			assert_int_equal(plan.action[n++].kind, ACTION_VACATION);
		if (good && place.conf.sieve.redirect) {
			assert_int_equal(plan.action[n++].kind, ACTION_REDIRECT);
			assert_int_equal(plan.action[n++].kind, ACTION_REDIRECT);
		} else {
			assert_int_equal(plan.action[n++].kind, ACTION_IMPLICIT);
		}
		assert_int_equal(plan.n, n);
		plan_free(&plan);
	}
	place_close(&place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad),   cmocka_unit_test(test_words),
		cmocka_unit_test(test_ask),   cmocka_unit_test(test_included),
		cmocka_unit_test(test_seen),  cmocka_unit_test(test_look),
		cmocka_unit_test(test_files), cmocka_unit_test(test_limit),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
