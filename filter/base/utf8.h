/*
 * utf8.h - the one decoder of UTF-8.
 */
#ifndef UTF8_H
#define UTF8_H

#include "filter/base/span.h"

#include <stdint.h>

#define UTF8_NONE 0xffffffffU /* no character */

/*
 * The length in bytes of the character that s begins with (RFC 3629: shortest
 * form, no surrogates);
 * 0 if there is none, or s is empty.
 */
size_t utf8_length(struct span s);
bool utf8_valid(struct span s);

/*
 * The character that *s begins with, which moves behind it; UTF8_NONE where it
 * begins with none, and then *s moves by one byte. *s is not empty.
 */
uint32_t utf8_next(struct span *s);

#endif
