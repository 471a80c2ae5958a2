/*
 * relay.h - the chain of relays that a message says it came through, and how far it can be believed.
 *
 * Trust runs down from the top (DESIGN.md, Relays): loopback, trusted_networks and clients that a trusted server authenticated are
 * ours; while trusted_networks is unset also private and link-local addresses. The first other relay is the handoff; everything
 * below it is a claim.
 */
#ifndef RELAY_H
#define RELAY_H

#include "addr.h"
#include "conf.h"
#include "message.h"
#include "received.h"

#define RELAY_ASKED_MAX 32   /* addresses looked up for one message, counted from our end */
#define RELAY_STORED_MAX 256 /* relays kept in a struct chain; the others are counted */

enum relay_role { RELAY_TRUSTED, RELAY_HANDOFF, RELAY_CLAIMED };

struct relay {
	unsigned n;             /* from the top, 1 is the newest */
	struct received hop;    /* address, names, by, with, auth: spans into the message */
	struct addr lookup;     /* the address to ask about: hop.addr with NAT64 unwrapped */
	enum relay_role role;
	const char *no_lookup;  /* NULL: looked up; else one word why not: "loopback", "private", "trusted", "authenticated", "repeated", "limit", ... */
};

struct chain {
	struct relay relay[RELAY_STORED_MAX]; /* the newest ones, top down */
	size_t stored;
	size_t found;      /* all relays that named an address */
	size_t unparsed;   /* lines that should have named one and did not */
	size_t handoff;    /* index of the handoff in relay[]; stored if there is none */
};

/* The whole chain of a message at once, for lookups and tags. Allocates nothing; linear in the header. */
void relay_chain(const struct message *message, const struct conf *conf, struct chain *chain);

const char *relay_role_name(enum relay_role role); /* "trusted", "handoff", "claimed" */

#endif
