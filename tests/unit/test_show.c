/* show.h: what others chose never controls a terminal, a log or a field. */
#include "filter/base/show.h"
#include "filter/base/utf8.h"
#include "unit.h"

/* As show_ascii(), show_utf8() and show_word() show it. */
static const struct {
	struct span text, ascii, utf8;
	const char *word;
} cases[] = {
	{SPAN(" a \t\r\n b "), SPAN("a b"), SPAN("a b"), "\\x20a\\x20\\x09\\x0D\\x0A\\x20b\\x20"},
	{SPAN("\33[31m\x7f"), SPAN("?[31m?"), SPAN("?[31m?"), "\\x1B[31m\\x7F"},
	{SPAN("\xc3\xa9"), SPAN("??"), SPAN("\xc3\xa9"), "\\xC3\\xA9"},
	/* C1: a terminal takes it from UTF-8, and as a byte. */
	{SPAN("\xc2\x9b\x9b"), SPAN("???"), SPAN("??"), "\\xC2\\x9B\\x9B"},
	/* U+202E, U+2066, U+200F, U+061C turn the order; U+2028 ends a line. */
	{SPAN("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c\xe2\x80\xa8"), SPAN("??????????????"),
	 SPAN("?????"), "\\xE2\\x80\\xAE\\xE2\\x81\\xA6\\xE2\\x80\\x8F\\xD8\\x9C\\xE2\\x80\\xA8"},
	/* Overlong, a surrogate, too high, cut. */
	{SPAN("\xc0\x9b\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82"), SPAN("???????????"),
	 SPAN("???????????"), "\\xC0\\x9B\\xED\\xA0\\x80\\xF4\\x90\\x80\\x80\\xE2\\x82"},
	{SPAN("a\"b\\"), SPAN("a\"b\\"), SPAN("a\"b\\"), "a\\x22b\\x5C"},
	{SPAN(""), SPAN(""), SPAN(""), "-"},
	{SPAN("a\0b"), SPAN("a?b"), SPAN("a?b"), "a\\x00b"},
};

static void
test_show(void **state)
{
	char word[128];
	struct buf shown;

	(void)state;
	buf_init(&shown, 256);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		shown.n = 0;
		show_ascii(cases[i].text, 100, &shown);
		assert_span("ascii", buf_span(&shown), cases[i].ascii);
		shown.n = 0;
		show_utf8(cases[i].text, 100, &shown);
		assert_span("utf8", buf_span(&shown), cases[i].utf8);
		assert_string_equal(show_word(cases[i].text, word, sizeof word), cases[i].word);
	}
	shown.n = 0;
	show_ascii(SPAN("abcdef"), 3, &shown);
	assert_span("cut", buf_span(&shown), SPAN("abc..."));
	shown.n = 0;
	show_utf8(SPAN("ab\xc3\xa9"), 3, &shown);
	assert_span("cut inside of a character", buf_span(&shown), SPAN("ab?..."));
	assert_string_equal(show_escaped(SPAN("ab\1cd"), word, 5), "ab");
	buf_free(&shown);
}

static void
test_width(void **state)
{
	(void)state;
	assert_int_equal(show_width(SPAN("abc")), 3);
	assert_int_equal(show_width(SPAN("J\xc3\xb6rg")), 4);
	assert_int_equal(show_width(SPAN("\xe6\x9d\xbe\xe7\x94\xb0")), 4);
	assert_int_equal(show_width(SPAN("e\xcc\x81")), 1);
}

static void
test_next(void **state)
{
	struct span rest = SPAN("a\xe2\x82\xac\xff\xf0\x9f\x98\x80");

	(void)state;
	assert_int_equal(utf8_next(&rest), 'a');
	assert_int_equal(utf8_next(&rest), 0x20ac);
	assert_int_equal(utf8_next(&rest), UTF8_NONE);
	assert_int_equal(utf8_next(&rest), 0x1f600);
	assert_int_equal(rest.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_show),
					   cmocka_unit_test(test_width),
					   cmocka_unit_test(test_next)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
