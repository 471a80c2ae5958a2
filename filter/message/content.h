/*
 * content.h - a message as it is to be stored or handed on.
 */
#ifndef CONTENT_H
#define CONTENT_H

#include "filter/base/err.h"
#include "filter/base/span.h"

#include <sys/types.h>

/*
 * head, then what fd holds from `from` on. head is empty but for a message with
 * an edited header.
 */
struct content {
	struct span head;
	int fd;
	off_t from;
};

/* Writes the content to a descriptor, from its beginning. */
int content_write(const struct content *content, int to, struct err *err);

/*
 * A file without a name in /var/tmp or /tmp, or in memory where neither takes
 * one: nothing is left of it whatever happens. A descriptor or -1.
 */
int content_unnamed_file(struct err *err);

/*
 * Is it one that has no other place than memory? Then whoever writes a message
 * of unknown length bounds it by CONTENT_IN_MEMORY_MAX.
 */
#define CONTENT_IN_MEMORY_MAX (1U << 20)
bool content_is_in_memory(int fd);

#endif
