/*
 * mime_out.h - the little MIME that mail of our own needs.
 */
#ifndef MIME_OUT_H
#define MIME_OUT_H

#include "filter/base/buf.h"

/*
 * One line of header text: printable ASCII goes out as it is, anything else as
 * encoded words in UTF-8 (RFC 2047), folded. Bytes that are not UTF-8 become
 * '?', control characters a space. plain: text may hold encoded words already,
 * which stay what they are.
 */
void mime_header_text(struct buf *to, struct span text, bool plain);

/*
 * Text of at most MIME_WORD_BYTES bytes, whole characters, as one encoded word.
 */
#define MIME_WORD_BYTES 42
void mime_word(struct buf *to, struct span text);

/*
 * A display name: atoms as they are, other ASCII as a quoted-string (RFC 5322
 * 3.2.4), else encoded words.
 */
void mime_phrase(struct buf *to, struct span name);

/*
 * "Content-Type:", "Content-Transfer-Encoding:", an empty line and the text: as
 * it is where it is ASCII in lines of at most 78 bytes, else quoted-printable
 * (RFC 2045 6.7). CRLF and LF are line ends; the last line gets one where it
 * has none.
 */
void mime_text_part(struct buf *to, struct span text);

/* "Date: Mon, 23 Nov 2026 11:00:00 +0000" and a line end; RFC 5322 3.3. */
void mime_date(struct buf *to);

/*
 * "Message-ID: <...@domain>" and a line end; random enough to be the only one.
 */
void mime_message_id(struct buf *to, struct span domain);

#endif
