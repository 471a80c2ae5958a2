/*
 * words.h - encoded words in header fields (RFC 2047).
 */
#ifndef WORDS_H
#define WORDS_H

#include "filter/base/buf.h"

/*
 * Appends an unfolded field value as UTF-8: encoded words decoded, the white
 * space between two of them dropped, all else as it is, but for bytes that are
 * no UTF-8, which become U+FFFD. Neighbours in one character set are decoded
 * together, so that a character that somebody cut in two is whole again. What
 * only looks like an encoded word stays. Spaces in one are taken for spaces.
 * Linear.
 */
void words_decode(struct span value, struct buf *to);

/*
 * Base64 and quoted-printable in one stretch; what is none of it is passed over
 * (base64) or kept (quoted-printable). q: as in an encoded word, `_` is a
 * space.
 */
void words_base64(struct span text, struct buf *to);
void words_quoted(struct span text, bool q, struct buf *to);

#endif
