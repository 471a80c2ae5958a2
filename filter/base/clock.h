/*
 * clock.h - the one clock that deadlines and durations are made of.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Milliseconds of the monotonic clock. */
int64_t clock_ms(void);

/*
 * Milliseconds from now to deadline, for poll(2); 0 when it has passed; a day
 * at most.
 */
int clock_left(int64_t deadline);

#endif
