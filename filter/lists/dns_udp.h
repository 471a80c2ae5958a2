/*
 * dns_udp.h - what comes over UDP, before c-ares sees it; for its interface of
 * records (dns_query.h).
 *
 * From 1.28, c-ares closes the socket over the first packet that it cannot
 * parse, and fails whatever else was asked on it: one server's garbage, or
 * anybody's, would take the other lists' answers away. And a packet that was
 * cut in the middle of a record says nothing of having been cut. So a packet
 * that cannot be parsed comes to c-ares as one that can be.
 */
#ifndef DNS_UDP_H
#define DNS_UDP_H

#include <ares.h>
#include <stddef.h>

/* Puts itself in front of a new channel of UDP. -1: not to be had. */
int dns_udp_install(ares_channel ares);

/*
 * The n bytes at packet, changed in place: without authority and additional
 * records, which nobody looks at; where it was cut, without answers; and where
 * it cannot be parsed, only its question, as no response. Returns how many
 * bytes are left; 0: nothing of it is of use.
 */
size_t dns_udp_mend(unsigned char *packet, size_t n);

#endif
