#include "filter/message/mime_field.h"

#include "filter/base/utf8.h"
#include "filter/message/mime_out.h"

#define LINE_BYTES    78  /* RFC 5322 2.1.1 */
#define ENCODED_BYTES 76  /* of a line with an encoded word (RFC 2047 2) */
#define WORD_EXTRA    12  /* "=?utf-8?B?" and "?=" */
#define ASCII_BYTES   900 /* of one word; 998 is the limit of a line */

struct writer {
	struct buf *to;
	const char *eol;
	size_t column; /* of the line under way */
	bool begun;    /* a word is in the field */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * The white space that text begins with, and the word behind it; text moves on.
 */
static struct span
next_word(struct span *text, struct span *blank)
{
	size_t n = 0, end;

	while (n < text->n && is_blank(text->p[n]))
		n++;
	for (end = n; end < text->n && !is_blank(text->p[end]); end++)
		;
	*blank = (struct span){text->p, n};
	const struct span word = {text->p + n, end - n};
	*text = span_skip(*text, end);
	return word;
}

static bool
has_to_be_encoded(struct span word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] < ' ' || word.p[i] > '~')
			return true;
	return word.n > ASCII_BYTES;
}

/* White space in front of n bytes: in a new line where this one has no room. */
static void
put_blank(struct writer *writer, struct span blank, size_t n, size_t line)
{
	if (writer->begun && writer->column + blank.n + n > line) {
		(void)buf_add(writer->to, span_of(writer->eol));
		writer->column = 0;
	}
	(void)buf_add(writer->to, blank);
	writer->column += blank.n;
}

static void
put_plain(struct writer *writer, struct span blank, struct span word)
{
	put_blank(writer, blank, word.n, LINE_BYTES);
	(void)buf_add(writer->to, word);
	writer->column += word.n;
	writer->begun = writer->begun || word.n > 0;
}

/* How many bytes of text, whole characters, are at most `most`. */
static size_t
whole_characters(struct span text, size_t most)
{
	size_t n = 0;

	while (n < text.n) {
		size_t length = utf8_length(span_skip(text, n));

		if (length == 0)
			length = 1;
		if (n + length > most)
			break;
		n += length;
	}
	return n;
}

/* Text as encoded words; what divides them is no part of it. */
static void
put_encoded(struct writer *writer, struct span blank, struct span text)
{
	while (text.n > 0) {
		size_t used = writer->column + blank.n + WORD_EXTRA;
		size_t room = used + 12 > ENCODED_BYTES ? 0 : (ENCODED_BYTES - used) / 4 * 3;
		size_t most = room < 9 || room > MIME_WORD_BYTES ? MIME_WORD_BYTES : room;
		size_t n = whole_characters(text, most);

		put_blank(writer, blank, (n + 2) / 3 * 4 + WORD_EXTRA, ENCODED_BYTES);
		size_t from = writer->to->n;
		mime_word(writer->to, (struct span){text.p, n});
		writer->column += writer->to->n - from;
		writer->begun = true;
		text = span_skip(text, n);
		blank = SPAN(" ");
	}
}

void
mime_field(struct buf *to, struct span name, struct span value, const char *eol)
{
	struct writer writer = {.to = to, .eol = eol, .column = name.n + 1};
	struct span blank = SPAN(" "), next_blank;

	(void)buf_add(to, name);
	(void)buf_addc(to, ':');
	value = span_trim(value);
	if (value.n == 0)
		(void)buf_addc(to, ' ');
	while (value.n > 0) {
		struct span before = value, word = next_word(&value, &next_blank);
		struct span rest = value;

		if (next_blank.n > 0)
			blank = next_blank;
		if (!has_to_be_encoded(word)) {
			put_plain(&writer, blank, word);
			continue;
		}
		/*
		 * white space between encoded words is lost: it goes into them
		 */
		while (has_to_be_encoded(next_word(&rest, &next_blank)))
			value = rest;
		before = span_skip(before, (size_t)(word.p - before.p));
		put_encoded(&writer, blank, (struct span){before.p, before.n - value.n});
	}
	(void)buf_add(to, span_of(eol));
}
