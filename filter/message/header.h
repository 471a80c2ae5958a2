/*
 * header.h - the fields of a header, as RFC 5322 2.2 has them and as mail has
 * them in fact.
 */
#ifndef HEADER_H
#define HEADER_H

#include "filter/base/span.h"

/* A line of the header that is a field, with its continuation lines. */
struct field {
	struct span raw;   /* all bytes, from the first of the name to the last line end */
	struct span name;  /* without white space before the colon */
	struct span value; /* behind the colon, with folds and the last line end as they came */
};

/* The length of the line that text begins with, its line end included. */
size_t header_line(struct span text);

/*
 * The length of the lines in front of a header that come from an mbox: one or
 * more that begin with "From " or ">From " (RFC 976 2.4), each with its line
 * end. Those behind the first count only where a field or an empty line follows
 * them: else they are text.
 */
size_t header_from_lines(struct span text);

/*
 * The length of the field name that a line begins with, 0 if it begins with
 * none. A name is any bytes but white space, DEL, controls other than NUL, and
 * the colon; white space may stand between it and the colon.
 */
size_t header_name(struct span line);

/*
 * The next field of header at or behind *at (bytes, begins as 0), which moves
 * behind it. Lines that are no fields are skipped. false at the end. RFC 5322
 * 2.2 with obs-optional's white space before the colon (4.5.8); any byte but
 * colon, white space and control in a name. Linear over a whole walk, allocates
 * nothing.
 */
bool header_next(struct span header, size_t *at, struct field *field);

/*
 * The value of the first field called name, whatever its case, as it came;
 * false where there is none.
 */
bool header_find(struct span header, struct span name, struct span *value);

/*
 * A field's value in one line: white space and folds at both ends dropped, each
 * fold (line end + white space) replaced by one space. Writes at most size
 * bytes to to; returns the span written.
 */
struct span header_unfold(struct span value, char *to, size_t size);

#endif
