#include "sieve/protocol/charset.h"

#include "sieve/text/text.h"

#include <errno.h>
#include <iconv.h>

#define CLOSED ((iconv_t)-1)

static iconv_t opened[CHARSET_MAX];
static uint64_t is_open;

/*
 * Shift_JIS of Japanese standards and of Microsoft differ in a few characters
 * and in extent. Text goes through the first; where it has bytes that are none
 * there, all of it goes through the second.
 */
static int
second_choice(int charset)
{
	static int shift_jis, cp932, big5, hkscs;

	if (cp932 == 0) {
		shift_jis = charset_find(SPAN("shift_jis"));
		cp932 = charset_find(SPAN("cp932"));
		big5 = charset_find(SPAN("big5"));
		hkscs = charset_find(SPAN("big5-hkscs"));
	}
	return charset == shift_jis ? cp932 : charset == big5 ? hkscs : CHARSET_UNKNOWN;
}

static void
open_one(int charset)
{
	char name[CHARSET_NAME_MAX + 1];

	if (charset <= CHARSET_LATIN1 || (is_open >> charset & 1))
		return;
	opened[charset] = iconv_open("UTF-8", charset_name(charset, name));
	if (opened[charset] != CLOSED)
		is_open |= (uint64_t)1 << charset;
}

void
charset_open_set(uint64_t set)
{
	for (int i = 0; i < (int)charset_count(); i++) {
		if ((set >> i & 1) == 0)
			continue;
		open_one(i);
		if (second_choice(i) != CHARSET_UNKNOWN)
			open_one(second_choice(i));
	}
}

static void
from_latin1(struct span text, struct buf *to)
{
	char utf8[4];

	for (size_t i = 0; i < text.n; i++)
		(void)buf_add(to,
			      (struct span){utf8, text_utf8_put((unsigned char)text.p[i], utf8)});
}

/* Where a conversion is. */
struct conversion {
	iconv_t with;
	char *in;
	size_t left;
	struct buf *to;
	size_t bad; /* how many bytes were no character */
	bool hole;  /* what was appended last is the U+FFFD for such bytes */
};

static void
skip_bad(struct conversion *c)
{
	if (!c->hole)
		(void)buf_add(c->to, SPAN("\xEF\xBF\xBD"));
	c->hole = true;
	c->bad++;
	/*
	 * EILSEQ and EINVAL also come behind the last byte, of what iconv(3)
	 * held back
	 */
	if (c->left > 0) {
		c->in++;
		c->left--;
	}
}

/* One call of iconv(3). false at the end, or where `to` is full. */
static bool
convert_some(struct conversion *c)
{
	char out[4096], *p = out;
	size_t room = sizeof out, before = c->left;
	size_t result = iconv(c->with, c->left == 0 ? NULL : &c->in, &c->left, &p, &room);
	int why = result == (size_t)-1 ? errno : 0;

	if (p > out) {
		const struct span got = {out, (size_t)(p - out)};

		c->hole = false;
		/*
		 * Whole characters, but not always such as UTF-8 has: glibc on
		 * s390x lets half a pair of UTF-16 through.
		 */
		if (text_utf8_valid(got))
			(void)buf_add(c->to, got);
		else
			text_utf8_clean(got, c->to);
	}
	if (before == 0 || c->to->full)
		return false;
	if (why == EILSEQ || why == EINVAL || (why != 0 && c->left == before && p == out))
		skip_bad(c);
	return true; /* once more with left 0: what a stateful set still holds back */
}

static size_t
convert(int charset, struct span text, struct buf *to)
{
	struct conversion c = {.with = opened[charset], .left = text.n, .to = to};

	/* iconv(3) does not write to its input, but does not say const */
	memcpy(&c.in, &text.p, sizeof c.in);
	(void)iconv(c.with, NULL, NULL, NULL, NULL);
	while (convert_some(&c))
		;
	return c.bad;
}

void
charset_to_utf8(int charset, struct span text, struct buf *to)
{
	if (text.n == 0)
		return;
	if (charset == CHARSET_LATIN1) {
		from_latin1(text, to);
		return;
	}
	if (charset <= CHARSET_UTF8 || (is_open >> charset & 1) == 0) {
		/*
		 * Of a set that we cannot read, the ASCII in it can be kept;
		 * UTF-8 that is wrongly labelled is not to be taken for it.
		 */
		if (charset == CHARSET_ASCII || charset == CHARSET_UTF8) {
			text_utf8_clean(text, to);
			return;
		}
		for (size_t i = 0; i < text.n; i++)
			if ((unsigned char)text.p[i] < 128)
				(void)buf_addc(to, text.p[i]);
			else if (i == 0 || (unsigned char)text.p[i - 1] < 128)
				(void)buf_add(to, SPAN("\xEF\xBF\xBD"));
		return;
	}
	size_t before = to->n;
	int second = second_choice(charset);
	if (convert(charset, text, to) > 0 && second != CHARSET_UNKNOWN &&
	    (is_open >> second & 1)) {
		to->n = before;
		to->full = false;
		(void)convert(second, text, to);
	}
}
