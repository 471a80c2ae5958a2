/*
 * by.h - the by-clause of a Received field: what the server says about itself
 * and about the protocol.
 */
#ifndef BY_H
#define BY_H

#include "filter/relays/boundary.h"
#include "filter/relays/tokens.h"

struct by {
	enum server server;
	struct span name; /* of the server */
	struct span with; /* the protocol; that of "via" where there is no "with" */
	bool found;       /* there is a "by" */
	bool software;    /* a comment about the server stands behind its name */
	bool auth;        /* the server says that it authenticated the client */
	bool fetch;       /* a POP or IMAP fetch line */
	bool web;         /* with HTTP: there need not be an address */
	bool smtp;        /* a protocol of the SMTP family */
};

/*
 * Reads everything behind the from-clause, token being its first word: by, with
 * and via, up to id, for or the date. by->server is what boundary_find() said.
 * Comments that hold a client's or a sender's text end what is believed: behind
 * one, a ")" of his may have begun another.
 */
void by_read(struct tokens *tokens, struct token *token, struct by *by);

#endif
