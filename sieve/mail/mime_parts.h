/*
 * mime_parts.h - the parts that a body consists of, found in one walk over its
 * lines.
 */
#ifndef MIME_PARTS_H
#define MIME_PARTS_H

#include "sieve/mail/mime_type.h"

#include <stddef.h>
#include <stdint.h>

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

#define MIME_NO_PART SIZE_MAX

/*
 * One MIME part as foreverypart sees it (RFC 5703 3): with a header of its own.
 * The first is the message itself.
 */
struct mime_entity {
	struct span header; /* without its empty line; empty for the message itself */
	struct mime_type type;
	unsigned depth; /* how many entities it is in */
	size_t part;    /* its first value among the parts; MIME_NO_PART: none */
};

/* What is found: at most `max` of each, in the order of the message. */
struct mime_tree {
	struct mime_part *part; /* max of them */
	size_t parts;
	struct mime_entity *entity; /* max of them */
	size_t entities;
	size_t max;
};

/*
 * Takes a body apart whose own type (of the message's header) is given. Each
 * line is looked at once, whatever is nested in what. What nests deeper than
 * MIME_DEPTH_MAX is taken as it stands.
 */
void mime_parts(struct span body, const struct mime_type *type, struct mime_tree *tree);

#endif
