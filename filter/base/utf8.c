#include "filter/base/utf8.h"

size_t
utf8_length(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (s.n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	size_t want = p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	if (want == 0 || want > s.n)
		return 0;
	for (size_t i = 1; i < want; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	bool wrong = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
		     (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f);
	return wrong ? 0 : want;
}

bool
utf8_valid(struct span s)
{
	for (size_t n; s.n > 0; s = span_skip(s, n))
		if ((n = utf8_length(s)) == 0)
			return false;
	return true;
}

uint32_t
utf8_next(struct span *s)
{
	size_t n = utf8_length(*s);
	uint32_t c = (unsigned char)s->p[0];

	if (n > 1)
		c &= 0x7fU >> n;
	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s->p[i] & 0x3f);
	*s = span_skip(*s, n == 0 ? 1 : n);
	return n == 0 ? UTF8_NONE : c;
}
