/*
 * addr.h: which addresses are special-purpose, at the edges of every network.
 */
#include "filter/base/addr.h"
#include "unit.h"

static const struct special {
	const char *text, *word; /* NULL: globally reachable */
} specials[] = {
	{"0.0.0.0", "this-network"},
	{"0.255.255.255", "this-network"},
	{"1.0.0.0", NULL},
	{"9.255.255.255", NULL},
	{"10.0.0.0", "private"},
	{"10.255.255.255", "private"},
	{"11.0.0.0", NULL},
	{"100.63.255.255", NULL},
	{"100.64.0.0", "shared"},
	{"100.127.255.255", "shared"},
	{"100.128.0.0", NULL},
	{"126.255.255.255", NULL},
	{"127.0.0.0", "loopback"},
	{"127.255.255.255", "loopback"},
	{"128.0.0.0", NULL},
	{"169.253.255.255", NULL},
	{"169.254.0.0", "link-local"},
	{"169.254.255.255", "link-local"},
	{"169.255.0.0", NULL},
	{"172.15.255.255", NULL},
	{"172.16.0.0", "private"},
	{"172.31.255.255", "private"},
	{"172.32.0.0", NULL},
	{"191.255.255.255", NULL},
	{"192.0.0.0", "protocol"},
	{"192.0.0.9", NULL},
	{"192.0.0.10", NULL},
	{"192.0.0.11", "protocol"},
	{"192.0.1.0", NULL},
	{"192.0.2.0", "documentation"},
	{"192.0.2.255", "documentation"},
	{"192.0.3.0", NULL},
	{"192.88.98.255", NULL},
	{"192.88.99.0", "6to4"},
	{"192.88.100.0", NULL},
	{"192.167.255.255", NULL},
	{"192.168.0.0", "private"},
	{"192.168.255.255", "private"},
	{"192.169.0.0", NULL},
	{"198.17.255.255", NULL},
	{"198.18.0.0", "benchmarking"},
	{"198.19.255.255", "benchmarking"},
	{"198.20.0.0", NULL},
	{"198.51.99.255", NULL},
	{"198.51.100.0", "documentation"},
	{"198.51.100.255", "documentation"},
	{"198.51.101.0", NULL},
	{"203.0.112.255", NULL},
	{"203.0.113.0", "documentation"},
	{"203.0.113.255", "documentation"},
	{"203.0.114.0", NULL},
	{"223.255.255.255", NULL},
	{"224.0.0.0", "multicast"},
	{"239.255.255.255", "multicast"},
	{"240.0.0.0", "reserved"},
	{"255.255.255.254", "reserved"},
	{"255.255.255.255", "broadcast"},
	{"::ffff:10.0.0.1", "private"},
	{"::ffff:9.9.9.9", NULL},
	{"64:ff9b::10.0.0.1", "private"},
	{"64:ff9b::9.9.9.9", NULL},
	{"64:ff9b:1::1", "private"},
	{"64:ff9b:2::1", NULL},
	{"::", "unspecified"},
	{"::1", "loopback"},
	{"::2", "reserved"},
	{"::9.9.9.9", "reserved"},
	{"0:0:0:0:0:1::", NULL},
	{"100::", "discard"},
	{"100:0:0:1::", "reserved"},
	{"100:0:0:2::", NULL},
	{"2000:ffff::", NULL},
	{"2001::", "teredo"},
	{"2001:0:ffff::", "teredo"},
	{"2001:1::1", NULL},
	{"2001:1::3", "protocol"},
	{"2001:2::1", "benchmarking"},
	{"2001:2:1::1", "protocol"},
	{"2001:3::1", NULL},
	{"2001:4:112::1", NULL},
	{"2001:10::1", "protocol"},
	{"2001:20::1", NULL},
	{"2001:30::1", NULL},
	{"2001:1ff:ffff::", "protocol"},
	{"2001:200::", NULL},
	{"2001:db7:ffff::", NULL},
	{"2001:db8::", "documentation"},
	{"2001:db8:ffff::", "documentation"},
	{"2001:db9::", NULL},
	{"2001:ffff::", NULL},
	{"2002::", "6to4"},
	{"2002:909:909::1", "6to4"},
	{"2003::", NULL},
	{"2a00:1450::1", NULL},
	{"3ffe:ffff::", NULL},
	{"3fff::", "documentation"},
	{"3fff:fff::", "documentation"},
	{"3fff:1000::", NULL},
	{"5eff::", NULL},
	{"5f00::", "reserved"},
	{"5f01::", NULL},
	{"fbff::", NULL},
	{"fc00::", "private"},
	{"fdff:ffff::", "private"},
	{"fe00::", NULL},
	{"fe7f::", NULL},
	{"fe80::", "link-local"},
	{"febf::1", "link-local"},
	{"fec0::", "site-local"},
	{"feff::", "site-local"},
	{"ff00::", "multicast"},
	{"ff02::1", "multicast"},
};

static void
test_special(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++) {
		struct addr addr;

		assert_true(addr_parse(span_of(specials[i].text), &addr));
		const char *word = addr_special(&addr);
		assert_span(specials[i].text, span_of(word == NULL ? "-" : word),
			    span_of(specials[i].word == NULL ? "-" : specials[i].word));
	}
}

static void
test_kinds(void **state)
{
	static const struct kind {
		const char *text;
		bool loopback, private;
	} kinds[] = {
		{"127.9.9.9", true, false},        {"::1", true, false},
		{"::ffff:127.0.0.1", true, false}, {"10.1.2.3", false, true},
		{"100.64.0.1", false, true},       {"169.254.1.1", false, true},
		{"fd00::1", false, true},          {"fe80::1%eth0", false, true},
		{"192.0.2.1", false, false},       {"9.9.9.9", false, false},
		{"2a00::1", false, false},         {"0.0.0.0", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct addr addr;

		assert_true(addr_parse(span_of(kinds[i].text), &addr));
		assert_int_equal(addr_is_loopback(&addr), kinds[i].loopback);
		assert_int_equal(addr_is_private(&addr), kinds[i].private);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_special),
					   cmocka_unit_test(test_kinds)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
