/*
 * warn.h - what is valid, and may not be what its author meant.
 */
#ifndef WARN_H
#define WARN_H

#include "sieve/match/match.h"
#include "sieve/script/check.h"

/* What else there is to say about a valid script. */
void warn_script(struct report *report, const struct script *script);

/*
 * Looks at a test and those in it; true: it can never be true, and that was
 * reported. `false` alone says what it means: it is not reported.
 */
bool warn_test(struct report *report, const struct node *test);

/*
 * Why this key never matches a field of the filter's own, or an item of
 * environment; NULL: it may (warn_field.c).
 */
const char *warn_field_never(struct span field, enum match_type type, struct span key);
const char *warn_item_never(struct span item, enum match_type type, struct span key);

/*
 * What a comparison with this key really means, where it seems to say something
 * else; NULL: it means what it says (warn_compare.c).
 */
const char *warn_compare(const struct node *node, struct span key);

/*
 * Compares a spam score with i;ascii-numeric, for which "-1.9" is more than
 * every number. beside: the tests of the same list, one of which may ask for
 * the sign.
 */
bool warn_compare_sign(const struct node *node, const struct node *beside);

#endif
