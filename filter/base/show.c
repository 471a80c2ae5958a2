#include "filter/base/show.h"

#include "filter/base/utf8.h"

struct range {
	uint32_t first, last;
};

/* Sorted. */
static const struct range hidden[] = {
	{0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad},   {0x061c, 0x061c},
	{0x115f, 0x1160}, {0x180e, 0x180e}, {0x200b, 0x200f},   {0x2028, 0x202e},
	{0x2060, 0x206f}, {0x3164, 0x3164}, {0xd800, 0xdfff},   {0xfeff, 0xfeff},
	{0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0xe0000, 0xe0fff}, {0x110000, UINT32_MAX},
};

static const struct range wide[] = {
	{0x1100, 0x115f},   {0x231a, 0x231b},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},
	{0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
	{0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
	{0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static const struct range combining[] = {
	{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
	{0x0900, 0x0902}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff},
	{0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};

static bool
is_in(uint32_t character, const struct range *range, size_t n)
{
	for (size_t i = 0; i < n && character >= range[i].first; i++)
		if (character <= range[i].last)
			return true;
	return false;
}

#define IS_IN(character, ranges) is_in((character), (ranges), sizeof(ranges) / sizeof(ranges)[0])

bool
show_is_plain(uint32_t character)
{
	return !IS_IN(character, hidden);
}

/* One line of text, by utf8 in characters, else in bytes. */
static void
show(struct span text, size_t most, bool utf8, struct buf *to)
{
	bool space = false;

	text = span_trim(text);
	bool cut = text.n > most;
	if (cut)
		text.n = most;
	while (text.n > 0) {
		struct span rest = span_skip(text, 1);

		if (span_is_space(text.p[0])) {
			space = true;
			text = rest;
			continue;
		}
		if (space)
			(void)buf_addc(to, ' ');
		space = false;
		if (utf8 && (unsigned char)text.p[0] >= 0x80) {
			rest = text;
			if (show_is_plain(utf8_next(&rest)))
				(void)buf_add(to, (struct span){text.p, text.n - rest.n});
			else
				(void)buf_addc(to, '?');
		} else {
			(void)buf_addc(to, show_byte(text.p[0]));
		}
		text = rest;
	}
	if (space)
		(void)buf_addc(to, ' ');
	if (cut)
		(void)buf_add(to, SPAN("..."));
}

void
show_ascii(struct span text, size_t most, struct buf *to)
{
	show(text, most, false, to);
}

void
show_utf8(struct span text, size_t most, struct buf *to)
{
	show(text, most, true, to);
}

/* Every byte of text that is not printable ASCII, or one of also, as \\xHH. */
static char *
escape(struct span text, const char *also, char *to, size_t size)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool plain = c >= ' ' && c <= '~' && strchr(also, c) == NULL;

		if (n + (plain ? 1 : 4) >= size)
			break;
		if (plain) {
			to[n++] = (char)c;
			continue;
		}
		to[n++] = '\\';
		to[n++] = 'x';
		to[n++] = hex[c >> 4];
		to[n++] = hex[c & 15];
	}
	to[n] = '\0';
	return to;
}

char *
show_escaped(struct span text, char *to, size_t size)
{
	return escape(text, "\\", to, size);
}

char *
show_word(struct span text, char *to, size_t size)
{
	return escape(text.n == 0 ? SPAN("-") : text, "\\ \"", to, size);
}

size_t
show_width(struct span text)
{
	size_t columns = 0;

	while (text.n > 0) {
		uint32_t c = utf8_next(&text);

		columns += IS_IN(c, combining) ? 0 : IS_IN(c, wide) ? 2 : 1;
	}
	return columns;
}
