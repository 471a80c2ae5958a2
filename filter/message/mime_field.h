/*
 * mime_field.h - a header field from text: encoded where it is not ASCII, and
 * folded.
 */
#ifndef MIME_FIELD_H
#define MIME_FIELD_H

#include "filter/base/buf.h"

/*
 * Appends "NAME: VALUE" and eol. value is one line of UTF-8. Words of ASCII go
 * out as they are, so that addresses and encoded words of the author's own stay
 * what they are; the others as encoded words (RFC 2047), and so a word that no
 * line has room for. Folded at white space, to lines of at most 78 bytes (RFC
 * 5322 2.1.1) where that is possible.
 */
void mime_field(struct buf *to, struct span name, struct span value, const char *eol);

#endif
