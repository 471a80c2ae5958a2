/*
 * dns_answer.h - one response as c-ares hands it over, judged as a packet: is
 * it an answer at all, and which records has it?
 */
#ifndef DNS_ANSWER_H
#define DNS_ANSWER_H

#include "filter/lists/dns.h"

#define DNS_TEXT_MAX 512 /* bytes of a TXT record kept */
/* bytes of an answer over UDP without EDNS; c-ares cuts longer ones to that */
#define DNS_UDP_MAX 512

/* Where the records of an answer are put. */
struct dns_records {
	uint32_t a[DNS_ADDRESSES_MAX];
	char text[DNS_TEXT_MAX];
};

/*
 * status, packet and n as an ares_callback has them. Fills answer (all but us).
 * true: the packet was cut and the question has to be asked again over TCP
 * (never with tcp set: what is cut there is malformed).
 */
bool dns_answer_read(int status, const unsigned char *packet, size_t n, enum dns_type type,
		     bool tcp, struct dns_records *records, struct dns_answer *answer);

#endif
