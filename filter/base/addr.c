#include "filter/base/addr.h"

#include <arpa/inet.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
static const uint8_t nat64[12] = {0, 0x64, 0xff, 0x9b};

bool
addr_parse(struct span text, struct addr *addr)
{
	char copy[ADDR_TEXT_MAX];
	bool v6 = text.n > 0 && memchr(text.p, ':', text.n) != NULL;
	const char *zone = v6 ? memchr(text.p, '%', text.n) : NULL;

	if (zone != NULL)
		text.n = (size_t)(zone - text.p);
	if (text.n == 0 || text.n >= sizeof copy || memchr(text.p, '\0', text.n) != NULL)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (v6)
		return inet_pton(AF_INET6, copy, addr->b) == 1;
	memcpy(addr->b, mapped, sizeof mapped);
	return inet_pton(AF_INET, copy, addr->b + 12) == 1;
}

bool
network_parse(struct span text, struct network *network)
{
	const char *slash = text.n == 0 ? NULL : memchr(text.p, '/', text.n);
	struct span host = {text.p, slash == NULL ? text.n : (size_t)(slash - text.p)};
	unsigned bits = 0;

	if (!addr_parse(host, &network->addr))
		return false;
	bool v4 = memchr(host.p, ':', host.n) == NULL;
	network->prefix = 128;
	if (slash == NULL)
		return true;
	struct span number = span_skip(text, host.n + 1);
	if (number.n == 0 || number.n > 3)
		return false;
	for (size_t i = 0; i < number.n; i++) {
		if (number.p[i] < '0' || number.p[i] > '9')
			return false;
		bits = bits * 10 + (unsigned)(number.p[i] - '0');
	}
	if (bits > (v4 ? 32U : 128U))
		return false;
	network->prefix = v4 ? bits + 96 : bits;
	for (unsigned bit = network->prefix; bit < 128; bit++)
		if (network->addr.b[bit / 8] & (0x80U >> (bit % 8)))
			return false;
	return true;
}

const char *
addr_print(const struct addr *addr, char text[ADDR_TEXT_MAX])
{
	char *p = text;

	if (!addr_is_ipv4(addr)) {
		(void)inet_ntop(AF_INET6, addr->b, text, ADDR_TEXT_MAX);
		return text;
	}
	/*
	 * inet_ntop() goes through sprintf(), for each address of each message
	 */
	for (size_t i = 12; i < 16; i++) {
		unsigned octet = addr->b[i];

		if (octet >= 100)
			*p++ = (char)('0' + octet / 100);
		if (octet >= 10)
			*p++ = (char)('0' + octet / 10 % 10);
		*p++ = (char)('0' + octet % 10);
		*p++ = i < 15 ? '.' : '\0';
	}
	return text;
}

bool
addr_is_ipv4(const struct addr *addr)
{
	return memcmp(addr->b, mapped, sizeof mapped) == 0;
}

bool
addr_equal(const struct addr *a, const struct addr *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

bool
addr_in(const struct addr *addr, const struct network *network)
{
	unsigned bytes = network->prefix / 8, bits = network->prefix % 8;

	if (memcmp(addr->b, network->addr.b, bytes) != 0)
		return false;
	return bits == 0 || (addr->b[bytes] ^ network->addr.b[bytes]) >> (8 - bits) == 0;
}

uint32_t
addr_ipv4(const struct addr *addr)
{
	return (uint32_t)addr->b[12] << 24 | (uint32_t)addr->b[13] << 16 |
	       (uint32_t)addr->b[14] << 8 | addr->b[15];
}

struct addr
addr_from_ipv4(uint32_t ipv4)
{
	struct addr addr;

	memcpy(addr.b, mapped, sizeof mapped);
	for (int i = 0; i < 4; i++)
		addr.b[12 + i] = (uint8_t)(ipv4 >> (24 - 8 * i));
	return addr;
}

struct addr
addr_unwrap_nat64(const struct addr *addr)
{
	return memcmp(addr->b, nat64, sizeof nat64) == 0 ? addr_from_ipv4(addr_ipv4(addr)) : *addr;
}
