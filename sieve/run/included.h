/*
 * included.h - the scripts that a script includes (RFC 6609): asked for, read
 * and checked once, however often they are named.
 */
#ifndef INCLUDED_H
#define INCLUDED_H

#include "sieve/run/ask.h"
#include "sieve/script/check.h"

struct included_set {
	struct ask *ask;
	struct pool *pool;
	char separator;
	FILE *to; /* `check`: where errors and warnings go; NULL: nowhere */
	bool caret;
	unsigned errors; /* scripts that have any */
	struct included *first;
};

/*
 * program_build()'s include, with the set as its context: the script, or NULL
 * and *why (NULL where there is none).
 */
const struct script *included_find(void *set, bool global, struct span name, const char **why,
				   bool **begun);

void included_close(struct included_set *set);

#endif
