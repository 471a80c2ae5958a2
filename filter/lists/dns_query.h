/*
 * dns_query.h - one query that c-ares has, and its result, judged: is it an
 * answer at all, and which records has it?
 *
 * c-ares has two interfaces: packets (ares_query, until 1.27) and records
 * (ares_query_dnsrec, from 1.28). configure chooses the file that is built:
 * dns_query_packet.c or dns_query_record.c. What they tell is the same.
 */
#ifndef DNS_QUERY_H
#define DNS_QUERY_H

#include "filter/lists/dns.h"

#include <ares.h>

#define DNS_TEXT_MAX 512 /* bytes of a TXT record kept */

/* Where the records of an answer are put. */
struct dns_records {
	uint32_t a[DNS_ADDRESSES_MAX];
	char text[DNS_TEXT_MAX];
};

/* What one query brought. */
struct dns_result {
	struct dns_answer answer; /* all but us */
	/*
	 * The packet was cut and the question has to be asked again over TCP;
	 * never of a query over TCP: what is cut there is malformed.
	 */
	bool cut;
	bool said;      /* a server said it: there was a packet */
	bool destroyed; /* nothing was brought: the channel was closed */
};

struct dns_query {
	enum dns_type type;
	bool tcp;
	struct dns_records *records;
	/*
	 * Called exactly once. result and what it points to are good only
	 * during the call.
	 */
	void (*got)(struct dns_query *query, const struct dns_result *result);
};

/*
 * Sends a query for name. Where nothing can be sent, got is called before this
 * returns. query stays the caller's; it must live until got is called.
 */
void dns_query_send(ares_channel ares, const char *name, struct dns_query *query);

/*
 * To be called of a new channel of UDP before anything is sent with it. -1: it
 * is of no use.
 */
int dns_query_prepare(ares_channel ares);

/*
 * What the n bytes at packet, a response to query, mean if c-ares calls them
 * status; for the tests.
 */
void dns_query_read(const struct dns_query *query, int status, const unsigned char *packet,
		    size_t n, struct dns_result *result);

/*
 * For dns_query_packet.c and dns_query_record.c: what a status other than
 * success means, in one word; NULL for NXDOMAIN and NODATA, which are answers.
 */
const char *dns_query_cause(int status);

#endif
