/*
 * warn.h - tests that can never be true.
 */
#ifndef WARN_H
#define WARN_H

#include "sieve/script/check.h"

/*
 * Looks at a test and those in it; true: it can never be true, and that was
 * reported. `false` alone says what it means: it is not reported.
 */
bool warn_test(struct report *report, const struct node *test);

#endif
