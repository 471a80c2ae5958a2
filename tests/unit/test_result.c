/*
 * What scripts decided, as a plan: keeps over several scripts, doubles,
 * exclusions, escapes; and the flags that go with it.
 */
#include "unit.h"

#include "sieve/script/flags.h"
#include "sieve/run/result.h"

#include <stdlib.h>

/*
 * One letter for each thing done: n next script, k keep, d discard, f fileinto
 * A, F fileinto B, I fileinto inbox, c fileinto :copy C, r redirect, R reject,
 * v vacation.
 */
static int
play(struct result *result, const char *steps, struct err *err)
{
	const struct span vacation[7] = {SPAN("1"), SPAN(""), SPAN(""),    SPAN(""),
					 SPAN(""),  SPAN(""), SPAN("away")};
	int wrong = 0;

	for (; *steps != '\0' && wrong == 0; steps++)
		switch (*steps) {
		case 'n':
			if (!result_next_script(result))
				return 0;
			break;
		case 'k':
			wrong = result_keep(result, SPAN("x"), err);
			break;
		case 'b': /* flags with what a plan escapes */
			wrong = result_keep(result, SPAN("\\Seen \\Flagged"), err);
			break;
		case 's': /* B, by another name */
			wrong = result_fileinto(result, SPAN("INBOX/B"), SPAN("y"), false, err);
			break;
		case 'd':
			wrong = result_discard(result, err);
			break;
		case 'f':
		case 'F':
			wrong = result_fileinto(result, *steps == 'f' ? SPAN("A") : SPAN("B"),
						SPAN(""), false, err);
			break;
		case 'I':
			wrong = result_fileinto(result, SPAN("inbox"), SPAN(""), false, err);
			break;
		case 'c':
			wrong = result_fileinto(result, SPAN("C"), SPAN(""), true, err);
			break;
		case 'r':
			wrong = result_redirect(result, SPAN("a@b.c"), false, err);
			break;
		case 'R':
			wrong = result_reject(result, SPAN("no"), err);
			break;
		case 'v':
			wrong = result_vacation(result, vacation, err);
			break;
		}
	return wrong;
}

static void
plans(void **unused)
{
	static const struct {
		const char *steps, *want; /* "": no plan */
	} cases[] = {
		{"n", "implicit\tf\nend\n"},
		{"nk", "keep\tx\nend\n"},
		{"nkk", "keep\tx\nend\n"},
		{"nf", "fileinto\tA\nend\n"},
		{"nfFf", "fileinto\tA\nfileinto\tB\nend\n"},
		{"nkI", "keep\nend\n"},
		{"nIk", "fileinto\tinbox\tx\nend\n"},
		{"nc", "fileinto\tC\nimplicit\tf\nend\n"},
		{"nd", "discard\nend\n"},
		{"nkd", "keep\tx\ndiscard\nend\n"},
		{"nrr", "redirect\ta@b.c\nend\n"},
		{"nR", "reject\tno\nend\n"},
		{"nRk", ""},
		{"nkR", ""},
		{"nfR", ""},
		{"nRf", ""},
		{"nrR", ""},
		{"nRr", ""},
		{"nRv", ""},
		{"nvR", ""},
		{"nv", "vacation\t1\t\t\t\t\t\taway\nimplicit\tf\nend\n"},
		{"nvv", ""},
		/* several scripts */
		{"nn", "implicit\tf\nend\n"},
		{"nkn", "keep\tx\nend\n"},
		{"nknd", "discard\nend\n"},
		{"nknf", "fileinto\tA\nend\n"},
		{"nknc", "fileinto\tC\nkeep\tx\nend\n"},
		{"nfnd", "fileinto\tA\nend\n"},
		{"nfknd", "fileinto\tA\ndiscard\nend\n"},
		{"ncnf", "fileinto\tC\nfileinto\tA\nend\n"},
		{"ndnk", "discard\nend\n"},
		{"nvnv", "vacation\t1\t\t\t\t\t\taway\nimplicit\tf\nend\n"},
		{"nbn", "keep\t\\\\Seen \\\\Flagged\nend\n"},
		{"nbnn", "keep\t\\\\Seen \\\\Flagged\nend\n"},
		{"nbnc", "fileinto\tC\nkeep\t\\\\Seen \\\\Flagged\nend\n"},
		{"nfFs", "fileinto\tA\nfileinto\tB\ty\nend\n"},
		{"nknn", "keep\tx\nend\n"},
		{"nknnd", "discard\nend\n"},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct result result;
		struct pool pool;
		struct err err;
		char *text = NULL;
		size_t n = 0;

		pool_init(&pool);
		result_init(&result, &pool, '.');
		if (play(&result, cases[i].steps, &err) != 0)
			assert_span(cases[i].steps, SPAN(""), span_of(cases[i].want));
		else {
			FILE *to = open_memstream(&text, &n);

			assert_non_null(to);
			result_print(&result, SPAN("f"), to);
			assert_int_equal(fclose(to), 0);
			const struct span got = {text, n};
			assert_span(cases[i].steps, got, span_of(cases[i].want));
			free(text);
		}
		pool_free(&pool);
	}
}

static void
too_many(void **unused)
{
	struct result result;
	struct pool pool;
	struct err err;
	char name[16];
	unsigned i = 0;

	(void)unused;
	pool_init(&pool);
	result_init(&result, &pool, '.');
	assert_true(result_next_script(&result));
	do
		(void)snprintf(name, sizeof name, "f%u", i);
	while (result_fileinto(&result, span_of(name), SPAN(""), false, &err) == 0 && ++i < 100);
	assert_int_equal(i, RESULT_LINES_MAX - 1);
	pool_free(&pool);
}

static void
escapes(void **unused)
{
	struct pool pool;

	(void)unused;
	pool_init(&pool);
	assert_span("escapes", result_escape(&pool, SPAN("a\tb\nc\rd\\e\001f\177\303\244")),
		    SPAN("a\\tb\\nc\\rd\\\\e\\x01f\\x7F\303\244"));
	assert_span("NULs", result_escape(&pool, SPAN("\0a\0\0")),
		    SPAN("\357\277\275a\357\277\275\357\277\275"));
	pool_free(&pool);
}

static void
flag_sets(void **unused)
{
	static const struct {
		const char *flags, *words, *sum, *difference;
	} cases[] = {
		{"", "", "", ""},
		{"", "a  b\ta", "a b", ""},
		{"a b", "B c", "a b c", "a"},
		{"\\Seen", "\\seen \\Flagged", "\\Seen \\Flagged", ""},
		{"a", "\\Recent \\Nonsense a(b \303\244 * %", "a", "a"},
		{"a b c", "b", "a b c", "a c"},
	};
	struct pool pool;

	(void)unused;
	pool_init(&pool);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_span(cases[i].words,
			    flags_add(&pool, span_of(cases[i].flags), span_of(cases[i].words)),
			    span_of(cases[i].sum));
		assert_span(cases[i].words,
			    flags_remove(&pool, span_of(cases[i].flags), span_of(cases[i].words)),
			    span_of(cases[i].difference));
	}
	pool_free(&pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans),
		cmocka_unit_test(too_many),
		cmocka_unit_test(escapes),
		cmocka_unit_test(flag_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
