/*
 * edit.h - header edits of a plan (RFC 5293): the copies filed after them begin
 * with another header.
 */
#ifndef EDIT_H
#define EDIT_H

#include "filter/base/buf.h"
#include "filter/base/err.h"
#include "filter/plan/plan.h"

#include <sys/types.h>

struct edit {
	/*
	 * owned: the header as edited so far, without the empty line that ends
	 * it
	 */
	char *p;
	size_t n, cap;
	off_t body;      /* where in the spool the rest begins: the empty line and the body */
	const char *eol; /* how the header's first line ends */
	const struct plan *plan;
	struct buf fields;            /* owned: those that the plan adds, one behind the other */
	size_t end[PLAN_ACTIONS_MAX]; /* of what action i adds, in fields */
};

/*
 * Reads the header of the spool, with room for all edits of the plan, so that
 * edit_apply() allocates nothing. -1: it cannot be read, or is longer than we
 * hold (16 MiB): then copies are stored unedited. edit_free() in either case.
 * plan must outlive edit.
 */
int edit_load(struct edit *edit, int spool, const struct plan *plan, struct err *err);

/*
 * Carries one ACTION_ADDHEADER or ACTION_DELETEHEADER of that plan out. INDEX
 * counts the fields of that name from the top, from 1, as they stand then:
 * those added by earlier lines count, those deleted do not. A field that is not
 * there is no error.
 */
void edit_apply(struct edit *edit, const struct action *action);

/*
 * Takes out every field of that name, however many there are: one walk over the
 * header.
 */
void edit_delete_all(struct edit *edit, struct span name);

void edit_free(struct edit *edit);

#endif
