/*
 * doctor_mail.c - doctor --mail: which hosts are the user's own, as his mail
 * tells.
 *
 * Trust is moved down a hop at a time: those who hand over the mail as trust
 * stands are counted, those who look like servers of ours, or like somebody who
 * forwards to us, become ours, and the mail is counted again, until nobody new
 * is found.
 */
#include "filter/commands/doctor/doctor.h"
#include "filter/commands/doctor/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#define ROUNDS_MAX 6  /* servers of one's own, one behind the other */
#define ROWS       10 /* hosts shown in a table */
#define ROWS_THEN  5  /* and after the change */
/*
 * in the proposed line; a network takes the place of NETWORK_FROM addresses in
 * it
 */
#define NETWORKS_MAX 48
#define NETWORK_FROM 8
#define BELOW_MANY   64 /* different neighbours, at which a forwarder is one whatever their share */
#define MAILS_MIN    10 /* fewer say nothing */

/* The networks of the proposed line. */
struct proposal {
	struct network network[NETWORKS_MAX];
	size_t n;
};

/*
 * The host that hands a message over as trust stands, and the one below it;
 * NULL where there is none.
 */
static struct host *
handoff_of(const struct sample *sample, const struct sampled *mail, struct host **below)
{
	for (size_t i = 0; i < mail->n; i++) {
		struct host *host = &sample->hosts[mail->host[i]];

		if (host->trusted || host->ours || (mail->authenticated & 1U << i))
			continue;
		*below = i + 1U < mail->n ? &sample->hosts[mail->host[i + 1]] : NULL;
		return host;
	}
	*below = NULL;
	return NULL;
}

/*
 * Counts who hands over what. Returns the number of messages that somebody
 * hands over.
 */
static unsigned
count_handoffs(struct sample *sample)
{
	unsigned handed = 0;

	for (size_t i = 0; i < SAMPLE_HOSTS_MAX; i++) {
		struct host *host = &sample->hosts[i];

		host->handed = host->lists = host->with_below = 0;
		memset(host->below, 0, sizeof host->below);
	}
	for (size_t i = 0; i < sample->n_mails; i++) {
		const struct sampled *mail = &sample->mails[i];
		struct host *below, *host = handoff_of(sample, mail, &below);

		if (host == NULL)
			continue;
		handed++;
		host->handed++;
		host->lists += mail->list;
		if (below != NULL) {
			size_t bit = (size_t)(below - sample->hosts) % SAMPLE_BELOW_BITS;

			host->with_below++;
			host->below[bit / 8] |= (uint8_t)(1U << bit % 8);
		}
	}
	return handed;
}

static unsigned
different_below(const struct host *host)
{
	unsigned n = 0;

	for (size_t i = 0; i < SAMPLE_BELOW_BITS; i++)
		n += host->below[i / 8] >> i % 8 & 1;
	return n;
}

/*
 * The part of a host's name that one registers: two labels, three under "co.uk"
 * and its like. "" where there is none.
 */
static const char *
domain_of(const char *name)
{
	const char *dot[3] = {NULL, NULL, NULL}; /* the last one first */

	if (strchr(name, '.') == NULL || strspn(name, "0123456789.:[]") == strlen(name))
		return "";
	for (const char *p = name; *p != '\0'; p++)
		if (*p == '.') {
			dot[2] = dot[1];
			dot[1] = dot[0];
			dot[0] = p;
		}
	if (dot[1] == NULL)
		return name;
	bool country = strlen(dot[0]) == 3 && dot[0] - dot[1] <= 4;
	if (!country)
		return dot[1] + 1;
	return dot[2] == NULL ? name : dot[2] + 1;
}

/*
 * Why a host looks like one of ours, or NULL. Shares are of the messages that
 * somebody hands over.
 */
static const char *
judge(const struct host *host, unsigned handed)
{
	const char *name = domain_of(host->name), *taker = domain_of(host->taker);
	/* inner servers and forwarders have a line below them */
	bool passes_on = host->with_below * 10 >= host->handed * 7;
	bool mostly_lists = host->lists * 2 > host->handed;
	unsigned below = different_below(host);

	if (!passes_on || host->handed < 3 ||
	    (addr_special(&host->addr) != NULL && !addr_is_private(&host->addr)))
		return NULL;
	if (name[0] != '\0' && strcmp(name, taker) == 0 && host->handed * 50 >= handed)
		return "an inner server: its name and the taker's are in one domain";
	if (host->handed * 10 >= handed * 4)
		return "your own server, gateway or provider: a large part of your mail comes from "
		       "it";
	if (addr_is_private(&host->addr) && host->handed * 50 >= handed)
		return "a private address, so it is inside your network or your provider's";
	if (!mostly_lists && host->handed * 33 >= handed && below >= 5 &&
	    (below >= BELOW_MANY || below * 4 >= host->handed))
		return "a forwarder: mail of many other hosts comes through it";
	return NULL;
}

/* Finds all that are ours. Returns how many. */
static unsigned
find_ours(struct sample *sample)
{
	unsigned all = 0;

	for (int round = 0; round < ROUNDS_MAX; round++) {
		unsigned handed = count_handoffs(sample), found = 0;

		for (size_t i = 0; i < SAMPLE_HOSTS_MAX && handed >= MAILS_MIN; i++) {
			struct host *host = &sample->hosts[i];

			if (host->handed == 0 || host->ours)
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

static const char *
known(const char *name)
{
	return name[0] == '\0' ? "(no name)" : name;
}

static int
by_handed(const void *a, const void *b)
{
	const struct host *const *x = a, *const *y = b;

	if ((*x)->handed != (*y)->handed)
		return (*x)->handed < (*y)->handed ? 1 : -1;
	return memcmp((*x)->addr.b, (*y)->addr.b, sizeof(*x)->addr.b);
}

/* Columns that addr takes, if that is more than width. */
static int
widest(int width, const struct addr *addr)
{
	char text[ADDR_TEXT_MAX];
	int n = (int)strlen(addr_print(addr, text));

	return n > width ? n : width;
}

static void
put_handoffs(struct sample *sample, size_t limit)
{
	unsigned handed = count_handoffs(sample);
	const struct host **rows = calloc(sample->n_hosts + 1, sizeof *rows);
	size_t n = 0;
	int width = (int)strlen("address");
	char text[ADDR_TEXT_MAX];

	if (rows == NULL)
		abort();
	for (size_t i = 0; i < SAMPLE_HOSTS_MAX; i++)
		if (sample->hosts[i].handed > 0)
			rows[n++] = &sample->hosts[i];
	qsort(rows, n, sizeof *rows, by_handed);
	for (size_t i = 0; i < n && i < limit; i++)
		width = widest(width, &rows[i]->addr);
	if (n > 0)
		printf("  messages   share  %-*s  name -> taken by\n", width, "address");
	for (size_t i = 0; i < n && i < limit; i++) {
		const struct host *host = rows[i];

		printf("  %8u  %5.1f%%  %-*s  %s -> %s\n", host->handed,
		       100.0 * host->handed / handed, width, addr_print(&host->addr, text),
		       known(host->name), known(host->taker));
	}
	if (n > limit)
		printf("  and %zu more address%s\n", n - limit, n - limit == 1 ? "" : "es");
	if (n == 0)
		printf("  nobody: all of it was sent or fetched inside your own network\n");
	free(rows);
}

static int
by_count(const void *a, const void *b)
{
	const struct taker *x = a, *y = b;

	return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp(x->name, y->name);
}

static void
put_takers(struct sample *sample)
{
	qsort(sample->takers, sample->n_takers, sizeof sample->takers[0], by_count);
	printf("\nServers that took it in (the \"by\" of the first Received line):\n");
	for (size_t i = 0; i < sample->n_takers && i < 5; i++)
		printf("  %8u  %s\n", sample->takers[i].count, sample->takers[i].name);
}

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
	if (proposal->n < NETWORKS_MAX)
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

/*
 * One of ours: itself, or the network (IPv4 /24, IPv6 /48) that it shares with
 * others of ours.
 */
static struct network
public_network(const struct sample *sample, const struct host *host)
{
	struct network network = network_of(&host->addr, addr_is_ipv4(&host->addr) ? 120 : 48);
	unsigned neighbours = 0;

	for (size_t i = 0; i < SAMPLE_HOSTS_MAX; i++)
		neighbours += sample->hosts[i].ours && addr_in(&sample->hosts[i].addr, &network);
	return neighbours >= NETWORK_FROM ? network : (struct network){host->addr, 128};
}

static void
propose_all(const struct sample *sample, struct proposal *proposal)
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

static void
put_proposal(struct proposal *proposal)
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

static void
put_advice(struct sample *sample, unsigned before)
{
	struct proposal proposal;
	unsigned moved = 0, none = 0;
	int width = 0;
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < SAMPLE_HOSTS_MAX; i++)
		if (sample->hosts[i].ours)
			width = widest(width, &sample->hosts[i].addr);
	printf("\nThese look like yours:\n");
	for (size_t i = 0; i < SAMPLE_HOSTS_MAX; i++)
		if (sample->hosts[i].ours)
			printf("  %-*s  %s: %s\n", width, addr_print(&sample->hosts[i].addr, text),
			       known(sample->hosts[i].name), sample->hosts[i].why);
	printf("\nIf you know them, put this into the configuration. Leave out what you do not "
	       "know: whoever is listed here can put\n"
	       "any relay into your mail.\n");
	propose_all(sample, &proposal);
	put_proposal(&proposal);
	for (size_t i = 0; i < sample->n_mails; i++) {
		struct host *below;
		const struct sampled *mail = &sample->mails[i];
		const struct host *now = handoff_of(sample, mail, &below);

		for (size_t k = 0; k < mail->n;
		     k++) { /* the first one that was not trusted before */
			const struct host *host = &sample->hosts[mail->host[k]];

			if (host->trusted || (mail->authenticated & 1U << k))
				continue;
			moved += now != NULL && now != host;
			none += now == NULL;
			break;
		}
	}
	printf("What it would change: of %u messages, %u get another handoff (the host below the "
	       "one that was yours), and %u get\n"
	       "none, for they never left your own hosts. Most frequent then:\n",
	       before, moved, none);
	put_handoffs(sample, ROWS_THEN);
	printf("\n`spamcop-filter relays FILE` shows each message; doc/relays.md explains the "
	       "roles.\n");
}

int
doctor_mail(const struct conf *conf, char **paths, size_t n)
{
	struct sample sample;
	int status = 1;

	sample_init(&sample, conf);
	sample_read(&sample, paths, n);
	printf("%lu messages, %zu of them with a relay.", sample.read, sample.n_mails);
	if (sample.unparsed > 0)
		printf(" %lu have lines that should name an address and do not: `spamcop-filter "
		       "relays FILE... | grep unparsed` shows them.",
		       sample.unparsed);
	printf("%s\n", sample.overflow ? " That is a sample: the rest was not read." : "");
	if (sample.n_mails < MAILS_MIN) {
		printf("Too few to learn from: give %d or more received messages, for example a "
		       "Maildir.\n",
		       MAILS_MIN);
		status = sample.read == 0 && sample.failed > 0 ? EX_NOINPUT : 1;
		goto out;
	}
	put_takers(&sample);
	printf("\nHosts that handed it over, as trusted_networks is now (%s):\n",
	       conf->trusted_set ? "set" : "not set, so private addresses are trusted");
	put_handoffs(&sample, ROWS);
	unsigned before = count_handoffs(&sample);
	if (find_ours(&sample) > 0) {
		put_advice(&sample, before);
		goto out;
	}
	printf("\nNone of these looks like yours: your server takes the mail straight from the "
	       "Internet. trusted_networks can stay as\nit is.\n");
	status = 0;
out:
	sample_free(&sample);
	return status;
}
