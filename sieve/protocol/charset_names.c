/*
 * The table of character sets, and the search for their names. No iconv in this
 * file: the filter links it.
 *
 * The first name of each is iconv's. Where mail in the wild says one name and
 * means a larger set that contains it, the larger one is taken: gb2312 and gbk
 * are read as gb18030, euc-kr as uhc.
 */
#include "sieve/protocol/charset.h"

static const char *const table[] = {
	/* CHARSET_ASCII, CHARSET_UTF8, CHARSET_LATIN1 */
	"US-ASCII ASCII ANSI_X3.4-1968 ISO646-US ISO_646.IRV:1991 646 CP367 IBM367",
	"UTF-8 UTF8 UNICODE-1-1-UTF-8 X-UNKNOWN UNKNOWN-8BIT",
	"ISO-8859-1 ISO8859-1 ISO_8859-1 ISO88591 LATIN1 L1 CP819 IBM819 ISO_8859-1:1987 "
	"ISO-IR-100",
	"ISO-8859-2 ISO8859-2 ISO_8859-2 ISO88592 LATIN2 L2 ISO_8859-2:1987",
	"ISO-8859-3 ISO8859-3 ISO_8859-3 LATIN3 L3",
	"ISO-8859-4 ISO8859-4 ISO_8859-4 LATIN4 L4",
	"ISO-8859-5 ISO8859-5 ISO_8859-5 CYRILLIC",
	"ISO-8859-6 ISO8859-6 ISO_8859-6 ARABIC ISO-8859-6-I ISO-8859-6-E",
	"ISO-8859-7 ISO8859-7 ISO_8859-7 GREEK GREEK8",
	"ISO-8859-8 ISO8859-8 ISO_8859-8 HEBREW ISO-8859-8-I ISO-8859-8-E",
	"ISO-8859-9 ISO8859-9 ISO_8859-9 LATIN5 L5",
	"ISO-8859-10 ISO8859-10 ISO_8859-10 LATIN6 L6",
	"ISO-8859-11 ISO8859-11 ISO_8859-11",
	"ISO-8859-13 ISO8859-13 ISO_8859-13 LATIN7 L7",
	"ISO-8859-14 ISO8859-14 ISO_8859-14 LATIN8 L8",
	"ISO-8859-15 ISO8859-15 ISO_8859-15 ISO885915 LATIN-9 LATIN9",
	"ISO-8859-16 ISO8859-16 ISO_8859-16 LATIN10 L10",
	"WINDOWS-1250 CP1250 CP-1250 WIN-1250 X-CP1250",
	"WINDOWS-1251 CP1251 CP-1251 WIN-1251 X-CP1251",
	"WINDOWS-1252 CP1252 CP-1252 WIN-1252 X-CP1252 X-ANSI",
	"WINDOWS-1253 CP1253 CP-1253 WIN-1253 X-CP1253",
	"WINDOWS-1254 CP1254 CP-1254 WIN-1254 X-CP1254",
	"WINDOWS-1255 CP1255 CP-1255 WIN-1255 X-CP1255",
	"WINDOWS-1256 CP1256 CP-1256 WIN-1256 X-CP1256",
	"WINDOWS-1257 CP1257 CP-1257 WIN-1257 X-CP1257",
	"WINDOWS-1258 CP1258 CP-1258 WIN-1258 X-CP1258",
	"KOI8-R KOI8R KOI8 CSKOI8R",
	"KOI8-U KOI8U KOI8-RU",
	"IBM437 CP437 437",
	"IBM850 CP850 850",
	"IBM852 CP852 852",
	"IBM866 CP866 866",
	"MACINTOSH MAC X-MAC-ROMAN MACROMAN",
	"TIS-620 TIS620 WINDOWS-874 CP874 ISO-IR-166",
	"TCVN5712-1 TCVN TCVN-5712",
	"GB18030 GB2312 GBK GB_2312-80 EUC-CN EUCCN X-EUC-CN GB2312-80 CP936 MS936 WINDOWS-936 "
	"X-GBK HZ-GB-2312-80",
	"ISO-2022-CN",
	"BIG5 BIG-5 BIGFIVE CN-BIG5 CP950 WINDOWS-950 X-X-BIG5",
	"BIG5-HKSCS BIG5HKSCS",
	"EUC-TW EUCTW",
	"ISO-2022-JP CSISO2022JP",
	"ISO-2022-JP-2 CSISO2022JP2",
	"SHIFT_JIS SHIFT-JIS SJIS X-SJIS MS_KANJI",
	"CP932 WINDOWS-31J MS932 WINDOWS-932",
	"EUC-JP EUCJP X-EUC-JP X-EUC UJIS",
	"UHC EUC-KR EUCKR KS_C_5601-1987 KS_C_5601-1989 KSC_5601 KSC5601 KS_C_5601 CP949 MS949 "
	"WINDOWS-949 KOREAN",
	"JOHAB CP1361",
	"ISO-2022-KR CSISO2022KR",
	"UTF-7 UTF7 UNICODE-1-1-UTF-7",
	"UTF-16 UTF16 UNICODE UCS-2 ISO-10646-UCS-2",
	"UTF-16LE",
	"UTF-16BE",
	"UTF-32 UTF32 UCS-4",
};
#define SETS (sizeof table / sizeof table[0])
_Static_assert(SETS <= CHARSET_MAX, "one bit for each set");

/* The next of the words in *names, which moves behind it; empty at the end. */
static struct span
next_name(const char **names)
{
	const char *begin = *names + strspn(*names, " ");
	size_t n = strcspn(begin, " ");

	*names = begin + n;
	return (struct span){begin, n};
}

int
charset_find(struct span name)
{
	if (name.n == 0 || name.n > CHARSET_NAME_MAX)
		return CHARSET_UNKNOWN;
	for (size_t i = 0; i < SETS; i++) {
		const char *names = table[i];

		for (struct span known = next_name(&names); known.n > 0; known = next_name(&names))
			if (span_equal_case(name, known))
				return (int)i;
	}
	return CHARSET_UNKNOWN;
}

const char *
charset_name(int charset, char to[CHARSET_NAME_MAX + 1])
{
	const char *names = table[charset];
	struct span name = next_name(&names);

	memcpy(to, name.p, name.n);
	to[name.n] = '\0';
	return to;
}

size_t
charset_count(void)
{
	return SETS;
}

/* ---- sets of them */

const char *
charset_print_set(uint64_t set, char to[CHARSET_LIST_MAX])
{
	size_t n = 0;

	for (size_t i = CHARSET_LATIN1 + 1; i < SETS; i++) {
		const char *names = table[i];
		struct span name = next_name(&names);

		if ((set >> i & 1) == 0 || n + name.n + 2 > CHARSET_LIST_MAX)
			continue;
		if (n > 0)
			to[n++] = ',';
		memcpy(to + n, name.p, name.n);
		n += name.n;
	}
	to[n] = '\0';
	return to;
}

uint64_t
charset_parse_set(struct span list)
{
	uint64_t set = 0;

	while (list.n > 0) {
		const char *comma = memchr(list.p, ',', list.n);
		struct span name = {list.p, comma == NULL ? list.n : (size_t)(comma - list.p)};
		int charset = charset_find(span_trim(name));

		if (charset != CHARSET_UNKNOWN)
			set |= (uint64_t)1 << charset;
		list = span_skip(list, name.n + 1);
	}
	return set;
}

/* ---- the search */

static bool
is_name(char c)
{
	return (c >= '0' && c <= '9') || (span_lower(c) >= 'a' && span_lower(c) <= 'z') ||
	       (c != '\0' && strchr("-_.:+", c) != NULL);
}

/*
 * Is the "=" at p[at] behind "charset", perhaps with white space or an RFC 2231
 * "*" or "*0*" between?
 */
static bool
is_parameter(const char *p, size_t at)
{
	static const struct span word = SPAN("charset");
	size_t end = at;

	while (end > 0 && at - end < 8 &&
	       (span_is_space(p[end - 1]) || p[end - 1] == '*' || p[end - 1] == '0'))
		end--;
	return end >= word.n && span_equal_case((struct span){p + end - word.n, word.n}, word);
}

size_t
charset_scan(const char *bytes, size_t n, uint64_t *found)
{
	const char *equals;

	for (size_t at = 0; at < n && (equals = memchr(bytes + at, '=', n - at)) != NULL;) {
		size_t begin, end;

		at = (size_t)(equals - bytes);
		begin = at + 1;
		if (begin < n && bytes[begin] == '?')
			begin++;
		else if (is_parameter(bytes, at))
			while (begin < n && begin - at < 16 &&
			       (span_is_space(bytes[begin]) || bytes[begin] == '"'))
				begin++;
		else {
			at++;
			continue;
		}
		for (end = begin; end < n && end - begin <= CHARSET_NAME_MAX && is_name(bytes[end]);
		     end++)
			;
		int charset = charset_find((struct span){bytes + begin, end - begin});
		if (charset != CHARSET_UNKNOWN)
			*found |= (uint64_t)1 << charset;
		at++;
	}
	return n < CHARSET_SCAN_TAIL ? n : CHARSET_SCAN_TAIL - 1;
}
