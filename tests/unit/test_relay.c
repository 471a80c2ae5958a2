/* relay.h: who is trusted, who handed the message over, what is looked up. */
#include "filter/relays/relay.h"
#include "unit.h"

#include <stdlib.h>

#define P(addr) "Received: from a (b [" addr "]) by mx.test (Postfix) with ESMTP id 1; Mon\n"
#define A(addr) "Received: from a (b [" addr "]) by mx.test (Postfix) with ESMTPSA id 1; Mon\n"
#define FETCH(addr)                                                                                \
	"Received: from pop [" addr "] by box with POP3 (fetchmail-6.4) for <u@x>; Mon\n"
#define LOCAL "Received: by mx.test (Postfix, from userid 1) id 1; Mon\n"
/* chasquid: which of the two versions wrote it? */
#define UNSURE(one, other)                                                                         \
	"Received: from [" one "] ([" other "])\n\tby mx.test (chasquid) with ESMTP\n\t(over "     \
	"SMTP, plain text!, envelope from \"a@b\")\n\t; Mon\n"
#define BROKEN "Received: from a (b [1.2.3]) by mx.test (Postfix) with ESMTP id 1; Mon\n"

/*
 * want: one relay a line, "ADDRESS ROLE LOOKUP"; "! " before it for one that
 * could not be parsed.
 */
static const struct trust {
	const char *what, *networks, *header, *want;
} trusts[] = {
	{"none", NULL, "Subject: x\n", ""},
	{"one", NULL, P("9.1.1.1"), "9.1.1.1 handoff yes\n"},
	{"private while unset", NULL,
	 P("127.0.0.1") P("10.0.0.1") P("fd00::1") P("100.64.0.1") P("fe80::1") P("9.1.1.1")
		 P("10.0.0.2"),
	 "127.0.0.1 trusted loopback\n10.0.0.1 trusted private\nfd00::1 trusted "
	 "private\n100.64.0.1 trusted shared\nfe80::1 trusted link-local\n"
	 "9.1.1.1 handoff yes\n10.0.0.2 claimed private\n"},
	{"private once set", "9.1.1.0/24", P("127.0.0.1") P("9.1.1.1") P("10.0.0.1") P("9.2.2.2"),
	 "127.0.0.1 trusted loopback\n9.1.1.1 trusted trusted\n10.0.0.1 handoff private\n9.2.2.2 "
	 "claimed yes\n"},
	{"set and empty", "", P("::1") P("10.0.0.1"),
	 "::1 trusted loopback\n10.0.0.1 handoff private\n"},
	{"documentation is not private", NULL, P("192.0.2.1") P("9.1.1.1"),
	 "192.0.2.1 handoff documentation\n9.1.1.1 claimed yes\n"},
	{"mapped", "9.1.1.1", P("::ffff:9.1.1.1") P("::FFFF:909:909"),
	 "9.1.1.1 trusted trusted\n9.9.9.9 handoff yes\n"},
	{"NAT64", "9.1.1.1",
	 P("64:ff9b::9.1.1.1") P("64:ff9b::9.1.1.2") P("64:ff9b::10.0.0.1") P("9.1.1.2"),
	 "64:ff9b::901:101 trusted trusted\n64:ff9b::901:102 handoff yes\n64:ff9b::a00:1 claimed "
	 "private\n9.1.1.2 claimed repeated\n"},
	{"IPv6 network", "2a00:1::/32", P("2A00:0001:0:0::9") P("2a00:2::9"),
	 "2a00:1::9 trusted trusted\n2a00:2::9 handoff yes\n"},
	{"authenticated by ours", "9.1.1.1", P("9.1.1.1") A("9.2.2.2") P("9.3.3.3"),
	 "9.1.1.1 trusted trusted\n9.2.2.2 trusted authenticated\n9.3.3.3 handoff yes\n"},
	{"authenticated by others", "9.1.1.1", P("9.1.1.2") A("9.2.2.2"),
	 "9.1.1.2 handoff yes\n9.2.2.2 claimed yes\n"},
	{"authenticated, seen again", NULL, A("9.2.2.2") P("9.3.3.3") P("9.2.2.2"),
	 "9.2.2.2 trusted authenticated\n9.3.3.3 handoff yes\n9.2.2.2 claimed authenticated\n"},
	{"ours again below is a claim", "9.1.1.1",
	 P("9.1.1.1") P("9.2.2.2") P("9.1.1.1") P("127.0.0.1"),
	 "9.1.1.1 trusted trusted\n9.2.2.2 handoff yes\n9.1.1.1 claimed yes\n127.0.0.1 claimed "
	 "loopback\n"},
	{"once each", NULL, P("9.2.2.2") P("9.3.3.3") P("9.2.2.2") P("9.3.3.3"),
	 "9.2.2.2 handoff yes\n9.3.3.3 claimed yes\n9.2.2.2 claimed repeated\n9.3.3.3 claimed "
	 "repeated\n"},
	{"no address between", NULL, LOCAL P("127.0.0.1") LOCAL P("9.2.2.2") LOCAL,
	 "127.0.0.1 trusted loopback\n9.2.2.2 handoff yes\n"},
	{"broken between", NULL, P("127.0.0.1") BROKEN P("9.2.2.2") BROKEN P("9.3.3.3"),
	 "127.0.0.1 trusted loopback\n!\n9.2.2.2 claimed yes\n!\n9.3.3.3 claimed yes\n"},
	{"broken below the handoff", NULL, P("9.2.2.2") BROKEN P("9.3.3.3"),
	 "9.2.2.2 handoff yes\n!\n9.3.3.3 claimed yes\n"},
	{"broken above a fetch line", NULL, BROKEN FETCH("9.8.8.8") P("9.2.2.2"),
	 "!\n9.2.2.2 claimed yes\n"},
	{"broken below a fetch line", NULL, FETCH("9.8.8.8") BROKEN P("9.2.2.2"),
	 "!\n9.2.2.2 claimed yes\n"},
	{"a helper's line", NULL,
	 "Received: qmta queue 1 by host x; Mon\nReceived: apparently\n" P("9.2.2.2"),
	 "9.2.2.2 handoff yes\n"},
	{"an address that may be the HELO", "9.1.1.1", UNSURE("9.1.1.1", "9.2.2.2") P("9.3.3.3"),
	 "9.1.1.1 handoff yes\n9.3.3.3 claimed yes\n"},
	{"fetched", NULL, P("127.0.0.1") FETCH("9.8.8.8") P("10.0.0.1") P("9.2.2.2"),
	 "10.0.0.1 trusted private\n9.2.2.2 handoff yes\n"},
	{"fetched twice", NULL, FETCH("9.8.8.8") P("127.0.0.1") FETCH("9.8.8.9") P("9.2.2.2"),
	 "9.2.2.2 handoff yes\n"},
	{"fetched, it is claimed", NULL, P("9.2.2.2") FETCH("9.8.8.8") P("9.3.3.3"),
	 "9.2.2.2 handoff yes\n9.3.3.3 claimed yes\n"},
	{"only fetched", NULL, FETCH("9.8.8.8"), ""},
	{"not a relay", NULL,
	 "X-Originating-IP: [9.2.2.2]\nX-Received: from a (b [9.2.2.2]) by c\n" P("9.1.1.1"),
	 "9.1.1.1 handoff yes\n"},
	{"names of the field", NULL,
	 "rEcEiVeD \t: from a (b [9.1.1.1]) by c\nReceived\n: from a (b [9.1.1.2]) by c\n",
	 "9.1.1.1 handoff yes\n"},
};

static void
conf_of(const char *networks, struct conf *conf, struct network *network)
{
	*conf = (struct conf){.trusted = network, .trusted_set = networks != NULL};
	if (networks == NULL || *networks == '\0')
		return;
	assert_true(network_parse(span_of(networks), network));
	conf->n_trusted = 1;
}

static void
describe(const struct message *message, const struct conf *conf, char *to, size_t size)
{
	struct relay_walk walk;
	struct relay relay;
	char text[ADDR_TEXT_MAX];
	size_t n = 0;

	to[0] = '\0';
	relay_walk_init(&walk, message, conf);
	for (unsigned line = 1; relay_walk_next(&walk, &relay, NULL); line++) {
		assert_int_equal(relay.n, line);
		if (relay.hop.status == RECEIVED_UNPARSED)
			n += (size_t)snprintf(to + n, size - n, "!\n");
		else
			n += (size_t)snprintf(to + n, size - n, "%s %s %s\n",
					      addr_print(&relay.hop.addr, text),
					      relay_role_name(relay.role),
					      relay.no_lookup == NULL ? "yes" : relay.no_lookup);
		assert_true(n < size);
	}
}

static void
test_trust(void **state)
{
	char got[4096];
	struct conf conf;
	struct network network;

	(void)state;
	for (size_t i = 0; i < sizeof trusts / sizeof trusts[0]; i++) {
		struct message message = {.header = span_of(trusts[i].header)};

		conf_of(trusts[i].networks, &conf, &network);
		describe(&message, &conf, got, sizeof got);
		assert_span(trusts[i].what, span_of(got), span_of(trusts[i].want));
	}
}

/* A header of n lines, from 9.FIRST on. */
static char *
forge(unsigned first, unsigned n, const char *above)
{
	size_t size = strlen(above) + n * 100UL + 1;
	char *header = malloc(size);
	size_t at = (size_t)snprintf(header, size, "%s", above);

	for (unsigned i = 0; i < n; i++)
		at += (size_t)snprintf(header + at, size - at,
				       "Received: from x (y [9.%u.%u.1]) by z with SMTP id 1\n",
				       first + i / 256, i % 256);
	return header;
}

static void
test_limits(void **state)
{
	struct conf conf = {0};
	struct chain *chain = malloc(sizeof *chain);
	size_t asked = 0;

	(void)state;
	char *header = forge(3, 1000, P("127.0.0.1") P("9.2.2.2"));
	struct message message = {.header = span_of(header)};
	relay_chain(&message, &conf, chain);
	assert_int_equal(chain->found, 1002);
	assert_int_equal(chain->stored, RELAY_STORED_MAX);
	assert_int_equal(chain->handoff, 1);
	for (size_t i = 0; i < chain->stored; i++)
		asked += chain->relay[i].no_lookup == NULL;
	assert_int_equal(asked, RELAY_ASKED_MAX);
	assert_null(chain->relay[1].no_lookup);
	assert_null(chain->relay[32].no_lookup);
	assert_string_equal(chain->relay[33].no_lookup, "limit");
	free(header);
	free(chain);
}

/* The handoff is kept, however many hops of our own stand above it. */
static void
test_handoff_stored(void **state)
{
	struct conf conf = {.trusted_set = true};
	struct network network;
	struct chain *chain = malloc(sizeof *chain);

	(void)state;
	assert_true(network_parse(SPAN("9.3.0.0/16"), &network));
	conf.trusted = &network;
	conf.n_trusted = 1;
	char *header = forge(3, 256, ""), *all = malloc(strlen(header) + 200);
	sprintf(all, "%s%s%s", header, P("9.2.2.2"), P("9.4.4.4"));
	struct message message = {.header = span_of(all)};
	relay_chain(&message, &conf, chain);
	assert_int_equal(chain->found, 258);
	assert_int_equal(chain->stored, RELAY_STORED_MAX);
	assert_int_equal(chain->handoff, RELAY_STORED_MAX - 1);
	assert_int_equal(chain->relay[chain->handoff].role, RELAY_HANDOFF);
	free(all);
	free(header);
	free(chain);
}

/*
 * Whatever a sender puts below the handoff, it stays the handoff, and what is
 * above it stays as it is.
 */
static void
test_forged_below(void **state)
{
	static const char *const forged[] = {
		P("127.0.0.1"),
		P("9.1.1.1"),
		A("9.1.1.1"),
		FETCH("9.8.8.8"),
		LOCAL,
		BROKEN,
		"Received: from x (((( (y [9.9.9.9]) by z with POP3\n",
		"Received:\n",
		"Received: by x with IMAP (fetchmail-6)\n",
		P("9.2.2.2"),
		"X-SpamCop-Checked: 9.9.9.9\n",
		"odd line\n",
		"Received : from a (b [10.0.0.1]) by c with ESMTPA\n \t\n"};
	static struct chain want, got;
	struct conf conf;
	struct network network;
	char header[8192];
	unsigned seed = 7;

	(void)state;
	conf_of("9.1.1.1", &conf, &network);
	for (size_t i = 0; i < sizeof trusts / sizeof trusts[0]; i++) {
		struct message message = {.header = span_of(trusts[i].header)};

		relay_chain(&message, &conf, &want);
		if (want.handoff == want.stored)
			continue;
		for (int round = 0; round < 50; round++) {
			size_t n = (size_t)snprintf(header, sizeof header, "%s", trusts[i].header);

			for (int k = 0; k < 8; k++) {
				seed = seed * 1103515245 + 12345;
				n += (size_t)snprintf(
					header + n, sizeof header - n, "%s",
					forged[(seed >> 16) % (sizeof forged / sizeof forged[0])]);
			}
			message.header = (struct span){header, n};
			relay_chain(&message, &conf, &got);
			assert_int_equal(got.handoff, want.handoff);
			for (size_t k = 0; k <= want.handoff; k++) {
				assert_true(addr_equal(&got.relay[k].hop.addr,
						       &want.relay[k].hop.addr));
				assert_int_equal(got.relay[k].role, want.relay[k].role);
				assert_ptr_equal(got.relay[k].no_lookup, want.relay[k].no_lookup);
			}
		}
	}
}

static void
test_chain_empty(void **state)
{
	struct conf conf = {0};
	struct message message = {.header = SPAN("Subject: x\n" LOCAL BROKEN)};
	struct chain *chain = malloc(sizeof *chain);

	(void)state;
	relay_chain(&message, &conf, chain);
	assert_int_equal(chain->found, 0);
	assert_int_equal(chain->unparsed, 1);
	assert_int_equal(chain->handoff, chain->stored);
	free(chain);
}

/*
 * A line that ends trust leaves nobody who may speak for the message, and is
 * remembered with its number.
 */
static void
test_ended(void **state)
{
	static const struct ended {
		const char *header, *why;
		unsigned line;
		size_t handoff, vouching, stored;
	} cases[] = {
		{P("127.0.0.1") BROKEN P("9.2.2.2"), "unparsed", 2, 2, 2, 2},
		{UNSURE("9.1.1.1", "9.2.2.2") P("9.3.3.3"), "ambiguous", 1, 0, 2, 2},
		{P("9.2.2.2") BROKEN P("9.3.3.3"), NULL, 0, 0, 0, 2},
		{P("9.2.2.2") UNSURE("9.1.1.1", "9.4.4.4"), NULL, 0, 0, 0, 2},
		{P("127.0.0.1"), NULL, 0, 1, 1, 1},
	};
	static struct chain chain;
	struct conf conf = {0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct message message = {.header = span_of(cases[i].header)};

		relay_chain(&message, &conf, &chain);
		assert_int_equal(chain.ended, cases[i].line);
		assert_int_equal(chain.handoff, cases[i].handoff);
		assert_int_equal(relay_vouching(&chain), cases[i].vouching);
		assert_int_equal(chain.stored, cases[i].stored);
		if (cases[i].why == NULL)
			assert_null(relay_ended_why(&chain));
		else
			assert_string_equal(relay_ended_why(&chain), cases[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trust),        cmocka_unit_test(test_ended),
		cmocka_unit_test(test_limits),       cmocka_unit_test(test_handoff_stored),
		cmocka_unit_test(test_forged_below), cmocka_unit_test(test_chain_empty)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
