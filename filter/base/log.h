/*
 * log.h - syslog; untrusted text is escaped by
 * show_escaped() (show.h).
 */
#ifndef LOG_H
#define LOG_H

#include "filter/base/span.h"

#include <syslog.h>

/*
 * facility and level as in syslog(3). With on_stderr set, lines go to stderr as
 * well (-v).
 */
void log_configure(int facility, int level, bool on_stderr);

/*
 * To be called before a message is in its folder: what a line needs later, the
 * socket and the time zone, for which localtime_r() would open a file and
 * allocate. Nothing is done where nobody listens.
 */
void log_ready(void);

/* Would a line of this level reach anybody? */
bool log_is_on(int level);

void log_line(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
