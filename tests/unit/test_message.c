/* message.h: where the header ends, what a field is, what survives. */
#include "filter/message/message.h"
#include "filter/message/envelope.h"
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

struct reading {
	struct message message;
	int fd;
};

static void
reading_open(struct reading *reading, struct span bytes)
{
	struct err err;
	int pipefd[2];

	assert_int_equal(pipe(pipefd), 0);
	assert_int_equal(write(pipefd[1], bytes.n == 0 ? "" : bytes.p, bytes.n), (ssize_t)bytes.n);
	close(pipefd[1]);
	reading->fd = pipefd[0];
	assert_int_equal(message_read(&reading->message, reading->fd, &err), 0);
}

static void
reading_close(struct reading *reading)
{
	message_free(&reading->message);
	close(reading->fd);
}

static const struct division {
	const char *what;
	struct span in;
	struct span from_line, header, rest;
	const char *eol;
	bool headless;
} divisions[] = {
	{"empty", SPAN(""), SPAN(""), SPAN(""), SPAN(""), "\n", false},
	{"LF", SPAN("A: b\n\nbody"), SPAN(""), SPAN("A: b\n"), SPAN("\nbody"), "\n", false},
	{"CRLF", SPAN("A: b\r\n\r\nbody"), SPAN(""), SPAN("A: b\r\n"), SPAN("\r\nbody"), "\r\n",
	 false},
	{"no body", SPAN("A: b\n"), SPAN(""), SPAN("A: b\n"), SPAN(""), "\n", false},
	{"no newline", SPAN("A: b"), SPAN(""), SPAN("A: b"), SPAN(""), "\n", false},
	{"empty header", SPAN("\nbody\n"), SPAN(""), SPAN(""), SPAN("\nbody\n"), "\n", false},
	{"headless", SPAN("no field here\nA: b\n\n"), SPAN(""), SPAN(""),
	 SPAN("no field here\nA: b\n\n"), "\n", true},
	{"begins folded", SPAN(" x: y\nA: b\n\n"), SPAN(""), SPAN(""), SPAN(" x: y\nA: b\n\n"),
	 "\n", true},
	{"From_", SPAN("From a Mon\nA: b\n\nx"), SPAN("From a Mon\n"), SPAN("A: b\n"), SPAN("\nx"),
	 "\n", false},
	{">From_", SPAN(">From a Mon\r\nA: b\n\nx"), SPAN(">From a Mon\r\n"), SPAN("A: b\n"),
	 SPAN("\nx"), "\r\n", false},
	{"From_ alone", SPAN("From a Mon"), SPAN(""), SPAN(""), SPAN("From a Mon"), "\n", true},
	{"From_, no header", SPAN("From a\n\nx"), SPAN("From a\n"), SPAN(""), SPAN("\nx"), "\n",
	 false},
	{"From_, headless", SPAN("From a\nx\n"), SPAN("From a\n"), SPAN(""), SPAN("x\n"), "\n",
	 true},
	{"From_, >From_", SPAN("From a\n>From b\n>From c\nA: b\n\nx"),
	 SPAN("From a\n>From b\n>From c\n"), SPAN("A: b\n"), SPAN("\nx"), "\n", false},
	{"From_ twice, no header", SPAN("From a\nFrom b\n\nx"), SPAN("From a\nFrom b\n"), SPAN(""),
	 SPAN("\nx"), "\n", false},
	{"text like From_ is kept", SPAN("From a\nFrom here on\nit goes\n"), SPAN("From a\n"),
	 SPAN(""), SPAN("From here on\nit goes\n"), "\n", true},
	{"odd line is kept", SPAN("A: b\nodd\nC: d\n\n"), SPAN(""), SPAN("A: b\nodd\nC: d\n"),
	 SPAN("\n"), "\n", false},
	{"bare CR is no line end", SPAN("A: b\r\rC: d\n\n"), SPAN(""), SPAN("A: b\r\rC: d\n"),
	 SPAN("\n"), "\n", false},
	{"NUL", SPAN("A: \0\n\n\0"), SPAN(""), SPAN("A: \0\n"), SPAN("\n\0"), "\n", false},
};

static void
test_division(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof divisions / sizeof divisions[0]; i++) {
		const struct division *d = &divisions[i];
		struct reading reading;

		reading_open(&reading, d->in);
		assert_span(d->what, reading.message.from_line, d->from_line);
		assert_span(d->what, reading.message.header, d->header);
		assert_span(d->what, reading.message.rest, d->rest);
		assert_string_equal(reading.message.eol, d->eol);
		assert_int_equal(reading.message.headless, d->headless);
		reading_close(&reading);
	}
}

static void
test_fields(void **state)
{
	struct span header = SPAN("A: b\n\tc\nodd\n folded odd\nx y: no\nD :e\r\n\0E: f\nF:");
	static const struct span want[][2] = {{SPAN("A"), SPAN(" b\n\tc\n")},
					      {SPAN("D"), SPAN("e\r\n")},
					      {SPAN("\0E"), SPAN(" f\n")},
					      {SPAN("F"), SPAN("")}};
	struct field field;
	size_t at = 0, n = 0;

	(void)state;
	while (header_next(header, &at, &field)) {
		assert_true(n < 4);
		assert_span("name", field.name, want[n][0]);
		assert_span("value", field.value, want[n][1]);
		n++;
	}
	assert_int_equal(n, 4);
}

static void
test_unfold(void **state)
{
	static const struct span cases[][2] = {{SPAN(" a\n\tb \r\n  c\n"), SPAN("a b  c")},
					       {SPAN(""), SPAN("")},
					       {SPAN("\r\n x"), SPAN("x")},
					       {SPAN("a\rb"), SPAN("a\rb")}};
	char to[64];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_span("unfold", header_unfold(cases[i][0], to, sizeof to), cases[i][1]);
	assert_span("cut", header_unfold(SPAN("abcdef"), to, 3), SPAN("abc"));
}

static void
test_find(void **state)
{
	const struct span header = SPAN("A: 1\nb : 2\nB: 3\n\t4\n");
	struct span value;

	(void)state;
	assert_true(header_find(header, SPAN("B"), &value));
	assert_span("the first", value, SPAN(" 2\n"));
	assert_false(header_find(header, SPAN("C"), &value));
}

static void
test_from_line(void **state)
{
	char to[ENVELOPE_ADDRESS_MAX + 1];

	(void)state;
	assert_string_equal(envelope_from_line(SPAN("From a@b Mon Nov 23 00:00:00 2026\n"), to),
			    "a@b");
	assert_string_equal(envelope_from_line(SPAN(">From  a@b\n"), to), "a@b");
	assert_string_equal(envelope_from_line(SPAN("From <> Mon\n"), to), "");
	assert_string_equal(envelope_from_line(SPAN("From MAILER-DAEMON Mon\n"), to), "");
	assert_string_equal(
		envelope_from_line(SPAN("From \"a b\"@x Mon Nov 24 10:00:00 2025\n"), to),
		"\"a b\"@x");
	assert_string_equal(
		envelope_from_line(SPAN("From \"Mon Nov \"@x Mon Nov 24 10:00:00 2025\n"), to),
		"\"Mon Nov \"@x");
	assert_string_equal(envelope_from_line(SPAN("From a b@x Mon Nov 24 10:00:00 2025\n"), to),
			    "a b@x");
	assert_string_equal(
		envelope_from_line(SPAN("From joe Mon Nov 24 10:00 2025 remote from x@y\n"), to),
		"joe");
	assert_string_equal(envelope_from_line(SPAN("From a@b\n>From c@d Mon Nov 24 \n"), to),
			    "a@b");
	assert_null(envelope_from_line(SPAN("From - Mon Nov 24 10:00:00 2025\n"), to));
	assert_null(envelope_from_line(SPAN("From Mon Nov 24 10:00:00 2025\n"), to));
	assert_null(envelope_from_line(SPAN("From \n"), to));
	assert_null(envelope_from_line(SPAN(""), to));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_division), cmocka_unit_test(test_fields),
		cmocka_unit_test(test_unfold), cmocka_unit_test(test_find),
		cmocka_unit_test(test_from_line)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
