/* conf.h: every wrong value, and what is left when a file is broken. */
#include "conf_file.h"

#include <sys/stat.h>

/* A broken file: the line, and what the sentence says behind "FILE:LINE: ". */
static const struct broken {
	const char *text;
	int line;
	const char *key, *expected;
} broken[] = {
	{"threshold = \"5\";", 1, "threshold: \"5\"", "a whole number from 1 to 100"},
	{"threshold = 0;", 1, "threshold: 0", "from 1 to 100"},
	{"threshold = 101;", 1, "threshold: 101", "from 1 to 100"},
	{"threshold = 5.5;", 1, "threshold: 5.5", "a whole number"},
	{"threshold = 99999999999;", 1, "threshold: the number is too large", "from 1 to 100"},
	{"threshold = 4294967301L;", 1, "threshold: the number is too large", "from 1 to 100"},
	{"threshold = 0x100000005;", 1, "threshold: the number is too large", "from 1 to 100"},
	{"threshold = true;", 1, "threshold: true", "a whole number"},
	{"threshold = -3;", 1, "threshold: -3", "from 1 to 100"},
	{"\n\ndns: { timeout = 0; };", 3, "dns.timeout: 0", "a number of seconds from 0.05 to 30"},
	{"dns: { deadline = 1e99; };", 1, "dns.deadline: ", "seconds from 0.1 to 60"},
	{"dns: { deadline = \"5s\"; };", 1, "dns.deadline: \"5s\"", "a number of seconds"},
	{"dns: { tries = 99999999999; };", 1, "dns.tries: the number is too large", "from 1 to 10"},
	{"dns = 3;", 1, "dns: 3", "a group"},
	{"dns: { servers = \"127.0.0.1\"; };", 1, "dns.servers: \"127.0.0.1\"", "an array"},
	{"dns: { servers = [ \"127.0.0.1\",\n \"ns.example\" ]; };", 2,
	 "dns.servers[2]: \"ns.example\"", "\"[::1]:53\""},
	{"dns: { servers = [ 127 ]; };", 1, "dns.servers[1]: 127", "127.0.0.1"},
	{"lists = \"bl.spamcop.net\";", 1, "lists: \"bl.spamcop.net\"", "a list of groups"},
	{"lists = ( 5 );", 1, "lists[1]: 5", "a group"},
	{"lists = ( { name = \"x\"; } );", 1, "lists[1]: there is neither zone nor file",
	 "one of them"},
	{"lists = ( { zone = \"a.b\"; file = \"/x\"; } );", 1,
	 "lists[1]: there are both zone and file", "one of them"},
	{"lists = ( { zone = \"a..b\"; } );", 1, "lists[1].zone: \"a..b\"",
	 "a domain name of at most 189 bytes"},
	{"lists = ( { zone = \"a b\"; } );", 1, "lists[1].zone", "a domain name"},
	{"lists = ( { zone = \"127.0.0.1\"; } );", 1, "lists[1].zone", "a domain name"},
	{"lists = ( { file = \"x\"; } );", 1, "lists[1].file: \"x\"", "a path that begins with /"},
	{"lists = ( { file = \"/a b\"; } );", 1, "lists[1]: what stands for a name", "a key name"},
	{"lists = ( { zone = \"a.b\"; name = \"a;b\"; } );", 1, "lists[1].name: \"a;b\"",
	 "a name of at most 64"},
	{"lists = ( { zone = \"a.b\"; weight = 101; } );", 1, "lists[1].weight: 101",
	 "from -100 to 100"},
	{"lists = ( { zone = \"a.b\"; relays = \"first\"; } );", 1, "lists[1].relays: \"first\"",
	 "\"handoff\", \"all\" or \"not-first\""},
	{"lists = ( { zone = \"a.b\"; ipv6 = \"yes\"; } );", 1, "lists[1].ipv6: \"yes\"",
	 "true or false"},
	{"lists = ( { zone = \"a.b\"; answers = [ ]; } );", 1, "lists[1].answers: there is none",
	 "an array of 1 to 32"},
	{"lists = ( { zone = \"a.b\"; answers = ( { weight = 3; } ); } );", 1,
	 "lists[1].answers[1]: there is no answer", "an answer in"},
	{"lists = ( { zone = \"a.b\"; answers = ( { answer = \"127.0.0.2\"; weight = \"x\"; } ); } "
	 ");",
	 1, "lists[1].answers[1].weight: \"x\"", "whole number"},
	{"lists = ( { zone = \"a.b\"; answers = ( 2 ); } );", 1, "lists[1].answers[1]: 2",
	 "an answer such as"},
	{"lists = ( { zone = \"a.b\"; },\n { zone = \"A.B\"; } );", 2,
	 "lists[2]: another list has the same name", "a key name"},
	{"lists = ( { zone = \"a.b\"; } );\nallow: { zones = [ \"a.b\" ]; };", 2,
	 "allow.zones[1]: another list has the same name", "a key name"},
	{"allow: { zones = ( { zone = \"a.b\"; relays = \"all\"; } ); };", 1,
	 "allow.zones[1]: relays", "no key relays"},
	{"allow: { senders = [ \"friend\" ]; };", 1, "allow.senders[1]: \"friend\"",
	 "\"@example.org\""},
	{"allow: { senders = [ \"a b@example.org\" ]; };", 1, "allow.senders[1]", "a sender"},
	{"allow: { networks = [ \"192.0.2.1/24\" ]; };", 1, "allow.networks[1]: \"192.0.2.1/24\"",
	 "without bits right of the prefix"},
	{"allow: { file = \"friends\"; };", 1, "allow.file: \"friends\"", "/ or ~/"},
	{"trusted_networks = [ \"300.0.0.0/8\" ];", 1, "trusted_networks[1]", "a network"},
	{"trusted_networks = [ 10 ];", 1, "trusted_networks[1]: 10", "a network"},
	{"deliver: { mailbox = \"mbox:/var/mail/x\"; };", 1,
	 "deliver.mailbox: \"mbox:/var/mail/x\"", "\"maildir:/PATH\""},
	{"deliver: { mailbox = \"maildir:Maildir\"; };", 1, "deliver.mailbox", "\"maildir:/PATH\""},
	{"deliver: { mailbox = \"lmtp:localhost:0\"; };", 1, "deliver.mailbox",
	 "\"lmtp:HOST:PORT\""},
	{"deliver: { mailbox = \"lda:dovecot-lda\"; };", 1, "deliver.mailbox",
	 "\"lda:/PROGRAM ARG...\""},
	{"deliver: { mailbox = [ \"maildir:/x\" ]; };", 1, "deliver.mailbox: this is an array",
	 "\"maildir:/PATH\""},
	{"deliver: { junk = \"a..b\"; };", 1, "deliver.junk: \"a..b\"", "a folder name"},
	{"deliver: { junk = \"\"; };", 1, "deliver.junk", "a folder name"},
	{"deliver: { junk = \"a\\x0ab\"; };", 1, "deliver.junk", "a folder name"},
	{"deliver: { junk = \"\\xff\"; };", 1, "deliver.junk", "a folder name"},
	{"deliver: { junk = \"a/b\"; };", 1, "deliver.junk: \"a/b\"", "without /"},
	{"deliver: { separator = \"..\"; };", 1, "deliver.separator", "one of"},
	{"deliver: { delimiter = \"a\"; };", 1, "deliver.delimiter", "one character"},
	{"deliver: { detail = 1; };", 1, "deliver.detail: 1", "true or false"},
	{"sieve: { before = [ \"~/x\" ]; };", 1, "sieve.before[1]: \"~/x\"",
	 "a path that begins with /"},
	{"sieve: { script = \"x\"; };", 1, "sieve.script: \"x\"", "/ or ~/"},
	{"sieve: { time_limit = 31; };", 1, "sieve.time_limit: 31", "from 0.1 to 30"},
	{"report: { address = \"-t@example.org\"; };", 1, "report.address", "an address such as"},
	{"report: { address = \"a@b@c\"; };", 1, "report.address", "an address such as"},
	{"report: { address = \"submit\"; };", 1, "report.address", "an address such as"},
	{"sieve: { vacation_limit = 0; };", 1, "sieve.vacation_limit: 0", "from 1 to 10000"},
	{"log: { facility = \"kern\"; };", 1, "log.facility: \"kern\"", "\"mail\""},
	{"log: { level = \"loud\"; };", 1, "log.level: \"loud\"", "\"info\""},
	{"# fine\n@include \"/etc/passwd\"\n", 2, "@include: it is not allowed",
	 "one file with all keys"},
	{"a = 1;\n \t@include\t\"/x\"\n", 2, "@include", "one file"},
	{"/* x\n */ @include \"/x\"\n", 2, "@include", "one file"},
	{"/*\n\n*/ # \n// \"\nthreshold = /* \n */ \"x\";\n", 5, "threshold: \"x\"",
	 "a whole number"},
	{"threshold/* no blank */6;\n", 1, "syntax error", "KEY = VALUE;"},
	{"threshold = 6/**/7;\n", 1, "syntax error", "KEY = VALUE;"},
	{"threshold = /* 6;\n", 2, "syntax error", "KEY = VALUE;"},
	{"threshold = 5\ntreshold 6;\n", 2, "syntax error", "KEY = VALUE;"},
	{"threshold = 5;\nthreshold = 6;\n", 2, "duplicate setting name", "KEY = VALUE;"},
	{"dns: { timeout = 1; timeout = 2; };", 1, "duplicate setting name", "KEY = VALUE;"},
	{"deliver: { mailbox = \"maildir:/x", 1, "syntax error", "KEY = VALUE;"},
};

static void
test_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
		const struct broken *b = &broken[i];
		struct conf conf;
		struct err err = {""};
		char where[128];

		assert_int_equal(read_text(&conf, b->text, &err), -1);
		(void)snprintf(where, sizeof where, "%s:%d: %s", path, b->line, b->key);
		if (strncmp(err.why, where, strlen(where)) != 0 ||
		    strstr(err.why, b->expected) == NULL || strstr(err.why, " is expected") == NULL)
			fail_msg("[%s] gave [%s], want [%s...%s]", b->text, err.why, where,
				 b->expected);
		assert_int_equal(conf.threshold, 5);
		assert_int_equal(conf.n_lists, 1);
		assert_string_equal(conf.lists[0].zone, "bl.spamcop.net");
		conf_free(&conf);
	}
}

/* The mailbox survives an error elsewhere. */
static void
test_recovery(void **state)
{
	static const struct {
		const char *text;
		enum mailbox_kind kind;
		const char *path, *junk;
	} cases[] = {
		{"threshold = \"x\"; deliver: { mailbox = \"maildir:/m\"; junk = \"Spam\"; };",
		 MAILBOX_MAILDIR, "/m", "Spam"},
		{"deliver: { junk = 3; mailbox = \"lda:/bin/x -y\"; };", MAILBOX_LDA, "/bin/x -y",
		 "Junk"},
		{"deliver: { mailbox = \"nowhere\"; junk = \"Spam\"; };", MAILBOX_NONE, NULL,
		 "Spam"},
		{"deliver: { separator = \"/\"; junk = \"a/b\"; mailbox = \"lmtp:unix:/s\"; }; log "
		 "= 1;",
		 MAILBOX_LMTP_UNIX, "/s", "a/b"},
		{"deliver: { junk = \"a/b\"; mailbox = \"lmtp:[::1]:24\"; };", MAILBOX_LMTP_TCP,
		 "[::1]:24", "Junk"},
		{"dns: { tries = 99999999999; };\ndeliver: { mailbox = \"lmtp:mail.example:24\"; "
		 "};",
		 MAILBOX_LMTP_TCP, "mail.example:24", "Junk"},
		{"deliver: { mailbox = \"maildir:~/m\"; };\nthis is no key\n", MAILBOX_MAILDIR,
		 "~/m", "Junk"},
		{"deliver = \"maildir:/m\";", MAILBOX_NONE, NULL, "Junk"},
		{"@include \"/x\"\ndeliver: { mailbox = \"maildir:/m\"; };", MAILBOX_NONE, NULL,
		 "Junk"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct conf conf;
		struct err err;

		assert_int_equal(read_text(&conf, cases[i].text, &err), -1);
		assert_int_equal(conf.deliver.mailbox.kind, cases[i].kind);
		if (cases[i].path == NULL)
			assert_null(conf.deliver.mailbox.path);
		else
			assert_string_equal(conf.deliver.mailbox.path, cases[i].path);
		assert_string_equal(conf.deliver.junk, cases[i].junk);
		conf_free(&conf);
	}
}

static void
expect_unreadable(const char *file, const char *want)
{
	struct conf conf;
	struct err err = {""};

	conf_init(&conf);
	assert_int_equal(conf_read(&conf, file, &err), -1);
	assert_int_equal(strncmp(err.why, file, strlen(file)), 0);
	if (strstr(err.why, want) == NULL)
		fail_msg("%s", err.why);
	assert_int_equal(conf.n_lists, 1);
	conf_free(&conf);
}

static void
test_files(void **state)
{
	char fifo[64], *large = malloc(1U << 21);

	(void)state;
	(void)snprintf(fifo, sizeof fifo, "%s.fifo", path);
	expect_unreadable("/nonexistent/x.conf", "cannot be read: No such file");
	expect_unreadable("/tmp", "not a regular file");
	expect_unreadable("/dev/zero", "not a regular file");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	expect_unreadable(fifo, "not a regular file");
	unlink(fifo);
	assert_non_null(large);
	memset(large, ' ', 1U << 21);
	write_file((struct span){large, 1U << 21});
	expect_unreadable(path, "longer than 1 MB");
	write_file(SPAN("threshold = 5;\0@include \"x\""));
	expect_unreadable(path, "a NUL byte");
	free(large);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_broken),
					   cmocka_unit_test(test_recovery),
					   cmocka_unit_test(test_files)};

	return cmocka_run_group_tests(tests, make_path, remove_path);
}
