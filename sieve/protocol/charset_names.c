/*
 * The table of character sets, and the search for their names. No iconv in this
 * file: the filter links it.
 *
 * The names: all labels of the WHATWG Encoding Standard, IANA's for the same
 * sets, and what else mail carries. Hyphens and underscores make no difference,
 * so that one of each is enough. x-user-defined is nobody's set: what is UTF-8
 * in it is read.
 *
 * The first name of each is iconv's. Where mail in the wild says one name and
 * means a larger set that contains it, the larger one is taken: gb2312 and gbk
 * are read as gb18030, euc-kr as uhc.
 */
#include "sieve/protocol/charset.h"

#include "filter/base/clock.h"
#include "filter/base/copy.h"

static const char *const table[] = {
	/* CHARSET_ASCII, CHARSET_UTF8, CHARSET_LATIN1 */
	"US-ASCII ASCII ANSI_X3.4-1968 ANSI_X3.4-1986 ISO646-US ISO_646.IRV:1991 646 CP367 "
	"IBM367 US ISO-IR-6 CSASCII",
	"UTF-8 UNICODE-1-1-UTF-8 UNICODE20UTF8 X-UNICODE20UTF8 CSUTF8 CP65001 WINDOWS-65001 "
	"X-UTF-8 UTF8MB3 UTF8MB4 UTF-8-STRICT UTF-8-BOM X-UNKNOWN UNKNOWN-8BIT X-USER-DEFINED "
	"DEFAULT DEFAULT_CHARSET",
	"ISO-8859-1 8859_1 LATIN1 L1 CP819 IBM819 ISO_8859-1:1987 ISO-IR-100 CSISOLATIN1",
	"ISO-8859-2 8859_2 LATIN2 L2 ISO_8859-2:1987 ISO-IR-101 CSISOLATIN2",
	"ISO-8859-3 8859_3 LATIN3 L3 ISO_8859-3:1988 ISO-IR-109 CSISOLATIN3",
	"ISO-8859-4 8859_4 LATIN4 L4 ISO_8859-4:1988 ISO-IR-110 CSISOLATIN4",
	"ISO-8859-5 8859_5 CYRILLIC ISO_8859-5:1988 ISO-IR-144 CSISOLATINCYRILLIC",
	"ISO-8859-6 8859_6 ARABIC ASMO-708 ECMA-114 ISO_8859-6:1987 ISO-IR-127 ISO-8859-6-I "
	"ISO-8859-6-E CSISO88596I CSISO88596E CSISOLATINARABIC",
	"ISO-8859-7 8859_7 GREEK GREEK8 ECMA-118 ELOT_928 SUN_EU_GREEK ISO_8859-7:1987 "
	"ISO-IR-126 CSISOLATINGREEK",
	"ISO-8859-8 8859_8 HEBREW VISUAL LOGICAL ISO_8859-8:1988 ISO-IR-138 ISO-8859-8-I "
	"ISO-8859-8-E CSISO88598I CSISO88598E CSISOLATINHEBREW",
	"ISO-8859-9 8859_9 LATIN5 L5 ISO_8859-9:1989 ISO-IR-148 CSISOLATIN5",
	"ISO-8859-10 8859_10 LATIN6 L6 ISO_8859-10:1992 ISO-IR-157 CSISOLATIN6",
	"ISO-8859-11 8859_11",
	"ISO-8859-13 8859_13 LATIN7 L7 CSISO885913",
	"ISO-8859-14 8859_14 LATIN8 L8 ISO_8859-14:1998 ISO-IR-199 ISO-CELTIC CSISO885914",
	"ISO-8859-15 8859_15 LATIN-9 LATIN0 L9 CSISOLATIN9 CSISO885915 ISO-8859-15-EURO",
	"ISO-8859-16 8859_16 LATIN10 L10 ISO_8859-16:2001 ISO-IR-226 CSISO885916",
	"WINDOWS-1250 CP1250 WIN-1250 X-CP1250 CSWINDOWS1250",
	"WINDOWS-1251 CP1251 WIN-1251 X-CP1251 CSWINDOWS1251",
	"WINDOWS-1252 CP1252 WIN-1252 X-CP1252 X-ANSI CSWINDOWS1252",
	"WINDOWS-1253 CP1253 WIN-1253 X-CP1253 CSWINDOWS1253",
	"WINDOWS-1254 CP1254 WIN-1254 X-CP1254 CSWINDOWS1254",
	"WINDOWS-1255 CP1255 WIN-1255 X-CP1255 CSWINDOWS1255",
	"WINDOWS-1256 CP1256 WIN-1256 X-CP1256 CSWINDOWS1256",
	"WINDOWS-1257 CP1257 WIN-1257 X-CP1257 CSWINDOWS1257",
	"WINDOWS-1258 CP1258 WIN-1258 X-CP1258 CSWINDOWS1258",
	"KOI8-R KOI8 KOI CSKOI8R",
	"KOI8-U KOI8-RU CSKOI8U",
	"IBM437 CP437 437 CSPC8CODEPAGE437",
	"IBM850 CP850 850 CSPC850MULTILINGUAL",
	"IBM852 CP852 852 CSPCP852",
	"IBM855 CP855 855 CSIBM855",
	"IBM857 CP857 857 CSIBM857",
	"IBM862 CP862 862 DOS-862 CSPC862LATINHEBREW",
	"IBM865 CP865 865 CSIBM865",
	"IBM866 CP866 866 CSIBM866",
	"MACINTOSH MAC X-MAC-ROMAN MACROMAN CSMACINTOSH",
	"MAC-CYRILLIC X-MAC-CYRILLIC X-MAC-UKRAINIAN",
	"TIS-620 WINDOWS-874 CP874 DOS-874 X-WINDOWS-874 MS874 ISO-IR-166 CSTIS620",
	"TCVN5712-1 TCVN TCVN-5712",
	"VISCII CSVISCII",
	"GB18030 GB2312 GBK GB_2312-80 CHINESE EUC-CN X-EUC-CN CP936 MS936 WINDOWS-936 "
	"X-MSWIN-936 X-GBK HZ HZ-GB-2312 HZ-GB-2312-80 ISO-IR-58 CSGB2312 CSGBK CSGB18030 "
	"CSISO58GB231280",
	"ISO-2022-CN CSISO2022CN",
	"ISO-2022-CN-EXT",
	"BIG5 BIGFIVE CN-BIG5 CP950 MS950 WINDOWS-950 X-WINDOWS-950 X-X-BIG5 CSBIG5",
	"BIG5-HKSCS CP951 CSBIG5HKSCS",
	"EUC-TW X-EUC-TW CNS11643",
	"ISO-2022-JP JIS CSISO2022JP CP50220 CP50221 CP50222 ISO-2022-JP-1 ISO-2022-JP-MS "
	"CSISO2022JPMS ISO-2022-JP$ESC X-ISO-2022-JP",
	"ISO-2022-JP-2 CSISO2022JP2",
	"SHIFT_JIS SJIS X-SJIS X-SHIFT-JIS MS_KANJI CSSHIFTJIS",
	"CP932 WINDOWS-31J MS932 WINDOWS-932 X-MS-CP932 SJIS-WIN CSWINDOWS31J",
	"EUC-JP X-EUC-JP X-EUC UJIS CP51932 EUCJP-WIN EUCJP-MS CSEUCPKDFMTJAPANESE",
	"UHC EUC-KR KS_C_5601-1987 KS_C_5601-1989 KSC_5601 KS_X_1001 CP949 MS949 WINDOWS-949 "
	"X-WINDOWS-949 CP51949 KOREAN ISO-IR-149 CSEUCKR CSKSC56011987",
	"JOHAB CP1361 X-JOHAB",
	"ISO-2022-KR CSISO2022KR",
	"UTF-7 UNICODE-1-1-UTF-7 X-UNICODE-2-0-UTF-7 CP65000 CSUTF7 CSUNICODE11UTF7",
	"UTF-16 UNICODE UCS-2 ISO-10646-UCS-2 CSUNICODE CSUTF16",
	"UTF-16LE X-UTF-16LE UNICODEFEFF CP1200 CSUTF16LE",
	"UTF-16BE X-UTF-16BE UNICODEFFFE CP1201 CSUTF16BE",
	"UTF-32 UCS-4 ISO-10646-UCS-4 CSUTF32 CSUCS4",
	"UTF-32LE CSUTF32LE",
	"UTF-32BE CSUTF32BE",
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

/* ---- names, looked up at every "=?" of a message: by hash */

#define SLOTS 1024 /* a power of two, more than twice the names */

static struct slot {
	struct span name;
	int set;
} slots[SLOTS];

static bool
is_mark(char c)
{
	return c == '-' || c == '_';
}

/* FNV-1a over what counts of a name. */
static unsigned
hash(struct span name)
{
	unsigned h = 2166136261U;

	for (size_t i = 0; i < name.n; i++)
		if (!is_mark(name.p[i]))
			h = (h ^ (unsigned char)span_lower(name.p[i])) * 16777619U;
	return h ^ h >> 16;
}

static bool
same_name(struct span a, struct span b)
{
	size_t i = 0, k = 0;

	for (;; i++, k++) {
		while (i < a.n && is_mark(a.p[i]))
			i++;
		while (k < b.n && is_mark(b.p[k]))
			k++;
		if (i == a.n || k == b.n)
			return i == a.n && k == b.n;
		if (span_lower(a.p[i]) != span_lower(b.p[k]))
			return false;
	}
}

/* Where a name stands, or would. */
static struct slot *
find_slot(struct span name)
{
	unsigned at = hash(name) % SLOTS;

	while (slots[at].name.n > 0 && !same_name(slots[at].name, name))
		at = (at + 1) % SLOTS;
	return &slots[at];
}

static void
fill_slots(void)
{
	for (size_t i = 0; i < SETS; i++) {
		const char *names = table[i];

		for (struct span known = next_name(&names); known.n > 0; known = next_name(&names))
			*find_slot(known) = (struct slot){known, (int)i};
	}
}

static bool
is_quote(char c)
{
	return c == '"' || c == '\'' || c == '\\';
}

/* Some mailers quote the name in an encoded word, or quote it twice. */
static struct span
without_quotes(struct span name)
{
	while (name.n > 0 && is_quote(name.p[0]))
		name = span_skip(name, 1);
	while (name.n > 0 && is_quote(name.p[name.n - 1]))
		name.n--;
	return name;
}

int
charset_find(struct span name)
{
	static bool filled;

	name = without_quotes(name);
	if (name.n == 0 || name.n > CHARSET_NAME_MAX)
		return CHARSET_UNKNOWN;
	if (!filled)
		fill_slots();
	filled = true;
	const struct slot *slot = find_slot(name);
	return slot->name.n == 0 ? CHARSET_UNKNOWN : slot->set;
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
	       (c != '\0' && strchr("-_.:+$", c) != NULL);
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
	struct span last = {NULL, 0}; /* mail names the same set again and again */
	const char *equals;

	for (size_t at = 0; at < n && (equals = memchr(bytes + at, '=', n - at)) != NULL;) {
		size_t begin, end;

		at = (size_t)(equals - bytes);
		begin = at + 1;
		/* NAME*=charset'language'value (RFC 2231 4) */
		bool extended = at > 0 && bytes[at - 1] == '*';
		if (begin < n && bytes[begin] == '?')
			begin++;
		else if (!extended && !is_parameter(bytes, at)) {
			at++;
			continue;
		}
		while (begin < n && begin - at < 16 &&
		       (span_is_space(bytes[begin]) || is_quote(bytes[begin])))
			begin++;
		for (end = begin; end < n && end - begin <= CHARSET_NAME_MAX && is_name(bytes[end]);
		     end++)
			;
		struct span name = {bytes + begin, end - begin};
		int charset = span_equal(name, last) ? CHARSET_UNKNOWN : charset_find(name);
		if (charset != CHARSET_UNKNOWN)
			*found |= (uint64_t)1 << charset;
		last = name;
		at++;
	}
	return n < CHARSET_SCAN_TAIL ? n : CHARSET_SCAN_TAIL - 1;
}

uint64_t
charset_scan_file(int fd, off_t most, int ms)
{
	static char bytes[65536];
	uint64_t found = 0;
	size_t tail = 0;
	off_t at = 0;
	int64_t until = clock_ms() + ms;

	while (at < most && clock_left(until) > 0) {
		size_t room = sizeof bytes - tail;
		ssize_t n = copy_read_at(fd, bytes + tail, room, at);

		if (n <= 0)
			break;
		at += n;
		size_t held = tail + (size_t)n;
		tail = charset_scan(bytes, held, &found);
		memmove(bytes, bytes + held - tail, tail);
		if ((size_t)n < room)
			break; /* the file's end */
	}
	return found;
}
