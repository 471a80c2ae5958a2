/*
 * own.h - the addresses that a message is for: its sender never speaks for it
 * under one of these domains, for everybody forges them.
 */
#ifndef OWN_H
#define OWN_H

#include "filter/message/message.h"
#include "filter/relays/relay.h"

/*
 * Is this the domain of the recipient? Of recipient ("" or NULL: not known); of
 * the addresses in the for-clause of the handoff's Received line, which our
 * server wrote; and where recipient names no domain, of those in To, Cc,
 * Delivered-To and their kin. Linear.
 */
bool own_domain(struct span domain, const char *recipient, const struct message *message,
		const struct chain *chain);

#endif
