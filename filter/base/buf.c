#include "filter/base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BUF_FIRST 256  /* bytes in the first allocation */
#define BUF_READ  4096 /* bytes of one read(2) */

void
buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf){.max = max};
}

void
buf_free(struct buf *buf)
{
	free(buf->p);
	buf_init(buf, buf->max);
}

char *
buf_reserve(struct buf *buf, size_t n)
{
	if (n > buf->max - buf->n) {
		buf->full = true;
		return NULL;
	}
	if (n > buf->cap - buf->n || buf->p == NULL) {
		size_t cap = buf->cap == 0 ? BUF_FIRST : buf->cap;

		while (cap < buf->n + n)
			cap *= 2;
		if (cap > buf->max)
			cap = buf->max;
		char *p = realloc(buf->p, cap);
		/*
		 * only where the guard's allocator is not linked in, as in unit
		 * tests
		 */
		if (p == NULL)
			abort();
		buf->p = p;
		buf->cap = cap;
	}
	return buf->p + buf->n;
}

bool
buf_add(struct buf *buf, struct span s)
{
	char *to = buf_reserve(buf, s.n);

	if (to == NULL)
		return false;
	if (s.n > 0)
		memcpy(to, s.p, s.n);
	buf->n += s.n;
	return true;
}

bool
buf_addc(struct buf *buf, char c)
{
	return buf_add(buf, (struct span){&c, 1});
}

bool
buf_addf(struct buf *buf, const char *format, ...)
{
	va_list ap, again;

	va_start(ap, format);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	char *to = n < 0 ? NULL : buf_reserve(buf, (size_t)n + 1);
	if (to != NULL) {
		(void)vsnprintf(to, (size_t)n + 1, format, again);
		buf->n += (size_t)n;
	}
	va_end(again);
	return to != NULL;
}

bool
buf_read(struct buf *buf, int fd)
{
	for (;;) {
		size_t room = buf->max - buf->n < BUF_READ ? buf->max - buf->n : BUF_READ;
		char byte, *to = room == 0 ? &byte : buf_reserve(buf, room);
		ssize_t n = read(fd, to, room == 0 ? 1 : room);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		if (room == 0) {
			buf->full = true;
			return false;
		}
		buf->n += (size_t)n;
	}
}
