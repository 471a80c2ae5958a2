/*
 * Any bytes as a message: the spans cover what was read, once and in order, and
 * fields lie inside the header.
 */
#include "fuzz.h"
#include "filter/message/message.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void
check(bool truth)
{
	if (!truth)
		abort();
}

static void
check_fields(struct span header)
{
	struct field field;
	char line[256];
	size_t at = 0;

	while (header_next(header, &at, &field)) {
		check(at <= header.n && field.raw.p >= header.p &&
		      field.raw.p + field.raw.n == header.p + at);
		check(field.name.n > 0 && field.name.p == field.raw.p);
		check(field.value.p > field.name.p &&
		      field.value.p + field.value.n == field.raw.p + field.raw.n);
		check(header_unfold(field.value, line, sizeof line).n <= sizeof line);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("message", MFD_CLOEXEC);
	struct message message;
	struct err err;

	check(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
	check(message_read(&message, fd, &err) == 0);
	check(message.from_line.n == 0 ||
	      message.from_line.p + message.from_line.n == message.header.p);
	check(message.header.p + message.header.n == message.rest.p);
	check(message.from_line.n + message.header.n + message.rest.n == size || !message.at_end);
	check_fields(message.header);
	message_free(&message);
	close(fd);
	return 0;
}
