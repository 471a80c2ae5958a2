/*
 * dnsbl_name.h - the name that an address has in a DNS list (RFC 5782 2.1 and
 * 2.4).
 */
#ifndef DNSBL_NAME_H
#define DNSBL_NAME_H

#include "filter/base/addr.h"

/*
 * The test entries of RFC 5782 5: every list should have LISTED (127.0.0.2,
 * ::FFFF:7F00:2), none may have CLEAN (127.0.0.1, ::FFFF:7F00:1).
 */
enum dnsbl_test {
	DNSBL_TEST_LISTED,
	DNSBL_TEST_CLEAN,
	DNSBL_TEST_LISTED_IPV6,
	DNSBL_TEST_CLEAN_IPV6
};

/*
 * The octets of an IPv4 address or the nibbles of an IPv6 one in reverse order,
 * then the zone: "2.0.0.127.ZONE". name becomes "" where size bytes are not
 * enough.
 */
void dnsbl_name(const struct addr *addr, const char *zone, char *name, size_t size);

/*
 * The same for a test entry. The IPv6 ones are written in nibbles, although
 * they are IPv4-mapped addresses.
 */
void dnsbl_test_name(enum dnsbl_test test, const char *zone, char *name, size_t size);

#endif
