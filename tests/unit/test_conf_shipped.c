/* conf/spamcop-filter.conf: what it shows is valid, and equals the defaults where it says so. */
#include "conf_file.h"

#include "conf_reader.h"

static char shipped[16384];

/* The file that we ship reads without error, and says what the defaults are. */
static void
test_shipped(void **state)
{
	struct conf conf, defaults;
	struct err err = {""};

	(void)state;
	conf_init(&defaults);
	if (read_text(&conf, shipped, &err) != 0)
		fail_msg("%s", err.why);
	assert_int_equal(conf.unknown.n, 0);
	assert_int_equal(conf.n_lists, defaults.n_lists);
	assert_string_equal(conf.lists[0].zone, defaults.lists[0].zone);
	assert_int_equal(conf.lists[0].n_answers, defaults.lists[0].n_answers);
	assert_memory_equal(conf.lists[0].answers[0].octet, defaults.lists[0].answers[0].octet, sizeof conf.lists[0].answers[0].octet);
	assert_int_equal(conf.lists[0].answers[0].weight, defaults.lists[0].answers[0].weight);
	assert_true(conf.lists[0].handoff_only == defaults.lists[0].handoff_only && conf.lists[0].ipv6 == defaults.lists[0].ipv6);
	assert_int_equal(conf.threshold, defaults.threshold);
	assert_memory_equal(&conf.dns, &defaults.dns, sizeof conf.dns);
	assert_int_equal(conf.allow.senders.n + conf.allow.n_networks, 0);
	assert_string_equal(conf.allow.file, defaults.allow.file);
	assert_string_equal(conf.deliver.junk, defaults.deliver.junk);
	assert_true(conf.deliver.separator == defaults.deliver.separator && conf.deliver.delimiter == defaults.deliver.delimiter);
	assert_true(conf.deliver.detail == defaults.deliver.detail);
	assert_string_equal(conf.sieve.script, defaults.sieve.script);
	assert_string_equal(conf.sieve.personal, defaults.sieve.personal);
	assert_string_equal(conf.sieve.sendmail, defaults.sieve.sendmail);
	assert_true(conf.sieve.time_limit == defaults.sieve.time_limit && conf.sieve.vacation_limit == defaults.sieve.vacation_limit);
	assert_true(conf.sieve.redirect == defaults.sieve.redirect && conf.sieve.vacation == defaults.sieve.vacation);
	assert_true(conf.log.facility == defaults.log.facility && conf.log.level == defaults.log.level);
	conf_free(&conf);
	conf_free(&defaults);
}

/* A commented-out example begins with "#" and a letter, or with "#" and TAB; the latter goes on in lines that begin with "#", TAB and a space. */
static bool
is_example(const char *line)
{
	return line[0] == '#' && ((line[1] >= 'a' && line[1] <= 'z') || line[1] == '\t');
}

static void
test_examples(void **state)
{
	int found = 0;

	(void)state;
	for (char *line = shipped; line != NULL; line = strchr(line, '\n')) {
		static char text[sizeof shipped];
		struct conf conf;
		struct err err = {""};
		char *p;

		line += strspn(line, "\n\t");
		if (!is_example(line) || (line[1] == '\t' && line[2] == ' '))
			continue;
		found++;
		memcpy(text, shipped, sizeof text);
		p = text + (line - shipped);
		*p = ' ';
		if (p[1] == '\t')
			while ((p = strchr(p, '\n')) != NULL && p[1] == '#' && p[2] == '\t' && p[3] == ' ')
				*++p = ' ';
		if (read_text(&conf, text, &err) != 0)
			fail_msg("%.40s: %s", line, err.why);
		assert_int_equal(conf.unknown.n, 0);
		conf_free(&conf);
	}
	assert_int_equal(found, 8);
}

/* The file names every key there is. */
static void
check_keys(const struct key *keys, const char *in)
{
	for (; keys->name != NULL; keys++) {
		char assigned[64];

		if (keys->kind == KEY_GROUP) {
			(void)snprintf(assigned, sizeof assigned, "\n%s: {", keys->name);
			check_keys(keys->keys, strstr(in, assigned));
		} else {
			(void)snprintf(assigned, sizeof assigned, "%s = ", keys->name);
		}
		if (in == NULL || strstr(in, assigned) == NULL)
			fail_msg("%s is not in the shipped file", keys->name);
	}
}

static void
test_keys(void **state)
{
	(void)state;
	check_keys(conf_keys, shipped);
}

static int
load(void **state)
{
	const char *top = getenv("top_srcdir");
	char file[4096];
	FILE *from;

	(void)snprintf(file, sizeof file, "%s/conf/spamcop-filter.conf", top == NULL ? "." : top);
	from = fopen(file, "re");
	if (from == NULL || fread(shipped, 1, sizeof shipped - 1, from) == 0)
		return -1;
	(void)fclose(from);
	return make_path(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_shipped), cmocka_unit_test(test_examples), cmocka_unit_test(test_keys)};

	return cmocka_run_group_tests(tests, load, remove_path);
}
