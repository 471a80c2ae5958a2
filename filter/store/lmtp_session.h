/*
 * lmtp_session.h - the connection under an LMTP conversation: bytes and
 * replies, each before its deadline. Used by lmtp.c only.
 */
#ifndef LMTP_SESSION_H
#define LMTP_SESSION_H

#include "conf/reader/conf.h"
#include "filter/base/err.h"
#include "filter/store/lmtp.h"

#include <stdint.h>

struct lmtp_session {
	int fd;
	int64_t deadline;                    /* over everything; milliseconds of CLOCK_MONOTONIC */
	bool patient;                        /* the next reply may take until then */
	bool pipelining, eightbit, smtputf8; /* what the last reply to LHLO offered */
	char in[LMTP_LINE_MAX + 2];
	size_t in_n, in_at; /* bytes there, bytes taken */
	char out[16U << 10];
	size_t out_n; /* bytes waiting to be written */
};

/* limit: seconds over everything. -1: nothing is open. */
int lmtp_connect(struct lmtp_session *session, const struct mailbox *mailbox, double limit,
		 struct err *err);

/*
 * Bytes for the server; kept back until there are enough of them or a reply is
 * awaited.
 */
int lmtp_write(struct lmtp_session *session, struct span bytes, struct err *err);
int lmtp_flush(struct lmtp_session *session, struct err *err);

/*
 * Reads one reply, all of its lines, and notes the extensions among them. text
 * gets the last line, printable. what: the command that it answers. -1: no
 * reply, or what came is none.
 */
int lmtp_reply(struct lmtp_session *session, const char *what, int *code, char *text, size_t size,
	       struct err *err);

/* Is there anything from the server that has not been read? */
bool lmtp_spoke(struct lmtp_session *session);

/* Says QUIT without waiting for an answer, and closes. */
void lmtp_quit(struct lmtp_session *session);

#endif
