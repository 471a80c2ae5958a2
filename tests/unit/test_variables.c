/* References, scopes and limits of variables. */
#include "unit.h"

#include "sieve/text/text.h"
#include "sieve/script/variables.h"

#include <stdlib.h>

static struct pool pool;

static int
set_up(void **unused)
{
	(void)unused;
	pool_init(&pool);
	return 0;
}

static int
tear_down(void **unused)
{
	(void)unused;
	pool_free(&pool);
	return 0;
}

static void
references(void **unused)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""},
		{"plain", "plain"},
		{"${a}", "1"},
		{"x${a}y${B}z", "x1y2z"},
		{"${A}", "1"},
		{"${none}", ""},
		{"$", "$"},
		{"${", "${"},
		{"${a", "${a"},
		{"${}", "${}"},
		{"${a b}", "${a b}"},
		{"$${a}", "$1"},
		{"${${a}}", "${1}"},
		{"${1a}", "${1a}"},
		{"${0}", "whole"},
		{"${01}", "part"},
		{"${2}", ""},
		{"${99999999999999999999}", ""},
		{"${global.g}", "shared"},
		{"${global.a}", ""},
		{"${a.}", "${a.}"},
		{"${.a}", "${.a}"},
		{"${1.a}", "${1.a}"},
		{"${x.y.z}", ""},
		{"${g}", ""},
	};
	struct scope global = {NULL, 0};
	struct variables variables = {
		.global = &global, .captures = 2, .capture = {SPAN("whole"), SPAN("part")}};

	(void)unused;
	assert_true(variables_set(&variables, &pool, SPAN("a"), SPAN("1")));
	assert_true(variables_set(&variables, &pool, SPAN("b"), SPAN("2")));
	assert_true(variables_set(&variables, &pool, SPAN("GLOBAL.g"), SPAN("shared")));
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_span(cases[i].text,
			    variables_expand(&variables, &pool, span_of(cases[i].text)),
			    span_of(cases[i].want));
}

static void
names(void **unused)
{
	static const struct {
		const char *name;
		bool plain, spaces;
	} cases[] = {
		{"a", true, true},
		{"_a1", true, true},
		{"", false, false},
		{"1", false, false},
		{"1a", false, false},
		{"a-b", false, false},
		{"a.b", false, false},
		{"global.a", false, true},
		{"global.", false, false},
		{"global.1", false, false},
		{"global.a.b", false, false},
		{"other.a", false, false},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true, true},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false, false},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(variables_name_valid(span_of(cases[i].name), false),
				 cases[i].plain);
		assert_int_equal(variables_name_valid(span_of(cases[i].name), true),
				 cases[i].spaces);
	}
}

static void
scopes(void **unused)
{
	struct scope global = {NULL, 0};
	struct variables one = {.global = &global}, two = {.global = &global};

	(void)unused;
	assert_true(variables_share(&one, &pool, SPAN("x")) &&
		    variables_set(&one, &pool, SPAN("X"), SPAN("1")));
	assert_span("not declared", variables_get(&two, SPAN("x")), SPAN(""));
	assert_true(variables_share(&two, &pool, SPAN("x")) &&
		    variables_share(&two, &pool, SPAN("x")));
	assert_span("declared", variables_get(&two, SPAN("x")), SPAN("1"));
	assert_true(variables_set(&two, &pool, SPAN("y"), SPAN("2")));
	assert_span("private", variables_get(&one, SPAN("y")), SPAN(""));
	assert_false(variables_share(&two, &pool, SPAN("Y")));
}

static void
limits(void **unused)
{
	struct scope global = {NULL, 0};
	struct variables variables = {.global = &global};
	char name[16];
	size_t n = VARIABLE_VALUE_MAX + 10;
	char *value = malloc(n);

	(void)unused;
	assert_non_null(value);
	memset(value, 'a', n);
	memcpy(value + VARIABLE_VALUE_MAX - 2, "\342\202\254", 3); /* a character over the border */
	assert_true(variables_set(&variables, &pool, SPAN("v"), (struct span){value, n}));
	assert_int_equal(variables_get(&variables, SPAN("v")).n, VARIABLE_VALUE_MAX - 2);
	memcpy(value + VARIABLE_VALUE_MAX - 3, "\342\202\254a", 4); /* one that just fits */
	assert_true(variables_set(&variables, &pool, SPAN("v"), (struct span){value, n}));
	assert_int_equal(variables_get(&variables, SPAN("v")).n, VARIABLE_VALUE_MAX);
	assert_true(text_utf8_valid(variables_get(&variables, SPAN("v"))));
	free(value);
	for (unsigned i = 1; i < VARIABLES_MAX; i++) {
		(void)snprintf(name, sizeof name, "n%u", i);
		assert_true(variables_set(&variables, &pool, span_of(name), SPAN("x")));
	}
	assert_false(variables_set(&variables, &pool, SPAN("more"), SPAN("x")));
	assert_true(variables_set(&variables, &pool, SPAN("n1"), SPAN("y")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(references, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(scopes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(limits, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
