/*
 * logline.h - one line of the log (spamcop-filter(1), The log), with and
 * without what syslog puts in front of it.
 */
#ifndef LOGLINE_H
#define LOGLINE_H

#include "filter/base/span.h"

#include <time.h>

/* Words as they stand, still escaped; empty where they are not there. */
struct logline {
	time_t when; /* 0: not known */
	bool failed; /* status=75: to be tried again */
	bool rules_failed;
	long ms; /* -1: not known */
	struct span user, to, verdict, list, hits, no_answer;
};

/*
 * Is this line one of ours? The name has to stand where syslog puts it, so that
 * what other programs log about us does not count.
 */
bool logline_read(struct span line, struct logline *found);

#endif
