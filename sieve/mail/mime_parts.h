/*
 * mime_parts.h - the parts that a body consists of, found in one walk over its
 * lines.
 */
#ifndef MIME_PARTS_H
#define MIME_PARTS_H

#include "sieve/mail/mime_type.h"

#include <stddef.h>

#define MIME_DEPTH_MAX 32
#define MIME_PARTS_MAX 10000

/*
 * One value of `body :content`: a leaf, a prologue or epilogue of a multipart,
 * or the header of a message/rfc822 part.
 */
struct mime_part {
	struct mime_type type;
	/*
	 * its bytes in the body, without the line end that belongs to the
	 * boundary
	 */
	struct span raw;
	bool container;    /* a multipart's or message's own text: never decoded */
	struct span text;  /* mime.c's own: decoded, and */
	struct span plain; /* without markup; p NULL until then */
};

/*
 * Finds the parts of a body whose own type (of the message's header) is given.
 * Writes at most `max` of them to part; gives their number. Each line is looked
 * at once, whatever is nested in what. What nests deeper than MIME_DEPTH_MAX is
 * taken as it stands.
 */
size_t mime_parts(struct span body, const struct mime_type *type, struct mime_part *part,
		  size_t max);

#endif
