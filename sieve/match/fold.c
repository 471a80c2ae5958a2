/*
 * i;ascii-casemap makes ASCII letters equal; i;unicode-casemap (RFC 5051) turns
 * each character into its titlecase and takes that apart into the characters
 * that it is made of, so that case, full-width forms and the way in which an
 * accent is written do not matter.
 */
#include "sieve/match/fold.h"

#include "filter/base/buf.h"
#include "sieve/text/text.h"

#include <stdlib.h>
#include <utf8proc.h>

/*
 * Characters that one is made of. The few that are made of more (ligatures of
 * whole Arabic phrases) stay as they are, so that no message grows much by
 * being compared.
 */
#define PARTS_MAX 4
#define FORM_MAX  (PARTS_MAX * 4)

/* ---- one character */

/*
 * Writes what c is made of in titlecase; the length. Some forms (full-width
 * letters, say) have their case in what they are a form of, so the parts are
 * turned as well.
 */
static size_t
put_parts(uint32_t c, char *to)
{
	utf8proc_int32_t part[PARTS_MAX + 1], title = utf8proc_totitle((utf8proc_int32_t)c);
	size_t n = 0;
	int boundary = 0;
	utf8proc_ssize_t parts = utf8proc_decompose_char(
		title, part, PARTS_MAX + 1, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary);

	if (parts < 1 || parts > PARTS_MAX)
		return text_utf8_put((uint32_t)title, to);
	for (utf8proc_ssize_t i = 0; i < parts; i++)
		n += text_utf8_put((uint32_t)utf8proc_totitle(part[i]), to + n);
	return n;
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
	*form = put_parts(c, to);
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
