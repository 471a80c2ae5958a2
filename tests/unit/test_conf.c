/* conf.h: every key, the defaults, and what the command line can say. */
#include "conf_file.h"

#include <syslog.h>

/* DESIGN's example, with one value of each key that is not the default. */
static const char example[] =
	"trusted_networks = [ \"192.0.2.0/24\", \"2001:db8:1::/48\" ];\n"
	"lists = (\n"
	"  { zone = \"bl.spamcop.net\"; answers = [ \"127.0.0.2\" ]; relays = \"all\"; weight = 6; "
	"},\n"
	"  { zone = \"KEY.zen.dq.example.\"; name = \"zen\"; ipv6 = true; weight = 3;\n"
	"    answers = ( { answer = \"127.0.0.2\"; weight = 6; }, { answer = \"127.0.0.[4..7]\"; "
	"name = \"xbl\"; }, \"127.0.0.9\" ); },\n"
	"  { name = \"office\"; file = \"/etc/spamcop-filter/office.ip4set\"; }\n"
	");\n"
	"threshold = 7;\n"
	"dns:     { servers = [ \"127.0.0.1:5353\", \"::1\", \"[::1]:54\" ]; timeout = 2; tries = "
	"3; deadline = 7.5; };\n"
	"allow:   { senders = [ \"friend@example.org\", \"@example.net\" ]; networks = [ "
	"\"198.51.100.7\" ];\n"
	"           zones = ( \"list.dnswl.org\", { zone = \"own.example\"; answers = "
	"\"127.0.0.5\"; } ); file = \"~/.allow\"; };\n"
	"deliver: { mailbox = \"maildir:~/Maildir\"; junk = \"Spam/Suspected\"; separator = \"/\"; "
	"delimiter = \"-\"; detail = true; time_limit = 7; };\n"
	"sieve:   { before = [ \"/etc/a.sieve\" ]; script = \"~/.sieve\"; after = [ "
	"\"/etc/b.sieve\", \"/etc/c.sieve\" ]; personal = \"~/scripts\";\n"
	"           global = \"/etc/sieve\"; time_limit = 3; redirect = true; vacation = true; "
	"vacation_limit = 9; sendmail = \"/usr/lib/sendmail\"; };\n"
	"report: { address = \"submit.Ab1@spam.example.net\"; };\n"
	"log:     { facility = \"local3\"; level = \"debug\"; };\n";

static void
test_defaults(void **state)
{
	struct conf conf;

	(void)state;
	conf_init(&conf);
	assert_int_equal(conf.n_lists, 1);
	assert_string_equal(conf.lists[0].zone, "bl.spamcop.net");
	assert_string_equal(conf.lists[0].name, "bl.spamcop.net");
	assert_false(conf.lists[0].handoff_only);
	assert_int_equal(conf.lists[0].n_answers, 1);
	assert_int_equal(conf.lists[0].answers[0].weight, 6);
	assert_int_equal(conf.threshold, 5);
	assert_true(conf.dns.timeout == 1.0 && conf.dns.tries == 2 && conf.dns.deadline == 5.0 &&
		    conf.dns.n_servers == 0);
	assert_false(conf.trusted_set);
	assert_int_equal(conf.deliver.mailbox.kind, MAILBOX_NONE);
	assert_string_equal(conf.deliver.junk, "Junk");
	assert_int_equal(conf.log.facility, LOG_MAIL);
	conf_free(&conf);
}

static void
check_lists(const struct conf *conf)
{
	const struct list *zen = &conf->lists[1];

	assert_int_equal(conf->n_lists, 5);
	assert_string_equal(zen->zone, "KEY.zen.dq.example");
	assert_string_equal(zen->name, "zen");
	assert_true(zen->ipv6 && zen->handoff_only && !zen->allow);
	assert_int_equal(zen->n_answers, 3);
	assert_int_equal(zen->answers[0].weight, 6);
	assert_int_equal(zen->answers[1].weight, 3);
	assert_string_equal(zen->answers[1].name, "xbl");
	assert_true(conf_answer_matches(&zen->answers[1], 0x7f000006));
	assert_null(zen->answers[2].name);
	assert_string_equal(conf->lists[2].file, "/etc/spamcop-filter/office.ip4set");
	assert_null(conf->lists[2].zone);
	assert_true(conf->lists[2].ipv6);
	assert_string_equal(conf->lists[3].zone, "list.dnswl.org");
	assert_true(conf->lists[3].allow && conf->lists[3].handoff_only);
	assert_true(conf_answer_matches(&conf->lists[3].answers[0], 0x7f000003));
	assert_false(conf_answer_matches(&conf->lists[3].answers[0], 0x7f0000ff));
	assert_true(conf_answer_matches(&conf->lists[4].answers[0], 0x7f000005));
	assert_false(conf_answer_matches(&conf->lists[4].answers[0], 0x7f000002));
}

static void
test_example(void **state)
{
	struct conf conf;
	struct err err = {""};

	(void)state;
	if (read_text(&conf, example, &err) != 0)
		fail_msg("%s", err.why);
	assert_int_equal(conf.unknown.n, 0);
	assert_true(conf.trusted_set && conf.n_trusted == 2 && conf.trusted[0].prefix == 120 &&
		    conf.trusted[1].prefix == 48);
	check_lists(&conf);
	assert_int_equal(conf.threshold, 7);
	assert_true(conf.dns.timeout == 2.0 && conf.dns.tries == 3 && conf.dns.deadline == 7.5);
	assert_int_equal(conf.dns.n_servers, 3);
	assert_int_equal(conf.dns.servers[0].port, 5353);
	assert_int_equal(conf.dns.servers[1].port, 53);
	assert_int_equal(conf.dns.servers[2].port, 54);
	assert_int_equal(conf.allow.senders.n, 2);
	assert_string_equal(conf.allow.senders.string[1], "@example.net");
	assert_int_equal(conf.allow.n_networks, 1);
	assert_string_equal(conf.allow.file, "~/.allow");
	assert_int_equal(conf.deliver.mailbox.kind, MAILBOX_MAILDIR);
	assert_string_equal(conf.deliver.mailbox.path, "~/Maildir");
	assert_string_equal(conf.deliver.junk, "Spam/Suspected");
	assert_true(conf.deliver.separator == '/' && conf.deliver.delimiter == '-' &&
		    conf.deliver.detail && conf.deliver.time_limit == 7.0);
	assert_true(conf.sieve.before.n == 1 && conf.sieve.after.n == 2 &&
		    conf.sieve.time_limit == 3.0);
	assert_true(conf.sieve.redirect && conf.sieve.vacation && conf.sieve.vacation_limit == 9);
	assert_string_equal(conf.sieve.script, "~/.sieve");
	assert_string_equal(conf.sieve.personal, "~/scripts");
	assert_string_equal(conf.sieve.global, "/etc/sieve");
	assert_string_equal(conf.sieve.sendmail, "/usr/lib/sendmail");
	assert_string_equal(conf.report.address, "submit.Ab1@spam.example.net");
	assert_true(conf.log.facility == LOG_LOCAL3 && conf.log.level == LOG_DEBUG);
	conf_free(&conf);
}

static void
test_unknown(void **state)
{
	static const char text[] =
		"treshold = 6;\nlists = ( { zone = \"a.b\";\n wieght = 3; } );\ndns: { retries = [ "
		"1, 2 ]; };\nfuture: { a = 99999999999; };\n";
	static const char *const want[] = {":1: unknown key treshold (did you mean threshold?)",
					   ":3: unknown key lists[1].wieght (did you mean weight?)",
					   ":4: unknown key dns.retries (did you mean tries?)",
					   ":5: unknown key future"};
	struct conf conf;
	struct err err = {""};

	(void)state;
	if (read_text(&conf, text, &err) != 0)
		fail_msg("%s", err.why);
	assert_int_equal(conf.unknown.n, 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(conf.unknown.string[i] + strlen(path), want[i]);
	conf_free(&conf);
}

/*
 * What is harmless: integers as seconds, numbers in names, comments and
 * strings, commas, both kinds of brackets.
 */
static void
test_accepted(void **state)
{
	static const char *const texts[] = {
		"",
		"# @include \"/x\"\n// @include \"/x\"\n",
		"a99999999999 = 1; # 99999999999\n/* 99999999999 */ b = \"99999999999 \\\" "
		"99999999999\";",
		"threshold = 2147483647.0e-9;",
		"threshold = 5; # no line end behind it",
		"threshold/* */=/*\n# \" */5;// \"\n/* /* */",
		"dns = { timeout = 1, tries = 2 }",
		"dns: { timeout = 1L; deadline = 6e1; servers = ( \"127.0.0.1\" ); };",
		"lists = ( );",
		"lists = [ \"a.b\", \"c.d\" ];",
		"trusted_networks = [ ];",
		"deliver: { delimiter = \"\"; };",
		"allow: { senders = [ \"\\\"a b\\\"@example.org\", \"@b\\xc3\\xbccher.example\" ]; "
		"};",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct conf conf;
		struct err err = {""};
		int failed = read_text(&conf, texts[i], &err);

		if (i ==
		    3) { /* the only one of them with a fraction where a whole number belongs */
			assert_int_equal(failed, -1);
			assert_non_null(strstr(err.why, "threshold: 2.14748;"));
		} else if (failed != 0) {
			fail_msg("%s: %s", texts[i], err.why);
		}
		conf_free(&conf);
	}
}

static void
test_answers(void **state)
{
	static const struct {
		const char *text;
		uint32_t yes, no;
	} good[] = {
		{"127.0.0.2", 0x7f000002, 0x7f000003},
		{"127.0.0.[4..7]", 0x7f000007, 0x7f000008},
		{"127.0.0.[2;4..7]", 0x7f000002, 0x7f000003},
		{"127.0.0.&4", 0x7f000006, 0x7f00000a},
		{"127.0.[0..255].[0..255]", 0x7f00ff00, 0x7f010000},
		{"127.[0;2].0.255", 0x7f0200ff, 0x7f0100ff},
		{"127.0.0.1", 0x7f000001, 0x7f000002},
		{"127.0.0.255", 0x7f0000ff, 0x7f0000fe},
		{"127.0.0.&1", 0x7f000003, 0x7f000001},
		{"127.0.0.&4", 0x7f0000fe, 0x7f0000ff},
	};
	static const char *const bad[] = {"",
					  "127",
					  "127.0.0",
					  "127.0.0.2.",
					  "127.0.0.2 ",
					  " 127.0.0.2",
					  "127.0.0.256",
					  "127.0.0.[4..7",
					  "127.0.0.[7..4]",
					  "127.0.0.[]",
					  "127.0.0.[2;]",
					  "127.0.0.&0",
					  "127.0.0.&256",
					  "10.0.0.1",
					  "[126..127].0.0.2",
					  "127.255.255.254",
					  "127.0.0.-1",
					  "127.0.0.0002",
					  "::1",
					  "127.0.0.x"};
	struct answer answer;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_int_equal(conf_parse_answer(good[i].text, &answer, &err), 0);
		assert_true(conf_answer_matches(&answer, good[i].yes));
		assert_false(conf_answer_matches(&answer, good[i].no));
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (conf_parse_answer(bad[i], &answer, &err) == 0)
			fail_msg("%s was accepted", bad[i]);
}

/*
 * A value that cannot be an answer is an error of that list; the others go on.
 */
static void
test_wrong_answers(void **state)
{
	static const struct {
		const char *text, *where;
	} wrong[] = {
		{"answers = [ \"10.0.0.1\" ];", "[1]: \"10.0.0.1\"; "},
		{"answers = \"nonsense\"; weight = 3;", ": \"nonsense\"; "},
		{"answers = [ \"127.0.0.2\", \"127.255.255.254\" ];", "[2]: \"127.255.255.254\"; "},
		{"answers = ( { answer = \"127.0.0.300\"; weight = 4; }, \"127.0.0.2\" );",
		 "[1].answer: \"127.0.0.300\"; "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct conf conf;
		struct err err;
		char text[300];

		(void)snprintf(text, sizeof text,
			       "lists = ( { zone = \"a.test\"; },\n{ zone = \"b.test\"; %s },\n"
			       "{ zone = \"c.test\"; relays = \"not-first\"; } );\n",
			       wrong[i].text);
		assert_int_equal(read_text(&conf, text, &err), 0);
		assert_int_equal(conf.n_lists, 3);
		assert_null(conf.lists[0].wrong);
		const char *where = strstr(conf.lists[1].wrong, ":2: lists[2].answers");
		assert_non_null(where);
		where += strlen(":2: lists[2].answers");
		assert_memory_equal(where, wrong[i].where, strlen(wrong[i].where));
		assert_non_null(strstr(conf.lists[1].wrong, "an answer in 127.0.0.0/8"));
		assert_null(conf.lists[2].wrong);
		assert_true(conf.lists[2].not_first && !conf.lists[2].handoff_only);
		conf_free(&conf);
	}
}

static void
test_command_line(void **state)
{
	static const char *const servers[] = {"127.0.0.1", "127.0.0.1:53", "127.0.0.1:65535",
					      "::1",       "[::1]:53",     "2001:db8::35"};
	static const char *const no_servers[] = {"",
						 ":53",
						 "127.0.0.1:",
						 "127.0.0.1:0",
						 "127.0.0.1:65536",
						 "127.0.0.1:99999",
						 "127.0.0.1:+5",
						 "127.0.0.1:5x",
						 "[::1]",
						 "[::1]:",
						 "[::1]:0",
						 "::1%lo",
						 "[::1%lo]:53",
						 "[127.0.0.1]:53",
						 "localhost",
						 "127.0.0.1,127.0.0.2",
						 "127.1",
						 "[]:53"};
	static const char *const deadlines[] = {"5", "0.1", "60", "2.5"};
	static const char *const no_deadlines[] = {"",
						   "0",
						   "61",
						   "-1",
						   "nan",
						   "inf",
						   "1e1",
						   "0x5",
						   "5s",
						   " 5",
						   ".",
						   "1.2.3",
						   "99999999999999999999"};
	struct conf conf;
	struct err err;

	(void)state;
	conf_init(&conf);
	for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++) {
		assert_int_equal(conf_set_nameserver(&conf, servers[i], &err), 0);
		assert_int_equal(conf.dns.n_servers, 1);
	}
	for (size_t i = 0; i < sizeof no_servers / sizeof no_servers[0]; i++)
		if (conf_set_nameserver(&conf, no_servers[i], &err) == 0)
			fail_msg("%s was accepted", no_servers[i]);
	for (size_t i = 0; i < sizeof deadlines / sizeof deadlines[0]; i++)
		assert_int_equal(conf_set_deadline(&conf, deadlines[i], &err), 0);
	for (size_t i = 0; i < sizeof no_deadlines / sizeof no_deadlines[0]; i++)
		if (conf_set_deadline(&conf, no_deadlines[i], &err) == 0)
			fail_msg("%s was accepted", no_deadlines[i]);
	assert_true(conf.dns.deadline == 2.5);
	assert_int_equal(conf_set_mailbox(&conf.deliver.mailbox, "maildir:/a", &err), 0);
	assert_int_equal(conf_set_mailbox(&conf.deliver.mailbox, "lda:/bin/cat -u", &err), 0);
	assert_string_equal(conf.deliver.mailbox.path, "/bin/cat -u");
	assert_int_equal(conf_set_mailbox(&conf.deliver.mailbox, "/a", &err), -1);
	assert_string_equal(conf.deliver.mailbox.path, "/bin/cat -u");
	conf_free(&conf);
}

/*
 * Zones: a reversed IPv6 address (64 bytes with dots) fits before the longest
 * one.
 */
static void
test_zone_length(void **state)
{
	(void)state;
	for (int n = 188; n <= 190; n++) {
		char zone[256], text[512];
		struct conf conf;
		struct err err;

		memset(zone, 'a', sizeof zone);
		for (int i = 60; i < n; i += 61)
			zone[i] = '.';
		zone[n] = '\0';
		(void)snprintf(text, sizeof text, "lists = ( { zone = \"%s\"; name = \"x\"; } );",
			       zone);
		assert_int_equal(read_text(&conf, text, &err), n <= 189 ? 0 : -1);
		conf_free(&conf);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),     cmocka_unit_test(test_example),
		cmocka_unit_test(test_unknown),      cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_answers),      cmocka_unit_test(test_wrong_answers),
		cmocka_unit_test(test_command_line), cmocka_unit_test(test_zone_length)};

	return cmocka_run_group_tests(tests, make_path, remove_path);
}
