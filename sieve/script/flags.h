/*
 * flags.h - IMAP flags as words (RFC 5232).
 */
#ifndef FLAGS_H
#define FLAGS_H

#include "sieve/text/pool.h"

/*
 * A set of flags is text: words with single spaces between them, each once,
 * whatever its case.
 */

/*
 * `words` may be any text: what can be no flag (RFC 3501 flag, without \Recent)
 * is left out. Returns flags with these added, at most PROTOCOL_FLAGS_MAX.
 */
struct span flags_add(struct pool *pool, struct span flags, struct span words);
struct span flags_remove(struct pool *pool, struct span flags, struct span words);

/* The next word of text at or behind *at. */
bool flags_next(struct span text, size_t *at, struct span *word);

/* Is this a flag: a keyword, or one of the system flags that may be set? */
bool flags_valid(struct span word);

#endif
