#include "filter/base/clock.h"

#include <time.h>

#define DAY 86400000

int64_t
clock_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int
clock_left(int64_t deadline)
{
	int64_t left = deadline - clock_ms();

	return left <= 0 ? 0 : left > DAY ? DAY : (int)left;
}
