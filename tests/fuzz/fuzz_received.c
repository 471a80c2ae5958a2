/*
 * Any bytes as a header: spans lie in it, roles follow each other, the handoff
 * does not depend on what stands below it.
 */
#include "fuzz.h"
#include "filter/relays/relay.h"

#include <stdlib.h>
#include <string.h>

static void
check(bool truth)
{
	if (!truth)
		abort();
}

static void
check_inside(struct span part, struct span whole)
{
	check(part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
}

static void
check_line(struct span value)
{
	struct received received;

	received_parse(value, &received);
	check_inside(received.rdns, value);
	check_inside(received.helo, value);
	check_inside(received.by, value);
	check_inside(received.with, value);
}

static void
check_walk(struct span header, const struct conf *conf)
{
	struct message message = {.header = header};
	struct relay_walk walk;
	struct relay relay;
	enum relay_role last = RELAY_TRUSTED;
	unsigned n = 0, asked = 0;
	bool ended = false;

	relay_walk_init(&walk, &message, conf);
	while (relay_walk_next(&walk, &relay, NULL)) {
		check(relay.n == ++n);
		check(!relay.ends_trust || (last == RELAY_TRUSTED && !ended));
		ended |= relay.ends_trust;
		if (relay.hop.status == RECEIVED_UNPARSED)
			continue;
		check(relay.role == last ||
		      (last == RELAY_TRUSTED && relay.role == RELAY_HANDOFF) ||
		      (last == RELAY_TRUSTED && relay.role == RELAY_CLAIMED && ended) ||
		      (last == RELAY_HANDOFF && relay.role == RELAY_CLAIMED));
		check(relay.role != RELAY_HANDOFF || last == RELAY_TRUSTED);
		last = relay.role;
		asked += relay.no_lookup == NULL;
		check(relay.no_lookup != NULL ||
		      (relay.role != RELAY_TRUSTED && addr_special(&relay.asked_as) == NULL));
	}
	check(asked <= RELAY_ASKED_MAX);
}

/*
 * The chain of what was given, and of the same with a line below it: the same
 * handoff.
 */
static void
check_handoff(struct span header, const struct conf *conf)
{
	static const char below[] = "\nReceived: from x (y [9.9.9.9]) by z (Postfix) with ESMTPA "
				    "id 1\nReceived: by z with POP3 (fetchmail-6.4)\n";
	static struct chain chain, longer;
	char *copy = malloc(header.n + sizeof below);
	struct message message = {.header = header};

	check(copy != NULL);
	if (header.n > 0)
		memcpy(copy, header.p, header.n);
	memcpy(copy + header.n, below, sizeof below);
	relay_chain(&message, conf, &chain);
	message.header = (struct span){copy, header.n + sizeof below - 1};
	relay_chain(&message, conf, &longer);
	if (chain.handoff < chain.stored) {
		check(longer.handoff == chain.handoff);
		check(addr_equal(&longer.relay[chain.handoff].hop.addr,
				 &chain.relay[chain.handoff].hop.addr));
	}
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span header = {(const char *)data, size};
	struct network network;
	struct conf unset = {0}, set = {.trusted = &network, .n_trusted = 1, .trusted_set = true};

	check(network_parse(SPAN("9.9.0.0/16"), &network));
	check_line(header);
	check_walk(header, &unset);
	check_walk(header, &set);
	check_handoff(header, &unset);
	return 0;
}
