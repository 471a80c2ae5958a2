/*
 * relay.h - the chain of relays that a message says it came through, and how
 * far it can be believed.
 *
 * Trust runs down from the top (doc/relays.md): loopback, trusted_networks and
 * clients that a trusted server authenticated are ours; while trusted_networks
 * is unset also private and link-local addresses. The first other relay is the
 * handoff; everything below it is a claim. So is everything below a line that
 * should have named an address and did not: it may have been the handoff's, and
 * what stands below it may be anybody's.
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
	struct received hop;  /* address, names, by, with, auth: spans into the message */
	struct addr asked_as; /* hop.addr with NAT64 unwrapped */
	enum relay_role role;
	/*
	 * NULL: looked up; else why not: addr_special()'s word, "trusted",
	 * "authenticated", "repeated", "limit"
	 */
	const char *no_lookup;
	/*
	 * trust ran until this line, which does not say for sure who handed the
	 * message over
	 */
	bool ends_trust;
};

struct chain {
	struct relay relay[RELAY_STORED_MAX]; /* the newest ones, top down */
	size_t stored;
	size_t found;             /* all relays that named an address */
	size_t unparsed;          /* lines that should have named one and did not */
	size_t handoff;           /* index of the handoff in relay[]; stored if there is none */
	struct span handoff_line; /* the value of its field; empty if there is none */
	/*
	 * n of the line that ended trust, 0: none did; and the line. The
	 * handoff is then either none or one to which nothing may be owed.
	 */
	unsigned ended;
	struct span ended_line;
};

/*
 * One relay at a time, top down, however many there are. Lines that should have
 * named an address and did not come too (hop.status RECEIVED_UNPARSED, counted
 * in n like the others); the first one ends trust, if that still ran. Relays
 * above a POP or IMAP fetch line are left out while all of them are trusted.
 * Message and conf must stay.
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

/*
 * The relay that may speak for the message, to allow lists and negative
 * weights: index of the handoff; stored if there is none, or none for sure.
 */
size_t relay_vouching(const struct chain *chain);

/*
 * Why trust ended at chain->ended, as X-SpamCop-Status says it: "unparsed" or
 * "ambiguous"; NULL: it did not.
 */
const char *relay_ended_why(const struct chain *chain);

const char *relay_role_name(enum relay_role role); /* "trusted", "handoff", "claimed" */

#endif
