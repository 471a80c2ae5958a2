/*
 * listfile_range.h - addresses, networks and ranges as rbldnsd(8) writes them.
 *
 * Each function reads at *p, moves *p behind what it read and leaves what
 * stands behind that to the caller. Numbers may have leading zeros.
 */
#ifndef LISTFILE_RANGE_H
#define LISTFILE_RANGE_H

#include "filter/base/addr.h"

/* A decimal number of at most max. false: there is none. */
bool listfile_range_number(const char **p, const char *end, unsigned max, unsigned *number);

/*
 * One to four octets with dots between them, as the first ones of *value.
 * Returns how many there were; 0: something else.
 */
unsigned listfile_range_octets(const char **p, const char *end, uint32_t *value);

/*
 * An answer as inet_aton(3) reads it: a single number is 127.0.0.N. Never
 * 0.0.0.0.
 */
bool listfile_range_answer(const char **p, const char *end, uint32_t *answer);

/*
 * "192.0.2.1", "192.0.2", "192.0.2.0/24", "192.0.2/24", and with ranges
 * "192.0.2.1-9", "192.0.2.1-192.0.2.9" (the last one filled up with 255). A
 * single octet only with a length or as a range. bits: of the network; 32 for a
 * range. NULL, or what was expected.
 */
const char *listfile_range_ipv4(const char **p, const char *end, bool ranges, uint32_t *low,
				uint32_t *high, unsigned *bits);

/*
 * Groups of hexadecimal digits with ":" between them, "::" for zeros. bits: 16
 * for each group, or 128 with "::".
 */
bool listfile_range_groups(const char **p, const char *end, struct addr *addr, unsigned *bits);

/*
 * "2001:db8::/32", "2001:db8/32", "2001:db8" (a network of the groups that are
 * there). NULL, or what was expected.
 */
const char *listfile_range_ipv6(const char **p, const char *end, struct network *network);

/*
 * How closely a range of IPv4 addresses fits one inside it, as ip4set counts:
 * the bits (8, 16, 24 or 32) of the largest network of whole octets around the
 * address that the range holds.
 */
unsigned listfile_range_level(uint32_t address, uint32_t low, uint32_t high);

#endif
