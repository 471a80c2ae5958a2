/*
 * mailto.h - the method of a notification (RFC 5436): a URI such as
 * "mailto:a@example.org?subject=x&body=y" (RFC 6068).
 */
#ifndef MAILTO_H
#define MAILTO_H

#include "sieve/text/pool.h"

#define MAILTO_ADDRESSES_MAX 4 /* of one URI */

struct mailto {
	struct span address[MAILTO_ADDRESSES_MAX]; /* 1 to n, in the pool */
	size_t n;
	bool valid;                /* its syntax: one without addresses may be, too */
	struct span subject, body; /* decoded, as they stand; empty where absent */
};

/*
 * false: another scheme, a byte that URIs have only as an escape, an escape or
 * a field's name that is none, no address or more than there is room for, or
 * one that is none. `to=` and `cc=` add addresses, other
 * fields are ignored (RFC 5436 2.7: what would be unsafe). Linear.
 */
bool mailto_read(struct pool *pool, struct span uri, struct mailto *mailto);

#endif
