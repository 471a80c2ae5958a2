#include "sieve/text/words.h"

#include "sieve/protocol/charset.h"
#include "sieve/text/text.h"

static int
sextet(char c)
{
	return c >= 'A' && c <= 'Z'   ? c - 'A'
	       : c >= 'a' && c <= 'z' ? c - 'a' + 26
	       : c >= '0' && c <= '9' ? c - '0' + 52
	       : c == '+'             ? 62
	       : c == '/'             ? 63
				      : -1;
}

void
words_base64(struct span text, struct buf *to)
{
	unsigned bits = 0, n = 0;
	char *p = buf_reserve(to, text.n / 4 * 3 + 3), *begin = p;

	if (p == NULL)
		return;
	for (size_t i = 0; i < text.n; i++) {
		int six = sextet(text.p[i]);

		if (text.p[i] ==
		    '=') { /* padding: what follows begins anew (parts glued together) */
			n = 0;
			continue;
		}
		if (six < 0)
			continue;
		bits = (bits << 6 | (unsigned)six) & 0xFFFFFF;
		n += 6;
		if (n >= 8) {
			n -= 8;
			*p++ = (char)(bits >> n & 0xFF);
		}
	}
	to->n += (size_t)(p - begin);
}

/*
 * How many bytes of a soft line break (RFC 2045 6.7 (5)) follow the "=" at
 * text.p[i]: white space and a line end, or the end; 0: none.
 */
static size_t
soft_break(struct span text, size_t i)
{
	size_t end = i + 1;

	while (end < text.n && (text.p[end] == ' ' || text.p[end] == '\t'))
		end++;
	if (end < text.n && text.p[end] == '\r')
		end++;
	if (end == text.n)
		return end - i - 1;
	return text.p[end] == '\n' ? end - i : 0;
}

void
words_quoted(struct span text, bool q, struct buf *to)
{
	char *p = buf_reserve(to, text.n), *begin = p;

	if (p == NULL)
		return;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		int byte = c == '=' ? span_hex(text, i + 1) : -1;

		if (c == '_' && q)
			*p++ = ' ';
		else if (c != '=')
			*p++ = c;
		else if (byte >= 0) {
			*p++ = (char)byte;
			i += 2;
		} else if (!q && (i + 1 == text.n || soft_break(text, i) > 0))
			i += soft_break(text, i);
		else
			*p++ = c;
	}
	to->n += (size_t)(p - begin);
}

/* ---- encoded words */

struct word {
	int charset;
	bool base64;
	struct span text;
	size_t n; /* bytes of all of it */
};

struct words {
	struct span value;
	size_t no_end; /* from this offset on there is no "?=" */
	struct buf *to;
	struct buf pending; /* decoded bytes of neighbours in one character set */
	int charset;
	struct span name; /* of the word before, and */
	int named;        /* what it stands for: most words of a field are in one set */
};

static int
find_charset(struct words *words, struct span name)
{
	if (words->name.n == 0 || !span_equal(name, words->name)) {
		words->name = name;
		words->named = charset_find(name);
	}
	return words->named;
}

/*
 * Is there an encoded word at this offset? "=?" charset ["*" language] "?" b or
 * q "?" text "?="
 */
static bool
read_word(struct words *words, size_t at, struct word *word)
{
	struct span rest = span_skip(words->value, at);
	size_t i = 2, name;

	if (rest.n < 7 || rest.p[0] != '=' || rest.p[1] != '?' || at >= words->no_end)
		return false;
	while (i < rest.n && i < 2 + 2 * CHARSET_NAME_MAX && rest.p[i] != '?' && rest.p[i] != '*' &&
	       !span_is_space(rest.p[i]))
		i++;
	name = i;
	while (i < rest.n && i < 2 + 2 * CHARSET_NAME_MAX && rest.p[i] != '?' &&
	       !span_is_space(rest.p[i]))
		i++;
	if (i + 3 >= rest.n || name == 2 || rest.p[i] != '?' || rest.p[i + 2] != '?')
		return false;
	char encoding = span_lower(rest.p[i + 1]);
	if (encoding != 'b' && encoding != 'q')
		return false;
	struct span text = span_skip(rest, i + 3);
	const char *end = text.n == 0 ? NULL : memmem(text.p, text.n, "?=", 2);
	if (end == NULL) {
		words->no_end = at;
		return false;
	}
	text.n = (size_t)(end - text.p);
	*word = (struct word){find_charset(words, (struct span){rest.p + 2, name - 2}),
			      encoding == 'b', text, i + 3 + text.n + 2};
	return true;
}

static void
flush(struct words *words)
{
	charset_to_utf8(words->charset, buf_span(&words->pending), words->to);
	words->pending.n = 0;
}

static void
take_word(struct words *words, const struct word *word)
{
	if (word->charset != words->charset)
		flush(words);
	words->charset = word->charset;
	if (word->base64)
		words_base64(word->text, &words->pending);
	else
		words_quoted(word->text, true, &words->pending);
}

/* The next "=?" at or behind an offset; the value's end if there is none. */
static size_t
next_mark(struct span value, size_t at)
{
	struct span rest = span_skip(value, at);
	const char *mark = rest.n < 2 ? NULL : memmem(rest.p, rest.n, "=?", 2);

	return mark == NULL ? value.n : (size_t)(mark - value.p);
}

void
words_decode(struct span value, struct buf *to)
{
	struct words words = {
		.value = value, .no_end = SIZE_MAX, .to = to, .charset = CHARSET_UTF8};
	size_t plain = 0; /* from here on text is not yet appended */
	bool after_word = false;
	struct word word;

	buf_init(&words.pending, value.n + 16);
	for (size_t at = next_mark(value, 0); at < value.n; at = next_mark(value, at)) {
		if (!read_word(&words, at, &word)) {
			at += 2;
			continue;
		}
		struct span between = {value.p + plain, at - plain};
		if (!after_word || span_trim(between).n > 0) {
			flush(&words);
			text_utf8_clean(between, to);
		}
		take_word(&words, &word);
		after_word = true;
		at += word.n;
		plain = at;
	}
	flush(&words);
	text_utf8_clean(span_skip(value, plain), to);
	buf_free(&words.pending);
}
