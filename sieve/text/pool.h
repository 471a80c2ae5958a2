/*
 * pool.h - memory that lives until the end of a run.
 *
 * Trees, strings and values of a script are many, small and die together: they
 * come from a pool, are never given back singly, and nobody has to ask who owns
 * them. A pool has a bound; past it, as without memory, the program ends
 * (alloc.h): the plan is void, the message kept.
 */
#ifndef POOL_H
#define POOL_H

#include "filter/base/span.h"

struct pool_chunk;

struct pool {
	struct pool_chunk *chunk; /* owned: the newest */
	char *p;                  /* free bytes of it */
	size_t left;
	size_t used; /* bytes of all chunks */
};

#define POOL_MAX ((size_t)128 << 20) /* bytes of one pool; RLIMIT_AS is 256 MB */

void pool_init(struct pool *pool);
void pool_free(struct pool *pool);

/* n zeroed bytes, aligned for every type. Never NULL. */
void *pool_alloc(struct pool *pool, size_t n);

/* A copy of the bytes, with a NUL behind them that is not counted. */
struct span pool_copy(struct pool *pool, struct span s);

/*
 * A copy of n elements of size bytes each that has room for one more: for lists
 * that grow one by one (the copy is made at powers of two only).
 */
void *pool_grow(struct pool *pool, void *list, size_t n, size_t size);

/* Text as printf(3) makes it. */
struct span pool_printf(struct pool *pool, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
