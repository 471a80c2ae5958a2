/*
 * text.h: modifiers (RFC 5229 4.1), encoded characters (RFC 5228 2.4.2.4),
 * UTF-8.
 */
#include "sieve/text/text.h"
#include "unit.h"

static const struct {
	unsigned modifiers;
	struct span in, out;
} modifier_cases[] = {
	{0, SPAN("juMBlEd"), SPAN("juMBlEd")},
	{TEXT_LENGTH, SPAN("juMBlEd lETteRS"), SPAN("15")},
	{TEXT_LOWER, SPAN("juMBlEd lETteRS"), SPAN("jumbled letters")},
	{TEXT_UPPER, SPAN("juMBlEd-1"), SPAN("JUMBLED-1")},
	{TEXT_UPPERFIRST, SPAN("juMBlEd"), SPAN("JuMBlEd")},
	{TEXT_UPPERFIRST | TEXT_LOWER, SPAN("juMBlEd lETteRS"), SPAN("Jumbled letters")},
	{TEXT_LOWERFIRST | TEXT_UPPER, SPAN("abc"), SPAN("aBC")},
	{TEXT_QUOTEWILDCARD, SPAN("Rock*"), SPAN("Rock\\*")},
	{TEXT_QUOTEWILDCARD, SPAN("a?b\\c*"), SPAN("a\\?b\\\\c\\*")},
	{TEXT_QUOTEWILDCARD | TEXT_LENGTH, SPAN("a?b"), SPAN("4")},
	{TEXT_QUOTEREGEX, SPAN("a.b[c]$"), SPAN("a\\.b\\[c\\]\\$")},
	{TEXT_LENGTH, SPAN(""), SPAN("0")},
	{TEXT_LENGTH, SPAN("J\xC3\xB6rg \xE6\x97\xA5\xE6\x9C\xAC"), SPAN("7")},
	{TEXT_LENGTH, SPAN("\xFF\xFE"), SPAN("2")},
	{TEXT_UPPER, SPAN("\xC3\xA4z"), SPAN("\xC3\xA4Z")}, /* only ASCII letters change (4.1.3) */
	{TEXT_UPPERFIRST, SPAN(""), SPAN("")},
	{TEXT_QUOTEWILDCARD, SPAN("\0*"), SPAN("\0\\*")},
};

static void
test_modifiers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof modifier_cases / sizeof modifier_cases[0]; i++) {
		struct buf out;

		buf_init(&out, 1000);
		text_modify(modifier_cases[i].modifiers, modifier_cases[i].in, &out);
		assert_span("modified", buf_span(&out), modifier_cases[i].out);
		buf_free(&out);
	}
}

static const struct {
	struct span in, out;
	size_t bad; /* offset of the error, 0: none */
} encoded_cases[] = {
	{SPAN("$${hex:40}"), SPAN("$@"), 0},
	{SPAN("${hex: 40 }"), SPAN("@"), 0},
	{SPAN("${HEX: 40}"), SPAN("@"), 0},
	{SPAN("${hex:40"), SPAN("${hex:40"), 0},
	{SPAN("${hex:400}"), SPAN("${hex:400}"), 0},
	{SPAN("${hex:4${hex:30}}"), SPAN("${hex:40}"), 0},
	{SPAN("${unicode:40}"), SPAN("@"), 0},
	{SPAN("${ unicode:40}"), SPAN("${ unicode:40}"), 0},
	{SPAN("${UnICoDE:0000040}"), SPAN("@"), 0},
	{SPAN("${Unicode:Cool}"), SPAN("${Unicode:Cool}"), 0},
	{SPAN("${unicode:200000}"), SPAN(""), 10},
	{SPAN("${unicode:41 D801}"), SPAN(""), 13},
	{SPAN("${unicode:DFFF}"), SPAN(""), 10},
	{SPAN("${unicode:110000}"), SPAN(""), 10},
	{SPAN("${unicode:fffffffff41}"), SPAN(""), 10},
	{SPAN("${unicode:D801"), SPAN("${unicode:D801"), 0}, /* no error unless it is well-formed */
	{SPAN("${unicode:D7FF E000 10FFFF}"), SPAN("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"), 0},
	{SPAN("${hex:c3\tbc\r\n0}x"), SPAN("\xC3\xBC\0x"), 0},
	{SPAN("${hex:}"), SPAN("${hex:}"), 0},
	{SPAN("${hex: }"), SPAN("${hex: }"), 0},
	{SPAN("${hex:4x}"), SPAN("${hex:4x}"), 0},
	{SPAN("${hex:41,42}"), SPAN("${hex:41,42}"), 0},
	{SPAN("$"), SPAN("$"), 0},
	{SPAN("${"), SPAN("${"), 0},
	{SPAN("a${hex:24}{hex:40}"), SPAN("a${hex:40}"), 0}, /* what comes out is not read again */
	{SPAN(""), SPAN(""), 0},
};

static void
test_encoded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof encoded_cases / sizeof encoded_cases[0]; i++) {
		struct buf out;
		struct err err;
		size_t where = 0;

		buf_init(&out, 1000);
		int result = text_encoded_character(encoded_cases[i].in, &out, &where, &err);
		assert_int_equal(result, encoded_cases[i].bad == 0 ? 0 : -1);
		assert_int_equal(where, encoded_cases[i].bad);
		if (result == 0)
			assert_span("decoded", buf_span(&out), encoded_cases[i].out);
		buf_free(&out);
	}
}

static const struct {
	struct span in, clean;
} utf8_cases[] = {
	{SPAN("plain"), SPAN("plain")},
	{SPAN("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"),
	 SPAN("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")},
	{SPAN("\xC3"), SPAN("\xEF\xBF\xBD")},
	{SPAN("a\xC0\x80z"), SPAN("a\xEF\xBF\xBDz")},         /* overlong */
	{SPAN("a\xE0\x80\x80z"), SPAN("a\xEF\xBF\xBDz")},     /* overlong */
	{SPAN("a\xED\xA0\x80z"), SPAN("a\xEF\xBF\xBDz")},     /* surrogate */
	{SPAN("a\xF4\x90\x80\x80z"), SPAN("a\xEF\xBF\xBDz")}, /* above 10FFFF */
	{SPAN("\x80y\xFFz"), SPAN("\xEF\xBF\xBDy\xEF\xBF\xBDz")},
	{SPAN("\xE2\x82"
	      "A"),
	 SPAN("\xEF\xBF\xBD"
	      "A")},
	{SPAN("\0"), SPAN("\0")},
};

static void
test_utf8(void **state)
{
	char utf8[4];
	uint32_t c;

	(void)state;
	for (size_t i = 0; i < sizeof utf8_cases / sizeof utf8_cases[0]; i++) {
		struct buf out;

		buf_init(&out, 1000);
		text_utf8_clean(utf8_cases[i].in, &out);
		assert_span("clean", buf_span(&out), utf8_cases[i].clean);
		assert_int_equal(text_utf8_valid(utf8_cases[i].in),
				 span_equal(utf8_cases[i].in, utf8_cases[i].clean));
		assert_true(text_utf8_valid(buf_span(&out)));
		buf_free(&out);
	}
	for (uint32_t i = 0; i <= 0x110000; i += i < 0x3000 ? 1 : 37) {
		size_t n = text_utf8_put(i, utf8);

		assert_int_equal(text_utf8(utf8, n, &c), n);
		assert_int_equal(c, i > 0x10FFFF || (i >= 0xD800 && i < 0xE000) ? 0xFFFD : i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_modifiers),
					   cmocka_unit_test(test_encoded),
					   cmocka_unit_test(test_utf8)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
