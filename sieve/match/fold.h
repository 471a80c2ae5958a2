/*
 * fold.h - strings made equal where a comparator takes them for equal.
 */
#ifndef FOLD_H
#define FOLD_H

#include "sieve/match/match.h"

/* A string in the form that its comparator compares octet by octet. */
struct folded {
	struct span text; /* the source itself where the comparator changes nothing */
	char *owned;      /* NULL where text is the source */
};

void fold_init(struct folded *folded, enum match_comparator comparator, struct span source);
void fold_free(struct folded *folded);

/*
 * Where offsets into the folded text are in its source: offset[] (n of them, in
 * ascending order) is replaced. An offset inside of what one source character
 * became is that character's end.
 */
void fold_unmap(enum match_comparator comparator, struct span source, size_t *offset, size_t n);

#endif
