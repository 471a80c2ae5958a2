/*
 * mime.h - the body, as the `body` test of RFC 5173 compares it.
 *
 * The first MIME_BODY_MAX bytes of the body are looked at, whatever its size;
 * decoded texts add up to at most MIME_TEXT_MAX bytes. Parts nest
 * MIME_DEPTH_MAX deep and are at most MIME_PARTS_MAX (mime_parts.h); what is
 * behind or below is not taken apart. No malformed input is an error: without
 * its end boundary a part ends with the one around it, unknown encodings are
 * left as they are, what is no base64 is passed over. Line ends are as in the
 * message. The parts are found and decoded once for all tests of a run, from
 * the header as it is at the first one; memory: both bounds above, once more
 * while a part is decoded.
 */
#ifndef MIME_H
#define MIME_H

#include "sieve/mail/mail.h"

#define MIME_BODY_MAX (16U << 20)
/*
 * fields of all parts' headers together that tests see; those behind are not
 * there
 */
#define MIME_FIELDS_MAX 100000
#define MIME_TEXT_MAX   (24U << 20)

enum mime_body {
	MIME_RAW,     /* :raw: the whole undecoded body, one value (5.1) */
	MIME_CONTENT, /* :content: the parts whose type is one of types (5.2) */
	/*
	 * :text: the decoded text parts, HTML without its markup (5.3), as
	 * Pigeonhole does it
	 */
	MIME_TEXT,
};

/*
 * Calls see() for each value that the test compares, in the order of the parts,
 * until it gives something other than 0, which is returned; 0 at the end. types
 * (:content only): "" is every part, "text" every text/..., "text/html" that
 * type; one of another form matches nothing. A multipart's own values are its
 * prologue and epilogue, a message/rfc822 part's the header of the message in
 * it, and the message's parts count, too. Transfer encodings are undone;
 * text/... is turned into UTF-8. The span is good during the call only.
 */
int mime_body(struct mail *mail, enum mime_body kind, const struct span *types, size_t n_types,
	      int (*see)(void *context, struct span value), void *context);

/* ---- parts with headers, as foreverypart and :mime see them (RFC 5703) */

/*
 * How many there are, the message itself, which is number 0, among them: at
 * least 1, at most MIME_PARTS_MAX. In the order of the message: those within
 * number i follow it, up to mime_entity_end(i).
 */
size_t mime_entities(struct mail *mail);
size_t mime_entity_end(struct mail *mail, size_t i);

/*
 * The next field of number i called name, as mail_next(). Of number 0: the
 * message's own fields, as they are now.
 */
struct mail_field *mime_entity_next(struct mail *mail, size_t i, struct span name, size_t *at);

/*
 * The text of number i as UTF-8, HTML without its markup: what extracttext
 * gives (RFC 5703 7). Empty for multiparts and messages, for an unknown
 * character set or transfer encoding, and for what is no text and not UTF-8
 * either. Good until mail_close().
 */
struct span mime_entity_text(struct mail *mail, size_t i);

#endif
