/*
 * A provider's mail comes from a pool of hosts, of which each hands over a few
 * messages only: so they are judged together, by the domain of their names and
 * by their network, before each for itself.
 */
#include "filter/commands/doctor/own_hosts.h"

#include <stdlib.h>

#define ROUNDS_MAX 6  /* servers of one's own, one behind the other */
#define BELOW_MANY 64 /* different neighbours, at which a forwarder is one whatever their share */
#define LEAST      3  /* messages of one host or group */

struct host *
own_hosts_handoff(const struct sample *sample, const struct sampled *mail)
{
	for (size_t i = 0; i < mail->n; i++) {
		struct host *host = &sample->hosts[mail->host[i]];

		if (!host->trusted && !host->ours && !(mail->authenticated & 1U << i))
			return host;
	}
	return NULL;
}

/* ---- hosts that belong together */

/* The first bits of an address that tell its network, 24 or 16 of IPv4's. */
static unsigned
prefix_of(const struct addr *addr, bool wide)
{
	if (addr_is_ipv4(addr))
		return wide ? 112 : 120;
	return wide ? 32 : 48;
}

static int
by_network(const struct host *a, const struct host *b, bool wide)
{
	unsigned prefix = prefix_of(&a->addr, wide);

	return prefix != prefix_of(&b->addr, wide) ? (prefix < prefix_of(&b->addr, wide) ? -1 : 1)
						   : memcmp(a->addr.b, b->addr.b, prefix / 8);
}

static int
compare_networks(const void *a, const void *b)
{
	return by_network(*(const struct host *const *)a, *(const struct host *const *)b, false);
}

static int
compare_domains(const void *a, const void *b)
{
	const struct host *const *x = a, *const *y = b;

	return strcmp(sample_domain((*x)->name), sample_domain((*y)->name));
}

/*
 * Of one domain and, roughly, of one network: a name may be whatever its host
 * calls itself.
 */
static int
compare_both(const void *a, const void *b)
{
	int order = compare_domains(a, b);

	return order != 0 ? order
			  : by_network(*(const struct host *const *)a,
				       *(const struct host *const *)b, true);
}

/* Is this host outside of the group that host belongs to? */
static bool
is_foreign(const struct host *host, const struct host *other)
{
	const char *domain = sample_domain(host->name);

	return !addr_is_private(&other->addr) && !addr_is_loopback(&other->addr) &&
	       by_network(host, other, false) != 0 &&
	       (domain[0] == '\0' || strcmp(domain, sample_domain(other->name)) != 0);
}

static void
count_mail(const struct sample *sample, const struct sampled *mail, struct host *host)
{
	struct tally *own = &host->tally[TALLY_HOST];
	size_t i = 0;

	while (&sample->hosts[mail->host[i]] != host)
		i++;
	own->handed++;
	own->lists += mail->list;
	own->own_lists += mail->list_domain >> i & 1;
	if (++i == mail->n)
		return;
	size_t bit = mail->host[i] % SAMPLE_BELOW_BITS;
	own->with_below++;
	host->below[bit / 8] |= (uint8_t)(1U << bit % 8);
	for (; i < mail->n; i++)
		if (is_foreign(host, &sample->hosts[mail->host[i]])) {
			own->foreign++;
			return;
		}
}

/* Gives each of the hosts the sum of those that compare as equal. */
static void
sum_groups(struct host **hosts, size_t n, enum tally_of of,
	   int (*compare)(const void *, const void *))
{
	qsort(hosts, n, sizeof *hosts, compare);
	for (size_t from = 0, to; from < n; from = to) {
		struct tally sum = {0};

		for (to = from; to < n && compare(&hosts[from], &hosts[to]) == 0; to++) {
			const struct tally *own = &hosts[to]->tally[TALLY_HOST];

			sum.handed += own->handed;
			sum.lists += own->lists;
			sum.own_lists += own->own_lists;
			sum.with_below += own->with_below;
			sum.foreign += own->foreign;
		}
		for (size_t i = from; i < to; i++)
			hosts[i]->tally[of] = sum;
	}
}

unsigned
own_hosts_count(struct sample *sample)
{
	struct host **handing = calloc(sample->n_hosts + 1, sizeof(struct host *));
	unsigned handed = 0;
	size_t n = 0;

	if (handing == NULL)
		abort();
	for (size_t i = 0; i < SAMPLE_HOSTS_MAX; i++) {
		memset(sample->hosts[i].tally, 0, sizeof sample->hosts[i].tally);
		memset(sample->hosts[i].below, 0, sizeof sample->hosts[i].below);
	}
	for (size_t i = 0; i < sample->n_mails; i++) {
		struct host *host = own_hosts_handoff(sample, &sample->mails[i]);

		if (host == NULL)
			continue;
		handed++;
		if (host->tally[TALLY_HOST].handed == 0)
			handing[n++] = host;
		count_mail(sample, &sample->mails[i], host);
	}
	sum_groups(handing, n, TALLY_NETWORK, compare_networks);
	sum_groups(handing, n, TALLY_DOMAIN, compare_domains);
	sum_groups(handing, n, TALLY_BOTH, compare_both);
	free(handing);
	return handed;
}

/* ---- the judgement */

static unsigned
different_below(const struct host *host)
{
	unsigned n = 0;

	for (size_t i = 0; i < SAMPLE_BELOW_BITS; i++)
		n += host->below[i / 8] >> i % 8 & 1;
	return n;
}

/* Does the mail come from its own lists, or is nearly all of it from lists? */
static bool
is_list_server(const struct tally *tally)
{
	return tally->own_lists * 2 > tally->handed || tally->lists * 10 >= tally->handed * 9;
}

/* A large part of all mail, and others' mail. */
static bool
is_gateway(const struct tally *tally, unsigned handed)
{
	return tally->handed >= LEAST && tally->handed * 10 >= handed * 4 &&
	       tally->foreign * 10 >= tally->handed * 7 && !is_list_server(tally);
}

/* Inner servers and forwarders have a line below them. */
static bool
passes_on(const struct tally *tally)
{
	return tally->handed >= LEAST && tally->with_below * 10 >= tally->handed * 7;
}

/*
 * Why a host looks like one of ours, or NULL. Shares are of the messages that
 * somebody hands over.
 */
static const char *
judge(const struct host *host, unsigned handed)
{
	const char *name = sample_domain(host->name), *taker = sample_domain(host->taker);
	const struct tally *own = &host->tally[TALLY_HOST], *both = &host->tally[TALLY_BOTH];
	unsigned below = different_below(host);

	if (addr_special(&host->addr) != NULL && !addr_is_private(&host->addr))
		return NULL;
	if (name[0] != '\0' && strcmp(name, taker) == 0 && passes_on(both) &&
	    both->handed * 50 >= handed)
		return "an inner server: its name and the taker's are in one domain";
	if (is_list_server(own))
		return NULL;
	if (name[0] != '\0' && both->handed > 1 && is_gateway(&host->tally[TALLY_DOMAIN], handed))
		return "your gateway or provider: a large part of your mail comes from its domain";
	if (is_gateway(&host->tally[TALLY_NETWORK], handed))
		return own->handed == host->tally[TALLY_NETWORK].handed
			       ? "your own server, gateway or provider: a large part of your mail "
				 "comes from it"
			       : "your gateway or provider: a large part of your mail comes from "
				 "its network";
	if (!passes_on(own))
		return NULL;
	if (addr_is_private(&host->addr) && own->handed * 50 >= handed)
		return "a private address, so it is inside your network or your provider's";
	if (own->lists * 2 <= own->handed && own->handed * 33 >= handed && below >= 5 &&
	    own->foreign * 10 >= own->handed * 7 &&
	    (below >= BELOW_MANY || below * 4 >= own->handed))
		return "a forwarder: mail of many other hosts comes through it";
	return NULL;
}

unsigned
own_hosts_find(struct sample *sample)
{
	unsigned all = 0;

	for (int round = 0; round < ROUNDS_MAX; round++) {
		unsigned handed = own_hosts_count(sample), found = 0;

		for (size_t i = 0; i < SAMPLE_HOSTS_MAX && handed >= OWN_MAILS_MIN; i++) {
			struct host *host = &sample->hosts[i];

			if (host->tally[TALLY_HOST].handed == 0 || host->ours)
				continue;
			host->why = judge(host, handed);
			found += host->why != NULL;
		}
		/* after all were judged by the same counts */
		for (size_t i = 0; i < SAMPLE_HOSTS_MAX; i++)
			sample->hosts[i].ours |= sample->hosts[i].why != NULL;
		all += found;
		if (found == 0)
			break;
	}
	return all;
}
