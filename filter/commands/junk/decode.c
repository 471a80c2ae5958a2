#include "filter/commands/junk/decode.h"

#include <iconv.h>
#include <stdio.h>

#define WORD_MAX    1024 /* bytes of one word, decoded */
#define CHARSET_MAX 40

/* The parts of "=?charset?encoding?text?=". */
struct word {
	struct span charset, text;
	char encoding;
	size_t n; /* bytes of all */
};

static bool
part(struct span *rest, struct span *found)
{
	const char *end = rest->n == 0 ? NULL : memchr(rest->p, '?', rest->n);

	if (end == NULL)
		return false;
	*found = (struct span){rest->p, (size_t)(end - rest->p)};
	*rest = span_skip(*rest, found->n + 1);
	return true;
}

static bool
find_word(struct span at, struct word *word)
{
	struct span rest = span_skip(at, 2), encoding;

	if (at.n < 8 || memcmp(at.p, "=?", 2) != 0 || !part(&rest, &word->charset) ||
	    !part(&rest, &encoding) || !part(&rest, &word->text) || rest.n == 0 ||
	    rest.p[0] != '=' || encoding.n != 1 || word->text.n > WORD_MAX)
		return false;
	word->encoding = span_lower(encoding.p[0]);
	word->n = (size_t)(rest.p + 1 - at.p);
	/* RFC 2231 5: a language may follow the charset. */
	const char *star = memchr(word->charset.p, '*', word->charset.n);
	if (star != NULL)
		word->charset.n = (size_t)(star - word->charset.p);
	return word->charset.n > 0 && word->charset.n < CHARSET_MAX &&
	       (word->encoding == 'q' || word->encoding == 'b');
}

static size_t
decode_q(struct span text, char to[WORD_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		int byte = text.p[i] == '=' ? span_hex(text, i + 1) : -1;

		if (byte >= 0) {
			to[n++] = (char)byte;
			i += 2;
		} else {
			to[n++] = text.p[i] == '_' ? ' ' : text.p[i];
		}
	}
	return n;
}

static size_t
decode_b(struct span text, char to[WORD_MAX])
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, held = 0;
	size_t n = 0;

	for (size_t i = 0; i < text.n && text.p[i] != '='; i++) {
		const char *digit = text.p[i] == '\0' ? NULL : strchr(digits, text.p[i]);

		if (digit == NULL)
			continue;
		bits = (bits << 6 | (unsigned)(digit - digits)) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			to[n++] = (char)(bits >> held & 0xff);
		}
	}
	return n;
}

static bool
add_converted(struct span charset, char *bytes, size_t n, struct buf *to)
{
	char name[CHARSET_MAX], text[4 * WORD_MAX], *in = bytes, *out = text;
	size_t room = sizeof text;

	(void)snprintf(name, sizeof name, "%.*s", (int)charset.n, charset.p);
	/* A slash begins the options of iconv_open(3). */
	iconv_t converter = strchr(name, '/') != NULL ? (iconv_t)-1 : iconv_open("UTF-8", name);
	if (converter == (iconv_t)-1)
		return false;
	while (n > 0 && iconv(converter, &in, &n, &out, &room) == (size_t)-1 && n > 0 && room > 0) {
		*out++ = '?';
		room--;
		in++;
		n--;
	}
	(void)iconv_close(converter);
	return buf_add(to, (struct span){text, sizeof text - room});
}

void
decode_header(struct span value, struct buf *to)
{
	char bytes[WORD_MAX];
	bool after_word = false;

	while (value.n > 0) {
		struct span blanks = value;
		struct word word;

		while (value.n > 0 && span_is_space(value.p[0]))
			value = span_skip(value, 1);
		blanks.n -= value.n;
		if (value.n == 0)
			break;
		bool is_word = find_word(value, &word);
		/*
		 * White space between two encoded words is none (RFC 2047 6.2).
		 */
		if (blanks.n > 0 && !(is_word && after_word))
			(void)buf_addc(to, ' ');
		after_word = false;
		if (is_word) {
			size_t n = word.encoding == 'q' ? decode_q(word.text, bytes)
							: decode_b(word.text, bytes);

			after_word = add_converted(word.charset, bytes, n, to);
			if (!after_word)
				(void)buf_add(to, (struct span){value.p, word.n});
			value = span_skip(value, word.n);
			continue;
		}
		do {
			(void)buf_addc(to, value.p[0]);
			value = span_skip(value, 1);
		} while (value.n > 0 && !span_is_space(value.p[0]) &&
			 !(value.n > 1 && value.p[0] == '=' && value.p[1] == '?'));
	}
}
