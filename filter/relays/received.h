/*
 * received.h - one Received field.
 *
 * One grammar for the many formats in the wild: from-clause with its comments,
 * by-clause, with, id, for, date. The address is only ever the one that the
 * receiving server saw (the TCP information, RFC 5321 4.4), never the one that
 * a client called itself.
 */
#ifndef RECEIVED_H
#define RECEIVED_H

#include "filter/base/addr.h"
#include "filter/base/span.h"

enum received_status {
	RECEIVED_RELAY,    /* names an address */
	RECEIVED_NO_RELAY, /* names none and needs none: local submission, a queue, a filter, ... */
	RECEIVED_UNPARSED, /* should have named one */
};

struct received {
	enum received_status status;
	/*
	 * a POP or IMAP fetch line (fetchmail, getmail): the chain begins again
	 * below it
	 */
	bool fetch;
	bool auth;   /* the server says that it authenticated this client */
	bool unsure; /* it could be read in two ways: nothing that favours the client rests on addr
		      */
	struct addr addr; /* RECEIVED_RELAY: of the client, as the server saw it */
	struct span rdns; /* the client's name as the server looked it up; empty where unknown */
	struct span helo; /* what the client called itself */
	struct span by;   /* the server */
	struct span with; /* the protocol */
};

/*
 * Parses the value of one Received field as it came, folds and all. Linear,
 * allocates nothing; the spans point into value.
 */
void received_parse(struct span value, struct received *received);

#endif
