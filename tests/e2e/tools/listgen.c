#include "listgen.h"

#include <string.h>

static uint64_t state;

static unsigned
below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 16) % n;
}

static void
begin(uint64_t seed, unsigned file, unsigned stream)
{
	state = (seed * 1000003 + file) * 8191 + stream * 131 + 88172645463325252ULL;
	for (int i = 0; i < 16; i++)
		(void)below(2);
}

#define PICK(array) (array)[below(sizeof(array) / sizeof(array)[0])]

enum kind { IP4SET, IP4TRIE, IP4TSET, IP6TRIE, IP6TSET, COMBINED, KINDS };

static const char *const kind_names[KINDS] = {"ip4set",  "ip4trie", "ip4tset",
					      "ip6trie", "ip6tset", "combined"};

static enum kind
kind_of(uint64_t seed, unsigned file)
{
	begin(seed, file, 0);
	unsigned n = below(10);
	return n < 4   ? IP4SET
	       : n < 5 ? IP4TRIE
	       : n < 6 ? IP4TSET
	       : n < 8 ? IP6TRIE
	       : n < 9 ? IP6TSET
		       : COMBINED;
}

const char *
listgen_kind(uint64_t seed, unsigned file)
{
	return kind_names[kind_of(seed, file)];
}

/* Few values, so that entries meet. */
static unsigned
octet(void)
{
	static const unsigned some[] = {0, 1, 2, 3, 4, 7, 8, 10, 127, 128, 254, 255};

	return PICK(some);
}

static unsigned
group(void)
{
	static const unsigned some[] = {0,      1,      2,      0x10,   0xdb8,
					0x2001, 0x8000, 0xfd00, 0xffff, 0x7f00};

	return PICK(some);
}

static unsigned
first_octet(void)
{
	static const unsigned some[] = {1, 10, 11, 127, 192};

	return PICK(some);
}

static void
blank(FILE *to)
{
	static const char *const some[] = {"", "", "", " ", "\t", " \t "};

	(void)fputs(PICK(some), to);
}

/* ---- texts */

static void
text(FILE *to)
{
	static const char *const some[] = {"Listed", " see https://list.example/?$",
					   "$",      "$$",
					   "$1",     "$2",
					   "$9",     "$=",
					   " ",      "#",
					   ";",      ":",
					   "=",      "a b",
					   "$a",     "\"quoted\"",
					   "\\",     "!",
					   "$$$",    "$0"};

	for (unsigned n = 1 + below(5); n > 0; n--)
		(void)fputs(PICK(some), to);
	if (below(40) == 0)
		for (int i = 0; i < 80; i++)
			(void)fputs("long ", to);
}

static void
value(FILE *to)
{
	static const char *const answers[] = {
		"2",   "3",           "4",  "127.0.0.2", "127.0.0.9", "127.1.2.3",
		"1.2", "127.0.5",     "0",  "",          "256",       "x",
		"2.",  "127.0.0.2.1", " 2", "002",       "0.0.0.0",   "10.0.0.1"};

	switch (below(8)) {
	case 0:
	case 1:
		return;
	case 2:
		(void)fputs(" ", to);
		text(to);
		return;
	case 3:
		(void)fprintf(to, "%s# remark", below(2) ? " " : "");
		return;
	case 4:
		(void)fprintf(to, " :%s", PICK(answers));
		return;
	default:
		(void)fprintf(to, "%s:%s%s:%s", below(3) ? " " : "", PICK(answers),
			      below(8) == 0 ? " " : "", below(4) == 0 ? " " : "");
		if (below(4) != 0)
			text(to);
	}
}

/* ---- entries */

static void
octets(FILE *to, unsigned n)
{
	(void)fprintf(to, "%s%u", below(30) == 0 ? "0" : "", first_octet());
	for (unsigned i = 1; i < n; i++)
		(void)fprintf(to, ".%s%u", below(30) == 0 ? "00" : "", octet());
}

static void
entry_ipv4(FILE *to, enum kind kind)
{
	static const char *const junk[] = {".", ".1", "x", "/", "-", ",", "..", "-1.2", "/8", "?"};
	unsigned n = kind == IP4TSET && below(8) != 0 ? 4 : 1 + below(4);
	unsigned length = 8 * n;

	switch (below(kind == IP4TSET ? 20 : 8)) {
	case 0: /* a network that is one, mostly */
	case 1:
		n = 1 + below(4);
		length = below(6) == 0 ? below(36) : 8 * n;
		octets(to, n);
		(void)fprintf(to, "/%u", length);
		return;
	case 2: /* a network of any length: zeros at the end, or a mistake */
		(void)fprintf(to, "%u.%u.0.0/%u", first_octet(), below(4) * 64, 6 + below(14));
		return;
	case 3:
		octets(to, n);
		(void)fprintf(to, "-%u", octet());
		return;
	case 4:
		octets(to, n);
		(void)fputs("-", to);
		octets(to, below(5) == 0 ? 1 + below(4) : n);
		return;
	case 5:
		octets(to, n);
		if (below(4) == 0)
			(void)fputs(PICK(junk), to);
		return;
	default:
		octets(to, 4 - (below(3) == 0));
	}
}

static void
groups(FILE *to, unsigned n)
{
	unsigned gap = below(3) == 0 ? below(n + 1) : n + 1;

	for (unsigned i = 0; i < n; i++) {
		if (i == gap)
			(void)fputs(i == 0 ? "::" : ":", to);
		(void)fprintf(to, below(4) == 0 ? "%s%X" : "%s%x", i == 0 || i == gap ? "" : ":",
			      i == 0 ? 0x2001 : group());
		if (i + 1 == gap)
			(void)fputs(":", to);
	}
	if (gap == n)
		(void)fputs(":", to);
}

static void
entry_ipv6(FILE *to, enum kind kind)
{
	static const char *const some[] = {
		"::1",           "::",          "::/0",   "::FFFF:7F00:2/128",
		"::ffff:7f00:1", "2001/16",     "2000/3", "2001:db8",
		"2001:db8::/32", "2001:db8/32", "2001",   "1:2:3:4:5:6:7:8",
		"12345",         "2001:",       ":",      "::g",
		"2001:::1",      "2001:db8:0:1"};

	if (kind == IP6TSET && below(6) != 0) {
		(void)fprintf(to, "2001:%x:%x:%x", group(), below(2), below(3));
		return;
	}
	if (below(3) == 0) {
		(void)fputs(PICK(some), to);
		return;
	}
	unsigned n = 1 + below(8);
	groups(to, n);
	if (below(2) == 0)
		(void)fprintf(to, "/%u", below(4) == 0 ? below(131) : 16 * n);
}

static void
entry(FILE *to, enum kind kind)
{
	blank(to);
	if (below(5) == 0)
		(void)fputs(below(2) ? "!" : "! ", to);
	if (kind >= IP6TRIE)
		entry_ipv6(to, kind);
	else
		entry_ipv4(to, kind);
	value(to);
	blank(to);
	(void)fputs("\n", to);
}

/* ---- the other lines */

static void
special(FILE *to)
{
	static const char *const mark[] = {"$", "$", "#$", ";$", ":$"};
	static const char *const some[] = {
		"SOA 3600 ns.example.org admin.example.org 0 600 300 86400 300",
		"NS 1w ns1.example.org ns2.example.org",
		"TTL 2h",
		"TTL",
		"TTL 5x",
		"ttl 300",
		"MAXRANGE4 /8",
		"MAXRANGE4 /16",
		"MAXRANGE4 /24",
		"maxrange4 256",
		"MAXRANGE4 3",
		"MAXRANGE4 0",
		"MAXRANGE4 /33",
		"MAXRANGE4 x",
		"MAXRANGE4 /32",
		"UNKNOWN 5",
		"",
		"TIMESTAMP 2024:01:01",
		"TIMESTAMP 20240229-1200",
		"TIMESTAMP 0 0",
		"TIMESTAMP 2024:02:30 2024:03:01",
		"TIMESTAMP 2023-01-01 +4000d",
		"timestamp - 2037:12:31:23:59:59",
		"TIMESTAMP 2024:01:01 2037",
		"= see $= of $",
		"= $1",
		"=",
		"1 first $",
		"1 again",
		"2 second: $1",
		"9",
		"9  nine"};
	static const char *const over[] = {"TIMESTAMP 2024:01:01 +7d",
					   "TIMESTAMP 2024:01:01:10:11:12 2024:06:01",
					   "TIMESTAMP 0 20250101"};

	blank(to);
	(void)fprintf(to, "%s%s\n", PICK(mark), below(100) == 0 ? PICK(over) : PICK(some));
}

static void
other(FILE *to)
{
	static const char *const some[] = {"",         " ", "# comment", "; 10.1.2.3",
					   "nonsense", "-", ".",         "/"};

	(void)fprintf(to, "%s\n", PICK(some));
}

static void
lines(FILE *to, enum kind kind, unsigned n)
{
	while (n-- > 0)
		switch (below(12)) {
		case 0:
			special(to);
			break;
		case 1:
			other(to);
			break;
		case 2:
			(void)fprintf(to, ":%s:",
				      below(4) == 0 ? "x"
				      : below(2)    ? "4"
						    : "127.0.0.5");
			text(to);
			(void)fputs("\n", to);
			break;
		default:
			entry(to, kind);
		}
}

void
listgen_write(uint64_t seed, unsigned file, FILE *to)
{
	static const char *const zones[] = {"@", "@ sub", "sub @ # of both", "sub", "@ @"};
	enum kind kind = kind_of(seed, file);

	begin(seed, file, 1);
	if (kind != COMBINED) {
		lines(to, kind, 3 + below(60));
		return;
	}
	for (unsigned n = below(4); n > 0; n--)
		special(to);
	for (unsigned n = 1 + below(4); n > 0; n--) {
		kind = below(KINDS - 1);
		(void)fprintf(to, "$DATASET %s%s %s\n", kind_names[kind], below(2) ? ":name" : "",
			      PICK(zones));
		lines(to, kind, 3 + below(20));
	}
}

struct addr
listgen_address(uint64_t seed, unsigned file, unsigned i)
{
	enum kind kind = kind_of(seed, file);
	struct addr addr = {{0}};

	begin(seed, file, 2 + i);
	if (kind < IP6TRIE || (kind == COMBINED && below(2) == 0))
		return addr_from_ipv4(first_octet() << 24 | octet() << 16 | octet() << 8 | octet());
	for (unsigned g = 0; g < 8; g++) {
		unsigned value = g == 0 ? 0x2001 : below(2) == 0 ? 0 : group();

		addr.b[2 * g] = (uint8_t)(value >> 8);
		addr.b[2 * g + 1] = (uint8_t)value;
	}
	if (below(8) == 0)
		memset(addr.b, 0, 15);
	return addr;
}
