/*
 * proof.h - what the site's own Authentication-Results say about a message.
 *
 * Its own is the topmost field with the configured authserv-id, where it stands
 * above the handoff's Received line, or right below it, where milters and big
 * hosters put it: nothing but trace fields between them. A sender can write one
 * too, but it stands further down, as long as the site writes one of its own
 * into each message.
 */
#ifndef PROOF_H
#define PROOF_H

#include "filter/relays/relay.h"
#include "filter/verdict/authres.h"

enum proof_status {
	PROOF_NONE,       /* no such field where the site's own has to stand */
	PROOF_UNREADABLE, /* there is one, and it cannot be read */
	PROOF_READ
};

/*
 * Finds and reads the field of authserv_id in the header of the message that
 * chain is of. results is empty but for PROOF_READ.
 */
enum proof_status proof_find(const char *authserv_id, struct span header, const struct chain *chain,
			     struct authres *results);

/*
 * The authserv-id (authres.h) of the topmost field that stands where the site's
 * own has to. false: there is none. For doctor, before one is configured.
 */
bool proof_id(struct span header, const struct chain *chain, char id[AUTHRES_DOMAIN_MAX]);

#endif
