/*
 * carry.h - one plan being carried out: what deliver.c shares with the two ways
 * of delivering. Used by these three only.
 */
#ifndef CARRY_H
#define CARRY_H

#include "filter/store/deliver.h"
#include "filter/plan/edit.h"
#include "filter/store/target.h"

struct carrying {
	struct delivery *delivery;
	const struct plan *plan;
	struct targets targets;
	struct edit edit;
	size_t edited; /* header edits carried out so far */
	size_t next;   /* action of the plan behind the last of them */
	off_t size;    /* of the spool */
};

/*
 * The message for a target. Targets are asked for in the plan's order.
 * Allocates nothing.
 */
struct content carry_content(struct carrying *carrying, const struct target *target);

/* Notes for the log what has been done. */
void carry_note(struct carrying *carrying, const struct target *target, const char *where);

/*
 * Into the folders of a Maildir (deliver_maildir.c), or to another agent
 * (deliver_agent.c). 0 or -1: 75.
 */
int deliver_maildir(struct carrying *carrying, struct err *err);
int deliver_agent(struct carrying *carrying, struct err *err);

#endif
