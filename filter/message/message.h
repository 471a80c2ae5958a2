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
#include "filter/message/header.h"

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
	 * leading mbox "From " or ">From " lines with their line ends
	 * (header.h), else empty
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

/*
 * Reads the header of the message on fd. -1: unreadable input. Takes no
 * ownership of fd. message_free() afterwards in either case.
 */
int message_read(struct message *message, int fd, struct err *err);
void message_free(struct message *message);

#endif
