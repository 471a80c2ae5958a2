/*
 * malloc() and its kin of libc for the whole program, libraries included, with
 * an end instead of a failure.
 */
#include "config.h"

#include "filter/base/alloc.h"

#include <stddef.h>
#include <stdint.h>

#ifdef ALLOC_WRAP
/*
 * Linked statically, malloc() is of the same piece of libc as __libc_malloc():
 * the linker (--wrap) has everybody call these instead.
 */
#define OURS(name)  __wrap_##name
#define LIBC_(name) __real_##name
#elif defined(HAVE___LIBC_MALLOC) && !defined(WITH_SANITIZERS)
#define OURS(name)  name
#define LIBC_(name) __libc_##name
#endif

#ifdef OURS

void *LIBC_(malloc)(size_t size);
void *LIBC_(calloc)(size_t n, size_t size);
void *LIBC_(realloc)(void *p, size_t size);
void *OURS(malloc)(size_t size);
void *OURS(calloc)(size_t n, size_t size);
void *OURS(realloc)(void *p, size_t size);

static void *
checked(void *p)
{
	if (p == NULL)
		alloc_failed("out of memory");
	return p;
}

void *
OURS(malloc)(size_t size)
{
	return checked(LIBC_(malloc)(size));
}

void *
OURS(calloc)(size_t n, size_t size)
{
	return checked(LIBC_(calloc)(n, size));
}

void *
OURS(realloc)(void *p, size_t size)
{
	if (size == 0) /* frees, by glibc's rules; NULL is no failure then */
		return LIBC_(realloc)(p, size);
	return checked(LIBC_(realloc)(p, size));
}

#endif
