/* address.h: lists of addresses as they should be and as they come. */
#include "sieve/mail/address.h"
#include "unit.h"

#include <stdlib.h>

#define SEP " | "

static const struct {
	/* the addresses, SEP between them; an invalid one with "! " in front */
	const char *in, *all;
} cases[] = {
	/* RFC 5322 3.4 */
	{"john@example.org", "john@example.org"},
	{"John Doe <john@example.org>", "john@example.org"},
	{"\"Joe Q. Public\" <john.q.public@example.com>", "john.q.public@example.com"},
	{"Who? <one@y.test>", "one@y.test"},
	{"<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
	 "boss@nil.test" SEP "sysservices@example.net"},
	{"Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
	 "mary@x.test" SEP "jdoe@example.org" SEP "one@y.test"},
	{"A Group:Ed Jones <joe@where.test>,joe@where.test,John <jdoe@one.test>;",
	 "joe@where.test" SEP "joe@where.test" SEP "jdoe@one.test"},
	{"Undisclosed recipients:;", "! Undisclosed recipients:;"},
	{"undisclosed-recipients:;, a@b", "a@b"},
	{"grp: x@y, <z@w>; , q@r", "x@y" SEP "z@w" SEP "q@r"},
	{"grp: x@y, <z@w>, q@r", "x@y" SEP "z@w" SEP "q@r"},
	{"Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "pete@silly.test"},
	{"A Group(Some people):Chris Jones <c@(Chris's host.)public.example>, joe@example.org,  "
	 "John <jdoe@one.test> (my dear friend); "
	 "(the end of the group)",
	 "c@public.example" SEP "joe@example.org" SEP "jdoe@one.test"},
	{"(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;",
	 "! (Empty list)(start)Hidden recipients  :(nobody(that I know))  ;"},
	/* 4.4: obsolete */
	{"<@r1,@r2:rt@ex>", "rt@ex"},
	{"<@r1:rt@ex>", "rt@ex"},
	{"<@r1 , , @r2 : rt@ex>", "rt@ex"},
	{"(c)a . b@(x)example . com(y)", "a.b@example.com"},
	{"\"a\" . \"b\"@c", "a.b@c"},
	{"a@b,,c@d", "a@b" SEP "c@d"},
	{", ,a@b", "a@b"},
	{"John Q. Public <j@example.com>", "j@example.com"},
	{"John @ Doe", "John@Doe"},
	{"Name <a@ b.c>", "a@b.c"},
	{"Name < a@b >", "a@b"},
	{"Name<a@b>", "a@b"},
	/* quoting */
	{"\"foo bar\"@example.org", "\"foo bar\"@example.org"},
	{"\"a.b\"@c", "a.b@c"},
	{"\"a\\\"b\"@c", "\"a\\\"b\"@c"},
	{"\"a\\\\b\"@c", "\"a\\\\b\"@c"},
	{"<\"a b\"@c>", "\"a b\"@c"},
	{"\"a,b\" <c@d>, \"x;y\" <e@f>", "c@d" SEP "e@f"},
	{"\"Doe, John\" <a@b>", "a@b"},
	{"a@[192.0.2.1]", "a@[192.0.2.1]"},
	{"a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]"},
	/* broken, and read as Pigeonhole reads it */
	{"broken", "! broken"},
	{"broken, a@b", "a@b"},
	{"a@b, root", "a@b"},
	{"a b@c", "! a b@c"},
	{"John Doe john@example.org", "! John Doe john@example.org"},
	{"\"unclosed <q@r>", "! \"unclosed <q@r>"},
	{"a@b, \"unclosed <q@r>", "a@b"},
	{"John \"Q\" Doe <a@b>", "a@b"},
	{"John @ Doe <a@b>", "John@Doe"},
	{"a@b <c@d>", "a@b"},
	{"<a@b> <c@d>", "a@b"},
	{"<a@b", "! <a@b"},
	{"a@b>", "a@b"},
	{"<<a@b>>", "! <<a@b>>"},
	{"<>", "! <>"},
	{"<a>", "! <a>"},
	{"<a@>", "! <a@>"},
	{"@b", "! @b"},
	{"a@", "! a@"},
	{"a@b@c", "a@b"},
	{"a..b@c", "\"a..b\"@c"},
	{".a@c", "\".a\"@c"},
	{"a.@c", "\"a.\"@c"},
	{"a@b..c", "! a@b..c"},
	{"a@.b", "! a@.b"},
	{"a@b.", "! a@b."},
	{"a@[1.2.3.4", "! a@[1.2.3.4"},
	{"a;b@c", "! a;b@c"},
	{"a@b; c@d", "a@b"},
	{"a@b c@d", "a@b"},
	{"a@b (comment, with comma), c@d", "a@b" SEP "c@d"},
	{"a@b (unclosed, c@d", "a@b"},
	{"'a@b'", "'a@b'"},
	{"mailto:a@b", "a@b"},
	{"<mailto:a@b>", "! <mailto:a@b>"},
	{"Name <a@b> (tail)", "a@b"},
	{"Name <a@b> tail, c@d", "a@b" SEP "c@d"},
	{"Name <a b@c>", "! Name <a b@c>"},
	{"Name: <a@b>", "a@b"},
	{":a@b", "a@b"},
	{"a:b:c@d;", "! a:b:c@d;"},
	{"grp:a@b;c@d", "a@b"},
	{"grp:a@b;,c@d", "a@b" SEP "c@d"},
	{"a/b=c/d@e", "a/b=c/d@e"},
	{"user%host@gw", "user%host@gw"},
	{"a!b!c", "! a!b!c"},
	{"-@-", "-@-"},
	{"a@b\t,\tc@d", "a@b" SEP "c@d"},
	{"<a@b>, broken <c, d@e>", "a@b" SEP "d@e"},
	{"root (Cron Daemon)", "! root (Cron Daemon)"},
	{"\\a@b", "! \\a@b"},
	{"a\\@b@c", "! a\\@b@c"},
	{"J\xC3\xB6rg <j@x.example>", "j@x.example"},
	{"j\xC3\xB6rg@x.example", "j\xC3\xB6rg@x.example"}, /* RFC 6532 */
	{"j@x\xC3\xB6rg.example", "j@x\xC3\xB6rg.example"},
	{"=?utf-8?Q?J=C3=B6rg?= <j@x.example>", "j@x.example"},
	{"(just a comment)", ""},
	{"", ""},
	{" ", ""},
	{"  a@b  ", "a@b"},
};

/* All addresses of a value as the cases write them. */
static char *
list_all(struct span value)
{
	char *text = calloc(1, 4 * value.n + 16);
	struct address_list list;
	struct address address;
	size_t n = 0;

	assert_non_null(text);
	address_open(&list, value);
	while (address_next(&list, &address)) {
		if (n > 0) {
			memcpy(text + n, SEP, 3);
			n += 3;
		}
		if (!address.valid) {
			memcpy(text + n, "! ", 2);
			n += 2;
		}
		memcpy(text + n, address.all.p, address.all.n);
		n += address.all.n;
	}
	assert_false(address_next(&list, &address));
	address_close(&list);
	return text;
}

static void
test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *got = list_all(span_of(cases[i].in));

		assert_span(cases[i].in, span_of(got), span_of(cases[i].all));
		free(got);
	}
}

static const struct {
	const char *in;
	const char *local, *domain, *user, *detail; /* NULL: the part does not exist */
} part_cases[] = {
	{"ken+sieve@example.org", "ken+sieve", "example.org", "ken", "sieve"},
	{"ken@example.org", "ken", "example.org", "ken", NULL},
	{"ken+@example.org", "ken+", "example.org", "ken", ""},
	{"+ken@example.org", "+ken", "example.org", "", "ken"},
	{"a+b+c@d", "a+b+c", "d", "a", "b+c"},
	{"\"a b+c d\"@e", "a b+c d", "e", "a b", "c d"},
	{"\"a\\\"b\"@c", "a\"b", "c", "a\"b", NULL},
	{"Name <X.Y@Z>", "X.Y", "Z", "X.Y", NULL},
	{"\"\"@c", NULL, NULL, NULL, NULL},
	{"broken", NULL, NULL, NULL, NULL},
};

static void
assert_part(const char *what, const struct address *address, enum address_part part, char delimiter,
	    const char *want)
{
	struct span text = SPAN("");
	bool found = address_part(address, part, delimiter, &text);

	if (found != (want != NULL))
		print_error("%s\n", what);
	assert_int_equal(found, want != NULL);
	if (found)
		assert_span(what, text, span_of(want));
}

static void
test_parts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof part_cases / sizeof part_cases[0]; i++) {
		struct address_list list;
		struct address address;

		address_open(&list, span_of(part_cases[i].in));
		assert_true(address_next(&list, &address));
		assert_part(part_cases[i].in, &address, ADDRESS_LOCALPART, '+',
			    part_cases[i].local);
		assert_part(part_cases[i].in, &address, ADDRESS_DOMAIN, '+', part_cases[i].domain);
		assert_part(part_cases[i].in, &address, ADDRESS_USER, '+', part_cases[i].user);
		assert_part(part_cases[i].in, &address, ADDRESS_DETAIL, '+', part_cases[i].detail);
		assert_part(part_cases[i].in, &address, ADDRESS_USER, '\0', part_cases[i].local);
		assert_part(part_cases[i].in, &address, ADDRESS_DETAIL, '\0', NULL);
		address_close(&list);
	}
}

static const struct {
	const char *path, *all, *local, *domain;
} envelopes[] = {
	{"user@example.org", "user@example.org", "user", "example.org"},
	{"<user@example.org>", "user@example.org", "user", "example.org"},
	{" user+x@example.org ", "user+x@example.org", "user+x", "example.org"},
	{"", "", "", ""},
	{"<>", "", "", ""},
	{"root", "root", "root", NULL},
	{"<MAILER-DAEMON>", "MAILER-DAEMON", "MAILER-DAEMON", NULL},
	{"two words@example", "two words@example", NULL, NULL},
};

static void
test_envelopes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof envelopes / sizeof envelopes[0]; i++) {
		struct address_list list;
		struct address address;

		address_envelope(&list, span_of(envelopes[i].path), &address);
		assert_part(envelopes[i].path, &address, ADDRESS_ALL, '+', envelopes[i].all);
		assert_part(envelopes[i].path, &address, ADDRESS_LOCALPART, '+',
			    envelopes[i].local);
		assert_part(envelopes[i].path, &address, ADDRESS_DOMAIN, '+', envelopes[i].domain);
		address_close(&list);
	}
}

static void
test_is_one(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: no */
	} ones[] = {{"a@b", "a@b"},
		    {"Name <a@b>", "a@b"},
		    {"\"x y\"@b", "\"x y\"@b"},
		    {"a@b (comment)", "a@b"},
		    {"\"Doe, J\" <a@b>", "a@b"},
		    {"a@b, c@d", NULL},
		    {"a@b,", NULL},
		    {",a@b", NULL},
		    {"a@b c", NULL},
		    {"g: a@b;", NULL},
		    {"<@r:a@b>", NULL},
		    {"a", NULL},
		    {"", NULL},
		    {"a@b\n.c@d", NULL},
		    {"\"a\nb\"@c", NULL},
		    {"a@b>", NULL},
		    {"a@b (unclosed", NULL},
		    {"\"a@b", NULL},
		    {"a@b; c@d", NULL},
		    {"-oQ/tmp@b", "-oQ/tmp@b"}};
	char to[40];

	(void)state;
	for (size_t i = 0; i < sizeof ones / sizeof ones[0]; i++) {
		assert_int_equal(address_is_one(span_of(ones[i].in), NULL, 0), ones[i].out != NULL);
		if (address_is_one(span_of(ones[i].in), to, sizeof to))
			assert_string_equal(to, ones[i].out);
	}
	assert_false(address_is_one(SPAN("long@example.org"), to, 16));
	assert_true(address_is_one(SPAN("long@example.or"), to, 16));
}

/*
 * Hostile values: the whole list is read, and nothing takes more than linear
 * time (the test's own limit would be passed by far).
 */
static void
test_large(void **state)
{
	static const char *const units[] = {
		"a@b, ", "\"", "(", "<",    "\"a\" ", "<a@b", "x:",  "a:b@c;", "\\",  "@",
		".",     "a.", ",", "<@a,", "(\"",    "[",    "a@[", ")",      "\"\\"};
	const size_t size = (size_t)4 << 20;
	char *value = malloc(size);

	(void)state;
	assert_non_null(value);
	for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
		size_t unit = strlen(units[u]), n = 0, count = 0;
		struct address_list list;
		struct address address;

		for (; n + unit <= size; n += unit)
			memcpy(value + n, units[u], unit);
		address_open(&list, (struct span){value, n});
		while (address_next(&list, &address))
			count++;
		if (u == 0)
			assert_int_equal(count, n / unit);
		address_close(&list);
	}
	free(value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists), cmocka_unit_test(test_parts),
		cmocka_unit_test(test_envelopes), cmocka_unit_test(test_is_one),
		cmocka_unit_test(test_large)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
