/*
 * malloc() and its kin of libc for the whole program, libraries included, with
 * an end instead of a failure.
 */
#include "config.h"

#include "filter/base/alloc.h"

#include <stddef.h>
#include <stdint.h>

#if defined(HAVE___LIBC_MALLOC) && !defined(WITH_SANITIZERS)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *malloc(size_t size);
void *calloc(size_t n, size_t size);
void *realloc(void *p, size_t size);

static void *
checked(void *p)
{
	if (p == NULL)
		alloc_failed("out of memory");
	return p;
}

void *
malloc(size_t size)
{
	return checked(__libc_malloc(size));
}

void *
calloc(size_t n, size_t size)
{
	return checked(__libc_calloc(n, size));
}

void *
realloc(void *p, size_t size)
{
	if (size == 0) /* frees, by glibc's rules; NULL is no failure then */
		return __libc_realloc(p, size);
	return checked(__libc_realloc(p, size));
}

#endif
