/*
 * html.h - what a reader of an HTML part sees of it, near enough to search in.
 *
 * No parser of documents: gumbo, the one that Debian 12 and 13 have, makes a
 * tree of all of it, and of 100 KB of "<b>" one of 9.7 GB in 11 seconds
 * (measured); libxml2 brings far more than the seal should let in.
 */
#ifndef HTML_H
#define HTML_H

#include "filter/base/buf.h"

/*
 * Appends the text of html (UTF-8): tags and comments dropped, those that
 * divide (p, br, td ...) as a space where none stands there already, line ends
 * with the white space around them the same (but not in pre and textarea),
 * scripts and style sheets dropped, character references replaced. Linear,
 * whatever is not closed.
 */
void html_text(struct span html, struct buf *to);

#endif
