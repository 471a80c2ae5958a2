/*
 * lmtp.h - hands a message to an LMTP server (RFC 2033), for one recipient.
 *
 * 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531) and PIPELINING (RFC 2920) are used
 * where the server offers them. Whatever a server does, this ends within its
 * limits: LMTP_REPLY_LIMIT seconds for each reply, as a whole and not for each
 * byte, and the caller's limit over everything.
 */
#ifndef LMTP_H
#define LMTP_H

#include "conf/reader/conf.h"
#include "filter/base/err.h"
#include "filter/store/maildir.h"

/*
 * seconds; the last reply may take as long as the limit over everything leaves
 */
#define LMTP_REPLY_LIMIT 60
#define LMTP_LINE_MAX    4096 /* bytes of a reply's line; RFC 5321 4.5.3.1.5 asks for 512 */
#define LMTP_REPLY_LINES 200  /* lines of one reply */

struct lmtp {
	const struct mailbox *mailbox;
	/*
	 * NULL and "" are the null sender, and so is an address that cannot
	 * stand in a command, needs SMTPUTF8 where the server has none, or is
	 * refused for good
	 */
	const char *sender;
	const char *recipient; /* an address or a user's name */
	double limit;          /* seconds over everything */
};

enum lmtp_result {
	LMTP_TAKEN,   /* 2yz for the recipient, after the data: the server has it */
	LMTP_UNKNOWN, /* 5yz for the recipient: there is no such address (or no such detail) */
	LMTP_FAILED,  /* anything else: it has to be tried again */
};

/* err says why it is not LMTP_TAKEN. */
enum lmtp_result lmtp_send(const struct lmtp *lmtp, const struct content *content, struct err *err);

/*
 * A line of a reply, without its line end: "250-TEXT", "250 TEXT" or "250" (RFC
 * 5321 4.2). false: it is none.
 */
bool lmtp_reply_line(struct span line, int *code, bool *last);

/*
 * Turns message text into DATA: each LF alone becomes CRLF, a dot that begins a
 * line becomes two.
 */
struct lmtp_stuffing {
	bool in_line; /* the last byte was no LF */
	bool cr;      /* it was a CR */
};

/*
 * Stuffs in into out, which has room for 2 * in.n bytes; returns the bytes
 * written. Begin with a zeroed state.
 */
size_t lmtp_stuff(struct lmtp_stuffing *stuffing, struct span in, char *out);

#endif
