/*
 * copy.h - a buffered writer, and the fastest way to move the rest of a
 * descriptor to another.
 */
#ifndef COPY_H
#define COPY_H

#include "filter/base/err.h"
#include "filter/base/span.h"

/* bytes; measured: larger ones gain nothing from a pipe to a file */
#define COPY_BUFFER (128U << 10)

/* Writes collect in one static buffer: one writer at a time. */
struct writer {
	int fd;
	size_t n; /* bytes waiting */
	/*
	 * errno of the first write that failed, 0 while none has; later writes
	 * are ignored
	 */
	int error;
};

void writer_init(struct writer *writer, int fd);
int writer_add(struct writer *writer, struct span bytes); /* -1 once an error is set */
int writer_flush(struct writer *writer);

/*
 * After a read or write that failed: is it worth another try? True for EINTR,
 * and for EAGAIN once the descriptor is ready (events as for poll(2)): a caller
 * may hand us descriptors that do not block.
 */
bool copy_again(int fd, short events);

/* All of it, over short writes and what copy_again() retries. -1 and errno. */
int copy_write_all(int fd, struct span bytes);

/*
 * The first size bytes at that place of a file, or as many as there are: how
 * many. -1 and errno.
 */
ssize_t copy_read_at(int fd, char *to, size_t size, off_t at);

/*
 * Moves everything that is left in from to to: splice(2) where to is a pipe,
 * copy_file_range(2) between files, read and write else.
 */
int copy_rest(int from, int to, struct err *err);

#endif
