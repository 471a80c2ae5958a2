/*
 * ask.h - questions of the sealed child to whoever started it (protocol.h).
 */
#ifndef ASK_H
#define ASK_H

#include "filter/base/err.h"
#include "sieve/text/pool.h"

#include <stdio.h>

struct ask {
	FILE *to; /* questions go here, as lines between those of the plan */
	int from; /* answers come from this descriptor */
	unsigned asked;
};

/*
 * What comes unasked: the filter has written all of the message, and says this
 * about it. *text is the pool's. -1: nobody does.
 */
int ask_wait(struct ask *ask, struct pool *pool, struct span *text, struct err *err);

/*
 * 1: yes, 0: no, -1: nobody answers as they should, or too many questions: the
 * run has no plan. Waits for the answer.
 */
int ask_script(struct ask *ask, struct pool *pool, bool global, struct span name, struct span *text,
	       struct err *err);
int ask_mailbox(struct ask *ask, struct pool *pool, struct span folder, struct err *err);

/* The folder that has a special use (RFC 8579): *folder is the pool's. */
int ask_use(struct ask *ask, struct pool *pool, struct span use, struct span *folder,
	    struct err *err);

/*
 * Was a message with this id seen within seconds; with last, seeing it now
 * starts the time anew.
 */
int ask_seen(struct ask *ask, struct pool *pool, unsigned long seconds, bool last, struct span id,
	     struct err *err);

#endif
