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

static int
refuse(void *to, struct span bytes)
{
	(void)to;
	(void)bytes;
	return -1;
}

/* What cannot be written is told, wherever that is. */
static void
test_refused(void **state)
{
	static const struct span texts[] = {SPAN("A: b\n"), SPAN("X-Spam: b\n"),
					    SPAN("X-SpamCop-\n"), SPAN("\n")};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct strip strip = {.state = STRIP_LINE};

		assert_int_equal(strip_feed(&strip, texts[i], refuse, NULL), -1);
	}
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
	 SPAN("A: b\r\n\r\r\nB: c\n\r\n")},
	{"bare CR, more behind it",
	 SPAN("A: b\rX-SpamCop-Listed: a\rC: d\rx-spamcop-score\t: 3\r\nD: "
	      "e\n\nA\rX-SpamCop-Score: 1\n"),
	 SPAN("A: b\r\rC: d\r\r\nD: e\n\nA\rX-SpamCop-Score: 1\n")},
	{"bare CR first in a line", SPAN("\rX-SpamCop-Listed: a\nA: b\n\n"), SPAN("\r\nA: b\n\n")},
	{"two bare CRs first in a line", SPAN("\r\rX-SpamCop-Listed: a\nA: b\n\n"),
	 SPAN("\r\r\nA: b\n\n")},
	{"bare CR, NULs", SPAN("A: b\r\0X-SpamCop\0-Listed: a\nB: c\n\n"),
	 SPAN("A: b\r\nB: c\n\n")},
	{"bare CR, folded", SPAN("A: b\rX-SpamCop-Listed\n : a\n b\n\n"), SPAN("A: b\r\n b\n\n")},
	{"bare CR in a continuation", SPAN("A: b\n c\rX-SpamCop-Listed: a\n\n"),
	 SPAN("A: b\n c\r\n\n")},
	{"bare CR behind half a name", SPAN("X-Spam\rX-SpamCop-Score: 1\n\n"),
	 SPAN("X-Spam\r\n\n")},
	{"bare CR behind one of our names", SPAN("X-SpamCop-Listed\rX-SpamCop-Score: 1\n\n"),
	 SPAN("X-SpamCop-Listed\r\n\n")},
	{"the same with NULs", SPAN("X-SpamCop-Listed \r\0\0X-SpamCop-Score: 1\n\n"),
	 SPAN("X-SpamCop-Listed \r\n\n")},
	{"bare CR behind a continuation", SPAN("X-SpamCop-Listed\n\rX-SpamCop-Score: 1\nA: b\n\n"),
	 SPAN("X-SpamCop-Listed\n\r\nA: b\n\n")},
	{"bare CR, then white space: another's", SPAN("A: b\r X-SpamCop-Listed: a\n\n"),
	 SPAN("A: b\r X-SpamCop-Listed: a\n\n")},
	{"bare CR inside of ours", SPAN("X-SpamCop-Listed: a\rX-A: b\n c\nD: e\n\n"),
	 SPAN("D: e\n\n")},
	{"bare CR, no colon", SPAN("A: b\rX-SpamCop-Listed\rC: d\n\n"),
	 SPAN("A: b\rX-SpamCop-Listed\rC: d\n\n")},
	{"a name alone, the colon on the next line", SPAN("X-SpamCop-Listed\n : a\nA: b\n\n"),
	 SPAN("A: b\n\n")},
	{"a name alone, blanks before the colon", SPAN("X-SpamCop-Listed\n \t : a\nA: b\n\n"),
	 SPAN("A: b\n\n")},
	{"a name alone, then another field", SPAN("X-SpamCop-Listed\nA: b\n\n"),
	 SPAN("X-SpamCop-Listed\nA: b\n\n")},
	{"a name alone, then a word's end", SPAN("X-SpamCop-Listed\na: b\nC: d\n\n"),
	 SPAN("X-SpamCop-Listed\na: b\nC: d\n\n")},
	{"a name alone, then one of ours", SPAN("X-SpamCop-Listed\nX-SpamCop-Score: 1\nC: d\n\n"),
	 SPAN("X-SpamCop-Listed\nC: d\n\n")},
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

/*
 * However many runs stand behind one of our names, wherever the limit is met:
 * what comes behind the last of these lines is not touched.
 */
static void
test_limit(void **state)
{
	static const char *const folds[] = {" \n", "\t \n", " \r\n", " \0\n"};
	static const char *const behind[] = {"Subject: x\nA: b\n\nbody\n", "\nbody\n",
					     "\r\nX-SpamCop-Score: body\n"};

	(void)state;
	for (size_t f = 0; f < 4; f++)
		for (size_t b = 0; b < 3; b++)
			for (size_t n = 240; n < 520; n++) {
				struct span tail = span_of(behind[b]);
				struct buf in, out;

				buf_init(&in, 1 << 20);
				assert_true(buf_add(&in, SPAN("X-SpamCop-Listed")));
				for (size_t i = 0; i < n; i++)
					assert_true(buf_add(
						&in, (struct span){folds[f], f == 0 ? 2 : 3}));
				assert_true(buf_add(&in, tail));
				strip_all(buf_span(&in), 4096, &out);
				assert_true(out.n >= tail.n);
				assert_memory_equal(out.p + out.n - tail.n, tail.p, tail.n);
				buf_free(&in);
				buf_free(&out);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_stretched), cmocka_unit_test(test_limit)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
