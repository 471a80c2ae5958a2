/*
 * addr_special.c - addresses that no mail server on the Internet has: IANA's
 * special-purpose registries.
 */
#include "filter/base/addr.h"

/*
 * The IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, 8190 and
 * the RFCs that they name), multicast (RFC 5771, 4291), and the withdrawn 6to4
 * anycast (RFC 7526), IPv4-compatible (RFC 4291 2.5.5.1) and site-local (RFC
 * 3879) networks. The first match counts; entries without a word are globally
 * reachable exceptions inside a wider network.
 */
static const struct special4 {
	uint32_t addr;
	unsigned prefix;
	const char *word;
} special4[] = {
	{0x00000000, 8, "this-network"},
	{0x0a000000, 8, "private"},
	{0x64400000, 10, "shared"},
	{0x7f000000, 8, "loopback"},
	{0xa9fe0000, 16, "link-local"},
	{0xac100000, 12, "private"},
	{0xc0000009, 32, NULL}, /* port control protocol anycast */
	{0xc000000a, 32, NULL}, /* TURN anycast */
	{0xc0000000, 24, "protocol"},
	{0xc0000200, 24, "documentation"},
	{0xc0586300, 24, "6to4"},
	{0xc0a80000, 16, "private"},
	{0xc6120000, 15, "benchmarking"},
	{0xc6336400, 24, "documentation"},
	{0xcb007100, 24, "documentation"},
	{0xe0000000, 4, "multicast"},
	{0xffffffff, 32, "broadcast"},
	{0xf0000000, 4, "reserved"},
};

static const struct special6 {
	uint64_t high, low;
	unsigned prefix;
	const char *word;
} special6[] = {
	{0, 0, 128, "unspecified"},
	{0, 1, 128, "loopback"},
	{0, 0, 96, "reserved"},
	{0x0064ff9b00010000, 0, 48, "private"}, /* NAT64 of one's own (RFC 8215) */
	{0x0100000000000000, 0, 64, "discard"},
	{0x0100000000000001, 0, 64, "reserved"},
	{0x2001000000000000, 0, 32, "teredo"},
	{0x2001000100000000, 1, 128, NULL}, /* port control protocol anycast */
	{0x2001000100000000, 2, 128, NULL}, /* TURN anycast */
	{0x2001000200000000, 0, 48, "benchmarking"},
	{0x2001000300000000, 0, 32, NULL}, /* automatic multicast tunnelling */
	{0x2001000401120000, 0, 48, NULL}, /* AS112 */
	{0x2001002000000000, 0, 28, NULL}, /* ORCHIDv2 */
	{0x2001003000000000, 0, 28, NULL}, /* drone identifiers */
	{0x2001000000000000, 0, 23, "protocol"},
	{0x20010db800000000, 0, 32, "documentation"},
	{0x2002000000000000, 0, 16, "6to4"},
	{0x3fff000000000000, 0, 20, "documentation"},
	{0x5f00000000000000, 0, 16, "reserved"}, /* segment routing identifiers */
	{0xfc00000000000000, 0, 7, "private"},
	{0xfe80000000000000, 0, 10, "link-local"},
	{0xfec0000000000000, 0, 10, "site-local"},
	{0xff00000000000000, 0, 8, "multicast"},
};

static uint64_t
half(const uint8_t *b)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | b[i];
	return n;
}

/* Are the first prefix bits of two 64-bit halves equal? */
static bool
equal_bits(uint64_t a, uint64_t b, unsigned prefix)
{
	return prefix == 0 || (a ^ b) >> (64 - (prefix > 64 ? 64 : prefix)) == 0;
}

static const char *
special_ipv4(uint32_t ipv4)
{
	for (size_t i = 0; i < sizeof special4 / sizeof special4[0]; i++)
		if ((ipv4 ^ special4[i].addr) >> (32 - special4[i].prefix) == 0)
			return special4[i].word;
	return NULL;
}

const char *
addr_special(const struct addr *addr)
{
	struct addr unwrapped = addr_unwrap_nat64(addr);

	if (addr_is_ipv4(&unwrapped))
		return special_ipv4(addr_ipv4(&unwrapped));
	uint64_t high = half(addr->b), low = half(addr->b + 8);
	for (size_t i = 0; i < sizeof special6 / sizeof special6[0]; i++) {
		const struct special6 *s = &special6[i];

		if (equal_bits(high, s->high, s->prefix) &&
		    (s->prefix <= 64 || equal_bits(low, s->low, s->prefix - 64)))
			return s->word;
	}
	return NULL;
}

static bool
is_one_of(const char *word, const char *const *words)
{
	for (; word != NULL && *words != NULL; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

bool
addr_is_loopback(const struct addr *addr)
{
	static const char *const words[] = {"loopback", NULL};

	return is_one_of(addr_special(addr), words);
}

bool
addr_is_private(const struct addr *addr)
{
	static const char *const words[] = {"private", "shared", "link-local", NULL};

	return is_one_of(addr_special(addr), words);
}
