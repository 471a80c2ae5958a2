/*
 * tagged.h - what our fields in a stored message say: the verdict when it came.
 *
 * Where the message did not come through this filter they may be anybody's, so
 * all texts are untrusted.
 */
#ifndef TAGGED_H
#define TAGGED_H

#include "filter/base/buf.h"

#define TAGGED_LISTINGS_MAX 16

struct tagged {
	struct span verdict;         /* "listed", "clean" ...; empty: no X-SpamCop-Status */
	struct span failed, allowed; /* parameters of it; empty where they are not there */
	struct span when;            /* the date in the topmost Received field; empty: none */
	struct tagged_listing {
		struct span address, list, trust, reason;
	} listing[TAGGED_LISTINGS_MAX]; /* of the X-SpamCop-Listed fields */
	size_t n;
	struct buf text; /* owned: what the spans point into */
};

/* Reads the fields of header. tagged_free() afterwards. */
void tagged_read(struct tagged *tagged, struct span header);
void tagged_free(struct tagged *tagged);

#endif
