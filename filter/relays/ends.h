/*
 * ends.h - who the client was, as the beginning or the end of a from-clause
 * says.
 *
 * A HELO may hold anything, so a clause that is read word by word can be led
 * astray. But a server that writes the HELO first has its own words at the end,
 * where nothing of the client's follows; and one that names the HELO has its
 * own at the beginning.
 */
#ifndef ENDS_H
#define ENDS_H

#include "filter/base/addr.h"
#include "filter/relays/by.h"

struct ends {
	struct addr addr;
	struct span rdns; /* the client's name as the server looked it up; empty where unknown */
	struct span helo; /* the first word, where that is the HELO */
	bool auth;        /* a comment behind the address says so */
	bool unsure;      /* another reading is as good */
	bool complete;    /* the clause says no more: "HELO (name [address])" */
};

/*
 * clause is the whole from-clause, by what the by-clause says. false: neither
 * end tells.
 */
bool ends_read(struct span clause, const struct by *by, struct ends *ends);

#endif
