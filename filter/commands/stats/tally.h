/*
 * tally.h - how often each of many names was met.
 */
#ifndef TALLY_H
#define TALLY_H

#include "filter/base/span.h"

#define TALLY_NAMES_MAX 20000 /* further ones are counted as one, "others" */
#define TALLY_NAME_MAX  128   /* bytes */
#define TALLY_COUNTS    3

struct tally_row {
	char name[TALLY_NAME_MAX];
	unsigned long count[TALLY_COUNTS];
};

/* Zeroed to begin with. */
struct tally {
	struct tally_row *row; /* owned */
	size_t n;
	unsigned *slot; /* owned; a hash table of rows, from 1 */
	size_t slots;
};

/* The row of a name; it may move with the next call. */
struct tally_row *tally_row(struct tally *tally, struct span name);

/* By the first count, then by name. tally_row() cannot be used afterwards. */
void tally_sort(struct tally *tally);
void tally_free(struct tally *tally);

#endif
