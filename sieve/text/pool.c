#include "sieve/text/pool.h"

#include "filter/base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define CHUNK_SIZE ((size_t)64 << 10)

struct pool_chunk {
	struct pool_chunk *next;
	max_align_t bytes[];
};

void
pool_init(struct pool *pool)
{
	*pool = (struct pool){0};
}

void
pool_free(struct pool *pool)
{
	while (pool->chunk != NULL) {
		struct pool_chunk *next = pool->chunk->next;

		free(pool->chunk);
		pool->chunk = next;
	}
	pool_init(pool);
}

/* The bytes that a value of n takes. */
static size_t
rounded(size_t n)
{
	return (n + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
}

void *
pool_alloc(struct pool *pool, size_t n)
{
	if (n > POOL_MAX)
		alloc_failed("a value is too large");
	n = rounded(n);
	if (n > pool->left) {
		size_t size = n > CHUNK_SIZE ? n : CHUNK_SIZE;

		if (pool->used + size > POOL_MAX)
			alloc_failed("script and message take more memory than a run may have");
		/*
		 * A large value gets a chunk of its own, behind the one in use.
		 */
		struct pool_chunk *chunk = n > CHUNK_SIZE ? calloc(1, sizeof *chunk + size)
							  : malloc(sizeof *chunk + size);
		if (chunk == NULL)
			alloc_failed("out of memory");
		pool->used += size;
		if (n > CHUNK_SIZE && pool->chunk != NULL) {
			chunk->next = pool->chunk->next;
			pool->chunk->next = chunk;
			return chunk->bytes;
		}
		chunk->next = pool->chunk;
		pool->chunk = chunk;
		pool->p = (char *)chunk->bytes;
		pool->left = size;
	}
	void *p = pool->p;
	if (n > 0)
		memset(p, 0, n); /* value by value: most of a chunk is never used */
	pool->p += n;
	pool->left -= n;
	return p;
}

struct span
pool_copy(struct pool *pool, struct span s)
{
	char *p = pool_alloc(pool, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (struct span){p, s.n};
}

void *
pool_grow(struct pool *pool, void *list, size_t n, size_t size)
{
	if (n > 0 && (n & (n - 1)) != 0) /* between powers of two there is room */
		return list;
	/* the last value given out grows where it is */
	size_t old = rounded(n * size);
	if (n > 0 && (char *)list + old == pool->p && old <= pool->left) {
		memset(pool->p, 0, old);
		pool->p += old;
		pool->left -= old;
		return list;
	}
	void *to = pool_alloc(pool, (n == 0 ? 1 : 2 * n) * size);
	if (n > 0)
		memcpy(to, list, n * size);
	return to;
}

struct span
pool_printf(struct pool *pool, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	int n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	char *p = pool_alloc(pool, (size_t)(n < 0 ? 0 : n) + 1);
	va_start(ap, format);
	(void)vsnprintf(p, (size_t)(n < 0 ? 0 : n) + 1, format, ap);
	va_end(ap);
	return (struct span){p, (size_t)(n < 0 ? 0 : n)};
}
