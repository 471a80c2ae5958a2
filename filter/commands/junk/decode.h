/*
 * decode.h - header text as a person reads it: encoded words (RFC 2047) become
 * UTF-8.
 */
#ifndef DECODE_H
#define DECODE_H

#include "filter/base/buf.h"

/*
 * Appends an unfolded value, its encoded words decoded by iconv(3) of the C
 * library. What cannot be decoded stays as it is. The result is untrusted
 * still: show_utf8() is for that.
 */
void decode_header(struct span value, struct buf *to);

#endif
