#include "filter/commands/check/check_parts.h"

#include "filter/base/clock.h"
#include "filter/lists/hits.h"

#include <stdio.h>

#define LEAST_SECONDS 0.5 /* that an address has, however long the others took */

bool
check_against(const struct lookup *lookup)
{
	if (lookup->state != LOOKUP_LISTED || lookup->list->allow)
		return false;
	for (size_t i = 0; i < lookup->list->n_answers; i++)
		if ((lookup->matched & 1U << i) != 0 && lookup->list->answers[i].weight > 0)
			return true;
	return false;
}

const char *
check_special(const struct addr *addr)
{
	static char text[120];
	const char *special = addr_special(addr);
	struct addr entry = addr_from_ipv4(0x7f000002);

	if (special == NULL)
		return NULL;
	if (addr_equal(addr, &entry))
		return "the test entry, which each list has: it is there to be listed";
	(void)snprintf(text, sizeof text, "%s: in mail it is not looked up", special);
	return text;
}

static void
add_weight(const char *name, const struct lookup *hit, int weight, void *context)
{
	struct check_item *item = context;

	(void)name;
	(void)hit;
	if (weight > 0)
		item->against += weight;
}

/* Asks about one address as if it had handed us a message. */
static void
ask(const struct conf *conf, struct check_item *item)
{
	static struct chain chain;

	chain = (struct chain){.stored = 1, .found = 1, .handoff = 0};
	chain.relay[0] = (struct relay){.n = 1,
					.hop.addr = item->addr,
					.asked_as = addr_unwrap_nat64(&item->addr),
					.role = RELAY_HANDOFF};
	dnsbl_run(conf, &chain, &item->lookups);
	hits_walk(&item->lookups, add_weight, item);
	for (size_t i = 0; i < item->lookups.n; i++) {
		const struct lookup *lookup = &item->lookups.lookup[i];

		if (lookup->state != LOOKUP_FAILED)
			continue;
		item->failed = true;
		item->refused |= strcmp(lookup->cause, "refused") == 0;
	}
}

void
check_ask(struct check *check)
{
	int64_t begin = clock_ms();
	struct conf conf = *check->conf;

	for (size_t i = 0; i < check->n; i++) {
		/*
		 * A server that is down is waited for twice, not once an
		 * address.
		 */
		double left = 2 * check->conf->dns.deadline - (double)(clock_ms() - begin) / 1000;

		if (left < conf.dns.deadline)
			conf.dns.deadline = left < LEAST_SECONDS ? LEAST_SECONDS : left;
		ask(&conf, &check->item[i]);
	}
	check->ms = (unsigned)(clock_ms() - begin);
}
