/* mail.h: fields by name, decoded; edits; sizes; what is no header. */
#include "sieve/mail/mail.h"
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct reading {
	struct mail mail;
	int fd;
};

static void
reading_open(struct reading *reading, struct span bytes)
{
	struct err err;

	reading->fd = memfd_create("message", 0);
	assert_true(reading->fd >= 0);
	assert_int_equal(write(reading->fd, bytes.n == 0 ? "" : bytes.p, bytes.n),
			 (ssize_t)bytes.n);
	assert_int_equal(mail_open(&reading->mail, reading->fd, &err), 0);
}

static void
reading_close(struct reading *reading)
{
	mail_close(&reading->mail);
	close(reading->fd);
}

static const struct {
	const char *what;
	struct span in;
	size_t fields, body;
	bool has_body;
} divisions[] = {
	{"empty", SPAN(""), 0, 0, false},
	{"LF", SPAN("A: b\n\nbody"), 1, 6, true},
	{"CRLF", SPAN("A: b\r\n\r\nbody"), 1, 8, true},
	{"empty body", SPAN("A: b\n\n"), 1, 6, true},
	{"no empty line", SPAN("A: b\n"), 1, 5, false},
	{"no line end", SPAN("A: b"), 1, 4, false},
	{"empty header", SPAN("\nbody"), 0, 1, true},
	{"headless", SPAN("no field here\nA: b\n\nx"), 0, 0, true},
	{"begins folded", SPAN(" x: y\nA: b\n\n"), 0, 0, true},
	{"From_", SPAN("From a Mon\nA: b\n\nx"), 1, 17, true},
	{">From_", SPAN(">From a Mon\r\nA: b\r\n\r\nx"), 1, 21, true},
	{"From_ alone", SPAN("From a Mon\n"), 0, 11, false},
	{"From_ and nothing else", SPAN("From a\n\nx"), 0, 8, true},
	{"odd lines", SPAN("A: b\nodd\n odd\nC: d\n\n"), 2, 20, true},
	{"bare CR", SPAN("A: b\r\rC: d\n\n"), 1, 12, true},
	{"white space is not empty", SPAN("A: b\n \t\nC: d\n\n"), 2, 14, true},
	{"NUL", SPAN("A: \0\n\n\0"), 1, 6, true},
};

static void
test_division(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof divisions / sizeof divisions[0]; i++) {
		struct reading reading;

		reading_open(&reading, divisions[i].in);
		if (reading.mail.n != divisions[i].fields ||
		    reading.mail.body != divisions[i].body ||
		    reading.mail.has_body != divisions[i].has_body)
			print_error("%s: %zu fields, body at %zu\n", divisions[i].what,
				    reading.mail.n, (size_t)reading.mail.body);
		assert_int_equal(reading.mail.size, divisions[i].in.n);
		assert_int_equal(reading.mail.n, divisions[i].fields);
		assert_int_equal(reading.mail.has_body, divisions[i].has_body);
		assert_int_equal(reading.mail.body, divisions[i].body);
		reading_close(&reading);
	}
}

static const struct {
	struct span value, text, plain;
} values[] = {
	{SPAN(" plain \n"), SPAN("plain"), SPAN("plain")},
	{SPAN("\n"), SPAN(""), SPAN("")},
	{SPAN(" \t \r\n"), SPAN(""), SPAN("")},
	{SPAN(" a\n  b\n"), SPAN("a  b"), SPAN("a  b")},
	{SPAN(" a\r\n\tb\r\n"), SPAN("a b"), SPAN("a b")},
	{SPAN(" a \n b  \n"), SPAN("a  b"), SPAN("a  b")},
	{SPAN("\n folded at once\n"), SPAN("folded at once"), SPAN("folded at once")},
	{SPAN(" a\rb\n"), SPAN("a\rb"), SPAN("a\rb")},
	{SPAN(" a\n \n b\n"), SPAN("a  b"), SPAN("a  b")},
	{SPAN(" a\0b\n"), SPAN("a\0b"), SPAN("a\0b")},
	{SPAN(" =?utf-8?q?J=C3=B6rg?=\n"), SPAN("J\xC3\xB6rg"), SPAN("=?utf-8?q?J=C3=B6rg?=")},
	{SPAN(" =?utf-8?q?a?=\n =?utf-8?q?b?=\n"), SPAN("ab"), SPAN("=?utf-8?q?a?= =?utf-8?q?b?=")},
	{SPAN(" =?utf-8?q?_a_?=\n"), SPAN("a"), SPAN("=?utf-8?q?_a_?=")},
	{SPAN(" J\xF6rg\n"), SPAN("J\xEF\xBF\xBDrg"), SPAN("J\xF6rg")},
	{SPAN(" =? x\n"), SPAN("=? x"), SPAN("=? x")},
};

static void
test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct reading reading;
		char message[200] = "Subject:";
		size_t at = 0;

		memcpy(message + 8, values[i].value.p, values[i].value.n);
		memcpy(message + 8 + values[i].value.n, "\n", 1);
		reading_open(&reading, (struct span){message, 9 + values[i].value.n});
		struct mail_field *field = mail_next(&reading.mail, SPAN("SUBJECT"), &at);
		assert_non_null(field);
		assert_span("text", mail_text(&reading.mail, field), values[i].text);
		assert_span("plain", mail_plain(&reading.mail, field), values[i].plain);
		struct span again = mail_text(&reading.mail, field);
		assert_ptr_equal(again.p, mail_text(&reading.mail, field).p);
		assert_null(mail_next(&reading.mail, SPAN("subject"), &at));
		reading_close(&reading);
	}
}

#define THREE SPAN("X: 1\nReceived: a\nx : 2\nY: y\nX: 3\nreceived: b\n\n")

/* The values of all fields called name, in order. */
static const char *
all_of(struct mail *mail, const char *name)
{
	static char text[200];
	const struct mail_field *field;
	size_t n = 0;

	text[0] = '\0';
	for (size_t at = 0; (field = mail_next(mail, span_of(name), &at)) != NULL;) {
		struct span value = mail_text(mail, (struct mail_field *)(uintptr_t)field);

		n += (size_t)snprintf(text + n, sizeof text - n, "[%.*s]", (int)value.n, value.p);
	}
	return text;
}

static void
test_names(void **state)
{
	struct reading reading;

	(void)state;
	reading_open(&reading, THREE);
	assert_string_equal(all_of(&reading.mail, "x"), "[1][2][3]");
	assert_string_equal(all_of(&reading.mail, "Received"), "[a][b]");
	assert_string_equal(all_of(&reading.mail, "Z"), "");
	assert_string_equal(all_of(&reading.mail, ""), "");
	assert_int_equal(mail_count(&reading.mail, SPAN("X")), 3);
	assert_int_equal(mail_count(&reading.mail, SPAN("z")), 0);
	reading_close(&reading);
}

static void
test_nth(void **state)
{
	static const struct span names[] = {SPAN("Y"), SPAN("X"), SPAN("nothing")};
	/* RFC 5260 6: in the order of the names */
	static const char *const in_order[] = {"y", "1", "2", "3"};
	struct reading reading;

	(void)state;
	reading_open(&reading, THREE);
	for (size_t i = 0; i < 4; i++) {
		assert_span(
			"index",
			mail_text(&reading.mail, mail_nth(&reading.mail, names, 3, i + 1, false)),
			span_of(in_order[i]));
		assert_span(
			":last",
			mail_text(&reading.mail, mail_nth(&reading.mail, names, 3, 4 - i, true)),
			span_of(in_order[i]));
	}
	assert_null(mail_nth(&reading.mail, names, 3, 5, false));
	assert_null(mail_nth(&reading.mail, names, 3, 5, true));
	assert_null(mail_nth(&reading.mail, names, 3, 0, false));
	assert_null(mail_nth(&reading.mail, names, 3, SIZE_MAX, true));
	assert_null(mail_nth(&reading.mail, names, 0, 1, false));
	reading_close(&reading);
}

/* RFC 5293 */
static void
test_edits(void **state)
{
	struct reading reading;

	(void)state;
	reading_open(&reading, THREE);
	mail_add(&reading.mail, SPAN("X"), SPAN(" 0 "), false);
	mail_add(&reading.mail, SPAN("x"), SPAN("4\xC3\xA9"), true);
	assert_string_equal(all_of(&reading.mail, "x"), "[0][1][2][3][4\xC3\xA9]");
	assert_true(mail_delete(&reading.mail, SPAN("X"), 1));
	/* counted anew: 2 is the field that was third */
	assert_true(mail_delete(&reading.mail, SPAN("X"), 2));
	assert_string_equal(all_of(&reading.mail, "x"), "[1][3][4\xC3\xA9]");
	assert_false(mail_delete(&reading.mail, SPAN("X"), 4));
	assert_false(mail_delete(&reading.mail, SPAN("X"), 0));
	assert_false(mail_delete(&reading.mail, SPAN("Z"), 1));
	mail_add(&reading.mail, SPAN("X-Hello"), SPAN("World"), false);
	assert_int_equal(mail_count(&reading.mail, SPAN("x-hello")), 1);
	assert_true(mail_delete(&reading.mail, SPAN("X-Hello"), 1));
	assert_int_equal(mail_count(&reading.mail, SPAN("x-hello")), 0);
	mail_add(&reading.mail, SPAN("Empty"), SPAN(""), true);
	assert_string_equal(all_of(&reading.mail, "Empty"), "[]");
	assert_string_equal(all_of(&reading.mail, "received"), "[a][b]");
	assert_int_equal(reading.mail.size, THREE.n);
	reading_close(&reading);
}

static void
test_field_names(void **state)
{
	(void)state;
	assert_true(mail_is_field_name(SPAN("X-Test")));
	assert_true(mail_is_field_name(SPAN("!#$\x7E")));
	assert_false(mail_is_field_name(SPAN("")));
	assert_false(mail_is_field_name(SPAN("X Y")));
	assert_false(mail_is_field_name(SPAN("X:")));
	assert_false(mail_is_field_name(SPAN("X\n")));
	assert_false(mail_is_field_name(SPAN("X\0")));
	assert_false(mail_is_field_name(SPAN("X\x7F")));
	assert_false(mail_is_field_name(SPAN("\xC3\xA9")));
}

static void
test_unreadable(void **state)
{
	struct mail mail;
	struct err err;
	int pipefd[2];

	(void)state;
	assert_int_equal(pipe(pipefd), 0);
	assert_int_equal(mail_open(&mail, pipefd[0], &err), -1);
	mail_close(&mail);
	close(pipefd[0]);
	close(pipefd[1]);
	assert_int_equal(mail_open(&mail, -1, &err), -1);
	mail_close(&mail);
	/* a regular file whose length nobody knows */
	int fd = open("/proc/self/mem", O_RDONLY);
	if (fd >= 0) {
		assert_int_equal(mail_open(&mail, fd, &err), -1);
		mail_close(&mail);
		close(fd);
	}
}

/*
 * More header than is held, more fields than are kept: what is within the
 * bounds is there.
 */
static void
test_large(void **state)
{
	static const char *const units[] = {"a:\n", "X: =?utf-8?q?=C3?=\n", "x:\xFF\n", " folded\n",
					    ":\n"};
	const size_t size = (size_t)MAIL_HEADER_MAX + 1000;
	char *bytes = malloc(size);
	struct reading reading;

	(void)state;
	assert_non_null(bytes);
	for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
		size_t unit = strlen(units[u]),
		       n = (size_t)snprintf(bytes, size, "First: 1\nX: x\n");

		for (; n + unit <= size; n += unit)
			memcpy(bytes + n, units[u], unit);
		reading_open(&reading, (struct span){bytes, n});
		assert_string_equal(all_of(&reading.mail, "first"), "[1]");
		assert_true(reading.mail.n <= MAIL_FIELDS_MAX);
		assert_false(reading.mail.has_body);
		assert_true(mail_count(&reading.mail, SPAN("x")) >= 1);
		for (size_t i = 0; i < reading.mail.n; i++)
			(void)mail_text(&reading.mail, &reading.mail.field[i]);
		reading_close(&reading);
	}
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_division),   cmocka_unit_test(test_values),
		cmocka_unit_test(test_names),      cmocka_unit_test(test_nth),
		cmocka_unit_test(test_edits),      cmocka_unit_test(test_field_names),
		cmocka_unit_test(test_unreadable), cmocka_unit_test(test_large)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
