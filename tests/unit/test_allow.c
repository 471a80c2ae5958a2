/*
 * allow.h, allow_entry.h: who is let through, and who is not although the
 * message says so.
 */
#include "filter/verdict/allow.h"
#include "filter/verdict/allow_entry.h"
#include "filter/verdict/own.h"
#include "filter/base/guard.h"
#include "unit.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *
guard_env(const char *name)
{
	(void)name;
	return NULL;
}

static const struct {
	struct span in;
	enum allow_kind kind;
	const char *text;
} entries[] = {
	{SPAN("friend@example.org"), ALLOW_SENDER, "friend@example.org"},
	{SPAN(" Friend@Example.ORG\n"), ALLOW_SENDER, "Friend@example.org"},
	{SPAN("@Example.net"), ALLOW_DOMAIN, "@example.net"},
	{SPAN("example.net"), ALLOW_DOMAIN, "@example.net"},
	{SPAN("192.0.2.1"), ALLOW_NETWORK, "192.0.2.1"},
	{SPAN("192.0.2.0/24"), ALLOW_NETWORK, "192.0.2.0/24"},
	{SPAN("192.0.2.1/24"), ALLOW_NONE, ""},
	{SPAN("2001:db8::/32"), ALLOW_NETWORK, "2001:db8::/32"},
	{SPAN("::ffff:192.0.2.1"), ALLOW_NETWORK, "192.0.2.1"},
	{SPAN("@.Example.org"), ALLOW_SUBDOMAINS, "@.example.org"},
	{SPAN("list:Tulips.example.org"), ALLOW_LIST_ID, "list:tulips.example.org"},
	{SPAN("LIST:a+b.example.org"), ALLOW_LIST_ID, "list:a+b.example.org"},
	{SPAN("dkim:Example.org"), ALLOW_SIGNER, "dkim:example.org"},
	{SPAN("list:tulips"), ALLOW_NONE, ""},
	{SPAN("list:.example.org"), ALLOW_NONE, ""},
	{SPAN("list:a@example.org"), ALLOW_NONE, ""},
	{SPAN("dkim:org"), ALLOW_NONE, ""},
	{SPAN("dkim:a@example.org"), ALLOW_NONE, ""},
	{SPAN("@.org"), ALLOW_NONE, ""},
	{SPAN("@..example.org"), ALLOW_NONE, ""},
	{SPAN("a@.example.org"), ALLOW_NONE, ""},
	{SPAN("*@example.org"), ALLOW_NONE, ""},
	{SPAN("@*.example.org"), ALLOW_NONE, ""},
	{SPAN("*"), ALLOW_NONE, ""},
	{SPAN("192.0.2.*"), ALLOW_NONE, ""},
	{SPAN(""), ALLOW_NONE, ""},
	{SPAN("@"), ALLOW_NONE, ""},
	{SPAN("a@b@example.org"), ALLOW_NONE, ""},
	{SPAN("a b@example.org"), ALLOW_NONE, ""},
	{SPAN("\"a\"@example.org"), ALLOW_NONE, ""},
	{SPAN("a@example.org;x"), ALLOW_NONE, ""},
	{SPAN("a\0@example.org"), ALLOW_NONE, ""},
	{SPAN("a@localhost"), ALLOW_NONE, ""},
	{SPAN("a@-"), ALLOW_NONE, ""},
	{SPAN("a@example..org"), ALLOW_NONE, ""},
	{SPAN("com"), ALLOW_NONE, ""},
	{SPAN("@a0.example.org"), ALLOW_DOMAIN, "@a0.example.org"},
	{SPAN("@0.example.org"), ALLOW_DOMAIN, "@0.example.org"},
};

static void
test_entries(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
		struct allow_entry entry;

		if (allow_entry_read(entries[i].in, &entry) != entries[i].kind)
			fail_msg("%s: kind %d", entries[i].in.p, entry.kind);
		assert_string_equal(entry.text, entries[i].text);
	}
}

/* A domain has at most 253 bytes (RFC 1035 2.3.4). */
static void
test_long_domain(void **state)
{
	char text[300];

	(void)state;
	for (size_t n = 253; n <= 254; n++) {
		struct allow_entry entry;

		memset(text, 'a', sizeof text);
		text[0] = '@';
		for (size_t i = 60; i < n; i += 60)
			text[i] = '.';
		assert_int_equal(allow_entry_read((struct span){text, n + 1}, &entry),
				 n == 253 ? ALLOW_DOMAIN : ALLOW_NONE);
	}
}

static void
test_instead(void **state)
{
	(void)state;
	assert_null(allow_entry_instead(SPAN("friend@example.org")));
	assert_non_null(
		strstr(allow_entry_instead(SPAN("*@example.org")), "@example.org for every"));
	assert_non_null(
		strstr(allow_entry_instead(SPAN("*.example.org")), "@.example.org for all"));
	assert_non_null(strstr(allow_entry_instead(SPAN("*@*.example.org")), "@.example.org for"));
	assert_non_null(strstr(allow_entry_instead(SPAN("friend@*")), "name a sender"));
	assert_non_null(strstr(allow_entry_instead(SPAN("*")), "name a sender"));
}

static const struct span list_ids[][2] = {
	{SPAN("List-Id: <tulips.example.org>\n"), SPAN("tulips.example.org")},
	{SPAN("LIST-ID: All \"<of>\" them\n\t<tulips.example.org>\r\n"),
	 SPAN("tulips.example.org")},
	{SPAN("List-Id: tulips.example.org\n"), SPAN("tulips.example.org")},
	{SPAN("List-Id: <roses.example.org> <tulips.example.org>\n"), SPAN("tulips.example.org")},
	{SPAN("List-Id: <tulips.example.org> x\n"), SPAN("")},
	{SPAN("List-Id: <tulips.example.org>\nList-Id: <tulips.example.org>\n"), SPAN("")},
	{SPAN("List-Id: tulips.example.org>\n"), SPAN("")},
	{SPAN("List-Id: <tulips>\n"), SPAN("")},
	{SPAN("List-Id: <tu\0lips.example.org>\n"), SPAN("")},
	{SPAN("List-Id:\n"), SPAN("")},
	{SPAN("Subject: <tulips.example.org>\n"), SPAN("")},
};

static void
test_list_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof list_ids / sizeof list_ids[0]; i++)
		assert_span(list_ids[i][0].p, allow_list_id(list_ids[i][0]), list_ids[i][1]);
}

/* The line of the handoff says whom a message is for, whoever wrote into it. */
static void
test_own_domain(void **state)
{
	static const struct {
		const char *line;
		bool own; /* example.net */
	} lines[] = {
		{"from a ([192.0.2.1]) by mx for <me@example.net>; date", true},
		{"from a ([192.0.2.1]) by mx\n\tFOR\n\t<me@EXAMPLE.net>; date", true},
		{"from a ([192.0.2.1]) by mx for me@example.net; date", true},
		{"from a (for <x@y.example>) by mx for <me@example.net>; date", true},
		{"from a by mx (x) for <me@example.net> (y); date", true},
		{"from a by mx for <me@example.net.example>; date", false},
		{"from a by mx for <me@notexample.net>; date", false},
		{"from for by mx for for for", false},
		{"from a by mx before <me@example.net>; date", false},
		{"from example.net by mx for <x@y.example>; date", false},
		{"for", false},
		{"", false},
	};
	struct message message = {.header = SPAN("To: x@y.example\n")};
	static struct chain chain;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		chain.handoff_line = span_of(lines[i].line);
		if (own_domain(SPAN("example.net"), "me@home.example", &message, &chain) !=
		    lines[i].own)
			fail_msg("%s", lines[i].line);
	}
}

static const struct span froms[][2] = {
	{SPAN("From: friend@example.org\n"), SPAN("friend@example.org")},
	{SPAN("from : A Friend <friend@example.org>\r\n"), SPAN("friend@example.org")},
	{SPAN("From: \"Friend, A.\" <friend@example.org>\n"), SPAN("friend@example.org")},
	{SPAN("From: \"<other@example.com>\"\n <friend@example.org> (a (nested) comment)\n"),
	 SPAN("friend@example.org")},
	{SPAN("From: friend@example.org (other@example.com)\n"), SPAN("friend@example.org")},
	{SPAN("From: other@example.com <friend@example.org>\n"), SPAN("friend@example.org")},
	{SPAN("From: =?utf-8?q?Fr=C3=A4nd?= <friend@example.org>\n"), SPAN("friend@example.org")},
	{SPAN("From: friend@example.org (a \\) other@example.com \\( comment)\n"),
	 SPAN("friend@example.org")},
	{SPAN("To: friend@example.org\n"), SPAN("")},
	{SPAN("From: friend@example.org, other@example.com\n"), SPAN("")},
	{SPAN("From: <friend@example.org> <other@example.com>\n"), SPAN("")},
	{SPAN("From: <friend@example.org> other@example.com\n"), SPAN("")},
	{SPAN("From: friend@example.org other@example.com\n"), SPAN("")},
	{SPAN("From: group: friend@example.org;\n"), SPAN("")},
	{SPAN("From: friend@example.org\nFrom: friend@example.org\n"), SPAN("")},
	{SPAN("From: \"friend@example.org\n"), SPAN("")},
	{SPAN("From: (friend@example.org\n"), SPAN("")},
	{SPAN("From: <friend@example.org\n"), SPAN("")},
	{SPAN("From: <friend @example.org>\n"), SPAN("")},
	{SPAN("From: \"friend\"@example.org\n"), SPAN("")},
	{SPAN("From: <\"friend\"@example.org>\n"), SPAN("")},
	{SPAN("From: <@route.example:friend@example.org>\n"), SPAN("")},
	{SPAN("From: fri\0end@example.org\n"), SPAN("")},
	{SPAN("From:\n"), SPAN("")},
};

static void
test_from(void **state)
{
	char to[ALLOW_ENTRY_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof froms / sizeof froms[0]; i++)
		assert_span(froms[i][0].p, allow_from(froms[i][0], to, sizeof to), froms[i][1]);
}

#define LONG64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void
test_from_is_bounded(void **state)
{
	char to[8], header[4200] = "From: ";

	(void)state;
	assert_span("small room", allow_from(SPAN("From: friend@example.org\n"), to, sizeof to),
		    SPAN(""));
	memset(header + 6, ' ', 4000);
	memcpy(header + 4006, "a@example.org\n", 14);
	assert_span("long field", allow_from((struct span){header, 4020}, to, sizeof to), SPAN(""));
	assert_false(allow_address_plain(SPAN(LONG64 "a@example.org")));
	assert_true(allow_address_plain(SPAN(LONG64 "@example.org")));
}

static char home[] = "/tmp/test_allow.XXXXXX";
static char file[64];

static struct conf
site(void)
{
	static char sender[][24] = {"friend@example.org", "@example.net", "nonsense"};
	static char *senders[] = {sender[0], sender[1], sender[2]};
	static char user_file[] = "~/.spamcop-allow";
	static struct network networks[2];

	assert_true(network_parse(SPAN("203.0.113.0/24"), &networks[0]));
	assert_true(network_parse(SPAN("198.51.100.0/24"), &networks[1]));
	return (struct conf){.allow = {.senders = {senders, 3},
				       .networks = networks,
				       .n_networks = 2,
				       .file = user_file}};
}

static const struct match_case {
	const char *what, *sender, *recipient, *header, *handoff, *want;
} matches[] = {
	{"envelope sender", "friend@example.org", "me@home.example", "", NULL,
	 "friend@example.org"},
	{"in other letters", "Friend@EXAMPLE.org", "me@home.example", "", NULL,
	 "friend@example.org"},
	{"From", "bounce@lists.example", "me@home.example", "From: <friend@example.org>\n", NULL,
	 "friend@example.org"},
	{"domain", "anybody@example.net", "me@home.example", "", NULL, "@example.net"},
	{"a domain below it", "anybody@sub.example.net", "me@home.example", "", NULL, NULL},
	{"a domain that ends like it", "anybody@notexample.net", "me@home.example", "", NULL, NULL},
	{"nobody", NULL, NULL, "", NULL, NULL},
	{"null sender", "", "me@home.example", "", NULL, NULL},
	{"other", "other@example.org", "me@home.example", "From: other@example.com\n", NULL, NULL},
	{"the recipient's own domain", "friend@example.org", "me@example.ORG",
	 "From: friend@example.org\n", NULL, NULL},
	{"the recipient's own domain, as domain", "me@example.net", "me+x@example.net", "", NULL,
	 NULL},
	{"own domain in From, envelope sender another", "friend@example.org", "me@example.net",
	 "From: boss@example.net\n", NULL, "friend@example.org"},
	{"recipient not known, own domain in To", "", NULL,
	 "To: Me <me@EXAMPLE.net>\nFrom: boss@example.net\n", NULL, NULL},
	{"recipient without domain, own domain in To", "boss@example.net", "me",
	 "To: me@example.net\n", NULL, NULL},
	{"recipient not known, own domain in Delivered-To", "boss@example.net", NULL,
	 "Delivered-To: me@example.net\n", NULL, NULL},
	{"recipient not known, longer domain in To", "a@example.net", NULL,
	 "To: me@example.net.home.example\n", NULL, "@example.net"},
	{"recipient known: To does not matter", "a@example.net", "me@home.example",
	 "To: list@example.net\n", NULL, "@example.net"},
	{"network", "x@example.com", "me@home.example", "", "198.51.100.77", "198.51.100.0/24"},
	{"other network", "x@example.com", "me@home.example", "", "198.51.101.77", NULL},
	{"the user's sender", "pal@example.com", "me@home.example", "", NULL, "pal@example.com"},
	{"the user's network", "", "me@home.example", "", "2001:db8:7::1", "2001:db8:7::/48"},
	{"behind a comment", "out@example.com", "me@home.example", "", NULL, NULL},
	{"last line without an end", "last@example.com", "me@home.example", "", NULL,
	 "last@example.com"},
};

static const char *
match(const struct conf *conf, const struct match_case *c)
{
	struct message message = {.header = span_of(c->header)};
	struct envelope envelope = {c->sender, c->recipient};
	static struct chain chain;
	static struct user user;

	(void)snprintf(user.home, sizeof user.home, "%s", home);
	chain = (struct chain){.stored = 0};
	if (c->handoff != NULL) {
		chain.stored = 2;
		chain.handoff = 0;
		assert_true(addr_parse(span_of(c->handoff), &chain.relay[0].asked_as));
		/* a claim: lets nobody in */
		assert_true(addr_parse(SPAN("198.51.100.1"), &chain.relay[1].asked_as));
	}
	return allow_match(conf, &user, &envelope, &message, &chain);
}

static void
write_file(const char *text, mode_t mode)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(file, mode), 0);
}

static void
test_matches(void **state)
{
	struct conf conf = site();

	(void)state;
	write_file("# mine\npal@example.com # a comment\r\n\n#out@example.com\nnot an "
		   "entry\n2001:db8:7::/48\nlast@example.com",
		   0600);
	for (size_t i = 0; i < sizeof matches / sizeof matches[0]; i++) {
		const char *got = match(&conf, &matches[i]);

		if ((got == NULL) != (matches[i].want == NULL) ||
		    (got != NULL && strcmp(got, matches[i].want) != 0))
			fail_msg("%s: got %s", matches[i].what, got == NULL ? "nothing" : got);
	}
}

static void
test_file_not_believed(void **state)
{
	struct conf conf = site();
	const struct match_case pal = {
		.sender = "pal@example.com", .recipient = "me@home.example", .header = ""};
	char other[80];

	(void)state;
	write_file("pal@example.com\n", 0666);
	assert_null(match(&conf, &pal));
	assert_int_equal(chmod(file, 0644), 0);
	assert_non_null(match(&conf, &pal));
	(void)snprintf(other, sizeof other, "%s/other", home);
	assert_int_equal(rename(file, other), 0);
	assert_int_equal(symlink(other, file), 0);
	assert_null(match(&conf, &pal));
	assert_int_equal(unlink(file), 0);
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_null(match(&conf, &pal)); /* and does not wait */
	assert_int_equal(unlink(file), 0);
	assert_int_equal(unlink(other), 0);
	assert_null(match(&conf, &pal));
}

static void
test_file_too_long(void **state)
{
	struct conf conf = site();
	const struct match_case pal = {
		.sender = "pal@example.com", .recipient = "me@home.example", .header = ""};
	FILE *f = fopen(file, "w");

	(void)state;
	assert_non_null(f);
	fputs("pal@example.com\n", f);
	for (int i = 0; i < 200000; i++)
		fputs("#########\n", f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(file, 0600), 0);
	assert_non_null(match(&conf, &pal));
	assert_int_equal(unlink(file), 0);
}

static int
set_up(void **state)
{
	(void)state;
	if (mkdtemp(home) == NULL)
		return -1;
	(void)snprintf(file, sizeof file, "%s/.spamcop-allow", home);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	(void)unlink(file);
	return rmdir(home);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),           cmocka_unit_test(test_long_domain),
		cmocka_unit_test(test_instead),           cmocka_unit_test(test_list_ids),
		cmocka_unit_test(test_own_domain),        cmocka_unit_test(test_from),
		cmocka_unit_test(test_from_is_bounded),   cmocka_unit_test(test_matches),
		cmocka_unit_test(test_file_not_believed), cmocka_unit_test(test_file_too_long)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
