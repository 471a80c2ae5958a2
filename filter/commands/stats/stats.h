/*
 * stats.h - what the log says, counted, and how it is told.
 */
#ifndef STATS_H
#define STATS_H

#include "filter/commands/stats/tally.h"

#include <time.h>

#define STATS_HOURS  (7 * 24) /* of the plot */
#define STATS_MS_MAX 60000    /* longer ones are counted as this */

enum { STATS_ALLOWED, STATS_LISTED, STATS_UNKNOWN, STATS_UNCHECKED, STATS_CLEAN, STATS_VERDICTS };

struct stats_hour {
	time_t hour; /* seconds since 1970 / 3600 */
	unsigned long all, listed, failed;
};

struct stats {
	unsigned long messages, verdict[STATS_VERDICTS];
	unsigned long failed;       /* to be tried again */
	unsigned long rules_failed; /* kept as without rules */
	unsigned long other;        /* lines that are not ours */
	time_t first, last;         /* 0: the lines have no time */
	struct tally lists;         /* hits, alone, not enough to be listed */
	struct tally silent;        /* LIST:CAUSE */
	struct tally users;         /* messages, listed */
	unsigned long ms[STATS_MS_MAX + 1], timed;
	unsigned long long ms_sum;
	struct stats_hour hour[STATS_HOURS]; /* the newest hours, by hour modulo */
};

/* "allowed", "listed" ... */
extern const char *const stats_verdicts[STATS_VERDICTS];

/* Counts one line. oldest: older ones are left out; 0: none. */
void stats_line(struct stats *stats, struct span line, time_t oldest);

/* The time in ms within which this part of the messages was done, 0 to 1. */
unsigned stats_within(const struct stats *stats, double part);

void stats_print(const struct stats *stats);
void stats_print_json(const struct stats *stats);
void stats_print_prometheus(const struct stats *stats);

/* The last week of the log, as a drawing. */
void stats_print_svg(const struct stats *stats);

#endif
