/*
 * date.h - points in time for `date` and `currentdate` (RFC 5260).
 */
#ifndef DATE_H
#define DATE_H

#include "filter/base/span.h"

#include <stdint.h>

#define DATE_TEXT_MAX 64

struct date {
	int64_t seconds; /* since 1970-01-01 00:00:00 UTC, without leap seconds */
	int zone;        /* minutes east of UTC: as written in the message, or as asked for */
	bool leap;       /* the second was written as 60 */
};

/*
 * Before the seal: reads the clock and the local time zone. currentdate is this
 * moment throughout the run; its zone is the local one.
 */
void date_start(void);
struct date date_now(void);

/* For tests and `run`: another moment as "now". */
void date_set_now(int64_t seconds);

/* The local zone's offset at that moment, in minutes east of UTC. */
int date_local_zone(int64_t seconds);

/*
 * The date-time of a field value (RFC 5322 3.3, 4.3: two-digit years, military
 * and named zones, comments and white space anywhere; day of the week optional
 * and not checked): the whole value, or what is behind its last semicolon (RFC
 * 5260 4). false: none, or one that the calendar does not have. value as
 * mail_plain() gives it.
 */
bool date_parse(struct span value, struct date *date);

/* "+hhmm" or "-hhmm", for :zone. */
bool date_zone_parse(struct span text, int *minutes);

/* Is there such a date-part (RFC 5260 4.2; case does not matter)? */
bool date_part_exists(struct span part);

/*
 * The date-part of date in date->zone. Shift first by setting zone. Returns a
 * span into to; empty for an unknown part.
 */
struct span date_part(const struct date *date, struct span part, char to[DATE_TEXT_MAX]);

#endif
