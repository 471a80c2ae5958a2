/*
 * stats_svg.c - a week of mail as a drawing: a column an hour, what was listed
 * in its lower part. No script and no text of others in it.
 */
#include "filter/commands/stats/stats.h"

#include <stdio.h>

#define WIDTH   920
#define HEIGHT  300
#define LEFT    56
#define TOP     44
#define COLUMN  5 /* of an hour */
#define PLOT    (STATS_HOURS * COLUMN)
#define BOTTOM  (HEIGHT - 40)
#define CLEAN   "#9db7d5"
#define LISTED  "#c0392b"
#define TROUBLE "#e0a100"

static const struct stats_hour *
hour_of(const struct stats *stats, time_t number)
{
	const struct stats_hour *hour = &stats->hour[number % STATS_HOURS];

	return hour->hour == number ? hour : NULL;
}

/* A round number that is not below n: 1, 2 or 5 and zeros. */
static unsigned long
round_up(unsigned long n)
{
	static const unsigned long steps[] = {1, 2, 5};

	for (unsigned long ten = 1;; ten *= 10)
		for (size_t i = 0; i < 3; i++)
			if (steps[i] * ten >= n)
				return steps[i] * ten;
}

static void
bar(long x, double from, double to, const char *colour)
{
	if (to > from)
		printf("<rect x=\"%ld\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>\n", x,
		       BOTTOM - to, COLUMN - 1, to - from, colour);
}

static void
text(long x, long y, const char *anchor, const char *words)
{
	printf("<text x=\"%ld\" y=\"%ld\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, words);
}

static void
draw_scale(unsigned long most)
{
	char words[32];

	for (int i = 0; i <= 4; i++) {
		long y = BOTTOM - (long)(BOTTOM - TOP) * i / 4;

		printf("<line x1=\"%d\" x2=\"%d\" y1=\"%ld\" y2=\"%ld\" stroke=\"#ddd\"/>\n", LEFT,
		       LEFT + PLOT, y, y);
		(void)snprintf(words, sizeof words, "%g", (double)most * i / 4);
		text(LEFT - 8, y + 4, "end", words);
	}
}

/* A line and a date at each midnight. */
static void
draw_days(time_t begin)
{
	char words[32];
	struct tm tm;

	for (long i = 0; i < STATS_HOURS; i++) {
		time_t when = (begin + i) * 3600;
		long x = LEFT + i * COLUMN;

		if (localtime_r(&when, &tm) == NULL || tm.tm_hour != 0)
			continue;
		printf("<line x1=\"%ld\" x2=\"%ld\" y1=\"%d\" y2=\"%d\" stroke=\"#bbb\"/>\n", x, x,
		       TOP, BOTTOM + 6);
		(void)strftime(words, sizeof words, "%a %d %b", &tm);
		if (i + 12 < STATS_HOURS)
			text(x + 12 * COLUMN, BOTTOM + 20, "middle", words);
	}
}

static void
draw_legend(const struct stats *stats)
{
	static const char *const colours[] = {CLEAN, LISTED, TROUBLE};
	static const char *const words[] = {"mail", "listed", "to be tried again"};

	text(LEFT, 20, "start", "Mail an hour, the last seven days");
	for (long i = 0; i < (stats->failed > 0 ? 3 : 2); i++) {
		long x = LEFT + 560 + i * 80;

		printf("<rect x=\"%ld\" y=\"10\" width=\"12\" height=\"12\" fill=\"%s\"/>\n", x,
		       colours[i]);
		text(x + 18, 20, "start", words[i]);
	}
}

void
stats_print_svg(const struct stats *stats)
{
	time_t end = stats->last / 3600, begin = end - STATS_HOURS + 1;
	unsigned long most = 1;

	for (time_t i = begin; i <= end; i++) {
		const struct stats_hour *hour = hour_of(stats, i);

		if (hour != NULL && hour->all > most)
			most = hour->all;
	}
	most = round_up(most);
	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
	       "font-family=\"sans-serif\" font-size=\"12\" fill=\"#333\">\n"
	       "<title>Mail an hour, the last seven days</title>\n"
	       "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
	       WIDTH, HEIGHT, WIDTH, HEIGHT);
	draw_legend(stats);
	draw_scale(most);
	if (stats->last != 0)
		draw_days(begin);
	for (time_t i = begin; i <= end; i++) {
		const struct stats_hour *hour = hour_of(stats, i);
		double unit = (double)(BOTTOM - TOP) / (double)most;
		long x = LEFT + (long)(i - begin) * COLUMN;

		if (hour == NULL || stats->last == 0)
			continue;
		bar(x, 0, (double)hour->listed * unit, LISTED);
		bar(x, (double)hour->listed * unit, (double)(hour->all - hour->failed) * unit,
		    CLEAN);
		bar(x, (double)(hour->all - hour->failed) * unit, (double)hour->all * unit,
		    TROUBLE);
	}
	printf("</svg>\n");
}
