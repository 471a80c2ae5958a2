/*
 * verdict.h - what the answers add up to.
 */
#ifndef VERDICT_H
#define VERDICT_H

#include "filter/verdict/allow.h"
#include "filter/lists/dnsbl.h"

enum verdict_kind {
	VERDICT_ALLOWED,
	VERDICT_LISTED,
	VERDICT_UNKNOWN,
	VERDICT_UNCHECKED,
	VERDICT_CLEAN
};

struct verdict {
	enum verdict_kind kind;
	bool scored;  /* Score is written: neither unknown nor unchecked */
	int score;    /* 0, or 2 to 10 */
	size_t asked; /* public addresses looked up */
	/*
	 * index of the relay at which the score reached the threshold; else of
	 * the last one stored
	 */
	size_t last;
	const char *allowed;    /* the allow entry that matched, or NULL */
	const char *failed_all; /* "config" where nothing could be looked up at all, else NULL */
};

void verdict_of(const struct conf *conf, const struct chain *chain, const struct lookups *lookups,
		const char *allowed, struct verdict *verdict);

/* "allowed", "listed", "unknown", "unchecked", "clean" */
const char *verdict_name(enum verdict_kind kind);

#endif
