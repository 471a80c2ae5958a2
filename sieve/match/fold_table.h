/*
 * fold_table.h - what Unicode says about case and composition, for fold.c.
 */
#ifndef FOLD_TABLE_H
#define FOLD_TABLE_H

#include <stddef.h>
#include <stdint.h>

/*
 * first, first + step ... last become themselves + delta. Ranges are sorted and
 * do not overlap.
 */
struct fold_range {
	uint32_t first, last;
	int32_t delta;
	int32_t step;
};

/* A character that is two. Sorted. */
struct fold_pair {
	uint16_t character, a, b;
};

extern const struct fold_range fold_title[]; /* to its titlecase */
extern const size_t fold_titles;
extern const struct fold_range fold_single[]; /* to the one character that it is a form of */
extern const size_t fold_singles;
extern const struct fold_pair fold_pair[];
extern const size_t fold_pairs;

#endif
