#include "hostile_answer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define NAMES_MAX 4096

enum { FORMERR = 1, SERVFAIL = 2, NXDOMAIN = 3, NOTIMP = 4, REFUSED = 5 }; /* RFC 1035 4.1.1 */

/* ---- packets (RFC 1035 4.1) */

static void
put(struct reply *reply, const void *p, size_t n)
{
	if (n > sizeof reply->p - reply->n)
		n = sizeof reply->p - reply->n;
	memcpy(reply->p + reply->n, p, n);
	reply->n += n;
}

static void
put16(struct reply *reply, unsigned value)
{
	uint8_t two[2] = {(uint8_t)(value >> 8), (uint8_t)value};

	put(reply, two, 2);
}

static void
set16(struct reply *reply, size_t at, unsigned value)
{
	reply->p[at] = (uint8_t)(value >> 8);
	reply->p[at + 1] = (uint8_t)value;
}

/* A record of the name asked for, as a pointer to the question. */
static void
record(struct reply *reply, unsigned type, const void *data, size_t n)
{
	put16(reply, 0xc00c);
	put16(reply, type);
	put16(reply, 1);
	put16(reply, 0);
	put16(reply, 60);
	put16(reply, (unsigned)n);
	put(reply, data, n);
	set16(reply, 6, (unsigned)(reply->p[6] << 8 | reply->p[7]) + 1);
}

static void
address(struct reply *reply, uint32_t ipv4)
{
	uint8_t four[4] = {(uint8_t)(ipv4 >> 24), (uint8_t)(ipv4 >> 16), (uint8_t)(ipv4 >> 8),
			   (uint8_t)ipv4};

	record(reply, A, four, 4);
}

/* One TXT record of n bytes in strings of 255. */
static void
text(struct reply *reply, const char *p, size_t n)
{
	static uint8_t data[PACKET_MAX];
	size_t length = 0;

	do {
		size_t part = n < 255 ? n : 255;

		data[length++] = (uint8_t)part;
		memcpy(data + length, p, part);
		length += part;
		p += part;
		n -= part;
	} while (n > 0);
	record(reply, TXT, data, length);
}

static void
begin(struct reply *reply, const struct query *query, unsigned rcode)
{
	reply->n = 0;
	put(reply, query->packet, 12 + query->question);
	reply->p[2] = (uint8_t)(0x84 | (query->packet[2] & 1));
	reply->p[3] = (uint8_t)(0x80 | rcode);
	memset(reply->p + 6, 0, 6);
}

/* ---- answers */

bool
query_mode_is(const struct query *query, const char *mode)
{
	return strcmp(query->mode, mode) == 0;
}

/* "127-0-0-3": that address. */
static bool
mode_address(const char *mode, uint32_t *ipv4)
{
	unsigned a, b, c, d;

	if (sscanf(mode, "%u-%u-%u-%u", &a, &b, &c, &d) != 4)
		return false;
	*ipv4 = a << 24 | b << 16 | c << 8 | d;
	return true;
}

static void
answer_text(struct reply *reply, const struct query *query)
{
	static char big[63000];
	static const char evil[] = "Blocked\r\nX-SpamCop-Listed: forged\r\n\r\nbody \"quoted\\\" "
				   "\x01\x1b[31m\x00\xff\xc3\xa4 end";
	char plain[400];

	if (query_mode_is(query, "bigtxt")) {
		memset(big, 'x', sizeof big);
		text(reply, big, sizeof big);
	} else if (query_mode_is(query, "eviltxt")) {
		text(reply, evil, sizeof evil - 1);
	} else if (query_mode_is(query, "twotxt")) {
		text(reply, "first", 5);
		text(reply, "second", 6);
	} else if (!query_mode_is(query, "notxt")) {
		int n = snprintf(plain, sizeof plain, "Blocked - see https://list.example/?%s",
				 query->name);
		text(reply, plain, (size_t)n);
	}
}

static void
answer_address(struct reply *reply, const struct query *query)
{
	uint32_t ipv4 = 0x7f000002;

	if (query_mode_is(query, "many")) {
		for (uint32_t i = 0; i < 10000 && reply->n + 16 <= (query->tcp ? PACKET_MAX : 512);
		     i++)
			address(reply, 0x7f000002 + ((i & 63) << 8));
		return;
	}
	if (query_mode_is(query, "cname")) {
		record(reply, CNAME, "\xc0\x0c", 2);
		return;
	}
	if (query_mode_is(query, "chain")) {
		record(reply, CNAME,
		       "\x05"
		       "other\xc0\x0c",
		       8);
		put(reply,
		    "\x05"
		    "other\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x7f\x00\x00\x02",
		    22);
		set16(reply, 6, 2);
		return;
	}
	if (query_mode_is(query, "parked"))
		ipv4 = 0xc6336401;
	(void)mode_address(query->mode, &ipv4);
	address(reply, ipv4);
	if (query_mode_is(query, "two"))
		address(reply, 0x7f000004);
	if (query_mode_is(query, "mixed"))
		address(reply, 0x08080808);
}

static const struct {
	const char *mode;
	unsigned rcode;
} failures[] = {{"servfail", SERVFAIL},
		{"refused", REFUSED},
		{"formerr", FORMERR},
		{"notimp", NOTIMP},
		{"clean", NXDOMAIN}};

void
reply_compose(struct reply *reply, const struct query *query)
{
	begin(reply, query, 0);
	for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
		if (query_mode_is(query, failures[i].mode)) {
			begin(reply, query, failures[i].rcode);
			return;
		}
	if (query->probe && query_mode_is(query, "probefail")) {
		begin(reply, query, SERVFAIL);
		return;
	}
	if (query->probe && !query_mode_is(query, "wildcard") && !query_mode_is(query, "parked")) {
		begin(reply, query, NXDOMAIN);
		return;
	}
	if (query->type == TXT && query_mode_is(query, "txtfail"))
		begin(reply, query, SERVFAIL);
	else if (query_mode_is(query, "nodata"))
		record(reply, SOA,
		       "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
		       "\x00\x00\x00\x00",
		       22),
			set16(reply, 6, 0), set16(reply, 8, 1);
	else if (query->type == TXT)
		answer_text(reply, query);
	else if (query->type == A)
		answer_address(reply, query);
}

/* The first query for each name and type is not seen. */
static bool
is_first(const struct query *query)
{
	static char seen[NAMES_MAX][264];
	static size_t n;
	char key[264];

	(void)snprintf(key, sizeof key, "%u %s", query->type, query->name);
	for (size_t i = 0; i < n; i++)
		if (strcmp(seen[i], key) == 0)
			return false;
	if (n < NAMES_MAX)
		memcpy(seen[n++], key, sizeof key);
	return true;
}

bool
reply_spoil(struct reply *reply, const struct query *query)
{
	if (query_mode_is(query, "silent") || (query_mode_is(query, "lost") && is_first(query)) ||
	    (query->probe && query_mode_is(query, "probesilent")) ||
	    (query->type == TXT && query_mode_is(query, "txtsilent")))
		return false;
	if (query_mode_is(query, "tc") || query_mode_is(query, "tctcp") ||
	    query_mode_is(query, "bytes") || query_mode_is(query, "tcpsilent") ||
	    query_mode_is(query, "many") || reply->n > 4096) {
		begin(reply, query, 0);
		reply->p[2] |= 2;
	} else if (query_mode_is(query, "garbage")) {
		for (size_t i = 0; i < reply->n; i++)
			reply->p[i] = (uint8_t)(i * 167 + 13);
	} else if (query_mode_is(query, "half")) {
		reply->n = 12 + query->question + (reply->n - 12 - query->question) / 2;
	} else if (query_mode_is(query, "tccut")) {
		reply->n = 12 + query->question + (reply->n - 12 - query->question) / 2;
		reply->p[2] |= 2;
	} else if (query_mode_is(query, "tail")) {
		put(reply, "\xff\xff\xff", 3);
		set16(reply, 8, 1), set16(reply, 10, 7);
	} else if (query_mode_is(query, "quarter")) {
		reply->n = 7;
	} else if (query_mode_is(query, "wrongid")) {
		reply->p[0] ^= 0x55;
	} else if (query_mode_is(query, "wrongquestion")) {
		reply->p[13] ^= 1;
	} else if (query_mode_is(query, "qr0")) {
		reply->p[2] &= 0x7f;
	} else if (query_mode_is(query, "wrongowner")) {
		reply->p[12 + query->question + 1] = 0x0e;
	}
	return true;
}

/* ---- queries */

bool
query_read(struct query *query, const uint8_t *p, size_t n, bool over_tcp, const char *only_mode)
{
	static const char *const probes[] = {"1.0.0.127.", "1.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.",
					     "no-such-entry."};
	size_t at = 12, length = 0;

	memset(query, 0, sizeof *query);
	while (at < n && p[at] != 0) {
		size_t label = p[at++];

		if (label > 63 || at + label >= n || length + label + 2 > sizeof query->name)
			return false;
		memcpy(query->name + length, p + at, label);
		length += label;
		query->name[length++] = '.';
		at += label;
	}
	if (n < 17 || at + 5 > n)
		return false;
	if (length > 0)
		query->name[length - 1] = '\0';
	query->packet = p;
	query->question = at + 5 - 12;
	query->type = (unsigned)(p[at + 1] << 8 | p[at + 2]);
	query->tcp = over_tcp;
	for (size_t i = 0; i < 3; i++)
		query->probe |= strncasecmp(query->name, probes[i], strlen(probes[i])) == 0;
	const char *last = strrchr(query->name, '.');
	const char *from = last;
	while (from != NULL && from > query->name && from[-1] != '.')
		from--;
	if (only_mode != NULL)
		(void)snprintf(query->mode, sizeof query->mode, "%s", only_mode);
	else if (from != NULL)
		(void)snprintf(query->mode, sizeof query->mode, "%.*s", (int)(last - from), from);
	return true;
}
