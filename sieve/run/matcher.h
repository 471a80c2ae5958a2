/*
 * matcher.h - values against keys: each value with each key in order, until one
 * matches.
 */
#ifndef MATCHER_H
#define MATCHER_H

#include "sieve/run/run.h"

/* One test that compares values with keys. */
struct matcher {
	struct run *run;
	const struct step *step;
	const struct argument *keys;
	struct match *match; /* one for each key; owned, but for those of the checker */
	bool *broken;        /* for each key: an expression made of variables that is none */
	size_t count;        /* values seen, for :count */
	bool no_captures;    /* what matches sets no match variables */
	bool matched;
};

void matcher_open(struct matcher *matcher, struct run *run, const struct step *step,
		  const struct argument *keys);

/*
 * Compares one value; true as soon as one has matched. With :count it is only
 * counted.
 */
bool matcher_see(struct matcher *matcher, struct span value);

/* The test's result. */
bool matcher_close(struct matcher *matcher);

#endif
