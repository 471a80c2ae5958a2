/*
 * allow.h - senders and networks whose mail is never tagged as listed.
 */
#ifndef ALLOW_H
#define ALLOW_H

#include "conf.h"
#include "err.h"
#include "message.h"
#include "relay.h"

/* Who the message is said to be from and for. */
struct envelope {
	const char *sender;    /* "" is the null sender; NULL: not known */
	const char *recipient; /* NULL: not known */
};

/*
 * The entry of the site's or the user's allow list that lets this message through, or NULL. Senders match the envelope sender or a
 * single From address, never one of the recipient's own address or domain; networks match the handoff only. The text lives as long as conf
 * or, for the user's file, until the process ends.
 */
const char *allow_match(const struct conf *conf, const struct envelope *envelope, const struct message *message, const struct chain *chain);

#endif
