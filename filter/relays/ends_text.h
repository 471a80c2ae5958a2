/*
 * ends_text.h - the pieces that the ends of a from-clause are made of. None
 * allocates; each reads no more than it gives back and one token.
 */
#ifndef ENDS_TEXT_H
#define ENDS_TEXT_H

#include "filter/base/addr.h"
#include "filter/base/span.h"

#include <stdbool.h>

/* White space, or a NUL, which some servers keep. */
bool ends_text_is_blank(char c);

/* Without blanks at its beginning, or at its end. */
struct span ends_text_skip(struct span text);
struct span ends_text_trim(struct span text);

/* What text begins with, up to white space, whatever it is made of. */
struct span ends_text_chunk(struct span text);

/*
 * "[address]" that text begins with, rest being what is behind it and its port.
 */
bool ends_text_literal(struct span text, struct addr *addr, struct span *rest);

#endif
