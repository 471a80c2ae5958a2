/*
 * special.h - folders by what they are for (RFC 6154, RFC 8579): "\\Sent" is
 * whatever folder has one of the names that mail programs give it.
 *
 * "\\Junk" is the site's to say (deliver.junk) and has no names here.
 */
#ifndef SPECIAL_H
#define SPECIAL_H

#include "filter/base/span.h"

/* Is this written as a use: a backslash and an atom? */
bool special_is_use(struct span use);

/*
 * The folder that has this use where it exists, number i of those to look for;
 * NULL: no more. use in any case of letters.
 */
const char *special_folder(struct span use, size_t i);

#endif
