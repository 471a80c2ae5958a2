#include "filter/lists/file/listfile_range.h"

#define EXPECTED_IPV4 "an address, a network or a range of addresses is expected"
#define EXPECTED_IPV6 "an IPv6 address or network is expected"
#define EXPECTED_ZERO "bits right of the network's length are set"

static bool
is_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

bool
listfile_range_number(const char **p, const char *end, unsigned max, unsigned *number)
{
	const char *at = *p;
	unsigned long value = 0;

	if (!is_digit(at, end))
		return false;
	while (is_digit(at, end) && value <= max)
		value = value * 10 + (unsigned)(*at++ - '0');
	*number = (unsigned)value;
	*p = at;
	return value <= max;
}

unsigned
listfile_range_octets(const char **p, const char *end, uint32_t *value)
{
	unsigned n = 0, octet;

	*value = 0;
	do {
		if (n > 0)
			(*p)++;
		if (!listfile_range_number(p, end, 255, &octet))
			return 0;
		*value |= octet << (24 - 8 * n);
		n++;
	} while (n < 4 && *p < end && **p == '.');
	return n;
}

bool
listfile_range_answer(const char **p, const char *end, uint32_t *answer)
{
	uint32_t value;
	unsigned n = listfile_range_octets(p, end, &value);

	if (n == 0)
		return false;
	/* The last number stands for all octets that are not there. */
	unsigned last = value >> (32 - 8 * n) & 255;
	uint32_t front = n == 1 ? 0 : value & ~(0xffffffffU >> 8 * (n - 1));
	*answer = front | last;
	if (*answer == 0)
		return false;
	if (n == 1)
		*answer |= 0x7f000000U;
	return true;
}

/* The bits right of a prefix. */
static uint32_t
tail_of(unsigned bits)
{
	return bits >= 32 ? 0 : 0xffffffffU >> bits;
}

/*
 * Behind the "-" of a range that begins at low, in n octets: one number ends it
 * in the octet that low ends in.
 */
static bool
range_end(const char **p, const char *end, uint32_t low, unsigned n, uint32_t *high)
{
	unsigned m = listfile_range_octets(p, end, high);

	if (m == 1)
		*high = (low & ~tail_of(8 * (n - 1))) | *high >> 8 * (n - 1);
	else if (m != n)
		return false;
	*high |= tail_of(8 * n);
	return low <= *high;
}

const char *
listfile_range_ipv4(const char **p, const char *end, bool ranges, uint32_t *low, uint32_t *high,
		    unsigned *bits)
{
	unsigned n = listfile_range_octets(p, end, low);
	char next = *p < end ? **p : ' ';

	*bits = 8 * n;
	if (n == 0)
		return EXPECTED_IPV4;
	if (next == '-' && ranges) {
		*bits = 32;
		(*p)++;
		return range_end(p, end, *low, n, high) ? NULL : EXPECTED_IPV4;
	}
	if (next == '/') {
		(*p)++;
		if (!listfile_range_number(p, end, 32, bits))
			return "a length of 32 at most is expected";
	} else if (n == 1) {
		return "a length is expected behind a single number";
	}
	if (*bits == 0 && ranges)
		return "a length of 1 at least is expected";
	*high = *low | tail_of(*bits);
	return (*low & tail_of(*bits)) != 0 ? EXPECTED_ZERO : NULL;
}

/* ---- IPv6 */

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = span_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One group; false: no digit, or more than 16 bits. */
static bool
read_group(const char **p, const char *end, unsigned *group)
{
	const char *from = *p;

	for (*group = 0; *p < end && hex_value(**p) >= 0; (*p)++) {
		*group = *group << 4 | (unsigned)hex_value(**p);
		if (*group > 0xffff)
			return false;
	}
	return *p > from;
}

/* Puts zeros where the "::" was. */
static void
spread(struct addr *addr, unsigned bytes, unsigned at)
{
	memmove(addr->b + 16 - (bytes - at), addr->b + at, bytes - at);
	memset(addr->b + at, 0, 16 - bytes);
}

bool
listfile_range_groups(const char **p, const char *end, struct addr *addr, unsigned *bits)
{
	unsigned bytes = 0, gap = 17, group; /* gap: where the "::" is */
	bool complete = false;

	*addr = (struct addr){{0}};
	if (end - *p >= 2 && (*p)[0] == ':' && (*p)[1] == ':') {
		gap = 0;
		*p += 2;
	}
	while (!complete && read_group(p, end, &group)) {
		addr->b[bytes++] = (uint8_t)(group >> 8);
		addr->b[bytes++] = (uint8_t)group;
		complete = *p == end || **p != ':' || bytes == 16;
		if (complete)
			break;
		(*p)++;
		if (gap > 16 && *p < end && **p == ':') {
			gap = bytes;
			(*p)++;
		}
	}
	*bits = 8 * bytes;
	if (gap > 16)
		return complete;
	if (bytes == 16)
		return false;
	spread(addr, bytes, gap);
	*bits = 128;
	return true;
}

static bool
has_tail(const struct network *network)
{
	for (unsigned bit = network->prefix; bit < 128; bit++)
		if ((network->addr.b[bit / 8] >> (7 - bit % 8) & 1) != 0)
			return true;
	return false;
}

const char *
listfile_range_ipv6(const char **p, const char *end, struct network *network)
{
	if (!listfile_range_groups(p, end, &network->addr, &network->prefix))
		return EXPECTED_IPV6;
	if (*p < end && **p == '/') {
		(*p)++;
		if (!listfile_range_number(p, end, 128, &network->prefix))
			return "a length of 128 at most is expected";
	} else if (network->prefix == 16) {
		return "a length is expected behind a single number";
	}
	return has_tail(network) ? EXPECTED_ZERO : NULL;
}

unsigned
listfile_range_level(uint32_t address, uint32_t low, uint32_t high)
{
	for (unsigned bits = 8; bits < 32; bits += 8)
		if ((address & ~tail_of(bits)) >= low && (address | tail_of(bits)) <= high)
			return bits;
	return 32;
}
