/*
 * authres.h - one Authentication-Results field (RFC 8601 2.2): who passed.
 *
 *     mx.example.org 1; dkim=pass (2048-bit key) header.d=example.com;
 *       spf=pass smtp.mailfrom=a@example.com; dmarc=pass
 *       header.from=example.com
 *
 * Read strictly: a field in which anything cannot be read proves nothing, for
 * the part that cannot may be a sender's text that its server did not quote.
 */
#ifndef AUTHRES_H
#define AUTHRES_H

#include "filter/base/span.h"

#define AUTHRES_PASSES_MAX 32  /* results kept of one field; what follows is left out */
#define AUTHRES_DOMAIN_MAX 254 /* bytes of a domain, with its NUL */

enum authres_method { AUTHRES_DKIM, AUTHRES_SPF, AUTHRES_DMARC };

struct authres {
	size_t n;
	struct {
		enum authres_method method;
		/*
		 * header.d, else that of header.i; smtp.mailfrom; header.from:
		 * in lower case
		 */
		char domain[AUTHRES_DOMAIN_MAX];
	} pass[AUTHRES_PASSES_MAX];
	char refused[AUTHRES_DOMAIN_MAX]; /* header.from of dmarc=fail; "" */
};

/*
 * Copies the authserv-id to id, in lower case; "" where the field begins with a
 * result at once, as Exchange Online writes it. false: neither, or it does not
 * fit into size bytes.
 */
bool authres_id(struct span value, char *id, size_t size);

/*
 * Reads a field's value as it came, folds and all. Linear, allocates nothing.
 * false: something in it cannot be read, and results says nothing.
 */
bool authres_read(struct span value, struct authres *results);

/*
 * Does a result say that this domain, or one above it, passed? dkim: of DKIM,
 * and for the domain itself.
 */
bool authres_covers(const struct authres *results, struct span domain);
bool authres_signed(const struct authres *results, struct span domain);

#endif
