/*
 * charset.h and words.h: every character set of the table, stateful and broken
 * ones, encoded words (RFC 2047), names found in messages.
 */
#include "sieve/protocol/charset.h"
#include "sieve/text/text.h"
#include "unit.h"
#include "charset_samples.h"
#include "sieve/text/words.h"

#include <stdlib.h>

static void
test_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		int charset = charset_find(span_of(samples[i].charset));
		struct buf text;

		if (charset == CHARSET_UNKNOWN)
			print_error("%s\n", samples[i].charset);
		assert_true(charset != CHARSET_UNKNOWN);
		for (int round = 0; round < 2;
		     round++) { /* the second time from the initial state again */
			buf_init(&text, 1000);
			charset_to_utf8(charset, samples[i].bytes, &text);
			assert_span(samples[i].charset, buf_span(&text), span_of(samples[i].text));
			buf_free(&text);
		}
	}
}

/* The same as base64 and as Q encoded words. */
static void
test_sample_words(void **state)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct span bytes = samples[i].bytes;
		struct buf word, text;

		buf_init(&word, 4000);
		buf_init(&text, 4000);
		(void)buf_addf(&word, "=?%s?Q?", samples[i].charset);
		for (size_t k = 0; k < bytes.n; k++)
			(void)buf_addf(&word, "=%02x", (unsigned char)bytes.p[k]);
		(void)buf_addf(&word, "?= | =?%s*de?b?", samples[i].charset);
		for (size_t k = 0; k < bytes.n; k += 3) {
			unsigned bits =
				(unsigned)(unsigned char)bytes.p[k] << 16 |
				(k + 1 < bytes.n ? (unsigned)(unsigned char)bytes.p[k + 1] << 8
						 : 0) |
				(k + 2 < bytes.n ? (unsigned char)bytes.p[k + 2] : 0);

			(void)buf_addf(&word, "%c%c%c%c", digits[bits >> 18],
				       digits[bits >> 12 & 63],
				       k + 1 < bytes.n ? digits[bits >> 6 & 63] : '=',
				       k + 2 < bytes.n ? digits[bits & 63] : '=');
		}
		(void)buf_addf(&word, "?=");
		words_decode(buf_span(&word), &text);
		buf_free(&word);
		(void)buf_addf(&word, "%s | %s", samples[i].text, samples[i].text);
		assert_span(samples[i].charset, buf_span(&text), buf_span(&word));
		buf_free(&word);
		buf_free(&text);
	}
}

static const struct {
	const char *charset;
	struct span bytes, text;
} broken[] = {
	{"us-ascii", SPAN("a\xE9z"), SPAN("a\xEF\xBF\xBDz")},
	{"us-ascii", SPAN("\xC3\xA9"), SPAN("\xC3\xA9")}, /* UTF-8 that calls itself ASCII */
	{"utf-8", SPAN("a\xE9\xE9z"), SPAN("a\xEF\xBF\xBDz")},
	{"gb18030", SPAN("\xD6\xD0\xFF!"), SPAN("\xE4\xB8\xAD\xEF\xBF\xBD!")},
	{"gb18030", SPAN("\xD6"), SPAN("\xEF\xBF\xBD")}, /* cut */
	{"iso-2022-jp", SPAN("\x1B$BF|\x1B(B!"), SPAN("\xE6\x97\xA5!")},
	{"iso-2022-jp", SPAN("\x1B$BF|"), SPAN("\xE6\x97\xA5")}, /* no way back to ASCII */
	{"iso-2022-jp", SPAN("a\x1B$Xb"), SPAN("a\x1B$Xb")},
	{"shift_jis", SPAN("\x87\x40"), SPAN("\xE2\x91\xA0")}, /* a character of Microsoft's */
	{"shift_jis",
	 SPAN("a\xFF"
	      "b"),
	 SPAN("a\xEF\xBF\xBD"
	      "b")},
	{"euc-jp", SPAN("\xA4"), SPAN("\xEF\xBF\xBD")},
	{"iso-8859-7", SPAN("\xFF"), SPAN("\xEF\xBF\xBD")},
	{"windows-1252", SPAN("\x81x"), SPAN("\xEF\xBF\xBDx")},
	{"utf-16", SPAN("\0a\0"), SPAN("a\xEF\xBF\xBD")},
	{"iso-8859-1", SPAN("a\0\xE9"), SPAN("a\0\xC3\xA9")},
	{"koi8-r", SPAN(""), SPAN("")},
};

static void
test_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
		struct buf text;

		buf_init(&text, 1000);
		charset_to_utf8(charset_find(span_of(broken[i].charset)), broken[i].bytes, &text);
		assert_true(text_utf8_valid(buf_span(&text)));
		/* without a mark, the machine's order */
		if (strcmp(broken[i].charset, "utf-16") != 0)
			assert_span(broken[i].charset, buf_span(&text), broken[i].text);
		buf_free(&text);
	}
	struct buf text;
	buf_init(&text, 1000);
	charset_to_utf8(CHARSET_UNKNOWN, SPAN("a\xE9\xE9z\0"), &text);
	assert_span("unknown", buf_span(&text), SPAN("a\xEF\xBF\xBDz\0"));
	buf_free(&text);
}

/*
 * Every byte, pair of bytes and random string in every set: valid UTF-8 comes
 * out, or as much of it as has room.
 */
static void
test_any_bytes(void **state)
{
	unsigned seed = 3;
	struct buf text;
	char bytes[300];

	(void)state;
	for (int charset = 0; charset < (int)charset_count(); charset++)
		for (int round = 0; round < 400; round++) {
			size_t n = (size_t)rand_r(&seed) % sizeof bytes;

			for (size_t i = 0; i < n; i++)
				bytes[i] = rand_r(&seed) % 8 == 0
						   ? "\x1B$B(J~{}+-"[rand_r(&seed) % 10]
						   : (char)rand_r(&seed);
			buf_init(&text, 2000);
			charset_to_utf8(charset, (struct span){bytes, n}, &text);
			assert_true(text_utf8_valid(buf_span(&text)));
			buf_free(&text);
			buf_init(&text, 10);
			charset_to_utf8(charset, (struct span){bytes, n}, &text);
			assert_true(text.n <= 10);
			buf_free(&text);
		}
}

static const struct span words[][2] = {
	{SPAN("plain"), SPAN("plain")},
	{SPAN(""), SPAN("")},
	{SPAN("=?utf-8?q?a?= =?utf-8?q?b?="), SPAN("ab")},
	{SPAN("=?utf-8?q?a?=  \t =?iso-8859-1?q?=E9?="), SPAN("a\xC3\xA9")},
	{SPAN("=?utf-8?q?a?=x=?utf-8?q?b?="), SPAN("axb")},
	{SPAN("=?utf-8?q?a?= x =?utf-8?q?b?="), SPAN("a x b")},
	{SPAN("x =?utf-8?q?a?= y"), SPAN("x a y")},
	{SPAN("(=?utf-8?q?a?=)"), SPAN("(a)")},
	{SPAN("\"=?utf-8?q?a?=\""), SPAN("\"a\"")},
	{SPAN("=?UTF-8?Q?a_b=20c?="), SPAN("a b c")},
	{SPAN("=?utf-8?q?a b?="), SPAN("a b")},
	{SPAN("=?utf-8?q?=zz=4?="), SPAN("=zz=4")},
	{SPAN("=?utf-8?q?\?="), SPAN("")},
	{SPAN("=?utf-8?b?\?="), SPAN("")},
	{SPAN("=?utf-8?b?w6k=?="), SPAN("\xC3\xA9")},
	{SPAN("=?utf-8?B?w6k?="), SPAN("\xC3\xA9")},
	{SPAN("=?utf-8?b?w 6 k !?="), SPAN("\xC3\xA9")},
	/* a character cut in two */
	{SPAN("=?utf-8?Q?=F0=9F=98?= =?utf-8?Q?=80?="), SPAN("\xF0\x9F\x98\x80")},
	{SPAN("=?utf-8?b?w6?=\t=?utf-8?b?qQ==?="), SPAN("\xC3\xA9")},
	{SPAN("=?utf-8?q?=E9?="), SPAN("\xEF\xBF\xBD")},
	{SPAN("=?iso-8859-1*fr?q?=E9?="), SPAN("\xC3\xA9")},
	{SPAN("=?unknown?q?=E9a?="), SPAN("\xEF\xBF\xBD"
					  "a")},
	{SPAN("=?x?x?abc?="), SPAN("=?x?x?abc?=")},
	{SPAN("=?utf-8?q?abc"), SPAN("=?utf-8?q?abc")},
	{SPAN("=?utf-8?q?abc?"), SPAN("=?utf-8?q?abc?")},
	{SPAN("=??q?abc?="), SPAN("=??q?abc?=")},
	{SPAN("=?=?utf-8?q?a?="), SPAN("=?a")},
	{SPAN("=?utf-8?q?a?=?="), SPAN("a?=")},
	{SPAN("=?"), SPAN("=?")},
	{SPAN("=?utf-8?q?a=00b?="), SPAN("a\0b")},
	{SPAN("\xE9t\xE9"), SPAN("\xEF\xBF\xBDt\xEF\xBF\xBD")},
	{SPAN("\xC3\xA9t\xC3\xA9"), SPAN("\xC3\xA9t\xC3\xA9")},
	{SPAN("=?iso-2022-jp?b?GyRCRnxLXBsoQg==?= =?iso-2022-jp?b?GyRCOGwbKEI=?="),
	 SPAN("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E")},
	{SPAN("=?shift_jis?B?k/qWe4zq?="), SPAN("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E")},
	{SPAN("=?utf-8?q?a?= =?broken =?utf-8?q?b?="), SPAN("a =?broken b")},
};

static void
test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		struct buf text;

		buf_init(&text, 1000);
		words_decode(words[i][0], &text);
		assert_span(words[i][0].p, buf_span(&text), words[i][1]);
		buf_free(&text);
	}
}

/*
 * Long values of what almost is an encoded word. Quadratic work on these would
 * take minutes.
 */
static void
test_long_words(void **state)
{
	static const char *const units[] = {
		"=?", "=?utf-8?q?", "=?utf-8?q?a?= ", "=?koi8-r?q?=C1?= =?utf-8?b?/?= ",
		"?=", "=?x?",       "=?utf-8?q?a?=",  "=?iso-2022-jp?b?GyRC?= "};
	const size_t size = (size_t)2 << 20;
	char *value = malloc(size);

	(void)state;
	assert_non_null(value);
	for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
		size_t unit = strlen(units[u]), n = 0;
		struct buf text;

		for (; n + unit <= size; n += unit)
			memcpy(value + n, units[u], unit);
		buf_init(&text, 3 * size);
		words_decode((struct span){value, n}, &text);
		assert_true(text_utf8_valid(buf_span(&text)));
		buf_free(&text);
	}
	free(value);
}

static const struct span quoted[][2] = {{SPAN("a=3Db"), SPAN("a=b")},
					{SPAN("soft=\nbreak"), SPAN("softbreak")},
					{SPAN("soft=\r\nbreak"), SPAN("softbreak")},
					{SPAN("soft= \t\r\nbreak"), SPAN("softbreak")},
					{SPAN("end="), SPAN("end")},
					{SPAN("=e9=E9"), SPAN("\xE9\xE9")},
					{SPAN("=zz"), SPAN("=zz")},
					{SPAN("=4"), SPAN("=4")},
					{SPAN("a_b"), SPAN("a_b")},
					{SPAN("a= b"), SPAN("a= b")},
					{SPAN("=00"), SPAN("\0")},
					{SPAN("a= "), SPAN("a")}};

static const struct span base64[][2] = {
	{SPAN("YWJj"), SPAN("abc")},     {SPAN("YW Jj\r\n"), SPAN("abc")},
	{SPAN("YWI="), SPAN("ab")},      {SPAN("YQ=="), SPAN("a")},
	{SPAN("YQ"), SPAN("a")},         {SPAN("Y"), SPAN("")},
	{SPAN("!Y*W-Jj"), SPAN("abc")},  {SPAN("YQ==YWJj"), SPAN("aabc")},
	{SPAN("===="), SPAN("")},        {SPAN(""), SPAN("")},
	{SPAN("/+8="), SPAN("\xFF\xEF")}};

static void
test_encodings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof quoted / sizeof quoted[0]; i++) {
		struct buf text;

		buf_init(&text, 100);
		words_quoted(quoted[i][0], false, &text);
		assert_span(quoted[i][0].p, buf_span(&text), quoted[i][1]);
		buf_free(&text);
	}
	for (size_t i = 0; i < sizeof base64 / sizeof base64[0]; i++) {
		struct buf text;

		buf_init(&text, 100);
		words_base64(base64[i][0], &text);
		assert_span(base64[i][0].p, buf_span(&text), base64[i][1]);
		buf_free(&text);
	}
}

static const struct {
	struct span bytes;
	const char *set;
} scans[] = {
	{SPAN("Subject: =?ISO-8859-2?Q?x?= =?koi8-r?b?x?=\n"), "ISO-8859-2,KOI8-R"},
	{SPAN("=?windows-1252*en?Q?x?="), "WINDOWS-1252"},
	{SPAN("Content-Type: text/plain; charset=shift_jis\n"), "SHIFT_JIS"},
	{SPAN("Content-Type: text/plain; CharSet = \"GB2312\"; x=y"), "GB18030"},
	{SPAN("charset=\r\n\t\"Big5\""), "BIG5"},
	{SPAN("charset*=euc-kr'ko'x charset*0*=iso-8859-5''"), "ISO-8859-5,UHC"},
	{SPAN("charset=utf-8 charset=us-ascii =?iso-8859-1?q?x?="), ""}, /* need no opening */
	{SPAN("charset=nonsense =?nonsense?q?x?="), ""},
	{SPAN("<meta content='text/html; charset=windows-1251'>"), "WINDOWS-1251"},
	{SPAN("charset = =?koi8-u?b?x?="), "KOI8-U"},
	{SPAN("charsetkoi8-r xkoi8-r=koi8-r"), ""},
	{SPAN("charset="), ""},
	{SPAN("=?"), ""},
	{SPAN("="), ""},
	{SPAN(""), ""},
};

static void
test_scan(void **state)
{
	char list[CHARSET_LIST_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof scans / sizeof scans[0]; i++) {
		uint64_t found = 0, pieces = 0;

		assert_true(charset_scan(scans[i].bytes.p, scans[i].bytes.n, &found) <
			    CHARSET_SCAN_TAIL);
		assert_string_equal(charset_print_set(found, list), scans[i].set);
		found &= ~(uint64_t)7;
		assert_int_equal(charset_parse_set(span_of(scans[i].set)), found);
		/* In pieces of every size. */
		for (size_t size = CHARSET_SCAN_TAIL; size < CHARSET_SCAN_TAIL + 70; size++) {
			char window[2 * CHARSET_SCAN_TAIL + 70], padded[300];
			size_t kept = 0, n = 130 + scans[i].bytes.n;

			memset(padded, 'x', sizeof padded);
			memcpy(padded + 130, scans[i].bytes.p, scans[i].bytes.n);
			for (size_t at = 0; at < n; at += size) {
				size_t piece = n - at < size ? n - at : size;

				memcpy(window + kept, padded + at, piece);
				size_t tail = charset_scan(window, kept + piece, &pieces);
				memmove(window, window + kept + piece - tail, tail);
				kept = tail;
			}
			/* a name that is cut may be another's */
			assert_int_equal(pieces & found, found);
		}
	}
}

static void
test_names(void **state)
{
	char list[CHARSET_LIST_MAX], name[CHARSET_NAME_MAX + 1];

	(void)state;
	assert_int_equal(charset_find(SPAN("UTF-8")), CHARSET_UTF8);
	assert_int_equal(charset_find(SPAN("us-ascii")), CHARSET_ASCII);
	assert_int_equal(charset_find(SPAN("latin1")), CHARSET_LATIN1);
	assert_int_equal(charset_find(SPAN("gbk")), charset_find(SPAN("gb2312")));
	assert_int_equal(charset_find(SPAN("")), CHARSET_UNKNOWN);
	assert_int_equal(charset_find(SPAN("utf-8 ")), CHARSET_UNKNOWN);
	assert_int_equal(charset_find(SPAN("../../etc/passwd")), CHARSET_UNKNOWN);
	/*
	 * Each name is its own set's, so that the list for --charsets says what
	 * was meant; and all of them fit into it.
	 */
	for (int i = 0; i < (int)charset_count(); i++)
		assert_int_equal(charset_find(span_of(charset_name(i, name))), i);
	assert_int_equal(charset_parse_set(span_of(charset_print_set(~(uint64_t)0, list))),
			 (((uint64_t)1 << charset_count()) - 1) & ~(uint64_t)7);
	assert_int_equal(charset_parse_set(SPAN(" koi8-r , x,,iso-8859-2")),
			 charset_parse_set(SPAN("iso-8859-2,koi8-r")));
}

/*
 * Before the seal nothing is opened that was not asked for: then a set counts
 * as unknown.
 */
static void
test_not_open(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 100);
	charset_to_utf8(charset_find(SPAN("koi8-r")), SPAN("a\xC1\xC2"), &text);
	assert_span("not open", buf_span(&text), SPAN("a\xEF\xBF\xBD"));
	buf_free(&text);
	charset_open_set(charset_parse_set(SPAN("koi8-r")));
	charset_to_utf8(charset_find(SPAN("koi8-r")), SPAN("a\xC1\xC2"), &text);
	assert_span("open", buf_span(&text), SPAN("a\xD0\xB0\xD0\xB1"));
	buf_free(&text);
	charset_open_set(~(uint64_t)0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_not_open),     cmocka_unit_test(test_samples),
		cmocka_unit_test(test_sample_words), cmocka_unit_test(test_broken),
		cmocka_unit_test(test_any_bytes),    cmocka_unit_test(test_words),
		cmocka_unit_test(test_long_words),   cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_scan),         cmocka_unit_test(test_names)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
