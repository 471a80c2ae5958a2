/*
 * The allocator of the program, libraries included: malloc() and its kin of libc, but a failure never reaches a caller. libconfig and
 * c-ares crash or end with a wrong status when memory runs out (measured: 101 of 230 injected failures); so does much code that checks.
 * Linked into programs only, not into unit tests.
 */
#include "config.h"

#include "guard.h"

#include <errno.h>
#include <stddef.h>

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
		guard_tempfail("out of memory");
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
