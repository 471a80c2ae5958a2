#include "sieve/mail/html.h"

#include "sieve/text/text.h"

#include <stdlib.h>

/* ---- character references */

/* Names of characters (HTML 4.01, 24), in the order of memcmp(3). */
static const struct reference {
	char name[9];
	uint16_t character;
} references[] = {
	{"AElig", 0xC6},    {"AMP", 0x26},      {"Aacute", 0xC1},   {"Acirc", 0xC2},
	{"Agrave", 0xC0},   {"Aring", 0xC5},    {"Atilde", 0xC3},   {"Auml", 0xC4},
	{"Ccedil", 0xC7},   {"Dagger", 0x2021}, {"Delta", 0x394},   {"ETH", 0xD0},
	{"Eacute", 0xC9},   {"Ecirc", 0xCA},    {"Egrave", 0xC8},   {"Euml", 0xCB},
	{"GT", 0x3E},       {"Iacute", 0xCD},   {"Icirc", 0xCE},    {"Igrave", 0xCC},
	{"Iuml", 0xCF},     {"LT", 0x3C},       {"Ntilde", 0xD1},   {"OElig", 0x152},
	{"Oacute", 0xD3},   {"Ocirc", 0xD4},    {"Ograve", 0xD2},   {"Omega", 0x3A9},
	{"Oslash", 0xD8},   {"Otilde", 0xD5},   {"Ouml", 0xD6},     {"Prime", 0x2033},
	{"QUOT", 0x22},     {"Scaron", 0x160},  {"THORN", 0xDE},    {"Uacute", 0xDA},
	{"Ucirc", 0xDB},    {"Ugrave", 0xD9},   {"Uuml", 0xDC},     {"Yacute", 0xDD},
	{"Yuml", 0x178},    {"aacute", 0xE1},   {"acirc", 0xE2},    {"acute", 0xB4},
	{"aelig", 0xE6},    {"agrave", 0xE0},   {"alpha", 0x3B1},   {"amp", 0x26},
	{"apos", 0x27},     {"aring", 0xE5},    {"atilde", 0xE3},   {"auml", 0xE4},
	{"bdquo", 0x201E},  {"beta", 0x3B2},    {"brvbar", 0xA6},   {"bull", 0x2022},
	{"ccedil", 0xE7},   {"cedil", 0xB8},    {"cent", 0xA2},     {"circ", 0x2C6},
	{"copy", 0xA9},     {"curren", 0xA4},   {"dagger", 0x2020}, {"darr", 0x2193},
	{"deg", 0xB0},      {"delta", 0x3B4},   {"divide", 0xF7},   {"eacute", 0xE9},
	{"ecirc", 0xEA},    {"egrave", 0xE8},   {"emsp", 0x2003},   {"ensp", 0x2002},
	{"eth", 0xF0},      {"euml", 0xEB},     {"euro", 0x20AC},   {"fnof", 0x192},
	{"frac12", 0xBD},   {"frac14", 0xBC},   {"frac34", 0xBE},   {"gamma", 0x3B3},
	{"ge", 0x2265},     {"gt", 0x3E},       {"hellip", 0x2026}, {"iacute", 0xED},
	{"icirc", 0xEE},    {"iexcl", 0xA1},    {"igrave", 0xEC},   {"infin", 0x221E},
	{"iquest", 0xBF},   {"iuml", 0xEF},     {"laquo", 0xAB},    {"larr", 0x2190},
	{"ldquo", 0x201C},  {"le", 0x2264},     {"lrm", 0x200E},    {"lsaquo", 0x2039},
	{"lsquo", 0x2018},  {"lt", 0x3C},       {"macr", 0xAF},     {"mdash", 0x2014},
	{"micro", 0xB5},    {"middot", 0xB7},   {"minus", 0x2212},  {"mu", 0x3BC},
	{"nbsp", 0xA0},     {"ndash", 0x2013},  {"ne", 0x2260},     {"not", 0xAC},
	{"ntilde", 0xF1},   {"oacute", 0xF3},   {"ocirc", 0xF4},    {"oelig", 0x153},
	{"ograve", 0xF2},   {"omega", 0x3C9},   {"ordf", 0xAA},     {"ordm", 0xBA},
	{"oslash", 0xF8},   {"otilde", 0xF5},   {"ouml", 0xF6},     {"para", 0xB6},
	{"permil", 0x2030}, {"pi", 0x3C0},      {"plusmn", 0xB1},   {"pound", 0xA3},
	{"prime", 0x2032},  {"quot", 0x22},     {"raquo", 0xBB},    {"rarr", 0x2192},
	{"rdquo", 0x201D},  {"reg", 0xAE},      {"rlm", 0x200F},    {"rsaquo", 0x203A},
	{"rsquo", 0x2019},  {"sbquo", 0x201A},  {"scaron", 0x161},  {"sect", 0xA7},
	{"shy", 0xAD},      {"sigma", 0x3C3},   {"sup1", 0xB9},     {"sup2", 0xB2},
	{"sup3", 0xB3},     {"szlig", 0xDF},    {"thinsp", 0x2009}, {"thorn", 0xFE},
	{"tilde", 0x2DC},   {"times", 0xD7},    {"trade", 0x2122},  {"uacute", 0xFA},
	{"uarr", 0x2191},   {"ucirc", 0xFB},    {"ugrave", 0xF9},   {"uml", 0xA8},
	{"uuml", 0xFC},     {"yacute", 0xFD},   {"yen", 0xA5},      {"yuml", 0xFF},
	{"zwj", 0x200D},    {"zwnj", 0x200C},
};

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const struct reference *)a)->name, ((const struct reference *)b)->name);
}

/* The character of that name; 0: unknown. */
static uint32_t
find_reference(struct span name)
{
	struct reference wanted = {"", 0};

	if (name.n == 0 || name.n >= sizeof wanted.name)
		return 0;
	memcpy(wanted.name, name.p, name.n);
	const struct reference *found =
		bsearch(&wanted, references, sizeof references / sizeof references[0],
			sizeof references[0], compare_names);
	return found == NULL ? 0 : found->character;
}

static int
digit(char c, unsigned base)
{
	int value = c >= '0' && c <= '9'                           ? c - '0'
		    : span_lower(c) >= 'a' && span_lower(c) <= 'f' ? span_lower(c) - 'a' + 10
								   : 99;

	return value < (int)base ? value : -1;
}

/*
 * The reference at the "&" that s begins with: its character, and its length in
 * *n; 0: none.
 */
static uint32_t
read_reference(struct span s, size_t *n)
{
	uint32_t c = 0;
	size_t i = 1;

	if (s.n > 2 && s.p[1] == '#') {
		bool hex = span_lower(s.p[2]) == 'x';
		size_t begin = i = hex ? 3 : 2;

		for (; i < s.n && digit(s.p[i], hex ? 16 : 10) >= 0; i++)
			if (c <= 0x10FFFF)
				c = c * (hex ? 16 : 10) + (uint32_t)digit(s.p[i], 16);
		c = i == begin ? 0 : c == 0 ? 0xFFFD : c;
	} else {
		while (i < s.n && i < 10 &&
		       ((span_lower(s.p[i]) >= 'a' && span_lower(s.p[i]) <= 'z') ||
			digit(s.p[i], 10) >= 0))
			i++;
		c = find_reference((struct span){s.p + 1, i - 1});
	}
	*n = i < s.n && s.p[i] == ';' ? i + 1 : i;
	return c;
}

/* ---- tags */

struct html {
	struct span in;
	size_t at;
	size_t no_quote; /* from this offset on a quotation in a tag has no end */
	size_t no_end;   /* the same for tags: no ">" */
	struct buf *to;
	unsigned as_is; /* inside of pre and textarea, so many deep: line ends are ones there */
};

/*
 * The offset behind the ">" that ends the tag at html->at, 0 if none does. A
 * ">" in a quoted attribute does not.
 */
static size_t
tag_end(struct html *html)
{
	char quote = '\0';

	if (html->at >= html->no_end)
		return 0;
	for (size_t i = html->at + 1; i < html->in.n && html->at < html->no_quote; i++) {
		char c = html->in.p[i];

		if (quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if ((c == '"' || c == '\'') && html->in.p[i - 1] == '=')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	if (quote != '\0')
		html->no_quote = html->at;
	const char *end = memchr(html->in.p + html->at, '>', html->in.n - html->at);
	if (end == NULL)
		html->no_end = html->at;
	return end == NULL ? 0 : (size_t)(end - html->in.p) + 1;
}

/* The name of the tag that s begins with, without "<" and "/". */
static struct span
tag_name(struct span s)
{
	size_t n = 0;

	s = span_skip(s, s.n > 1 && s.p[1] == '/' ? 2 : 1);
	while (n < s.n && ((span_lower(s.p[n]) >= 'a' && span_lower(s.p[n]) <= 'z') ||
			   (s.p[n] >= '0' && s.p[n] <= '9')))
		n++;
	return (struct span){s.p, n};
}

/* Tags inside of a line of text: a word may go on behind them. */
static bool
is_inline(struct span name)
{
	static const char *const names[] = {"a",   "abbr", "b",     "big",  "cite",   "code",
					    "em",  "font", "i",     "ins",  "del",    "mark",
					    "q",   "s",    "small", "span", "strike", "strong",
					    "sub", "sup",  "tt",    "u",    "wbr"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_equal_case(name, span_of(names[i])))
			return true;
	return false;
}

/*
 * Behind the end tag of a script or style sheet, from `from` on; without one,
 * the end.
 */
static size_t
behind_raw(const struct html *html, size_t from, struct span name)
{
	for (size_t at = from; at < html->in.n;) {
		struct span rest = span_skip(html->in, at);
		const char *mark = memmem(rest.p, rest.n, "</", 2);

		if (mark == NULL)
			break;
		at = (size_t)(mark - html->in.p) + 2;
		rest = span_skip(html->in, at);
		if (span_starts_case(rest, name)) {
			const char *end = memchr(rest.p, '>', rest.n);
			return end == NULL ? html->in.n : (size_t)(end - html->in.p) + 1;
		}
	}
	return html->in.n;
}

static void
put_space(struct html *html)
{
	if (html->to->n > 0 && !span_is_space(html->to->p[html->to->n - 1]))
		(void)buf_addc(html->to, ' ');
}

/*
 * The "<" at html->at: passes over a tag or comment. false: it is an ordinary
 * character.
 */
static bool
pass_tag(struct html *html)
{
	struct span rest = span_skip(html->in, html->at);

	if (rest.n < 2 || (rest.p[1] != '/' && rest.p[1] != '!' && rest.p[1] != '?' &&
			   (span_lower(rest.p[1]) < 'a' || span_lower(rest.p[1]) > 'z')))
		return false;
	if (rest.n >= 4 && memcmp(rest.p, "<!--", 4) == 0) {
		const char *end = memmem(rest.p + 2, rest.n - 2, "-->", 3);

		html->at = end == NULL ? html->in.n : (size_t)(end - html->in.p) + 3;
		return true;
	}
	size_t end = tag_end(html);
	if (end == 0)
		return false;
	struct span name = tag_name(rest);
	bool raw = rest.p[1] != '/' &&
		   (span_equal_case(name, SPAN("script")) || span_equal_case(name, SPAN("style")));
	if (!is_inline(name))
		put_space(html);
	if (span_equal_case(name, SPAN("pre")) || span_equal_case(name, SPAN("textarea")))
		html->as_is = rest.p[1] != '/'  ? html->as_is + 1
			      : html->as_is > 0 ? html->as_is - 1
						: 0;
	html->at = raw ? behind_raw(html, end, name) : end;
	return true;
}

/* The white space that text begins with. */
static struct span
blank(struct span text)
{
	size_t n = 0;

	while (n < text.n && span_is_space(text.p[n]))
		n++;
	return (struct span){text.p, n};
}

/*
 * Text without tags and references: where lines end in it, they and the white
 * space around them are one space.
 */
static void
put_text(struct html *html, struct span text)
{
	while (text.n > 0) {
		struct span space = blank(text);
		size_t n = space.n;

		if (html->as_is > 0)
			n = text.n;
		while (n < text.n && !span_is_space(text.p[n]))
			n++;
		if (html->as_is == 0 && space.n > 0 && memchr(space.p, '\n', space.n) != NULL) {
			put_space(html);
			(void)buf_add(html->to, (struct span){text.p + space.n, n - space.n});
		} else
			(void)buf_add(html->to, (struct span){text.p, n});
		text = span_skip(text, n);
	}
}

void
html_text(struct span in, struct buf *to)
{
	struct html html = {.in = in, .no_quote = SIZE_MAX, .no_end = SIZE_MAX, .to = to};

	while (html.at < in.n && !to->full) {
		char c = in.p[html.at], utf8[4];
		size_t n = 1;

		if (c == '<' && pass_tag(&html))
			continue;
		uint32_t reference = c == '&' ? read_reference(span_skip(in, html.at), &n) : 0;
		if (reference != 0)
			(void)buf_add(to, (struct span){utf8, text_utf8_put(reference, utf8)});
		else {
			n = 1;
			while (html.at + n < in.n && in.p[html.at + n] != '<' &&
			       in.p[html.at + n] != '&')
				n++;
			put_text(&html, (struct span){in.p + html.at, n});
		}
		html.at += n;
	}
}
