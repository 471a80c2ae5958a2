/*
 * allow_file.h: a file to be changed is made where there is none, for nobody
 * else; what of it is text stays, and the rest is put aside.
 */
#include "filter/verdict/allow_file.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[] = "/tmp/test_allow_file.XXXXXX";
static char file[64];

static void
test_created(void **state)
{
	struct allow_file changed;
	struct stat status;
	struct err err;

	(void)state;
	for (int i = 0; i < 2; i++) {
		if (allow_file_open(&changed, file, &err) != 0)
			fail_msg("%s", err.why);
		assert_int_equal(changed.text.n, 0);
		allow_file_close(&changed);
		assert_int_equal(stat(file, &status), 0);
		assert_int_equal(status.st_mode & 07777, 0600);
	}
	assert_int_equal(allow_file_open(&changed, "/no-such-folder/allow", &err), -1);
	allow_file_close(&changed);
}

static const struct {
	const char *text, *good;
} cases[] = {
	{"pal@example.com\r\n\t# a comment\n\n", NULL},
	{"a@example.com\n\001\nb@example.com", "a@example.com\nb@example.com"},
	{"pal@example.com\n\037\n", "pal@example.com\n"},
};

static void
test_damaged(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct span text = span_of(cases[i].text);
		struct allow_file changed;
		struct err err;
		int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		assert_true(fd >= 0);
		assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
		assert_int_equal(close(fd), 0);
		assert_int_equal(allow_file_open(&changed, file, &err), 0);
		assert_int_equal(changed.aside[0] != '\0', cases[i].good != NULL);
		if (cases[i].good != NULL)
			assert_int_equal(unlink(changed.aside), 0);
		assert_span("text", buf_span(&changed.text),
			    cases[i].good != NULL ? span_of(cases[i].good) : text);
		allow_file_close(&changed);
	}
}

/* Entries are those of their lines, and the same only where all of them is. */
static void
test_entries(void **state)
{
	static const struct {
		const char *text;
		bool has;
	} asked[] = {
		{"a@example.com", true}, {"B@Example.com", true},     {"@c.example", true},
		{"c.example", true},     {"a@example.com.au", false}, {"@example.com", false},
		{"@b.example", false},   {"d@c.example", false},
	};
	const struct span text = SPAN("a@example.com\nnothing\n\nb@example.com # x\n@c.example");

	(void)state;
	for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
		struct allow_entry entry;

		assert_true(allow_entry_read(span_of(asked[i].text), &entry) != ALLOW_NONE);
		if (allow_file_has(text, &entry) != asked[i].has)
			fail_msg("%s", asked[i].text);
	}
}

/* Who finds it locked waits five seconds, and says so. */
static void
test_locked(void **state)
{
	struct allow_file changed;
	struct err err;
	int fd = open(file, O_RDWR | O_CREAT, 0600);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(allow_file_open(&changed, file, &err), -1);
	allow_file_close(&changed);
	assert_non_null(strstr(err.why, "somebody else"));
	(void)close(fd);
	assert_int_equal(allow_file_open(&changed, file, &err), 0);
	allow_file_close(&changed);
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
		cmocka_unit_test(test_created), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_entries), cmocka_unit_test(test_locked)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
