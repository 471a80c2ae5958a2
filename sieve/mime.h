/*
 * mime.h - the body, as the `body` test of RFC 5173 compares it.
 *
 * The first MIME_BODY_MAX bytes of the body are looked at, whatever its size; of these, at most MIME_TEXT_MAX bytes of decoded text.
 * Parts nest MIME_DEPTH_MAX deep; deeper ones are taken as text of their parent's type "application/octet-stream". No malformed input is an
 * error: a missing end boundary ends with the parent, unknown encodings are left as they are, broken base64 is skipped over.
 */
#ifndef MIME_H
#define MIME_H

#include "mail.h"

#define MIME_BODY_MAX (16U << 20)
#define MIME_TEXT_MAX (32U << 20)
#define MIME_DEPTH_MAX 32
#define MIME_PARTS_MAX 10000

enum mime_body {
	MIME_RAW,     /* :raw: the whole undecoded body, one value (5.1) */
	MIME_CONTENT, /* :content: the parts whose type is one of types (5.2) */
	MIME_TEXT,    /* :text: the decoded text parts (5.3); HTML is compared with its markup */
};

/*
 * Calls see() for each value that the test compares, in the order of the parts, until it gives something other than 0, which is returned; 0 at the
 * end. types (:content only): "" is every part, "text" every text/..., "text/html" that type; one of another form matches nothing. A multipart's
 * own values are its prologue and epilogue, a message/rfc822 part's the header of the message in it, and the message's parts count, too.
 * Transfer encodings are undone; text/... is turned into UTF-8. The span is good during the call only.
 */
int mime_body(struct mail *mail, enum mime_body kind, const struct span *types, size_t n_types, int (*see)(void *context, struct span value), void *context);

#endif
