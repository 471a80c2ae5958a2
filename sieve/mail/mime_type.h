/*
 * mime_type.h - the three fields that say what a part is: Content-Type,
 * Content-Transfer-Encoding, and the multipart's boundary.
 */
#ifndef MIME_TYPE_H
#define MIME_TYPE_H

#include "filter/base/span.h"

enum mime_encoding { MIME_IDENTITY, MIME_BASE64, MIME_QUOTED, MIME_UNKNOWN };

struct mime_type {
	/*
	 * as written; "text" and "plain" where the field is absent or makes no
	 * sense (RFC 2045 5.2)
	 */
	struct span type, subtype;
	struct span charset;  /* empty: not given */
	struct span boundary; /* empty: not given */
	enum mime_encoding encoding;
};

/*
 * What a part without these fields is. digest: in a multipart/digest (RFC 2046
 * 5.1.5).
 */
struct mime_type mime_type_default(bool digest);

/*
 * Reads a Content-Type value, folds and comments included, into type. What is
 * malformed leaves it as it is. The spans are into value.
 */
void mime_type_read(struct span value, struct mime_type *type);

/*
 * Reads a Content-Transfer-Encoding value into type, whose Content-Type has
 * been read. What has an encoding that nobody knows is application/octet-stream
 * whatever it says (RFC 2045 6.4), but for multiparts and messages, which may
 * have none and are what they are.
 */
void mime_encoding_read(struct span value, struct mime_type *type);

/* minor NULL: any */
bool mime_type_is(const struct mime_type *type, const char *major, const char *minor);

#endif
