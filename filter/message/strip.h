/*
 * strip.h - takes the X-SpamCop-* fields that came in out of a header, as it
 * streams by.
 *
 * Only the five fields that we write are ours, in every spelling that some
 * parser takes for them: any case, NULs in the name, white space or a fold
 * before the colon, folded values. White space inside a name makes another
 * name. What is held back to decide is kept as runs of equal bytes, so that
 * lines of NULs, however long, come through. One of our names with more than
 * STRIP_RUNS_MAX runs of white space and NULs behind it, and no colon yet, is
 * taken for ours.
 *
 * A bare CR ends a line for many readers. One of our fields behind it, up to
 * the next CR or line end, goes; the CRs and all other bytes of the line stay.
 */
#ifndef STRIP_H
#define STRIP_H

#include "filter/base/span.h"

#include <stdint.h>

#define STRIP_RUNS_MAX 1024

enum strip_state {
	STRIP_LINE,
	STRIP_NAME,
	STRIP_COLON,
	STRIP_FOLD,
	STRIP_PASS,
	STRIP_DROP,
	STRIP_END
};

/* n times the same byte. */
struct strip_run {
	char c;
	size_t n;
};

struct strip {
	enum strip_state state;
	bool dropping; /* the field before this line is ours: its continuation lines go, too */
	bool bare;     /* what is looked at began behind a bare CR, or what may turn out as one */
	char name[24]; /* what has been read of the name, in lower case, without NULs */
	size_t name_n;
	size_t runs;   /* in use of held */
	size_t held_n; /* bytes in all of them */
	struct strip_run held[STRIP_RUNS_MAX];
};

/* Where the bytes that stay go to; returns -1 to stop. */
typedef int strip_emit(void *to, struct span bytes);

/* Another header begins; a zeroed struct has begun. */
void strip_begin(struct strip *strip);

/*
 * Feeds the next bytes of the header. Returns how many of them were read: fewer
 * than bytes.n only where the header ended (strip->state is STRIP_END: the
 * empty line has been emitted, what follows is body), or where emit failed
 * (-1). strip_end() emits what is still held at the end of input.
 */
ptrdiff_t strip_feed(struct strip *strip, struct span bytes, strip_emit *emit, void *to);
int strip_end(struct strip *strip, strip_emit *emit, void *to);

#endif
