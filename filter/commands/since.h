/*
 * since.h - how far back: "90m", "24h", "7d", "2w".
 */
#ifndef SINCE_H
#define SINCE_H

#include "filter/base/err.h"

#include <time.h>

/*
 * Seconds of text; otherwise where it is NULL. -1: it is no such time, of at
 * most ten years.
 */
int since_parse(const char *text, const char *otherwise, time_t *seconds, struct err *err);

#endif
