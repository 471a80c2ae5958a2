/*
 * i;ascii-casemap makes ASCII letters equal; i;unicode-casemap (RFC 5051) turns
 * each character into its titlecase and takes that apart into the characters
 * that it is made of, so that case, full-width forms and the way in which an
 * accent is written do not matter.
 */
#include "sieve/match/fold.h"

#include "filter/base/buf.h"
#include "sieve/match/fold_table.h"
#include "sieve/text/text.h"

#include <stdlib.h>

/*
 * bytes that one character becomes: at most four characters of three or four
 * bytes
 */
#define FORM_MAX  16
#define DEPTH_MAX 4 /* decompositions of decompositions; the database needs three */

/* ---- one character */

static uint32_t
map_range(const struct fold_range *range, size_t n, uint32_t c)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (c < range[middle].first)
			n = middle;
		else if (c > range[middle].last)
			low = middle + 1;
		else
			return (c - range[middle].first) % (uint32_t)range[middle].step == 0
				       ? (uint32_t)((int32_t)c + range[middle].delta)
				       : c;
	}
	return c;
}

static const struct fold_pair *
find_pair(uint32_t c)
{
	size_t low = 0, high = fold_pairs;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (fold_pair[middle].character == c)
			return &fold_pair[middle];
		if (c < fold_pair[middle].character)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* Hangul syllables are composed by rule (The Unicode Standard 3.12). */
static size_t
put_hangul(uint32_t syllable, char *to)
{
	size_t n = text_utf8_put(0x1100 + syllable / 588, to);

	n += text_utf8_put(0x1161 + syllable % 588 / 28, to + n);
	return syllable % 28 == 0 ? n : n + text_utf8_put(0x11A7 + syllable % 28, to + n);
}

/* Writes what c is made of; the length. */
static size_t
put_parts(uint32_t c, char *to, int depth)
{
	if (c >= 0xAC00 && c < 0xAC00 + 11172)
		return put_hangul(c - 0xAC00, to);
	c = map_range(fold_single, fold_singles, c);
	const struct fold_pair *pair = depth == 0 ? NULL : find_pair(c);
	if (pair == NULL)
		return text_utf8_put(c, to);
	size_t n = put_parts(pair->a, to, depth - 1);
	return n + put_parts(pair->b, to + n, 0);
}

/*
 * The character (or the byte that is none) at p: its folded form in to, its
 * length there in *form; its length here.
 */
static size_t
fold_one(const char *p, size_t n, char to[FORM_MAX], size_t *form)
{
	uint32_t c;
	size_t length = text_utf8(p, n, &c);

	*form = 1;
	if (length <= 1) {
		to[0] = length == 1 && *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
		return 1;
	}
	/*
	 * Titlecase before and after: some forms (full-width letters, say) have
	 * their case in what they are a form of.
	 */
	c = map_range(fold_title, fold_titles, c);
	*form = put_parts(c, to, DEPTH_MAX);
	for (size_t i = 0; i < *form; i++)
		if (to[i] >= 'a' && to[i] <= 'z')
			to[i] = (char)(to[i] - 'a' + 'A');
	return length;
}

/* ---- strings */

static void
fold_unicode(struct folded *folded, struct span source)
{
	struct buf text;
	char form[FORM_MAX];
	size_t length;

	buf_init(&text, SIZE_MAX);
	for (size_t at = 0; at < source.n;) {
		at += fold_one(source.p + at, source.n - at, form, &length);
		(void)buf_add(&text, (struct span){form, length});
	}
	folded->owned = text.p;
	folded->text = buf_span(&text);
}

void
fold_init(struct folded *folded, enum match_comparator comparator, struct span source)
{
	*folded = (struct folded){source, NULL};
	if (comparator == MATCH_OCTET || comparator == MATCH_ASCII_NUMERIC || source.n == 0)
		return;
	if (comparator == MATCH_UNICODE_CASEMAP) {
		fold_unicode(folded, source);
		return;
	}
	folded->owned = malloc(source.n);
	if (folded->owned == NULL)
		abort();
	for (size_t i = 0; i < source.n; i++)
		folded->owned[i] = span_lower(source.p[i]);
	folded->text.p = folded->owned;
}

void
fold_free(struct folded *folded)
{
	free(folded->owned);
	*folded = (struct folded){{NULL, 0}, NULL};
}

void
fold_unmap(enum match_comparator comparator, struct span source, size_t *offset, size_t n)
{
	size_t at = 0, there = 0, length;
	char form[FORM_MAX];

	if (comparator != MATCH_UNICODE_CASEMAP)
		return;
	for (size_t i = 0; i < n; i++) {
		while (there < offset[i] && at < source.n) {
			at += fold_one(source.p + at, source.n - at, form, &length);
			there += length;
		}
		offset[i] = at;
	}
}
