/*
 * strip.h: which spellings of our fields go, what stays, wherever the input is
 * cut.
 */
#include "filter/base/buf.h"
#include "filter/message/strip.h"
#include "unit.h"

static int
emit(void *to, struct span bytes)
{
	return buf_add(to, bytes) ? 0 : -1;
}

/*
 * Feeds in cut into pieces of `piece` bytes; the body behind the header is
 * appended as it is.
 */
static void
strip_all(struct span in, size_t piece, struct buf *out)
{
	struct strip strip = {.state = STRIP_LINE};

	buf_init(out, 1 << 20);
	for (size_t at = 0; at < in.n && strip.state != STRIP_END;) {
		size_t n = in.n - at < piece ? in.n - at : piece;
		ptrdiff_t used = strip_feed(&strip, (struct span){in.p + at, n}, emit, out);

		assert_true(used >= 0);
		at += (size_t)used;
		if (strip.state == STRIP_END)
			assert_true(buf_add(out, span_skip(in, at)));
	}
	if (strip.state != STRIP_END)
		assert_int_equal(strip_end(&strip, emit, out), 0);
}

static const struct {
	const char *what;
	struct span in, out;
} cases[] = {
	{"nothing of ours", SPAN("A: b\n\nbody"), SPAN("A: b\n\nbody")},
	{"each of the five",
	 SPAN("X-SpamCop-Status: a\nX-SpamCop-Checked: a\nX-SpamCop-Listed: "
	      "a\nX-SpamCop-Disposition: a\nX-SpamCop-Score: a\nA: b\n\n"),
	 SPAN("A: b\n\n")},
	{"no other",
	 SPAN("X-SpamCop-Whitelisted: a\nX-SpamCop: b\nX-SpamCop-Statuses: c\nX-SpamCop-: d\n\n"),
	 SPAN("X-SpamCop-Whitelisted: a\nX-SpamCop: b\nX-SpamCop-Statuses: c\nX-SpamCop-: d\n\n")},
	{"case", SPAN("x-spamcop-listed: a\nX-SPAMCOP-SCORE: b\nA: b\n"), SPAN("A: b\n")},
	{"space before the colon", SPAN("X-SpamCop-Listed : a\nX-SpamCop-Score \t: b\nA: b\n"),
	 SPAN("A: b\n")},
	{"folded value", SPAN("X-SpamCop-Listed: a\n b\n\tc\r\n \nA: b\n\nx"), SPAN("A: b\n\nx")},
	{"folded before the colon",
	 SPAN("X-SpamCop-Listed\n : a\nA: b\nX-SpamCop-Score \r\n\t\r\n : b\n\n"),
	 SPAN("A: b\n\n")},
	{"no colon at all", SPAN("X-SpamCop-Listed\nA: b\nX-SpamCop-Listed"),
	 SPAN("X-SpamCop-Listed\nA: b\nX-SpamCop-Listed")},
	{"NULs in the name", SPAN("\0X-Spam\0Cop-\0\0Listed\0: a\nA: b\n"), SPAN("A: b\n")},
	{"space inside the name", SPAN("X-SpamCop -Listed: a\n\n"),
	 SPAN("X-SpamCop -Listed: a\n\n")},
	{"CRLF",
	 SPAN("A: b\r\nX-SpamCop-Listed: a\r\n\tb\r\nC: d\r\n\r\nX-SpamCop-Listed: in the "
	      "body\r\n"),
	 SPAN("A: b\r\nC: d\r\n\r\nX-SpamCop-Listed: in the body\r\n")},
	{"continuation of another", SPAN("A: b\n X-SpamCop-Listed: a\n\n"),
	 SPAN("A: b\n X-SpamCop-Listed: a\n\n")},
	{"last, without line end", SPAN("A: b\nX-SpamCop-Listed: a"), SPAN("A: b\n")},
	{"bare CR", SPAN("A: b\rX-SpamCop-Listed: a\n\r\r\nB: c\n\r\n"),
	 SPAN("A: b\rX-SpamCop-Listed: a\n\r\r\nB: c\n\r\n")},
	{"odd line between", SPAN("X-SpamCop-Listed: a\nodd\n b\n\n"), SPAN("odd\n b\n\n")},
	{"NUL line", SPAN("\0\nX-SpamCop-Score: 1\n\n"), SPAN("\0\n\n")},
	{"empty", SPAN(""), SPAN("")},
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (size_t piece = 1; piece <= cases[i].in.n + 1; piece++) {
			struct buf out;

			strip_all(cases[i].in, piece, &out);
			assert_span(cases[i].what, buf_span(&out), cases[i].out);
			buf_free(&out);
		}
}

/*
 * Between the two, 5,000 times c. What comes out is stays, with them or
 * without.
 */
static void
check_stretched(const char *what, struct span before, char c, struct span behind, bool kept,
		struct span stays)
{
	struct buf in, out, expected;

	buf_init(&in, 1 << 20);
	buf_init(&expected, 1 << 20);
	assert_true(buf_add(&in, before));
	for (size_t i = 0; i < 5000; i++)
		assert_true(buf_addc(&in, c));
	assert_true(buf_add(&in, behind));
	assert_true(buf_add(&expected, kept ? buf_span(&in) : stays));
	strip_all(buf_span(&in), 77, &out);
	assert_span(what, buf_span(&out), buf_span(&expected));
	buf_free(&in);
	buf_free(&out);
	buf_free(&expected);
}

/*
 * A name that NULs stretch is still ours; what only begins like one is not, and
 * nothing of it is lost.
 */
static void
test_stretched(void **state)
{
	(void)state;
	check_stretched("name", SPAN("X-Spam"), '\0', SPAN("Cop-Listed: a\n\tb\nA: b\n"), false,
			SPAN("A: b\n"));
	check_stretched("space", SPAN("X-SpamCop-Listed"), ' ', SPAN(": a\n\tb\nA: b\n"), false,
			SPAN("A: b\n"));
	check_stretched("line of NULs", SPAN("A: b\n"), '\0', SPAN("\n c\nD: e\n\nf"), true,
			SPAN(""));
	check_stretched("NULs in front", SPAN(""), '\0', SPAN("A: b\nX: c\n"), true, SPAN(""));
	check_stretched("NULs behind", SPAN("X-S"), '\0', SPAN("\nA: b\n"), true, SPAN(""));
	check_stretched("no colon", SPAN("X-SpamCop-Listed"), ' ', SPAN("\nA: b\n"), true,
			SPAN(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases),
					   cmocka_unit_test(test_stretched)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
