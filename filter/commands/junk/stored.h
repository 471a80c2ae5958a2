/*
 * stored.h - the messages in a folder of a Maildir that came lately.
 */
#ifndef STORED_H
#define STORED_H

#include "filter/base/err.h"

#include <limits.h>
#include <stddef.h>
#include <stdbool.h>
#include <time.h>

struct stored {
	time_t when; /* of the file: when it came */
	bool fresh;  /* in new/, else in cur/ */
	char name[NAME_MAX + 1];
};

struct stored_list {
	struct stored *stored; /* owned; the newest first */
	size_t n;
};

/*
 * Finds the messages of folder (a path) that came at oldest or later, 100,000
 * at most. -1: it cannot be read. stored_free() afterwards in either case.
 */
int stored_find(struct stored_list *list, const char *folder, time_t oldest, struct err *err);
void stored_free(struct stored_list *list);

/*
 * Opens one for reading: a regular file. It may have been moved, or got flags,
 * since: then it is looked for by the unique part of its name, and stored says
 * where it is now. A descriptor, or -1: it is gone.
 */
int stored_open(struct stored *stored, const char *folder);

/* "new" or "cur" */
const char *stored_place(const struct stored *stored);

#endif
