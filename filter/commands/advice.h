/*
 * advice.h - what a person can do about a lookup that failed, and about a
 * listing; for check and doctor.
 *
 * Facts and tone are those of the FAQ that the project grew from: calm, about
 * the server and not about its users, and what to do next.
 */
#ifndef ADVICE_H
#define ADVICE_H

#include "filter/lists/dnsbl.h"

#include <stdio.h>

/*
 * What the cause of a failed lookup means and what to do about it: one or two
 * sentences.
 */
const char *advice_on_failure(const char *cause);

/*
 * Prints text in lines of at most 80 columns, each indented by indent blanks.
 */
void advice_print(FILE *to, unsigned indent, const char *text);

/* Prints raw bytes of a list as printable ASCII, anything else as '?'. */
void advice_print_raw(FILE *to, struct span raw);

/*
 * After a listing was found: what it means and what can be done. spamcop: one
 * of the lists was SpamCop's own. address: as printed.
 */
void advice_on_listing(FILE *to, bool spamcop, const char *address);

#endif
