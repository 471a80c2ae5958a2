/*
 * conf/spamcop-filter.conf and its man page: what they show is valid, names
 * every key, and equals the defaults where it says so.
 */
#include "conf_file.h"

#include "conf/reader/conf_reader.h"

static char shipped[16384], page[32768];

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
	assert_memory_equal(conf.lists[0].answers[0].octet, defaults.lists[0].answers[0].octet,
			    sizeof conf.lists[0].answers[0].octet);
	assert_int_equal(conf.lists[0].answers[0].weight, defaults.lists[0].answers[0].weight);
	assert_true(conf.lists[0].handoff_only == defaults.lists[0].handoff_only &&
		    conf.lists[0].ipv6 == defaults.lists[0].ipv6);
	assert_int_equal(conf.threshold, defaults.threshold);
	assert_memory_equal(&conf.dns, &defaults.dns, sizeof conf.dns);
	assert_int_equal(conf.allow.senders.n + conf.allow.n_networks, 0);
	assert_string_equal(conf.allow.file, defaults.allow.file);
	assert_string_equal(conf.deliver.junk, defaults.deliver.junk);
	assert_true(conf.deliver.separator == defaults.deliver.separator &&
		    conf.deliver.delimiter == defaults.deliver.delimiter);
	assert_true(conf.deliver.detail == defaults.deliver.detail);
	assert_string_equal(conf.sieve.script, defaults.sieve.script);
	assert_string_equal(conf.sieve.personal, defaults.sieve.personal);
	assert_string_equal(conf.sieve.sendmail, defaults.sieve.sendmail);
	assert_true(conf.sieve.time_limit == defaults.sieve.time_limit &&
		    conf.sieve.vacation_limit == defaults.sieve.vacation_limit);
	assert_true(conf.sieve.redirect == defaults.sieve.redirect &&
		    conf.sieve.vacation == defaults.sieve.vacation);
	assert_true(conf.log.facility == defaults.log.facility &&
		    conf.log.level == defaults.log.level);
	conf_free(&conf);
	conf_free(&defaults);
}

/*
 * A commented-out example begins with "#" and a letter, or with "#" and TAB;
 * the latter goes on in lines that begin with "#", TAB and a space.
 */
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
			while ((p = strchr(p, '\n')) != NULL && p[1] == '#' && p[2] == '\t' &&
			       p[3] == ' ')
				*++p = ' ';
		if (read_text(&conf, text, &err) != 0)
			fail_msg("%.40s: %s", line, err.why);
		assert_int_equal(conf.unknown.n, 0);
		conf_free(&conf);
	}
	assert_int_equal(found, 10);
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

static bool
is_key(const char *name, const char *group, const struct key *keys)
{
	size_t n = strlen(group);

	for (; keys->name != NULL; keys++) {
		if (keys->kind == KEY_GROUP
			    ? is_key(name, keys->name, keys->keys)
			    : (n == 0 ? strcmp(name, keys->name) == 0
				      : strncmp(name, group, n) == 0 && name[n] == '.' &&
						strcmp(name + n + 1, keys->name) == 0))
			return true;
	}
	return false;
}

/*
 * Each key has its line in the man page: ".It Ic NAME", or ", Ic NAME" behind
 * another.
 */
static void
check_page(const struct key *keys, const char *group)
{
	for (; keys->name != NULL; keys++) {
		char line[96];

		if (keys->kind == KEY_GROUP) {
			check_page(keys->keys, keys->name);
			continue;
		}
		(void)snprintf(line, sizeof line, " Ic %s%s%s", group, group[0] == '\0' ? "" : ".",
			       keys->name);
		if (strstr(page, line) == NULL)
			fail_msg("%s is not in spamcop-filter.conf(5)", line);
	}
}

static void
test_page(void **state)
{
	int found = 0;

	(void)state;
	check_page(conf_keys, "");
	check_page(list_keys, "");
	check_page(answer_keys, "");
	for (const char *line = strstr(page, "\n.It Ic "); line != NULL;
	     line = strstr(line + 1, "\n.It Ic ")) {
		const char *end = line + 1 + strcspn(line + 1, "\n");

		for (const char *p = line; (p = strstr(p, "Ic ")) != NULL && p < end; found++) {
			char name[64];

			p += 3;
			(void)snprintf(name, sizeof name, "%.*s", (int)strcspn(p, " \n"), p);
			if (!is_key(name, "", conf_keys) && !is_key(name, "", list_keys))
				fail_msg("spamcop-filter.conf(5) has %s, which is no key", name);
		}
	}
	assert_true(found > 30);
}

/* The examples of the man page are valid: what stands between .Bd and .Ed. */
static void
test_page_examples(void **state)
{
	int found = 0;

	(void)state;
	for (const char *p = page; (p = strstr(p, "\n.Bd -literal")) != NULL; found++) {
		char text[4096];
		struct conf conf;
		struct err err = {""};
		const char *end = strstr(p, "\n.Ed");

		p = strchr(p + 1, '\n') + 1;
		assert_non_null(end);
		(void)snprintf(text, sizeof text,
			       p[0] == '{' ? "lists = ( { zone = \"a.b\"; answers = (%.*s); } );"
					   : "%.*s",
			       (int)(end - p), p);
		if (read_text(&conf, text, &err) != 0)
			fail_msg("%s: %s", text, err.why);
		assert_int_equal(conf.unknown.n, 0);
		conf_free(&conf);
	}
	assert_int_equal(found, 3);
}

static int
load_file(const char *name, char *to, size_t size)
{
	const char *top = getenv("top_srcdir");
	char file[4096];
	FILE *from;
	size_t n;

	(void)snprintf(file, sizeof file, "%s/%s", top == NULL ? "." : top, name);
	from = fopen(file, "re");
	if (from == NULL)
		return -1;
	n = fread(to, 1, size - 1, from);
	(void)fclose(from);
	return n == 0 || n == size - 1 ? -1 : 0;
}

static int
load(void **state)
{
	if (load_file("conf/spamcop-filter.conf", shipped, sizeof shipped) != 0 ||
	    load_file("doc/spamcop-filter.conf.5", page, sizeof page) != 0)
		return -1;
	return make_path(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_shipped),
					   cmocka_unit_test(test_examples),
					   cmocka_unit_test(test_keys), cmocka_unit_test(test_page),
					   cmocka_unit_test(test_page_examples)};

	return cmocka_run_group_tests(tests, load, remove_path);
}
