/*
 * relay.h - the chain of relays that a message says it came through, and how
 * far it can be believed.
 *
 * Trust runs down from the top (doc/relays.md): loopback, trusted_networks
 * and clients that a trusted server authenticated are ours; while
 * trusted_networks is unset also private and link-local addresses. The first
 * other relay is the handoff; everything below it is a claim.
 */
#ifndef RELAY_H
#define RELAY_H

#include "filter/base/addr.h"
#include "conf/reader/conf.h"
#include "filter/message/message.h"
#include "filter/relays/received.h"

#define RELAY_ASKED_MAX  32      /* addresses looked up for one message, counted from our end */
#define RELAY_LIMIT      "limit" /* struct relay, no_lookup: of those beyond */
#define RELAY_STORED_MAX 256     /* relays kept in a struct chain; the others are counted */

enum relay_role { RELAY_TRUSTED, RELAY_HANDOFF, RELAY_CLAIMED };

struct relay {
	/*
	 * line from the top, 1 is the newest; as the relays command prints it
	 */
	unsigned n;
	struct received hop; /* address, names, by, with, auth: spans into the message */
	struct addr lookup;  /* the address to ask about: hop.addr with NAT64 unwrapped */
	enum relay_role role;
	/*
	 * NULL: looked up; else why not: addr_special()'s word, "trusted",
	 * "authenticated", "repeated", "limit"
	 */
	const char *no_lookup;
};

struct chain {
	struct relay relay[RELAY_STORED_MAX]; /* the newest ones, top down */
	size_t stored;
	size_t found;    /* all relays that named an address */
	size_t unparsed; /* lines that should have named one and did not */
	size_t handoff;  /* index of the handoff in relay[]; stored if there is none */
};

/*
 * One relay at a time, top down, however many there are. Lines that should have
 * named an address and did not come too (hop.status RECEIVED_UNPARSED, counted
 * in n like the others). Relays above a POP or IMAP fetch line are left out
 * while all of them are trusted. Message and conf must stay.
 */
struct relay_walk {
	const struct conf *conf;
	struct span header;
	size_t at;                          /* in header */
	unsigned n;                         /* of the last relay */
	bool trusting;                      /* all relays so far are trusted */
	struct addr asked[RELAY_ASKED_MAX]; /* looked up so far */
	size_t n_asked;
	struct addr authenticated[RELAY_ASKED_MAX]; /* clients of ours: not looked up again below */
	size_t n_authenticated;
};

void relay_walk_init(struct relay_walk *walk, const struct message *message,
		     const struct conf *conf);

/*
 * false at the end. value, unless it is NULL, is set to the field's value as it
 * came.
 */
bool relay_walk_next(struct relay_walk *walk, struct relay *relay, struct span *value);

/*
 * The whole chain of a message at once, for lookups and tags. Allocates
 * nothing; linear in the header.
 */
void relay_chain(const struct message *message, const struct conf *conf, struct chain *chain);

const char *relay_role_name(enum relay_role role); /* "trusted", "handoff", "claimed" */

#endif
