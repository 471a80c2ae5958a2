/*
 * glob.h - the patterns of :matches (RFC 5228 2.7.1): `*`, `?`, and a backslash
 * that makes the next character an ordinary one.
 */
#ifndef GLOB_H
#define GLOB_H

#include "sieve/match/match.h"

/* One stretch of a pattern: perhaps a `*`, then some `?`, then literal text. */
struct glob_piece {
	bool star;
	size_t skip;         /* how many `?` */
	struct span literal; /* folded */
};

struct glob {
	struct glob_piece *piece; /* owned */
	size_t n;
	bool utf8;               /* `?` is one character of UTF-8, else one octet */
	struct folded *literals; /* owned, one for each piece */
};

/*
 * What the wildcards stand for: offsets into the folded text; [0] is all of it.
 */
struct glob_found {
	size_t begin[MATCH_CAPTURES_MAX], end[MATCH_CAPTURES_MAX];
	size_t n;
};

void glob_init(struct glob *glob, enum match_comparator comparator, struct span pattern);
void glob_free(struct glob *glob);

/*
 * Does the pattern match all of text (folded)? Each `*` takes as little as it
 * can, from the left. *steps counts work, about one for each byte looked at;
 * past MATCH_STEPS_MAX: MATCH_LIMIT. found may be NULL.
 */
enum match_result glob_run(const struct glob *glob, struct span text, struct glob_found *found,
			   unsigned long *steps);

#endif
