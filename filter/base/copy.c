#include "config.h"

#include "filter/base/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOVE_MAX (1U << 20) /* bytes asked of one splice or copy_file_range */

static char buffer[COPY_BUFFER] __attribute__((aligned(4096))); /* a short message: one page */

bool
copy_again(int fd, short events)
{
	struct pollfd ready = {.fd = fd, .events = events};

	if (errno != EAGAIN)
		return errno == EINTR;
	return poll(&ready, 1, -1) >= 0 || errno == EINTR;
}

ssize_t
copy_read_at(int fd, char *to, size_t size, off_t at)
{
	size_t n = 0;

	while (n < size) {
		ssize_t got = pread(fd, to + n, size - n, at + (off_t)n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

int
copy_write_all(int fd, struct span bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && copy_again(fd, POLLOUT))
			continue;
		if (n == 0)
			/*
			 * write(2) never says so on what we write to; do not
			 * loop if it does
			 */
			errno = EIO;
		if (n <= 0)
			return -1;
		bytes = span_skip(bytes, (size_t)n);
	}
	return 0;
}

void
writer_init(struct writer *writer, int fd)
{
	*writer = (struct writer){.fd = fd};
}

static int
write_out(struct writer *writer, struct span bytes)
{
	if (writer->error == 0 && copy_write_all(writer->fd, bytes) != 0)
		writer->error = errno;
	return writer->error == 0 ? 0 : -1;
}

int
writer_flush(struct writer *writer)
{
	size_t n = writer->n;

	writer->n = 0;
	return write_out(writer, (struct span){buffer, n});
}

int
writer_add(struct writer *writer, struct span bytes)
{
	if (bytes.n > sizeof buffer - writer->n && writer_flush(writer) != 0)
		return -1;
	if (bytes.n > sizeof buffer)
		return write_out(writer, bytes);
	if (bytes.n > 0)
		memcpy(buffer + writer->n, bytes.p, bytes.n);
	writer->n += bytes.n;
	return writer->error == 0 ? 0 : -1;
}

enum method { METHOD_SPLICE, METHOD_COPY_FILE_RANGE, METHOD_READ_WRITE };

static enum method
best_method(int from, int to)
{
	struct stat in, out;

	if (fstat(from, &in) != 0 || fstat(to, &out) != 0)
		return METHOD_READ_WRITE;
	if (S_ISFIFO(out.st_mode))
		return METHOD_SPLICE;
	if (S_ISREG(in.st_mode) && S_ISREG(out.st_mode))
		return METHOD_COPY_FILE_RANGE;
	return METHOD_READ_WRITE;
}

static ssize_t
move_some(int from, int to, enum method method)
{
	(void)to; /* read() is not told, and may be the only way */
	switch (method) {
#ifdef HAVE_SPLICE
	case METHOD_SPLICE:
		return splice(from, NULL, to, NULL, MOVE_MAX, SPLICE_F_MOVE);
#endif
#ifdef HAVE_COPY_FILE_RANGE
	case METHOD_COPY_FILE_RANGE:
		return copy_file_range(from, NULL, to, NULL, MOVE_MAX, 0);
#endif
	case METHOD_READ_WRITE:
		return read(from, buffer, sizeof buffer);
	default:
		return 0; /* a way that is not there moves nothing */
	}
}

int
copy_rest(int from, int to, struct err *err)
{
	enum method method = best_method(from, to);

	for (;;) {
		ssize_t n = move_some(from, to, method);

		if (n < 0 &&
		    (method == METHOD_READ_WRITE ? copy_again(from, POLLIN) : errno == EINTR))
			continue;
		/*
		 * The fast ways do not work everywhere (O_APPEND, other file
		 * systems, special files), and copy_file_range finds nothing in
		 * some files that are not empty (procfs): the plain way has the
		 * last word on every error and on the end.
		 */
		if (n <= 0 && method != METHOD_READ_WRITE) {
			method = METHOD_READ_WRITE;
			continue;
		}
		if (n < 0)
			return err_set(err, "standard input: %s", strerror(errno));
		if (n == 0)
			return 0;
		if (method == METHOD_READ_WRITE &&
		    copy_write_all(to, (struct span){buffer, (size_t)n}) != 0)
			return err_set(err, "writing the message: %s", strerror(errno));
	}
}
