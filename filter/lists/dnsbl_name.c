#include "filter/lists/dnsbl_name.h"

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
	struct addr reversed = *addr;
	for (size_t i = 0; i < 4; i++)
		reversed.b[12 + i] = addr->b[15 - i];
	char text[ADDR_TEXT_MAX];
	size_t n = strlen(addr_print(&reversed, text)), length = strlen(zone);

	name[0] = '\0';
	if (n + 1 + length >= size)
		return;
	memcpy(name, text, n);
	name[n] = '.';
	memcpy(name + n + 1, zone, length + 1);
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
