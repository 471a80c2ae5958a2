/*
 * message.h - one message: its header in memory, its body still on the way.
 *
 * Only the header is ever held, at most MESSAGE_HEADER_MAX bytes; the body is
 * streamed from the descriptor when somebody copies it. Line ends are LF or
 * CRLF; a bare CR is a byte like others. The header ends at the first empty
 * line or at the end of input. If the first line is neither a field nor empty,
 * the header is empty and everything is body.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "filter/base/err.h"
#include "filter/base/span.h"

#include <stdio.h>

/* bytes of header held; no relay is read from a longer one */
#define MESSAGE_HEADER_MAX (16U << 20)

struct message {
	int fd;      /* the rest is read from here */
	bool at_end; /* end of input was seen: nothing more to read from fd */
	/*
	 * the header is longer than we hold: `header` is empty, `rest` begins
	 * inside the header
	 */
	bool too_long;
	/*
	 * the first line is neither a field nor empty: a separator line has to
	 * follow our fields
	 */
	bool headless;
	/*
	 * a leading mbox "From " or ">From " line with its line end, else empty
	 */
	struct span from_line;
	struct span header; /* all lines of the header, without the empty line that ends it */
	/*
	 * what has been read behind the header: the empty line and the first
	 * part of the body
	 */
	struct span rest;
	const char *eol; /* "\n" or "\r\n": how the first line ends */
	char *bytes;     /* owned: what the spans point into */
};

/* A line of the header that is a field, with its continuation lines. */
struct field {
	struct span raw;   /* all bytes, from the first of the name to the last line end */
	struct span name;  /* without white space before the colon */
	struct span value; /* behind the colon, with folds and the last line end as they came */
};

/*
 * Reads the header of the message on fd. -1: unreadable input. Takes no
 * ownership of fd. message_free() afterwards in either case.
 */
int message_read(struct message *message, int fd, struct err *err);
void message_free(struct message *message);

/*
 * The next field of header at or behind *at (bytes, begins as 0), which moves
 * behind it. Lines that are no fields are skipped. false at the end. RFC 5322
 * 2.2 with obs-optional's white space before the colon (4.5.8); any byte but
 * colon, white space and control in a name. Linear over a whole walk, allocates
 * nothing.
 */
bool message_field(struct span header, size_t *at, struct field *field);

/*
 * A field's value in one line: white space and folds at both ends dropped, each
 * fold (line end + white space) replaced by one space. Writes at most size
 * bytes to to; returns the span written.
 */
struct span message_unfold(struct span value, char *to, size_t size);

#endif
