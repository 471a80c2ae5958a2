#include "html.h"

#include "text.h"

/* ---- character references */

/* Names of the characters from U+00A0 to U+00FF, in order. */
static const char latin1[] = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm "
			     "raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde "
			     "Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil "
			     "egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

static const struct {
	const char *name;
	uint32_t character;
} references[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"euro", 0x20AC}, {"hellip", 0x2026}, {"ndash", 0x2013}, {"mdash", 0x2014},
	{"lsquo", 0x2018}, {"rsquo", 0x2019}, {"sbquo", 0x201A}, {"ldquo", 0x201C}, {"rdquo", 0x201D}, {"bdquo", 0x201E}, {"bull", 0x2022}, {"trade", 0x2122}, {"OElig", 0x152},
	{"oelig", 0x153}, {"Scaron", 0x160}, {"scaron", 0x161}, {"zwnj", 0x200C}, {"zwj", 0x200D}, {"lrm", 0x200E}, {"rlm", 0x200F}, {"ensp", 0x2002}, {"emsp", 0x2003},
	{"thinsp", 0x2009}, {"lsaquo", 0x2039}, {"rsaquo", 0x203A}, {"AMP", '&'}, {"LT", '<'}, {"GT", '>'}, {"QUOT", '"'}};

/* The character of that name; 0: unknown. */
static uint32_t
find_reference(struct span name)
{
	uint32_t c = 0xA0;

	for (size_t i = 0; i < sizeof references / sizeof references[0]; i++)
		if (span_equal(name, span_of(references[i].name)))
			return references[i].character;
	for (const char *p = latin1; *p != '\0'; c++) {
		size_t n = strcspn(p, " ");

		if (span_equal(name, (struct span){p, n}))
			return c;
		p += n + (p[n] == ' ');
	}
	return 0;
}

static int
digit(char c, unsigned base)
{
	int value = c >= '0' && c <= '9' ? c - '0' : span_lower(c) >= 'a' && span_lower(c) <= 'f' ? span_lower(c) - 'a' + 10 : 99;

	return value < (int)base ? value : -1;
}

/* The reference at the "&" that s begins with: its character, and its length in *n; 0: none. */
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
		while (i < s.n && i < 10 && ((span_lower(s.p[i]) >= 'a' && span_lower(s.p[i]) <= 'z') || digit(s.p[i], 10) >= 0))
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
};

/* The offset behind the ">" that ends the tag at html->at, 0 if none does. A ">" in a quoted attribute does not. */
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
	while (n < s.n && ((span_lower(s.p[n]) >= 'a' && span_lower(s.p[n]) <= 'z') || (s.p[n] >= '0' && s.p[n] <= '9')))
		n++;
	return (struct span){s.p, n};
}

/* Tags inside of a line of text: a word may go on behind them. */
static bool
is_inline(struct span name)
{
	static const char *const names[] = {"a", "abbr", "b", "big", "cite", "code", "em", "font", "i", "ins", "del", "mark", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "wbr"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_equal_case(name, span_of(names[i])))
			return true;
	return false;
}

/* Behind the end tag of a script or style sheet, from `from` on; without one, the end. */
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

/* The "<" at html->at: passes over a tag or comment. false: it is an ordinary character. */
static bool
pass_tag(struct html *html)
{
	struct span rest = span_skip(html->in, html->at);

	if (rest.n < 2 || (rest.p[1] != '/' && rest.p[1] != '!' && rest.p[1] != '?' && (span_lower(rest.p[1]) < 'a' || span_lower(rest.p[1]) > 'z')))
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
	bool raw = rest.p[1] != '/' && (span_equal_case(name, SPAN("script")) || span_equal_case(name, SPAN("style")));
	if (!is_inline(name))
		put_space(html);
	html->at = raw ? behind_raw(html, end, name) : end;
	return true;
}

void
html_text(struct span in, struct buf *to)
{
	struct html html = {in, 0, SIZE_MAX, SIZE_MAX, to};

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
			while (html.at + n < in.n && in.p[html.at + n] != '<' && in.p[html.at + n] != '&')
				n++;
			(void)buf_add(to, (struct span){in.p + html.at, n});
		}
		html.at += n;
	}
}
