/*
 * ere.h: POSIX extended expressions on PCRE2, compared with regcomp(3) of the C
 * library; limits.
 */
#include "filter/base/buf.h"
#include "sieve/match/match.h"
#include "sieve/match/ere.h"
#include "unit.h"

#include <regex.h>
#include <stdlib.h>

static struct ere *
compile(struct span pattern, bool ignore_case)
{
	struct err err;
	size_t where;
	struct ere *ere = ere_compile(pattern, ignore_case, &where, &err);

	if (ere == NULL)
		print_error("%.*s: %zu: %s\n", (int)pattern.n, pattern.p, where, err.why);
	assert_non_null(ere);
	return ere;
}

static const struct {
	struct span pattern, value;
	const char *captures; /* from [0] on; NULL: no match */
} cases[] = {
	{SPAN("^\\[(.*)\\] (.*)$"), SPAN("[acme-users] version 1"),
	 "{[acme-users] version 1}{acme-users}{version 1}"},
	{SPAN("me(\\+.*)?@company\\.com"), SPAN("Me+x@COMPANY.com"), "{Me+x@COMPANY.com}{+x}"},
	{SPAN("me(\\+.*)?@company\\.com"), SPAN("me@company.com"), "{me@company.com}{}"},
	{SPAN("[[:digit:]]{3}-[0-9]{4}"), SPAN("call 555-1234 now"), "{555-1234}"},
	{SPAN("^[^[:space:]]+$"), SPAN("word"), "{word}"},
	{SPAN("^[^[:space:]]+$"), SPAN("two words"), NULL},
	{SPAN("a|b|"), SPAN("x"), "{}"},
	{SPAN(""), SPAN("x"), "{}"},
	{SPAN("^$"), SPAN(""), "{}"},
	{SPAN("a.c"), SPAN("a\nc"), "{a\nc}"}, /* no line is special */
	{SPAN("^b"), SPAN("a\nb"), NULL},
	{SPAN("a$"), SPAN("a\n"), NULL},
	{SPAN("a\\.b"), SPAN("a.b"), "{a.b}"},
	{SPAN("a\\.b"), SPAN("axb"), NULL},
	{SPAN("[]a]+"), SPAN("x]a]"), "{]a]}"},
	{SPAN("[^]a]"), SPAN("]ab"), "{b}"},
	{SPAN("[a\\]x"), SPAN("\\x"), "{\\x}"}, /* a backslash in brackets is itself */
	{SPAN("[a-]"), SPAN("-"), "{-}"},
	{SPAN("[-a]"), SPAN("-"), "{-}"},
	{SPAN("[%--]"), SPAN("-"), "{-}"},
	{SPAN("[[.-.]]"), SPAN("-"), "{-}"},
	{SPAN("[[=a=]b]+"), SPAN("ab"), "{ab}"},
	{SPAN("[(*?]+"), SPAN("x(*?"), "{(*?}"},
	{SPAN("a**"), SPAN("aaa"), "{aaa}"},
	{SPAN("a+?b"), SPAN("aab"), "{aab}"},    /* a repetition repeated, not a lazy one */
	{SPAN("a++ab"), SPAN("aaab"), "{aaab}"}, /* not a possessive one */
	{SPAN("a{2}{2}"), SPAN("aaaaa"), "{aaaa}"},
	{SPAN("a{,2}b"), SPAN("aab"), "{aab}"},
	{SPAN("a{2,}"), SPAN("aaa"), "{aaa}"},
	{SPAN("a\\{2"), SPAN("a{2"), "{a{2}"},
	{SPAN("a)b"), SPAN("a)b"), "{a)b}"},
	{SPAN("(a)(b)?(c)"), SPAN("ac"), "{ac}{a}{}{c}"},
	{SPAN("(a)\\1"), SPAN("aa"), "{aa}{a}"},
	{SPAN("(a*)\\1b"), SPAN("aaaab"), "{aaaab}{aa}"},
	{SPAN("\\<foo\\>"), SPAN("a foo b"), "{foo}"},
	{SPAN("\\<foo\\>"), SPAN("afoo b"), NULL},
	{SPAN("\\bfoo\\b"), SPAN("a-foo."), "{foo}"},
	{SPAN("\\w+\\W\\s\\S"), SPAN("ab, c"), "{ab, c}"},
	{SPAN("\\d\\d\\D"), SPAN("x12y"), "{12y}"},
	{SPAN("a#b x"), SPAN("a#b x"), "{a#b x}"},
	{SPAN("\\Q"), SPAN(""), NULL},
	{SPAN("J\xC3\xB6rg"), SPAN("j\xC3\xB6RG"), "{j\xC3\xB6RG}"},
	{SPAN("^J.rg$"), SPAN("J\xC3\xB6rg"), "{J\xC3\xB6rg}"}, /* a character of UTF-8 */
	{SPAN("[\xC3\xA4\xC3\xB6]rg"), SPAN("J\xC3\xB6rg"), "{\xC3\xB6rg}"},
	/* bytes that are none match nothing */
	{SPAN("x.y"), SPAN("x\xFFy"), NULL},
	{SPAN("b"),
	 SPAN("\xFF\xFE"
	      "b"),
	 "{b}"},
	{SPAN("\xFF."), SPAN("a\xFF\xFE"), "{\xFF\xFE}"}, /* a pattern of bytes sees bytes */
	{SPAN("\xC3\xB6\xFF"), SPAN("\xC3\xB6\xFF"), "{\xC3\xB6\xFF}"},
	{SPAN("a\0"), SPAN("xb"), NULL},
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct match_captures captures = {0};
		char text[512];
		size_t n = 0, where;
		struct err err;

		if (span_equal(cases[i].pattern, SPAN("\\Q"))) {
			assert_null(ere_compile(cases[i].pattern, false, &where, &err));
			continue;
		}
		struct ere *ere = compile(cases[i].pattern, true);
		enum match_result result = ere_run(ere, cases[i].value, &captures);
		if (result != (cases[i].captures != NULL))
			print_error("%.*s\n", (int)cases[i].pattern.n, cases[i].pattern.p);
		assert_int_equal(result, cases[i].captures != NULL ? MATCH_YES : MATCH_NO);
		for (size_t c = 0; result == MATCH_YES && c < captures.n; c++)
			n += (size_t)snprintf(text + n, sizeof text - n, "{%.*s}",
					      (int)captures.capture[c].n, captures.capture[c].p);
		if (result == MATCH_YES)
			assert_span(cases[i].pattern.p, span_of(text), span_of(cases[i].captures));
		ere_free(ere);
	}
}

static const struct {
	const char *pattern;
	size_t where;
} errors[] = {
	{"(a", 2},
	{"*a", 0},
	{"a|*b", 2},
	{"(*a)", 1},
	{"(?:a)", 1},
	{"(?=a)", 1},
	{"(?R)", 1},
	{"(*LIMIT_MATCH=1)", 1},
	{"^*", 1},
	{"[a", 0},
	{"[]", 0},
	{"[^]", 0},
	{"a[z-a]", 2},
	{"[[:foo:]]", 1},
	{"[[:alpha]", 1},
	{"[a-[:digit:]]", 1},
	{"[[.hyphen.]]", 1},
	{"a{", 1},
	{"a{x}", 1},
	{"a{2,1}", 1},
	{"a{1,2,3}", 1},
	{"a{}", 1},
	{"a{,}", 1},
	{"{1}", 0},
	{"a{32768}", 1},
	{"a{99999999999}", 1},
	{"a\\", 1},
	{"\\1", 0},
	{"(a\\1)", 2},
	{"(a)\\2", 3},
	{"\\E", 0},
	{"\\x41", 0},
	{"\\K", 0},
	{"\\C", 0},
	{"\\p{L}", 0},
	{"\\0", 0},
	{"a***********b", 11},
	{"\\<*", 2},
	{"[[.a]", 1},
};

static void
test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
		struct err err;
		size_t where = 999;
		struct ere *ere = ere_compile(span_of(errors[i].pattern), false, &where, &err);

		if (ere != NULL || where != errors[i].where)
			print_error("%s: %zu: %s\n", errors[i].pattern, where,
				    ere != NULL ? "compiles" : err.why);
		assert_null(ere);
		assert_int_equal(where, errors[i].where);
	}
}

/*
 * Random expressions of what both know: accepted by both, and the same answer.
 */
static void
test_against_libc(void **state)
{
	static const char *const parts[] = {"a",    "b",    ".",   "(",   ")",           "|",
					    "*",    "+",    "?",   "{2}", "{,1}",        "{1,}",
					    "[ab]", "[^a]", "^",   "$",   "[[:alpha:]]", "[]x]",
					    "\\.",  "\\(",  "\\b", "\\w"};
	unsigned seed = 7, agreed = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char pattern[64] = "", value[10];
		size_t where, n = 1 + (size_t)rand_r(&seed) % 7;
		struct err err;
		regex_t theirs;

		for (size_t i = 0; i < n; i++)
			strncat(pattern,
				parts[(size_t)rand_r(&seed) % (sizeof parts / sizeof parts[0])],
				sizeof pattern - strlen(pattern) - 1);
		struct ere *ours = ere_compile(span_of(pattern), false, &where, &err);
		int compiled = regcomp(&theirs, pattern, REG_EXTENDED);
		if ((ours != NULL) != (compiled == 0))
			print_error("%s: %s\n", pattern,
				    ours != NULL ? "compiles here only" : err.why);
		assert_int_equal(ours != NULL, compiled == 0);
		for (int k = 0; ours != NULL && k < 5; k++) {
			size_t length = (size_t)rand_r(&seed) % sizeof value;

			for (size_t i = 0; i < length; i++)
				value[i] = "aabx."[rand_r(&seed) % 5];
			value[length < sizeof value ? length : sizeof value - 1] = '\0';
			enum match_result result = ere_run(ours, span_of(value), NULL);
			int found = regexec(&theirs, value, 0, NULL, 0) == 0;
			if (result != (found ? MATCH_YES : MATCH_NO))
				print_error("%s on %s: %d, regexec %d\n", pattern, value, result,
					    found);
			assert_int_equal(result, found ? MATCH_YES : MATCH_NO);
			agreed++;
		}
		if (compiled == 0)
			regfree(&theirs);
		ere_free(ours);
	}
	assert_true(agreed > 10000);
}

/* Expressions that take forever on a backtracking matcher. */
static void
test_limits(void **state)
{
	static const char *const patterns[] = {"(a+)+$",        "(a|a)*b",    "(a*)*b",
					       "(a|aa)+$",      "(.*)*x",     "^(a?){50}a{50}$",
					       "(a+){10}y",     "([a-z]+)*!", "((a*)*)*b",
					       "a.*a.*a.*a.*b", "(x+x+)+y"};
	const size_t size = 100000;
	char *value = malloc(size + 1);

	(void)state;
	assert_non_null(value);
	memset(value, 'a', size);
	value[size] = ';';
	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
		struct ere *ere = compile(span_of(patterns[i]), false);
		struct match_captures captures;

		enum match_result result = ere_run(ere, (struct span){value, size + 1}, NULL);
		if (result != MATCH_NO)
			print_error("%s: %d\n", patterns[i], result);
		assert_int_equal(result, MATCH_NO);
		assert_int_equal(ere_run(ere, (struct span){value, 31}, &captures),
				 patterns[i][0] == '(' && strstr(patterns[i], "$") != NULL &&
					 strstr(patterns[i], "^") == NULL);
		ere_free(ere);
	}
	/* A match that only the automaton finds has no captures to give. */
	struct ere *ere = compile(SPAN("(a|b|ab)*;"), false);
	assert_int_equal(ere_run(ere, (struct span){value, size + 1}, NULL), MATCH_YES);
	ere_free(ere);
	/* Back references have no automaton. */
	ere = compile(SPAN("(a|aa)*\\1;;"), false);
	assert_int_equal(ere_run(ere, (struct span){value, size + 1}, NULL), MATCH_LIMIT);
	ere_free(ere);
	free(value);
}

/* Expressions that are too large are refused, in no time. */
static void
test_sizes(void **state)
{
	static const char *const units[] = {"(",     "[",  "a{1000}", "((a{100}){100}){100}",
					    "(a|b)", "a*", "\\<",     "[[:alpha:]]",
					    "(a*)*"};
	char *pattern = malloc(ERE_LENGTH_MAX + 1);

	(void)state;
	assert_non_null(pattern);
	for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
		struct err err;
		size_t where, unit = strlen(units[u]), n = 0;

		for (; n + unit <= ERE_LENGTH_MAX; n += unit)
			memcpy(pattern + n, units[u], unit);
		ere_free(ere_compile((struct span){pattern, n}, true, &where, &err));
	}
	memset(pattern, 'a', ERE_LENGTH_MAX + 1);
	struct err err;
	size_t where;
	assert_null(ere_compile((struct span){pattern, ERE_LENGTH_MAX + 1}, true, &where, &err));
	ere_free(compile((struct span){pattern, ERE_LENGTH_MAX}, true));
	free(pattern);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_errors),
		cmocka_unit_test(test_against_libc), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_sizes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
