#include "filter/lists/dnsbl_name.h"

#include <stdio.h>

static void
nibbles(const struct addr *addr, const char *zone, char *name, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	size_t length = strlen(zone);

	if (64 + length + 1 > size) {
		name[0] = '\0';
		return;
	}
	for (int i = 15; i >= 0; i--) {
		*name++ = hex[addr->b[i] & 15];
		*name++ = '.';
		*name++ = hex[addr->b[i] >> 4];
		*name++ = '.';
	}
	memcpy(name, zone, length + 1);
}

void
dnsbl_name(const struct addr *addr, const char *zone, char *name, size_t size)
{
	if (!addr_is_ipv4(addr)) {
		nibbles(addr, zone, name, size);
		return;
	}
	const uint8_t *octet = addr->b + 12;
	int n = snprintf(name, size, "%u.%u.%u.%u.%s", octet[3], octet[2], octet[1], octet[0],
			 zone);
	if (n < 0 || (size_t)n >= size)
		name[0] = '\0';
}

void
dnsbl_test_name(enum dnsbl_test test, const char *zone, char *name, size_t size)
{
	struct addr addr = addr_from_ipv4(
		test == DNSBL_TEST_LISTED || test == DNSBL_TEST_LISTED_IPV6 ? 0x7f000002
									    : 0x7f000001);

	if (test == DNSBL_TEST_LISTED_IPV6 || test == DNSBL_TEST_CLEAN_IPV6)
		nibbles(&addr, zone, name, size);
	else
		dnsbl_name(&addr, zone, name, size);
}
