#include "filter/commands/doctor/proposal.h"

#include <stdio.h>
#include <stdlib.h>

#define NETWORK_FROM 3 /* hosts of ours, or networks, for which a larger one is written */

static struct network
network_of(const struct addr *addr, unsigned prefix)
{
	struct network network = {*addr, prefix};

	for (unsigned bit = prefix; bit < 128; bit++)
		network.addr.b[bit / 8] &= (uint8_t) ~(0x80U >> bit % 8);
	return network;
}

static void
propose(struct proposal *proposal, const struct network *network)
{
	for (size_t i = 0; i < proposal->n; i++)
		if (proposal->network[i].prefix <= network->prefix &&
		    addr_in(&network->addr, &proposal->network[i]))
			return;
	if (proposal->n < PROPOSAL_MAX)
		proposal->network[proposal->n++] = *network;
}

/*
 * The whole private network of an address, so that the default that ends when
 * trusted_networks is set goes on.
 */
static struct network
private_network(const struct addr *addr)
{
	static const char *const networks[] = {"10.0.0.0/8",    "172.16.0.0/12",  "192.168.0.0/16",
					       "100.64.0.0/10", "169.254.0.0/16", "fc00::/7",
					       "fe80::/10"};
	struct network network = {*addr, 128};

	for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++)
		if (network_parse(span_of(networks[i]), &network) && addr_in(addr, &network))
			return network;
	return (struct network){*addr, 128};
}

static unsigned
ours_in(const struct sample *sample, const struct network *network)
{
	unsigned n = 0;

	for (size_t i = 0; i < SAMPLE_HOSTS_MAX; i++)
		n += sample->hosts[i].ours && addr_in(&sample->hosts[i].addr, network);
	return n;
}

/* Different IPv6 networks (/48) of ours in this larger one. */
static size_t
networks_in(const struct sample *sample, const struct network *network)
{
	struct network seen[NETWORK_FROM];
	size_t n = 0, i;

	for (size_t h = 0; h < SAMPLE_HOSTS_MAX && n < NETWORK_FROM; h++) {
		const struct host *host = &sample->hosts[h];

		if (!host->ours || !addr_in(&host->addr, network))
			continue;
		for (i = 0; i < n && !addr_in(&host->addr, &seen[i]); i++)
			;
		if (i == n)
			seen[n++] = network_of(&host->addr, 48);
	}
	return n;
}

/*
 * One of ours: itself, or the network (IPv4 /24, IPv6 /48) that it shares with
 * others of ours. Many such IPv6 networks are one of /32, which is what one
 * operator gets; tomorrow's mail comes from others of them.
 */
static struct network
public_network(const struct sample *sample, const struct host *host)
{
	bool v4 = addr_is_ipv4(&host->addr);
	struct network network = network_of(&host->addr, v4 ? 120 : 48);
	struct network wide = network_of(&host->addr, 32);

	if (!v4 && networks_in(sample, &wide) >= NETWORK_FROM)
		return wide;
	return ours_in(sample, &network) >= NETWORK_FROM ? network
							 : (struct network){host->addr, 128};
}

void
proposal_of(const struct sample *sample, struct proposal *proposal)
{
	proposal->n = 0;
	for (size_t i = 0; i < sample->conf->n_trusted; i++)
		propose(proposal, &sample->conf->trusted[i]);
	for (size_t i = 0; i < SAMPLE_HOSTS_MAX; i++) {
		const struct host *host = &sample->hosts[i];
		struct network network;

		if (!host->used || addr_is_loopback(&host->addr) ||
		    !(host->ours || (host->trusted && !sample->conf->trusted_set)))
			continue;
		network = addr_is_private(&host->addr) ? private_network(&host->addr)
						       : public_network(sample, host);
		propose(proposal, &network);
	}
}

static int
by_address(const void *a, const void *b)
{
	const struct network *x = a, *y = b;

	return memcmp(x->addr.b, y->addr.b, sizeof x->addr.b);
}

void
proposal_print(struct proposal *proposal)
{
	char text[ADDR_TEXT_MAX];

	qsort(proposal->network, proposal->n, sizeof proposal->network[0], by_address);
	printf("\n    trusted_networks = [");
	for (size_t i = 0; i < proposal->n; i++) {
		const struct network *network = &proposal->network[i];
		bool v4 = addr_is_ipv4(&network->addr) && network->prefix >= 96;

		printf("%s\"%s", i == 0 ? " " : ", ", addr_print(&network->addr, text));
		if (network->prefix < 128)
			printf("/%u", v4 ? network->prefix - 96 : network->prefix);
		putchar('"');
	}
	printf(" ];\n\n");
}
