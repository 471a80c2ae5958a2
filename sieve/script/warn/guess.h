/*
 * guess.h - which known word was meant by one that is not known?
 */
#ifndef GUESS_H
#define GUESS_H

#include "filter/base/span.h"

#define GUESS_WORD_MAX 40 /* bytes; nothing is guessed for longer words */

struct guess {
	struct span word;
	unsigned distance; /* of best, at most what may be a slip of the keyboard */
	const char *best;  /* NULL: nothing is near */
};

/*
 * One letter in three may be wrong, left out, too many or in its neighbour's
 * place; case does not matter, and `-`, `_` are as good as left out.
 */
void guess_init(struct guess *guess, struct span word);

/* One of the words that there are; it has to outlive guess. */
void guess_offer(struct guess *guess, const char *known);

#endif
