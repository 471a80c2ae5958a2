/* conf.h: every key, every wrong value, and what is left when a file is broken. */
#include "conf.h"
#include "unit.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

static char path[] = "/tmp/spamcop-filter-conf.XXXXXX";

static void
write_file(struct span text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
	assert_int_equal(fclose(file), 0);
}

static int
read_text(struct conf *conf, const char *text, struct err *err)
{
	write_file(span_of(text));
	conf_init(conf);
	return conf_read(conf, path, err);
}

/* DESIGN's example, with one value of each key that is not the default. */
static const char example[] =
	"trusted_networks = [ \"192.0.2.0/24\", \"2001:db8:1::/48\" ];\n"
	"lists = (\n"
	"  { zone = \"bl.spamcop.net\"; answers = [ \"127.0.0.2\" ]; relays = \"all\"; weight = 6; },\n"
	"  { zone = \"KEY.zen.dq.example.\"; name = \"zen\"; ipv6 = true; weight = 3;\n"
	"    answers = ( { answer = \"127.0.0.2\"; weight = 6; }, { answer = \"127.0.0.[4..7]\"; name = \"xbl\"; }, \"127.0.0.9\" ); },\n"
	"  { name = \"office\"; file = \"/etc/spamcop-filter/office.ip4set\"; }\n"
	");\n"
	"threshold = 7;\n"
	"dns:     { servers = [ \"127.0.0.1:5353\", \"::1\", \"[::1]:54\" ]; timeout = 2; tries = 3; deadline = 7.5; };\n"
	"allow:   { senders = [ \"friend@example.org\", \"@example.net\" ]; networks = [ \"198.51.100.7\" ];\n"
	"           zones = ( \"list.dnswl.org\", { zone = \"own.example\"; answers = \"127.0.0.5\"; } ); file = \"~/.allow\"; };\n"
	"deliver: { mailbox = \"maildir:~/Maildir\"; junk = \"Spam/Suspected\"; separator = \"/\"; delimiter = \"-\"; detail = true; };\n"
	"sieve:   { before = [ \"/etc/a.sieve\" ]; script = \"~/.sieve\"; after = [ \"/etc/b.sieve\", \"/etc/c.sieve\" ]; personal = \"~/scripts\";\n"
	"           global = \"/etc/sieve\"; time_limit = 3; redirect = true; vacation = true; vacation_limit = 9; sendmail = \"/usr/lib/sendmail\"; };\n"
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
	assert_true(conf.dns.timeout == 1.0 && conf.dns.tries == 2 && conf.dns.deadline == 5.0 && conf.dns.n_servers == 0);
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
	assert_true(conf.trusted_set && conf.n_trusted == 2 && conf.trusted[0].prefix == 120 && conf.trusted[1].prefix == 48);
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
	assert_true(conf.deliver.separator == '/' && conf.deliver.delimiter == '-' && conf.deliver.detail);
	assert_true(conf.sieve.before.n == 1 && conf.sieve.after.n == 2 && conf.sieve.time_limit == 3.0);
	assert_true(conf.sieve.redirect && conf.sieve.vacation && conf.sieve.vacation_limit == 9);
	assert_string_equal(conf.sieve.script, "~/.sieve");
	assert_string_equal(conf.sieve.personal, "~/scripts");
	assert_string_equal(conf.sieve.global, "/etc/sieve");
	assert_string_equal(conf.sieve.sendmail, "/usr/lib/sendmail");
	assert_true(conf.log.facility == LOG_LOCAL3 && conf.log.level == LOG_DEBUG);
	conf_free(&conf);
}

static int
make_path(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int
remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_defaults), cmocka_unit_test(test_example)};

	return cmocka_run_group_tests(tests, make_path, remove_path);
}
