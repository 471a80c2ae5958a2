/*
 * fields.h - which header fields no script may add or delete: read by the
 * child, which leaves such an edit out, and by the filter, which trusts no
 * child.
 */
#ifndef FIELDS_H
#define FIELDS_H

#include "filter/base/span.h"

/*
 * Ours (X-SpamCop-*), and those that say where a message came from or keep
 * mail from going in circles (RFC 5293 6). Any case.
 */
bool fields_protected(struct span name);

#endif
