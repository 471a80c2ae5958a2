/*
 * match.h: comparators, :is, :contains, :matches, :value, :count; and that
 * hostile patterns stay cheap.
 */
#include "sieve/match/fold.h"
#include "sieve/match/match.h"
#include "unit.h"

#include <stdlib.h>

/* The captures as "[a][b]", without [0]. */
static char *
print_captures(const struct match_captures *captures)
{
	static char text[4096];
	size_t n = 0;

	for (size_t i = 1; i < captures->n; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "[%.*s]",
				      (int)captures->capture[i].n, captures->capture[i].p);
	text[n] = '\0';
	return text;
}

static enum match_result
run(enum match_type type, enum match_comparator comparator, enum match_relation relation,
    struct span key, struct span value, struct match_captures *captures)
{
	struct match match;
	struct err err;
	size_t where;

	assert_int_equal(match_init(&match, type, comparator, relation, key, &where, &err), 0);
	enum match_result result = match_run(&match, value, captures);
	match_free(&match);
	return result;
}

#define OCT MATCH_OCTET
#define ASC MATCH_ASCII_CASEMAP
#define NUM MATCH_ASCII_NUMERIC
#define UNI MATCH_UNICODE_CASEMAP

static const struct {
	enum match_comparator comparator;
	struct span pattern, value;
	const char *captures; /* NULL: no match */
} globs[] = {
	/* RFC 5229 3.2 */
	{ASC, SPAN("*<*@*"), SPAN("List <acme-users@example.com>"),
	 "[List ][acme-users][example.com>]"},
	{ASC, SPAN("[*] *"), SPAN("[acme-users] [fwd] version 1.0 is out"),
	 "[acme-users][[fwd] version 1.0 is out]"},
	{ASC, SPAN("coyote@**.com"), SPAN("coyote@ACME.Example.COM"), "[][ACME.Example]"},
	/* RFC 5228 2.7.1 */
	{ASC, SPAN(""), SPAN(""), ""},
	{ASC, SPAN(""), SPAN("a"), NULL},
	{ASC, SPAN("a"), SPAN(""), NULL},
	{ASC, SPAN("*"), SPAN(""), "[]"},
	{ASC, SPAN("*"), SPAN("abc"), "[abc]"},
	{ASC, SPAN("**"), SPAN("abc"), "[][abc]"},
	{ASC, SPAN("***"), SPAN("abc"), "[][][abc]"},
	{ASC, SPAN("?"), SPAN("a"), "[a]"},
	{ASC, SPAN("?"), SPAN(""), NULL},
	{ASC, SPAN("?"), SPAN("ab"), NULL},
	{ASC, SPAN("??"), SPAN("ab"), "[a][b]"},
	{ASC, SPAN("*?"), SPAN("abc"), "[ab][c]"},
	{ASC, SPAN("?*"), SPAN("abc"), "[a][bc]"},
	{ASC, SPAN("*?*"), SPAN("abc"), "[][a][bc]"},
	{ASC, SPAN("*?b*"), SPAN("abcb"), "[][a][cb]"},
	{ASC, SPAN("?*?"), SPAN("a"), NULL},
	{ASC, SPAN("?*?"), SPAN("ab"), "[a][][b]"},
	{ASC, SPAN("a*"), SPAN("ABC"), "[BC]"},
	{ASC, SPAN("*c"), SPAN("ABC"), "[AB]"},
	{ASC, SPAN("a*c"), SPAN("ABC"), "[B]"},
	{ASC, SPAN("a*a"), SPAN("a"), NULL},
	{ASC, SPAN("a*a"), SPAN("aa"), "[]"},
	{ASC, SPAN("a*a*a"), SPAN("aaaa"), "[][a]"},
	{ASC, SPAN("*a"), SPAN("banana"), "[banan]"},
	{ASC, SPAN("*an*"), SPAN("banana"), "[b][ana]"},
	{ASC, SPAN("*an*an*"), SPAN("banana"), "[b][][a]"},
	{ASC, SPAN("*ab*ab"), SPAN("ababab"), "[][ab]"},
	{ASC, SPAN("*aab*"), SPAN("aaab"), "[a][]"},
	{ASC, SPAN("*a?b*"), SPAN("aaxaab"), "[aax][a][]"},
	{ASC, SPAN("*a?c?e*"), SPAN("abcxabcde"), "[abcx][b][d][]"},
	{ASC, SPAN("*??b??"), SPAN("xxabcd"), "[x][x][a][c][d]"},
	{ASC, SPAN("*.*.*"), SPAN("a.b.c.d"), "[a][b][c.d]"},
	{ASC, SPAN("*b?"), SPAN("abbc"), "[ab][c]"},
	{OCT, SPAN("a*"), SPAN("ABC"), NULL},
	{OCT, SPAN("A*"), SPAN("ABC"), "[BC]"},
	/* escapes */
	{ASC, SPAN("\\*"), SPAN("*"), ""},
	{ASC, SPAN("\\*"), SPAN("a"), NULL},
	{ASC, SPAN("\\?"), SPAN("?"), ""},
	{ASC, SPAN("\\?"), SPAN("a"), NULL},
	{ASC, SPAN("\\\\"), SPAN("\\"), ""},
	{ASC, SPAN("\\a"), SPAN("A"), ""},
	{ASC, SPAN("a\\"), SPAN("a\\"), ""},
	{ASC, SPAN("*\\*\\**"), SPAN("***"), "[][*]"},
	{ASC, SPAN("*\\\\*"), SPAN("a\\b"), "[a][b]"},
	{ASC, SPAN("*\\?"), SPAN("why?"), "[why]"},
	/* bytes */
	{ASC, SPAN("*\0*"), SPAN("a\0b"), "[a][b]"},
	{ASC, SPAN("?"), SPAN("\xC3\xA9"), NULL},
	{ASC, SPAN("??"), SPAN("\xC3\xA9"), "[\xC3][\xA9]"},
	{ASC, SPAN("\xC3\xA9*"), SPAN("\xC3\xA9t\xC3\xA9"), "[t\xC3\xA9]"},
	/* i;ascii-casemap leaves E-acute alone */
	{ASC, SPAN("\xC3\x89*"), SPAN("\xC3\xA9t\xC3\xA9"), NULL},
	/* i;unicode-casemap: characters, and captures as the value has them */
	{UNI, SPAN("?"), SPAN("\xC3\xA9"), "[\xC3\xA9]"},
	{UNI, SPAN("\xC3\x89*"), SPAN("\xC3\xA9t\xC3\xA9"), "[t\xC3\xA9]"},
	{UNI, SPAN("*\xD0\x9F*"), SPAN("\xD0\xBE\xD0\xBF\xD0\xBE"), "[\xD0\xBE][\xD0\xBE]"},
	{UNI, SPAN("caf?"), SPAN("CAFE\xCC\x81"), "[E\xCC\x81]"},
	{UNI, SPAN("caf\xC3\xA9"), SPAN("CAFE\xCC\x81"), ""},
	{UNI, SPAN("*??"), SPAN("x\xC3\xA9\xE2\x82\xAC"), "[x][\xC3\xA9][\xE2\x82\xAC]"},
	{UNI, SPAN("*\xEF\xBC\xA1*"), SPAN("xay"), "[x][y]"}, /* full-width A */
	{UNI, SPAN("*"), SPAN("\xEF\xBC\x8A"), "[\xEF\xBC\x8A]"},
	/* a full-width asterisk is no wildcard */
	{UNI, SPAN("\xEF\xBC\x8A"), SPAN("abc"), NULL},
	{UNI, SPAN("?x"), SPAN("\xFFX"), "[\xFF]"},
	{UNI, SPAN("*?x"), SPAN("\xFF\xFEX"), "[\xFF][\xFE]"},
	/* Hangul */
	{UNI, SPAN("\xED\x95\x9C?"), SPAN("\xED\x95\x9C\xEA\xB8\x80"), "[\xEA\xB8\x80]"},
};

static void
test_globs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof globs / sizeof globs[0]; i++) {
		struct match_captures captures = {0};
		enum match_result result = run(MATCH_MATCHES, globs[i].comparator, MATCH_EQ,
					       globs[i].pattern, globs[i].value, &captures);

		if (result != (globs[i].captures != NULL))
			print_error("%.*s %.*s\n", (int)globs[i].pattern.n, globs[i].pattern.p,
				    (int)globs[i].value.n, globs[i].value.p);
		assert_int_equal(result, globs[i].captures != NULL ? MATCH_YES : MATCH_NO);
		if (result != MATCH_YES)
			continue;
		assert_span("value", captures.capture[0], globs[i].value);
		assert_span(globs[i].pattern.p, span_of(print_captures(&captures)),
			    span_of(globs[i].captures));
	}
}

/*
 * The plain definition, exponential, for short strings: does it match, and with
 * the shortest stars from the left?
 */
static bool
slow_glob(const char *pattern, const char *value)
{
	if (*pattern == '\0')
		return *value == '\0';
	if (*pattern == '*')
		return slow_glob(pattern + 1, value) ||
		       (*value != '\0' && slow_glob(pattern, value + 1));
	if (*value == '\0')
		return false;
	return (*pattern == '?' || *pattern == *value) && slow_glob(pattern + 1, value + 1);
}

/* The same with the lengths of what the wildcards take. */
static bool
slow_captures(const char *pattern, const char *value, char *to)
{
	if (*pattern != '*' && *pattern != '?')
		return *pattern == '\0'
			       ? (*to = '\0', *value == '\0')
			       : *value == *pattern && slow_captures(pattern + 1, value + 1, to);
	if (*pattern == '?')
		return *value != '\0' && (*to = '1', slow_captures(pattern + 1, value + 1, to + 1));
	for (size_t n = 0; n <= strlen(value); n++) {
		*to = (char)('0' + n);
		if (slow_captures(pattern + 1, value + n, to + 1))
			return true;
	}
	return false;
}

static void
test_random_globs(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char pattern[9], value[13], want[16] = "", got[16] = "";
		size_t p = (size_t)rand_r(&seed) % sizeof pattern,
		       v = (size_t)rand_r(&seed) % sizeof value;
		struct match_captures captures = {0};

		for (size_t i = 0; i < p; i++)
			pattern[i] = "ab*?*"[rand_r(&seed) % 5];
		for (size_t i = 0; i < v; i++)
			value[i] = "ab"[rand_r(&seed) % 2];
		pattern[p < sizeof pattern ? p : sizeof pattern - 1] = '\0';
		value[v < sizeof value ? v : sizeof value - 1] = '\0';
		enum match_result result = run(MATCH_MATCHES, round % 2 ? UNI : OCT, MATCH_EQ,
					       span_of(pattern), span_of(value), &captures);
		assert_int_equal(result == MATCH_YES, slow_glob(pattern, value));
		if (result != MATCH_YES)
			continue;
		assert_true(slow_captures(pattern, value, want));
		for (size_t i = 1; i < captures.n; i++)
			got[i - 1] = (char)('0' + captures.capture[i].n);
		assert_string_equal(got, want);
	}
}

#include "match_comparisons.h"

static void
test_comparisons(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++) {
		if (run(comparisons[i].type, comparisons[i].comparator, MATCH_EQ,
			comparisons[i].key, comparisons[i].value,
			NULL) != (int)comparisons[i].result)
			print_error("case %zu: %.*s\n", i, (int)comparisons[i].key.n,
				    comparisons[i].key.p);
		assert_int_equal(run(comparisons[i].type, comparisons[i].comparator, MATCH_EQ,
				     comparisons[i].key, comparisons[i].value, NULL),
				 comparisons[i].result);
	}
}

static const struct {
	enum match_comparator comparator;
	struct span a, b;
	int order;
} orders[] = {
	{NUM, SPAN("0"), SPAN("1"), -1},
	{NUM, SPAN("1"), SPAN("4294967298"), -1},
	{NUM, SPAN("04294967298"), SPAN(""), -1},
	{NUM, SPAN("x"), SPAN("y"), 0},
	{NUM, SPAN("10"), SPAN("9"), 1},
	{NUM, SPAN("99999999999999999999998"), SPAN("99999999999999999999999"), -1},
	{NUM, SPAN("10 apples"), SPAN("10"), 0},
	{OCT, SPAN(""), SPAN(""), 0},
	{OCT, SPAN(""), SPAN("a"), -1},
	{OCT, SPAN("b"), SPAN("abc"), 1},
	{OCT, SPAN("a"), SPAN("B"), 1},
	{OCT, SPAN("ab"), SPAN("abc"), -1},
	{OCT, SPAN("\x7F"), SPAN("\x80"), -1},
	{ASC, SPAN("a"), SPAN("B"), -1},
	{ASC, SPAN("A"), SPAN("a"), 0},
	{ASC, SPAN("_"), SPAN("a"), 1},
	{ASC, SPAN("Z"), SPAN("["), -1},
	{ASC, SPAN("2007-02-26"), SPAN("2007-02-27"), -1},
	{UNI, SPAN("\xC3\xA4"), SPAN("\xC3\x84"), 0},
	{UNI, SPAN("a"), SPAN("B"), -1},
};

static void
test_orders(void **state)
{
	static const bool holds[6][3] = {
		/* order -1, 0, 1 */
		[MATCH_GT] = {0, 0, 1}, [MATCH_GE] = {0, 1, 1}, [MATCH_LT] = {1, 0, 0},
		[MATCH_LE] = {1, 1, 0}, [MATCH_EQ] = {0, 1, 0}, [MATCH_NE] = {1, 0, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		int order = match_compare(orders[i].comparator, orders[i].a, orders[i].b);

		assert_int_equal((order > 0) - (order < 0), orders[i].order);
		order = match_compare(orders[i].comparator, orders[i].b, orders[i].a);
		assert_int_equal((order > 0) - (order < 0), -orders[i].order);
		for (int relation = MATCH_GT; relation <= MATCH_NE; relation++)
			assert_int_equal(run(MATCH_VALUE, orders[i].comparator,
					     (enum match_relation)relation, orders[i].b,
					     orders[i].a, NULL),
					 holds[relation][orders[i].order + 1]);
	}
}

static void
test_count(void **state)
{
	struct match match;
	struct err err;
	size_t where;

	(void)state;
	assert_int_equal(match_init(&match, MATCH_COUNT, NUM, MATCH_GE, SPAN("3"), &where, &err),
			 0);
	assert_int_equal(match_count(&match, 2), MATCH_NO);
	assert_int_equal(match_count(&match, 3), MATCH_YES);
	assert_int_equal(match_count(&match, 10), MATCH_YES);
	match_free(&match);
}

static void
test_names(void **state)
{
	enum match_comparator comparator;
	enum match_relation relation;

	(void)state;
	assert_true(match_comparator_find(SPAN("i;ascii-casemap"), &comparator));
	assert_int_equal(comparator, ASC);
	assert_true(match_comparator_find(SPAN("i;unicode-casemap"), &comparator));
	assert_int_equal(comparator, UNI);
	assert_false(match_comparator_find(SPAN("i;basic"), &comparator));
	assert_true(match_relation_find(SPAN("NE"), &relation));
	assert_int_equal(relation, MATCH_NE);
	assert_false(match_relation_find(SPAN("=="), &relation));
	assert_false(match_allowed(MATCH_CONTAINS, NUM));
	assert_false(match_allowed(MATCH_MATCHES, NUM));
	assert_false(match_allowed(MATCH_REGEX, NUM));
	assert_true(match_allowed(MATCH_IS, NUM));
	assert_true(match_allowed(MATCH_VALUE, OCT));
}

#define MEGABYTE ((size_t)1 << 20)

static struct span
repeat(const char *unit, size_t n)
{
	size_t length = strlen(unit);
	char *p = malloc(n * length);

	assert_non_null(p);
	for (size_t i = 0; i < n; i++)
		memcpy(p + i * length, unit, length);
	return (struct span){p, n * length};
}

/*
 * `pattern` made of n times unit, then tail, over a value of n bytes 'a': how
 * many steps?
 */
static unsigned long
steps_of(const char *unit, size_t units, const char *tail, size_t n,
	 enum match_comparator comparator, enum match_result want)
{
	struct span head = repeat(unit, units), value = repeat("a", n);
	char *p = malloc(head.n + strlen(tail));
	unsigned long before = match_steps();

	assert_non_null(p);
	memcpy(p, head.p, head.n);
	memcpy(p + head.n, tail, strlen(tail));
	enum match_result result = run(MATCH_MATCHES, comparator, MATCH_EQ,
				       (struct span){p, head.n + strlen(tail)}, value, NULL);
	if (want != MATCH_LIMIT)
		assert_int_equal(result, want);
	free((void *)(uintptr_t)head.p);
	free((void *)(uintptr_t)value.p);
	free(p);
	return match_steps() - before;
}

/*
 * Steps grow with the value, not with its ways to match: twice the bytes, about
 * twice the steps.
 */
static void
test_linear(void **state)
{
	static const struct {
		const char *unit;
		size_t units;
		const char *tail;
	} patterns[] = {{"*a", 4, "*b"},   {"*a", 4, "b"},      {"*a", 200, "*b*"},
			{"*aa", 50, "*b"}, {"*a?a", 20, "*b*"}, {"*?", 50, "b"},
			{"*", 1000, "b"},  {"?", 1000, "*b"},   {"*?a?", 10, "*?b?*"}};

	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
		for (int unicode = 0; unicode < 2; unicode++) {
			enum match_comparator comparator = unicode ? UNI : ASC;
			unsigned long one =
				steps_of(patterns[i].unit, patterns[i].units, patterns[i].tail,
					 MEGABYTE / 2, comparator, MATCH_NO);
			unsigned long two =
				steps_of(patterns[i].unit, patterns[i].units, patterns[i].tail,
					 MEGABYTE, comparator, MATCH_NO);

			assert_true(two < 3 * one + 5000);
			assert_true(two < 8 * MEGABYTE);
		}
	}
	/* Patterns of a megabyte. */
	assert_true(steps_of("*a", MEGABYTE / 2, "", MEGABYTE, ASC, MATCH_YES) < 16 * MEGABYTE);
	assert_true(steps_of("?", MEGABYTE, "", MEGABYTE, ASC, MATCH_YES) < 16 * MEGABYTE);
	assert_true(steps_of("a", MEGABYTE - 1, "b", MEGABYTE, ASC, MATCH_NO) < 16 * MEGABYTE);
	assert_true(steps_of("*aaaaaaaaaaaaaaab", MEGABYTE / 17, "*", MEGABYTE, ASC, MATCH_NO) <
		    16 * MEGABYTE);
}

/* What cannot be linear ends at the limit, which says so. */
static void
test_limit(void **state)
{
	(void)state;
	unsigned long steps = steps_of(
		"*a?", 1,
		"a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?ab*",
		MEGABYTE, ASC, MATCH_LIMIT);
	assert_true(steps < 2 * MATCH_STEPS_MAX);
	struct span key = repeat("a?", 5000), value = repeat("a", 3 * MEGABYTE);
	char *pattern = malloc(key.n + 3);
	assert_non_null(pattern);
	pattern[0] = '*';
	memcpy(pattern + 1, key.p, key.n);
	memcpy(pattern + 1 + key.n, "b*", 2);
	assert_int_equal(
		run(MATCH_MATCHES, ASC, MATCH_EQ, (struct span){pattern, key.n + 3}, value, NULL),
		MATCH_LIMIT);
	free(pattern);
	free((void *)(uintptr_t)key.p);
	free((void *)(uintptr_t)value.p);
}

/* More wildcards than captures: the first ones are kept. */
static void
test_many_captures(void **state)
{
	struct match_captures captures = {0};
	struct span key = repeat("?", 500), value = repeat("x", 500);

	(void)state;
	assert_int_equal(run(MATCH_MATCHES, ASC, MATCH_EQ, key, value, &captures), MATCH_YES);
	assert_int_equal(captures.n, MATCH_CAPTURES_MAX);
	assert_ptr_equal(captures.capture[99].p, value.p + 98);
	free((void *)(uintptr_t)key.p);
	free((void *)(uintptr_t)value.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_globs),        cmocka_unit_test(test_random_globs),
		cmocka_unit_test(test_comparisons),  cmocka_unit_test(test_orders),
		cmocka_unit_test(test_count),        cmocka_unit_test(test_names),
		cmocka_unit_test(test_linear),       cmocka_unit_test(test_limit),
		cmocka_unit_test(test_many_captures)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
