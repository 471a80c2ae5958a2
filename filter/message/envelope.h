/*
 * envelope.h - who a message is said to be from and for.
 */
#ifndef ENVELOPE_H
#define ENVELOPE_H

#include "filter/base/span.h"

#define ENVELOPE_ADDRESS_MAX 1000 /* bytes; RFC 5321 4.5.3.1.3 allows 256 */

struct envelope {
	const char *sender;    /* "" is the null sender; NULL: not known */
	const char *recipient; /* NULL: not known */
};

/*
 * An address as callers and messages give it, ready to be written into a field:
 * without angle brackets, copied to to. NULL where it could not be one: too
 * long, or with controls, which would be lines of their own there. A sender is
 * "" for the null sender, which MAILER-DAEMON and "@" mean as well; a recipient
 * is never empty.
 */
const char *envelope_sender(struct span text, char to[ENVELOPE_ADDRESS_MAX + 1]);
const char *envelope_recipient(struct span text, char to[ENVELOPE_ADDRESS_MAX + 1]);

/*
 * What the caller does not know of the envelope, a stored message says in
 * Return-Path and Delivered-To.
 */
void envelope_complete(struct envelope *envelope, struct span header,
		       char sender[ENVELOPE_ADDRESS_MAX + 1],
		       char recipient[ENVELOPE_ADDRESS_MAX + 1]);

/* The same for the sender in a From_ line ("From a@b Mon ..."). */
const char *envelope_from_line(struct span line, char to[ENVELOPE_ADDRESS_MAX + 1]);

#endif
