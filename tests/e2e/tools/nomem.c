/*
 * Linked into a copy of the filter with ld's --wrap: the allocator under
 * alloc.c fails at the Nth call and ever after. N is in the environment
 * variable FAIL_AT of whoever starts the program (the filter clears its
 * environment); without it nothing fails.
 */
#include <stddef.h>
#include <stdlib.h>

void *__real___libc_malloc(size_t size);
void *__real___libc_calloc(size_t n, size_t size);
void *__real___libc_realloc(void *p, size_t size);
void *__wrap___libc_malloc(size_t size);
void *__wrap___libc_calloc(size_t n, size_t size);
void *__wrap___libc_realloc(void *p, size_t size);

static long left = -1; /* calls until the first that fails; -1: not asked for */

__attribute__((constructor)) static void
set_limit(void)
{
	const char *text = getenv("FAIL_AT");

	if (text != NULL)
		left = strtol(text, NULL, 10);
}

static int
fails(void)
{
	if (left < 0)
		return 0;
	if (left > 0)
		left--;
	return left == 0;
}

void *
__wrap___libc_malloc(size_t size)
{
	return fails() ? NULL : __real___libc_malloc(size);
}

void *
__wrap___libc_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real___libc_calloc(n, size);
}

void *
__wrap___libc_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real___libc_realloc(p, size);
}
