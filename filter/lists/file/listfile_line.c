#include "filter/lists/file/listfile_line.h"

#include "filter/lists/file/listfile_range.h"
#include "filter/lists/file/listfile_special.h"

#define EXPECTED_VALUE "an answer as in \":127.0.0.2:text\" is expected"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_comment(char c)
{
	return c == '#' || c == ';';
}

static const char *
skip_blank(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

/* ---- values */

struct value {
	uint32_t answer;
	struct span template;
};

/*
 * ":ANSWER:TEXT", ":ANSWER" or TEXT at p; what is missing stays as it is in
 * value.
 */
static bool
read_value(const char *p, const char *end, struct value *value)
{
	if (p < end && *p == ':') {
		p++;
		if (!listfile_range_answer(&p, end, &value->answer))
			return false;
		p = skip_blank(p, end);
		if (p == end)
			return true;
		if (*p != ':')
			return false;
		p = skip_blank(p + 1, end);
	}
	value->template = (struct span){p, (size_t)(end - p)};
	if (value->template.n > LISTFILE_TEMPLATE_MAX)
		value->template.n = LISTFILE_TEMPLATE_MAX;
	return true;
}

/* What the default in force says. */
static struct value
default_of(const struct listfile_scan *scan)
{
	return (struct value){scan->answer, {scan->template, scan->template_n}};
}

static bool
has_one_answer(const struct listfile_scan *scan)
{
	return scan->format == LISTFILE_IP4TSET || scan->format == LISTFILE_IP6TSET;
}

static void
setting(struct listfile_scan *scan)
{
	if (scan->watch != NULL)
		scan->watch->setting(scan->watch, scan->at, scan->line);
}

static void
line_default(struct listfile_scan *scan, const char *p, const char *end)
{
	struct value value = {.answer = LISTFILE_DEFAULT_ANSWER};

	setting(scan);
	if (has_one_answer(scan) && scan->default_set)
		return; /* the first one is for all */
	if (!read_value(p, end, &value)) {
		listfile_scan_bad(scan, EXPECTED_VALUE);
		return;
	}
	scan->default_set = true;
	scan->answer = value.answer;
	scan->template_n = value.template.n;
	if (value.template.n > 0)
		memcpy(scan->template, value.template.p, value.template.n);
}

/* ---- entries */

/*
 * What stands behind the address of an entry. Behind an exclusion, and where
 * all have one answer, it is a remark.
 */
static bool
entry_value(struct listfile_scan *scan, const char *p, const char *end, bool exclusion,
	    struct value *value)
{
	*value = default_of(scan);
	if (p < end && !is_blank(*p) && *p != ':' && !is_comment(*p)) {
		listfile_scan_bad(scan, "white space is expected behind the address");
		return false;
	}
	p = skip_blank(p, end);
	if (exclusion || has_one_answer(scan) || p == end || is_comment(*p))
		return true;
	if (read_value(p, end, value))
		return true;
	listfile_scan_bad(scan, EXPECTED_VALUE);
	return false;
}

static void
count(struct listfile_scan *scan)
{
	if (scan->bad != NULL)
		scan->bad->entries++;
}

/* A single address, and nothing else. */
static const char *
read_ip4tset(const char **p, const char *end, bool exclusion, uint32_t *address)
{
	return exclusion || listfile_range_octets(p, end, address) != 4
		       ? "a single address is expected"
		       : NULL;
}

static void
line_ipv4(struct listfile_scan *scan, const char *p, const char *end, bool exclusion)
{
	bool trie = scan->format == LISTFILE_IP4TRIE, single = scan->format == LISTFILE_IP4TSET;
	uint32_t low = 0, high;
	struct value value;
	unsigned bits;
	const char *why = single ? read_ip4tset(&p, end, exclusion, &low)
				 : listfile_range_ipv4(&p, end, !trie, &low, &high, &bits);

	if (single)
		high = low;
	if (why == NULL && scan->max_range != 0 && !single && high - low >= scan->max_range)
		why = "the entry is larger than $MAXRANGE4 allows";
	if (why != NULL) {
		listfile_scan_bad(scan, why);
		return;
	}
	if (!entry_value(scan, p, end, exclusion, &value))
		return;
	count(scan);
	if (scan->watch != NULL)
		scan->watch->range(scan->watch, scan->at, low, high);
	for (size_t i = 0; i < scan->n; i++) {
		uint32_t address = scan->number[i];

		if (address >= low && address <= high && addr_is_ipv4(&scan->hit[i].addr))
			listfile_scan_cover(&scan->hit[i],
					    trie ? bits + 1
						 : listfile_range_level(address, low, high),
					    trie, exclusion, value.answer, value.template);
	}
}

/* A /64 network, or the exclusion of one address. */
static const char *
read_ip6tset(const char **p, const char *end, bool exclusion, struct network *network)
{
	if (!listfile_range_groups(p, end, &network->addr, &network->prefix))
		return "an IPv6 address is expected";
	if (network->prefix != (exclusion ? 128 : 64))
		return exclusion ? "a whole address is expected" : "four groups are expected";
	return NULL;
}

static void
line_ipv6(struct listfile_scan *scan, const char *p, const char *end, bool exclusion)
{
	bool set = scan->format == LISTFILE_IP6TSET;
	struct network network;
	struct value value;
	const char *why = set ? read_ip6tset(&p, end, exclusion, &network)
			      : listfile_range_ipv6(&p, end, &network);

	if (why != NULL) {
		listfile_scan_bad(scan, why);
		return;
	}
	if (!entry_value(scan, p, end, exclusion, &value))
		return;
	count(scan);
	if (scan->watch != NULL)
		scan->watch->network(scan->watch, scan->at, &network);
	/*
	 * IPv4 addresses are looked up as such, so that ::/0 does not hold
	 * them.
	 */
	for (size_t i = 0; i < scan->n; i++)
		if (!addr_is_ipv4(&scan->hit[i].addr) && addr_in(&scan->hit[i].addr, &network))
			listfile_scan_cover(&scan->hit[i], network.prefix + 1, !set, exclusion,
					    value.answer, value.template);
}

/* ---- lines */

/*
 * Is what begins at p IPv6, where both may stand? "::", or hexadecimal digits
 * with a colon behind them; or with a slash, where they are no octet.
 */
static bool
is_ipv6(const char *p, const char *end)
{
	unsigned value = 0;
	bool letters = false;
	const char *from = p;

	if (end - p >= 2 && p[0] == ':' && p[1] == ':')
		return true;
	for (; p < end && p - from < 6; p++) {
		char c = span_lower(*p);

		if (c >= 'a' && c <= 'f')
			letters = true;
		else if (c < '0' || c > '9')
			break;
		else
			value = value * 10 + (unsigned)(c - '0');
	}
	if (p == from || p == end)
		return false;
	return *p == ':' || (*p == '/' && (letters || value > 255));
}

/*
 * Most lines of most lists are an address and nothing else; those go a short
 * way.
 */
static inline bool
line_address(struct listfile_scan *scan, const char *p, const char *end)
{
	uint32_t address = 0;

	if (scan->format >= LISTFILE_IP6TRIE || scan->elsewhere)
		return false;
	for (int i = 0; i < 4; i++) {
		const char *from = p;
		unsigned octet = 0;

		while (p < end && *p >= '0' && *p <= '9' && p - from < 4)
			octet = octet * 10 + (unsigned)(*p++ - '0');
		if (p == from || p - from > 3 || octet > 255 ||
		    (i < 3 ? p == end || *p++ != '.' : p != end))
			return false;
		address = address << 8 | octet;
	}
	count(scan);
	if (scan->watch != NULL)
		scan->watch->range(scan->watch, scan->at, address, address);
	for (size_t i = 0; i < scan->n; i++)
		if (scan->number[i] == address && addr_is_ipv4(&scan->hit[i].addr)) {
			bool trie = scan->format == LISTFILE_IP4TRIE;

			listfile_scan_cover(&scan->hit[i], trie ? 33 : 32, trie, false,
					    scan->answer,
					    (struct span){scan->template, scan->template_n});
		}
	return true;
}

static void
line_entry(struct listfile_scan *scan, const char *p, const char *end)
{
	bool exclusion = *p == '!', ipv6;

	if (exclusion)
		p = skip_blank(p + 1, end);
	ipv6 = scan->format == LISTFILE_ANY ? is_ipv6(p, end) : scan->format >= LISTFILE_IP6TRIE;
	if (p < end && *p == ':' && !exclusion &&
	    !(ipv6 && scan->format != LISTFILE_IP6TSET && p + 1 < end && p[1] == ':'))
		line_default(scan, p, end);
	else if (ipv6)
		line_ipv6(scan, p, end, exclusion);
	else
		line_ipv4(scan, p, end, exclusion);
}

/*
 * Of a line that is too long, or has a NUL in it, only the first part is used.
 */
static const char *
cut(struct listfile_scan *scan, const char *p, const char *end)
{
	const char *nul;

	if (end - p > LISTFILE_LINE_MAX) {
		end = p + LISTFILE_LINE_MAX;
		if (!is_comment(*p))
			listfile_scan_bad(scan, "the line is longer than 4096 bytes; cut there");
	}
	nul = p == end ? NULL : memchr(p, '\0', (size_t)(end - p));
	if (nul == NULL)
		return end;
	listfile_scan_bad(scan, "the line has a NUL in it; cut there");
	return nul;
}

void
listfile_line(struct listfile_scan *scan, const char *p, const char *end)
{
	const char *why;

	scan->line++;
	scan->at = p;
	if (line_address(scan, p, end))
		return;
	scan->told = false;
	end = cut(scan, p, end);
	while (end > p && (is_blank(end[-1]) || end[-1] == '\r'))
		end--;
	p = skip_blank(p, end);
	if (p == end)
		return;
	size_t dollar = is_comment(*p) || *p == ':' ? 1 : 0;
	if (p + dollar < end && p[dollar] == '$') {
		setting(scan);
		why = listfile_special(
			scan, (struct span){p + dollar + 1, (size_t)(end - p) - dollar - 1});
		if (why != NULL)
			listfile_scan_bad(scan, why);
		return;
	}
	if (!is_comment(*p) && !scan->elsewhere)
		line_entry(scan, p, end);
}
