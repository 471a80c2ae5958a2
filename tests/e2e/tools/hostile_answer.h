/*
 * hostile_answer.h - what the hostile DNS server answers, by mode
 * (hostile_dns.c).
 */
#ifndef HOSTILE_ANSWER_H
#define HOSTILE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_MAX 65535

enum { A = 1, CNAME = 5, SOA = 6, TXT = 16 }; /* RFC 1035 3.2.2 */

struct query {
	const uint8_t *packet;
	size_t question; /* bytes of the question section */
	char name[256];
	char mode[64];
	unsigned type;
	/*
	 * probe: the name is that of 127.0.0.1 or ::FFFF:7F00:1, or no
	 * address's
	 */
	bool tcp, probe;
};

struct reply {
	uint8_t p[PACKET_MAX];
	size_t n;
};

/*
 * Reads n bytes at p; the mode is the label in front of the last one, or
 * only_mode. false: no query.
 */
bool query_read(struct query *query, const uint8_t *p, size_t n, bool over_tcp,
		const char *only_mode);

bool query_mode_is(const struct query *query, const char *mode);

/* The answer as a good server of this list would give it. */
void reply_compose(struct reply *reply, const struct query *query);

/* Spoils what goes out by UDP. false: nothing goes out. */
bool reply_spoil(struct reply *reply, const struct query *query);

#endif
