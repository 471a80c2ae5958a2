/*
 * buf.h - the one bounded buffer that grows.
 *
 * A buffer never grows past its bound: what would not fit is refused whole and
 * `full` is set. Memory that cannot be had ends the program with 75 (guard.h),
 * so the functions do not report that.
 */
#ifndef BUF_H
#define BUF_H

#include "filter/base/span.h"

#include <stdarg.h>

struct buf {
	char *p;    /* owned; NULL while empty */
	size_t n;   /* bytes in use */
	size_t cap; /* bytes allocated */
	size_t max; /* the bound, in bytes */
	bool full;  /* something did not fit */
};

void buf_init(struct buf *buf, size_t max);
void buf_free(struct buf *buf);

/*
 * Room for n more bytes: a pointer behind the bytes in use (the caller raises
 * buf->n), or NULL and `full`.
 */
char *buf_reserve(struct buf *buf, size_t n);

/* Append; false and `full` where it would not fit. */
bool buf_add(struct buf *buf, struct span s);
bool buf_addc(struct buf *buf, char c);
bool buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Appends what is left to read from fd. false: an error of read(2) (errno), or
 * it would not fit (`full`; what did fit is there).
 */
bool buf_read(struct buf *buf, int fd);

static inline struct span
buf_span(const struct buf *buf)
{
	return (struct span){buf->p, buf->n};
}

#endif
