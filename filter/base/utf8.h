/*
 * utf8.h - is this UTF-8?
 */
#ifndef UTF8_H
#define UTF8_H

#include "filter/base/span.h"

/*
 * The length in bytes of the character that s begins with (RFC 3629: shortest
 * form, no surrogates);
 * 0 if there is none, or s is empty.
 */
size_t utf8_length(struct span s);
bool utf8_valid(struct span s);

#endif
