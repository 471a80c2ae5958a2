#include "sieve/text/text.h"

#include "filter/base/utf8.h"

#include <stdio.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

size_t
text_utf8(const char *p, size_t n, uint32_t *character)
{
	struct span rest = {p, n};
	uint32_t c = utf8_next(&rest);

	if (c == UTF8_NONE)
		return 0;
	*character = c;
	return n - rest.n;
}

size_t
text_utf8_put(uint32_t c, char to[4])
{
	if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
		c = 0xFFFD;
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = length - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3F));
	to[0] = (char)((0xF00U >> length & 0xFF) | c);
	return length;
}

/* The length of the run of valid characters that s begins with. */
static size_t
valid_run(struct span s)
{
	size_t at = 0, length;
	uint32_t c;

	while (at < s.n && (length = text_utf8(s.p + at, s.n - at, &c)) > 0)
		at += length;
	return at;
}

bool
text_utf8_valid(struct span bytes)
{
	return valid_run(bytes) == bytes.n;
}

void
text_utf8_clean(struct span bytes, struct buf *to)
{
	uint32_t c;

	for (;;) {
		size_t run = valid_run(bytes);

		(void)buf_add(to, (struct span){bytes.p, run});
		if (run == bytes.n)
			return;
		(void)buf_add(to, SPAN(REPLACEMENT));
		bytes = span_skip(bytes, run + 1);
		while (bytes.n > 0 && text_utf8(bytes.p, bytes.n, &c) == 0)
			bytes = span_skip(bytes, 1);
	}
}

/* ---- modifiers */

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* The byte at offset i after the case modifiers. */
static char
change_case(unsigned modifiers, size_t i, char c)
{
	if (modifiers & TEXT_LOWER)
		c = span_lower(c);
	if (modifiers & TEXT_UPPER)
		c = upper(c);
	if (i == 0 && (modifiers & TEXT_LOWERFIRST))
		c = span_lower(c);
	if (i == 0 && (modifiers & TEXT_UPPERFIRST))
		c = upper(c);
	return c;
}

static bool
is_quoted(unsigned modifiers, char c)
{
	return c != '\0' &&
	       (((modifiers & TEXT_QUOTEWILDCARD) && strchr("*?\\", c) != NULL) ||
		((modifiers & TEXT_QUOTEREGEX) && strchr(".[]()*+?{}|^$\\", c) != NULL));
}

/*
 * Characters of value after quoting; a byte that is part of none counts as one.
 */
static size_t
count_characters(unsigned modifiers, struct span value)
{
	size_t n = 0, length;
	uint32_t c;

	for (size_t i = 0; i < value.n; i += length == 0 ? 1 : length) {
		length = text_utf8(value.p + i, value.n - i, &c);
		n += is_quoted(modifiers, value.p[i]) ? 2 : 1;
	}
	return n;
}

/* RFC 3986 2.3: all but the unreserved characters as %HH. */
static void
encode_url(struct span value, struct buf *to)
{
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c != '\0' && strchr("-._~", c) != NULL))
			(void)buf_addc(to, (char)c);
		else
			(void)buf_addf(to, "%%%02X", c);
	}
}

void
text_modify(unsigned modifiers, struct span value, struct buf *to)
{
	if (modifiers & TEXT_ENCODEURL) {
		struct buf quoted, encoded;

		buf_init(&quoted, to->max);
		buf_init(&encoded, to->max);
		text_modify(modifiers & ~(unsigned)(TEXT_ENCODEURL | TEXT_LENGTH), value, &quoted);
		encode_url(buf_span(&quoted), &encoded);
		text_modify(modifiers & TEXT_LENGTH, buf_span(&encoded), to);
		buf_free(&quoted);
		buf_free(&encoded);
		return;
	}
	if (modifiers & TEXT_LENGTH) {
		char digits[24];

		/* The case of a letter does not change how many there are. */
		int n = snprintf(digits, sizeof digits, "%zu", count_characters(modifiers, value));
		(void)buf_add(to, (struct span){digits, (size_t)n});
		return;
	}
	for (size_t i = 0; i < value.n; i++) {
		if (is_quoted(modifiers, value.p[i]))
			(void)buf_addc(to, '\\');
		(void)buf_addc(to, change_case(modifiers, i, value.p[i]));
	}
}

/* ---- encoded characters */

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9'                           ? c - '0'
	       : span_lower(c) >= 'a' && span_lower(c) <= 'f' ? span_lower(c) - 'a' + 10
							      : -1;
}

static size_t
skip_blank(struct span text, size_t at)
{
	while (at < text.n && span_is_space(text.p[at]))
		at++;
	return at;
}

/*
 * The list of numbers at `at`, each of at most `digits` hex digits, up to the
 * closing brace: what it stands for goes to to. The offset behind the brace, or
 * 0 where it is no such list. *bad: the offset of a number that is no
 * character, else 0.
 */
static size_t
decode_list(struct span text, size_t at, size_t digits, struct buf *to, size_t *bad)
{
	size_t numbers = 0;

	for (;;) {
		size_t blank = at, begin = skip_blank(text, at);
		uint32_t value = 0;

		for (at = begin; at < text.n && hex_digit(text.p[at]) >= 0; at++)
			if (value <= 0x10FFFF) /* it can only grow */
				value = value << 4 | (uint32_t)hex_digit(text.p[at]);
		if (at == begin) /* no number: the end, or none of our business */
			return numbers > 0 && at < text.n && text.p[at] == '}' ? at + 1 : 0;
		if (numbers++ > 0 && blank == begin)
			return 0;
		if (digits == 2) {
			if (at - begin > 2)
				return 0;
			(void)buf_addc(to, (char)value);
			continue;
		}
		if ((value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) && *bad == 0)
			*bad = begin;
		char utf8[4];
		(void)buf_add(to, (struct span){utf8, text_utf8_put(value, utf8)});
	}
}

int
text_encoded_character(struct span text, struct buf *to, size_t *where, struct err *err)
{
	static const struct span hex = SPAN("${hex:"), unicode = SPAN("${unicode:");

	for (size_t at = 0; at < text.n;) {
		struct span here = span_skip(text, at);
		const char *dollar = memchr(here.p, '$', here.n);
		size_t plain = dollar == NULL ? here.n : (size_t)(dollar - here.p), end = 0,
		       bad = 0;

		(void)buf_add(to, (struct span){here.p, plain});
		at += plain;
		here = span_skip(here, plain);
		if (here.n == 0)
			break;
		size_t before = to->n;
		if (span_starts_case(here, hex))
			end = decode_list(text, at + hex.n, 2, to, &bad);
		else if (span_starts_case(here, unicode))
			end = decode_list(text, at + unicode.n, 6, to, &bad);
		if (end == 0) {
			to->n = before;
			(void)buf_addc(to, '$');
			at++;
			continue;
		}
		if (bad != 0) {
			*where = bad;
			return err_set(err, "${unicode:} takes hexadecimal numbers from 0 to D7FF "
					    "and from E000 to 10FFFF (RFC 5228 2.4.2.4)");
		}
		at = end;
	}
	return 0;
}
