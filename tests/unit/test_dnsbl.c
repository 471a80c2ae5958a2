/*
 * dnsbl.h, dnsbl_name.h: the names that are asked for, what answers mean, who
 * is asked about.
 */
#include "filter/lists/dnsbl.h"
#include "filter/lists/dnsbl_name.h"
#include "unit.h"

static const struct {
	const char *addr, *want;
} names[] = {
	/* RFC 5782 2.1 and 2.4 */
	{"192.0.2.99", "99.2.0.192.bad.example.com"},
	{"2001:db8:1:2:3:4:567:89ab",
	 "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.bad.example.com"},
	{"::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.bad.example.com"},
	{"::ffff:192.0.2.99", "99.2.0.192.bad.example.com"},
};

static void
test_names(void **state)
{
	char name[256], zone[254];
	struct addr addr;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_true(addr_parse(span_of(names[i].addr), &addr));
		dnsbl_name(&addr, "bad.example.com", name, sizeof name);
		assert_string_equal(name, names[i].want);
	}
	memset(zone, 'z', sizeof zone - 1);
	zone[sizeof zone - 1] = '\0';
	dnsbl_name(&addr, zone, name, 254);
	assert_string_equal(name, "");
	assert_true(addr_parse(SPAN("::1"), &addr));
	dnsbl_name(&addr, zone + 63, name, 254);
	assert_string_equal(name, "");
	dnsbl_name(&addr, zone + 64, name, 254);
	assert_int_equal(strlen(name), 253);
}

static void
test_test_names(void **state)
{
	char name[256];

	(void)state;
	dnsbl_test_name(DNSBL_TEST_LISTED, "bl.example", name, sizeof name);
	assert_string_equal(name, "2.0.0.127.bl.example");
	dnsbl_test_name(DNSBL_TEST_CLEAN, "bl.example", name, sizeof name);
	assert_string_equal(name, "1.0.0.127.bl.example");
	dnsbl_test_name(DNSBL_TEST_LISTED_IPV6, "bl.example", name, sizeof name);
	assert_string_equal(
		name, "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.bl.example");
	dnsbl_test_name(DNSBL_TEST_CLEAN_IPV6, "bl.example", name, sizeof name);
	assert_string_equal(
		name, "1.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.bl.example");
}

static const struct {
	const char *answers[4]; /* of the list */
	const char *got[4];
	const char *cause;
	unsigned matched;
} judgements[] = {
	{{"127.0.0.2"}, {NULL}, NULL, 0},
	{{"127.0.0.2"}, {"127.0.0.2"}, NULL, 1},
	{{"127.0.0.2"}, {"127.0.0.3"}, NULL, 0},
	{{"127.0.0.2"}, {"127.0.0.3", "127.0.0.2"}, NULL, 1},
	{{"127.0.0.2", "127.0.0.[4..7]"}, {"127.0.0.5"}, NULL, 2},
	{{"127.0.0.2", "127.0.0.[4..7]"}, {"127.0.0.5", "127.0.0.2", "127.0.0.9"}, NULL, 3},
	{{"127.0.0.&4", "127.0.0.&8"}, {"127.0.0.12"}, NULL, 3},
	{{"127.0.0.&4"}, {"127.0.0.8"}, NULL, 0},
	{{"127.0.0.2"}, {"127.0.0.1"}, "insane", 0},
	{{"127.0.0.2"}, {"127.0.0.2", "127.0.0.1"}, "insane", 1},
	{{"127.0.0.2"}, {"198.51.100.7"}, "insane", 0},
	{{"127.0.0.2"}, {"0.0.0.0"}, "insane", 0},
	{{"127.0.0.2"}, {"128.0.0.2"}, "insane", 0},
	{{"127.0.0.2"}, {"127.255.255.252"}, "refused", 0},
	{{"127.0.0.2"}, {"127.255.255.254", "127.0.0.2"}, NULL, 1},
	{{"127.0.0.2"}, {"127.255.255.255"}, "refused", 0},
	{{"127.0.0.2"}, {"127.255.255.0"}, "refused", 0},
	{{"127.0.0.2"}, {"127.255.254.255"}, NULL, 0},
	{{"127.0.0.2"}, {"127.0.0.255"}, "refused", 0},
	/*
	 * two answers count only where the list names them; a bit names neither
	 */
	{{"127.0.0.[2..255]"}, {"127.0.0.255"}, NULL, 1},
	{{"127.0.0.2", "127.0.0.255"}, {"127.0.0.255"}, NULL, 2},
	{{"127.0.0.1", "127.0.0.2"}, {"127.0.0.1"}, NULL, 1},
	{{"127.0.0.1", "127.0.0.2"}, {"127.0.0.2", "127.0.0.1"}, NULL, 3},
	{{"127.0.0.1"}, {"127.0.0.1", "198.51.100.7"}, "insane", 1},
	{{"127.0.0.&1"}, {"127.0.0.1"}, "insane", 0},
	{{"127.0.0.&1"}, {"127.0.0.3"}, NULL, 1},
	{{"127.0.0.&4"}, {"127.0.0.255"}, "refused", 0},
	{{"127.0.1.&4"}, {"127.0.1.255"}, NULL, 1},
	{{"127.[0..255].[0..255].[0..255]"}, {"127.255.255.254"}, "refused", 0},
	{{"127.0.0.2"}, {"127.0.0.255", "198.51.100.7"}, "insane", 0},
};

static uint32_t
number(const char *text)
{
	struct addr addr;

	assert_true(addr_parse(span_of(text), &addr));
	return addr_ipv4(&addr);
}

static void
test_judgements(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof judgements / sizeof judgements[0]; i++) {
		struct answer answers[4] = {{.weight = 6}};
		struct list list = {.answers = answers};
		uint32_t a[4];
		size_t n = 0;
		unsigned matched;
		struct err err;

		while (list.n_answers < 4 && judgements[i].answers[list.n_answers] != NULL) {
			assert_int_equal(conf_parse_answer(judgements[i].answers[list.n_answers],
							   &answers[list.n_answers], &err),
					 0);
			list.n_answers++;
		}
		for (; n < 4 && judgements[i].got[n] != NULL; n++)
			a[n] = number(judgements[i].got[n]);
		const char *cause = dnsbl_judge(&list, a, n, &matched);
		if ((cause == NULL) != (judgements[i].cause == NULL) ||
		    (cause == NULL && matched != judgements[i].matched))
			fail_msg("row %zu: %s, matched %x", i, cause == NULL ? "no cause" : cause,
				 matched);
		if (cause != NULL)
			assert_string_equal(cause, judgements[i].cause);
	}
}

static void
test_who_is_asked(void **state)
{
	static struct answer good = {.weight = -2}, bad = {.weight = 6};
	static struct answer mixed[2] = {{.weight = -2}, {.weight = 2}};
	static const struct {
		struct list list;
		const char *want; /* of the relays handoff, claimed, claimed IPv6, repeated */
	} rows[] = {
		{{.answers = &bad, .n_answers = 1}, "yy-n"},
		{{.answers = &bad, .n_answers = 1, .ipv6 = true}, "yyyn"},
		{{.answers = &bad, .n_answers = 1, .handoff_only = true, .ipv6 = true}, "ynnn"},
		{{.answers = &bad, .n_answers = 1, .allow = true, .ipv6 = true}, "ynnn"},
		{{.answers = &good, .n_answers = 1, .ipv6 = true}, "ynnn"},
		{{.answers = mixed, .n_answers = 2, .ipv6 = true}, "yyyn"},
		/* the oldest one that can be asked about is IPv6 */
		{{.answers = &bad, .n_answers = 1, .not_first = true, .ipv6 = true}, "yynn"},
		{{.answers = &bad, .n_answers = 1, .not_first = true}, "yy-n"},
	};
	static struct chain chain = {.stored = 4, .handoff = 0};

	(void)state;
	assert_true(addr_parse(SPAN("198.51.100.1"), &chain.relay[0].asked_as));
	assert_true(addr_parse(SPAN("198.51.100.2"), &chain.relay[1].asked_as));
	assert_true(addr_parse(SPAN("2001:db8::1"), &chain.relay[2].asked_as));
	assert_true(addr_parse(SPAN("198.51.100.1"), &chain.relay[3].asked_as));
	chain.relay[3].no_lookup = "repeated";
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t r = 0; r < 4; r++)
			assert_int_equal(dnsbl_asks(&chain, r, &rows[i].list),
					 rows[i].want[r] == 'y');
}

/*
 * relays = "not-first": all but the oldest of those asked about; a lone one is.
 */
static void
test_not_first(void **state)
{
	static struct answer bad = {.weight = 6};
	static const struct list list = {.answers = &bad, .n_answers = 1, .not_first = true};
	static const struct {
		const char *relays; /* a asked, n not asked, l beyond the limit */
		const char *want;
	} rows[] = {
		{"a", "y"},     {"aa", "yn"}, {"aaa", "yyn"}, {"na", "ny"},
		{"nan", "nyn"}, {"an", "yn"}, {"naa", "nyn"}, {"naan", "nynn"},
		{"ana", "ynn"}, {"n", "n"},   {"aal", "yyn"}, {"al", "yn"},
	};
	static struct chain chain;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		chain.stored = strlen(rows[i].relays);
		for (size_t r = 0; r < chain.stored; r++) {
			char kind = rows[i].relays[r];

			chain.relay[r].asked_as = addr_from_ipv4(0xc6336401U + (uint32_t)r);
			chain.relay[r].no_lookup = kind == 'a'   ? NULL
						   : kind == 'l' ? RELAY_LIMIT
								 : "private";
		}
		for (size_t r = 0; r < chain.stored; r++)
			if (dnsbl_asks(&chain, r, &list) != (rows[i].want[r] == 'y'))
				fail_msg("%s: relay %zu", rows[i].relays, r);
	}
}

/*
 * Without a server to ask, everything fails and nothing is listed; without
 * anything to ask, nothing is sent.
 */
static void
test_no_server(void **state)
{
	static struct answer answers[1];
	static char zone[] = "bl.test";
	static struct list list = {.name = zone, .zone = zone, .answers = answers, .n_answers = 1};
	static struct chain chain;
	struct dns_server nobody = {.addr = addr_from_ipv4(0x7f000001), .port = 1};
	struct conf conf = {.lists = &list,
			    .n_lists = 1,
			    .dns = {.servers = &nobody,
				    .n_servers = 1,
				    .timeout = 1,
				    .tries = 2,
				    .deadline = 5}};
	struct lookups lookups;

	(void)state;
	dnsbl_run(&conf, &chain, &lookups);
	assert_int_equal(lookups.n, 0);
	dnsbl_free(&lookups);
	chain.stored = 1;
	assert_true(addr_parse(SPAN("198.51.100.1"), &chain.relay[0].asked_as));
	dnsbl_run(&conf, &chain, &lookups);
	assert_int_equal(lookups.n, 1);
	assert_int_equal(lookups.lookup[0].state, LOOKUP_FAILED);
	assert_string_equal(lookups.lookup[0].cause, "unreachable");
	dnsbl_free(&lookups);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),      cmocka_unit_test(test_test_names),
		cmocka_unit_test(test_judgements), cmocka_unit_test(test_who_is_asked),
		cmocka_unit_test(test_not_first),  cmocka_unit_test(test_no_server)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
