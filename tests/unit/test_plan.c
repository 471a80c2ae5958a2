/* plan.h: what a plan may say, and that one wrong line voids all of it. */
#include "filter/plan/plan.h"
#include "sieve/protocol/protocol.h"
#include "unit.h"

#include <stdlib.h>

static const struct good {
	const char *what;
	struct span text;
	size_t n;
	size_t action, column; /* one that is looked at */
	struct span want;
} goods[] = {
	{"implicit", SPAN("implicit\nend\n"), 1, 0, 0, SPAN("implicit")},
	{"flags", SPAN("keep\t\\\\Seen $Junk\nend\n"), 1, 0, 1, SPAN("\\Seen $Junk")},
	{"no flags", SPAN("keep\t\nend\n"), 1, 0, 1, SPAN("")},
	{"left out", SPAN("fileinto\tA\nend\n"), 1, 0, 2, SPAN("")},
	{"UTF-8 folder", SPAN("fileinto\tSp\xc3\xa4m.2005\nend\n"), 1, 0, 1,
	 SPAN("Sp\xc3\xa4m.2005")},
	{"escaped UTF-8", SPAN("fileinto\tSp\\xc3\\xA4m\nend\n"), 1, 0, 1, SPAN("Sp\xc3\xa4m")},
	{"several", SPAN("fileinto\tA\nfileinto\tB\t\\\\Seen\nimplicit\nend\n"), 3, 1, 1,
	 SPAN("B")},
	{"discard", SPAN("discard\nend\n"), 1, 0, 0, SPAN("discard")},
	{"redirect", SPAN("redirect\ta@example.org\nend\n"), 1, 0, 1, SPAN("a@example.org")},
	{"reject", SPAN("reject\tno\\r\\nthanks\\t\\\\\nend\n"), 1, 0, 1, SPAN("no\r\nthanks\t\\")},
	{"vacation",
	 SPAN("vacation\t86400\th\ts\tf@example.org\tmime\ta@b "
	      "c@d\tgone\\nfishing\nimplicit\nend\n"),
	 2, 0, 7, SPAN("gone\nfishing")},
	{"vacation addresses", SPAN("vacation\t0\t\t\t\t\ta@b c@d\nimplicit\nend\n"), 2, 0, 6,
	 SPAN("a@b c@d")},
	{"bytes of a message", SPAN("vacation\t1\t\t\\x01\\xff\nkeep\nend\n"), 2, 0, 3,
	 SPAN("\x01\xff")},
	{"header", SPAN("addheader\tX-A\ta b\tlast\ndeleteheader\tX-B\t3\nkeep\nend\n"), 3, 1, 2,
	 SPAN("3")},
	{"empty header", SPAN("addheader\tX-A\t\tfirst\nkeep\nend\n"), 2, 0, 3, SPAN("first")},
};

static void
test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof goods / sizeof goods[0]; i++) {
		const struct good *good = &goods[i];
		struct plan plan;
		struct err err = {""};

		if (plan_read(&plan, good->text, '.', &err) != 0)
			fail_msg("%s: %s", good->what, err.why);
		assert_int_equal(plan.n, good->n);
		struct span got = plan.action[good->action].column[good->column];
		assert_span(good->what, got, good->want);
		assert_int_equal(got.p[got.n], '\0');
		plan_free(&plan);
	}
}

static const struct bad {
	const char *what;
	struct span text;
} bads[] = {
	{"nothing", SPAN("")},
	{"no end", SPAN("keep\n")},
	{"end only", SPAN("end\n")},
	{"cut end", SPAN("keep\nend")},
	{"cut line", SPAN("keep\nen")},
	{"behind the end", SPAN("keep\nend\nkeep\n")},
	{"two ends", SPAN("keep\nend\nend\n")},
	{"end with a column", SPAN("keep\nend\t\n")},
	{"half a line behind the end", SPAN("keep\nend\nx")},
	{"empty line", SPAN("\nkeep\nend\n")},
	{"CRLF", SPAN("keep\r\nend\r\n")},
	{"unknown word", SPAN("execute\tsh\nkeep\nend\n")},
	{"case", SPAN("Keep\nend\n")},
	{"space", SPAN("keep \nend\n")},
	{"prefix", SPAN("keeps\nend\n")},
	{"NUL", SPAN("keep\0\nend\n")},
	{"escaped NUL", SPAN("fileinto\ta\\x00b\nend\n")},
	{"unknown escape", SPAN("fileinto\ta\\q\nend\n")},
	{"short escape", SPAN("fileinto\ta\\x4\nend\n")},
	{"escape at the end", SPAN("fileinto\ta\\\nend\n")},
	{"raw control", SPAN("fileinto\ta\x01\nend\n")},
	{"escaped control in a folder", SPAN("fileinto\ta\\nb\nend\n")},
	{"no folder", SPAN("fileinto\nend\n")},
	{"empty folder", SPAN("fileinto\t\nend\n")},
	{"folder upwards", SPAN("fileinto\ta..b\nend\n")},
	{"folder from the root", SPAN("fileinto\t/etc\nend\n")},
	{"folder not in UTF-8", SPAN("fileinto\ta\xff\nend\n")},
	{"folder in long UTF-8", SPAN("fileinto\t\xc0\xaf\nend\n")},
	{"folder with a surrogate", SPAN("fileinto\t\xed\xa0\x80\nend\n")},
	{"folder with cut UTF-8", SPAN("fileinto\ta\xc3\nend\n")},
	{"columns", SPAN("keep\ta\tb\nend\n")},
	{"too many columns", SPAN("vacation\t1\t2\t3\t4\t1\t6\t7\t8\nkeep\nend\n")},
	{"flag with a control", SPAN("keep\ta\\rb\nend\n")},
	{"flags with two spaces", SPAN("keep\ta  b\nend\n")},
	{"discard with a column", SPAN("discard\t\nend\n")},
	{"redirect to nobody", SPAN("redirect\t\nend\n")},
	{"redirect to an option", SPAN("redirect\t-t@example.org\nend\n")},
	{"redirect without domain", SPAN("redirect\troot\nend\n")},
	{"redirect to two lines", SPAN("redirect\ta@b\\nc@d\nend\n")},
	{"only header edits", SPAN("addheader\tX-A\tb\tlast\nend\n")},
	{"only vacation", SPAN("vacation\t1\t\t\t\t\t\tx\nend\n")},
	{"vacation without a number", SPAN("vacation\tx\nkeep\nend\n")},
	{"vacation, negative", SPAN("vacation\t-1\nkeep\nend\n")},
	{"vacation, a long number", SPAN("vacation\t9999999999\nkeep\nend\n")},
	{"vacation, MIME", SPAN("vacation\t1\t\t\t\tyes\nkeep\nend\n")},
	{"our field", SPAN("addheader\tx-spamcop-listed\tb\tlast\nkeep\nend\n")},
	{"Received", SPAN("deleteheader\tRECEIVED\t1\nkeep\nend\n")},
	{"field with a colon", SPAN("addheader\tA:\tb\tlast\nkeep\nend\n")},
	{"field with a space", SPAN("addheader\tA b\tb\tlast\nkeep\nend\n")},
	{"field without a name", SPAN("addheader\t\tb\tlast\nkeep\nend\n")},
	{"value with a line end", SPAN("addheader\tA\tb\\nBcc: c\tlast\nkeep\nend\n")},
	{"place", SPAN("addheader\tA\tb\tmiddle\nkeep\nend\n")},
	{"index 0", SPAN("deleteheader\tA\t0\nkeep\nend\n")},
	{"index x", SPAN("deleteheader\tA\tx\nkeep\nend\n")},
	{"two implicit keeps", SPAN("implicit\nimplicit\nend\n")},
	{"a question", SPAN("ask\tmailbox\tA\nkeep\nend\n")},
};

static void
assert_void(const char *what, struct span text)
{
	struct plan plan;
	struct err err = {""};

	if (plan_read(&plan, text, '.', &err) == 0)
		fail_msg("%s: the plan is not void", what);
	if (err.why[0] == '\0' || strlen(err.why) > 200)
		fail_msg("%s: why is [%s]", what, err.why);
	assert_int_equal(plan.n, 1);
	assert_int_equal(plan.action[0].kind, ACTION_IMPLICIT);
	assert_true(plan.done);
	plan_free(&plan);
}

static void
test_void(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++)
		assert_void(bads[i].what, bads[i].text);
}

/*
 * Every proper prefix of a plan is void, and so is every plan with one byte
 * made a control character.
 */
static void
test_cut(void **state)
{
	static const char text[] =
		"fileinto\tA\t\\\\Seen\naddheader\tX\ty\tlast\nredirect\ta@b.c\nimplicit\nend\n";
	char damaged[sizeof text];

	(void)state;
	for (size_t n = 0; n < sizeof text - 1; n++)
		assert_void("cut", (struct span){text, n});
	for (size_t i = 0; i < sizeof text - 1; i++) {
		memcpy(damaged, text, sizeof text);
		damaged[i] = '\0';
		assert_void("NUL", (struct span){damaged, sizeof text - 1});
	}
}

static void
test_limits(void **state)
{
	char *text = malloc(PROTOCOL_PLAN_MAX + 100);
	struct plan plan;
	struct err err;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < PLAN_ACTIONS_MAX + 1; i++)
		memcpy(text + i * 11, "fileinto\tA\n", 11);
	memcpy(text + PLAN_ACTIONS_MAX * 11, "end\n", 4);
	assert_int_equal(
		plan_read(&plan, (struct span){text, PLAN_ACTIONS_MAX * 11 + 4}, '.', &err), 0);
	assert_int_equal(plan.n, PLAN_ACTIONS_MAX);
	plan_free(&plan);
	memcpy(text + PLAN_ACTIONS_MAX * 11, "keep\nend\n", 9);
	assert_void("33 actions", (struct span){text, PLAN_ACTIONS_MAX * 11 + 9});

	memset(text, 'x', PROTOCOL_PLAN_MAX + 100);
	memcpy(text, "reject\t", 7);
	memcpy(text + PROTOCOL_LINE_MAX - 1, "\nend\n", 5);
	assert_int_equal(plan_read(&plan, (struct span){text, PROTOCOL_LINE_MAX + 4}, '.', &err),
			 0);
	plan_free(&plan);
	memcpy(text + PROTOCOL_LINE_MAX - 1, "x\nend\n", 6);
	assert_void("a long line", (struct span){text, PROTOCOL_LINE_MAX + 5});
	assert_void("a long plan", (struct span){text, PROTOCOL_PLAN_MAX + 1});
	free(text);
}

static const struct words {
	const char *what;
	struct span plan, script;
	bool stand;
} words[] = {
	{"keeps need none", SPAN("implicit\nkeep\nfileinto\tA\nend\n"), SPAN(""), true},
	{"discard", SPAN("discard\nend\n"), SPAN("if true { DisCard; }"), true},
	{"discard from nowhere", SPAN("discard\nend\n"), SPAN("if true { keep; }"), false},
	{"part of a word", SPAN("discard\nend\n"),
	 SPAN("discards discard_ _discard 1discard discar discard0 0discard"), false},
	{"at both ends", SPAN("discard\nend\n"), SPAN("discard"), true},
	{"redirect", SPAN("redirect\ta@b\nend\n"), SPAN("redirect\"a@b\";"), true},
	{"redirect from nowhere", SPAN("keep\nredirect\ta@b\nend\n"), SPAN("discard;"), false},
	{"ereject", SPAN("reject\tx\nend\n"), SPAN("ereject \"x\";"), true},
	{"reject from nowhere", SPAN("reject\tx\nend\n"), SPAN("erejects"), false},
	{"vacation from nowhere", SPAN("vacation\t1\nkeep\nend\n"), SPAN("keep;"), false},
	{"addheader from nowhere", SPAN("addheader\tA\tb\tlast\nkeep\nend\n"), SPAN("keep;"),
	 false},
};

static void
test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		struct plan plan;
		struct err err = {""};

		assert_int_equal(plan_read(&plan, words[i].plan, '.', &err), 0);
		if ((plan_check_words(&plan, plan_words(words[i].script), &err) == 0) !=
		    words[i].stand)
			fail_msg("%s: %s", words[i].what, err.why);
		plan_free(&plan);
	}
	assert_true(plan_words(SPAN("if body :contains \"a\" { INCLUDE \"b\"; }")) ==
		    (PLAN_WORD_BODY | PLAN_WORD_INCLUDE));
}

/* One implicit keep there is, whoever becomes one, and nothing else is lost. */
static void
test_implicit(void **state)
{
	static const struct {
		struct span text;
		size_t i, result, n, implicit;
	} cases[] = {
		{SPAN("redirect\ta@b\nkeep\nend\n"), 0, 1, 2, 0},
		{SPAN("keep\nredirect\ta@b\nend\n"), 1, 1, 2, 1},
		{SPAN("implicit\nredirect\ta@b\nend\n"), 1, 0, 1, 0},
		{SPAN("redirect\ta@b\nkeep\nimplicit\nend\n"), 0, 0, 2, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct plan plan;
		struct err err;
		size_t implicit = 0;

		assert_int_equal(plan_read(&plan, cases[i].text, '.', &err), 0);
		assert_int_equal(plan_make_implicit(&plan, cases[i].i), cases[i].result);
		assert_int_equal(plan.n, cases[i].n);
		assert_int_equal(plan.action[cases[i].implicit].kind, ACTION_IMPLICIT);
		for (size_t k = 0; k < plan.n; k++)
			implicit += plan.action[k].kind == ACTION_IMPLICIT;
		assert_int_equal(implicit, 1);
		plan_free(&plan);
	}
}

/* An address may be as long as that, and no longer. */
static void
test_address(void **state)
{
	static char text[PROTOCOL_ADDRESS_MAX + 100];

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		size_t n = PROTOCOL_ADDRESS_MAX + more;
		struct plan plan;
		struct err err;

		memcpy(text, "redirect\t", 9);
		memset(text + 9, 'x', n);
		text[9 + n / 2] = '@';
		memcpy(text + 9 + n, "\nend\n", 5);
		assert_int_equal(plan_read(&plan, (struct span){text, n + 14}, '.', &err),
				 more == 0 ? 0 : -1);
		plan_free(&plan);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),    cmocka_unit_test(test_void),
		cmocka_unit_test(test_cut),     cmocka_unit_test(test_limits),
		cmocka_unit_test(test_words),   cmocka_unit_test(test_implicit),
		cmocka_unit_test(test_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
