/*
 * addr.h - IP addresses and networks.
 *
 * One form for both families: 16 bytes, IPv4 as ::ffff:a.b.c.d. So an
 * IPv4-mapped IPv6 address is the IPv4 address, everywhere.
 */
#ifndef ADDR_H
#define ADDR_H

#include "filter/base/span.h"

#include <stdint.h>

#define ADDR_TEXT_MAX 46 /* INET6_ADDRSTRLEN: the longest text, with its NUL */

struct addr {
	uint8_t b[16]; /* network order */
};

struct network {
	struct addr addr;
	unsigned prefix; /* bits of the 16 bytes: an IPv4 /24 is 120 */
};

/*
 * Exactly an address as inet_pton(3) takes it, nothing around it; a zone index
 * ("%eth0") after an IPv6 one is dropped.
 */
bool addr_parse(struct span text, struct addr *addr);

/*
 * An address, or an address with "/prefix" (bits right of it must not be set:
 * false).
 */
bool network_parse(struct span text, struct network *network);

/* As inet_ntop(3) prints it; mapped IPv4 as IPv4. Returns text. */
const char *addr_print(const struct addr *addr, char text[ADDR_TEXT_MAX]);

bool addr_is_ipv4(const struct addr *addr);
bool addr_equal(const struct addr *a, const struct addr *b);
bool addr_in(const struct addr *addr, const struct network *network);

/* The IPv4 address as a number in host order; only where addr_is_ipv4(). */
uint32_t addr_ipv4(const struct addr *addr);

/* From a number in host order. */
struct addr addr_from_ipv4(uint32_t ipv4);

/*
 * The IPv4 address inside a NAT64 one (64:ff9b::/96, RFC 6052), any other
 * address as it is.
 */
struct addr addr_unwrap_nat64(const struct addr *addr);

/*
 * Why an address is special-purpose (IANA registries, RFC 6890 and its
 * updates), as one word ("loopback", "private", "link-local", "documentation",
 * ...), or NULL for one that is globally reachable. Special-purpose addresses
 * are never looked up.
 */
const char *addr_special(const struct addr *addr);

/*
 * The two kinds that trust asks about: 127/8 and ::1; RFC 1918, ULA, 100.64/10
 * and link-local.
 */
bool addr_is_loopback(const struct addr *addr);
bool addr_is_private(const struct addr *addr);

#endif
