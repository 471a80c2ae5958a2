#include "filter/commands/stats/stats.h"

#include <stdio.h>

#define ROWS_SHOWN 20
#define WIDTH      40 /* columns of a name */

static double
percent(unsigned long part, unsigned long all)
{
	return all == 0 ? 0.0 : 100.0 * (double)part / (double)all;
}

static void
print_name(const char *name)
{
	if (strlen(name) > WIDTH)
		printf("%.*s...", WIDTH - 3, name);
	else
		printf("%-*s", WIDTH, name);
}

static void
print_more(const struct tally *tally)
{
	if (tally->n > ROWS_SHOWN)
		printf("and %zu more\n", tally->n - ROWS_SHOWN);
}

static void
print_time(const char *what, time_t when)
{
	char text[32];
	struct tm tm;

	if (when != 0 && localtime_r(&when, &tm) != NULL &&
	    strftime(text, sizeof text, "%Y-%m-%d %H:%M", &tm) > 0)
		printf("%s %s  ", what, text);
}

static void
print_lists(const struct stats *stats)
{
	if (stats->lists.n == 0)
		return;
	printf("\n%-*s%10s%10s%10s\n", WIDTH, "List", "listed", "alone", "too few");
	for (size_t i = 0; i < stats->lists.n && i < ROWS_SHOWN; i++) {
		const struct tally_row *row = &stats->lists.row[i];

		print_name(row->name);
		printf("%10lu%10lu%10lu\n", row->count[0], row->count[1], row->count[2]);
	}
	print_more(&stats->lists);
}

static void
print_silent(const struct stats *stats)
{
	if (stats->silent.n == 0)
		return;
	printf("\n%-*s%10s\n", WIDTH, "No answer from", "messages");
	for (size_t i = 0; i < stats->silent.n && i < ROWS_SHOWN; i++) {
		print_name(stats->silent.row[i].name);
		printf("%10lu\n", stats->silent.row[i].count[0]);
	}
	print_more(&stats->silent);
}

static void
print_users(const struct stats *stats)
{
	if (stats->users.n == 0)
		return;
	printf("\n%-*s%10s%10s\n", WIDTH, "User", "messages", "listed");
	for (size_t i = 0; i < stats->users.n && i < ROWS_SHOWN; i++) {
		const struct tally_row *row = &stats->users.row[i];

		print_name(row->name);
		printf("%10lu%10lu\n", row->count[0], row->count[1]);
	}
	print_more(&stats->users);
}

void
stats_print(const struct stats *stats)
{
	print_time("from", stats->first);
	print_time("to", stats->last);
	if (stats->first != 0)
		printf("\n\n");
	printf("%-*s%10lu\n", WIDTH, "Messages", stats->messages);
	for (size_t i = 0; i < STATS_VERDICTS; i++)
		if (stats->verdict[i] > 0)
			printf("  %-*s%10lu%8.1f %%\n", WIDTH - 2, stats_verdicts[i],
			       stats->verdict[i], percent(stats->verdict[i], stats->messages));
	if (stats->failed > 0)
		printf("%-*s%10lu\n", WIDTH, "To be tried again (75)", stats->failed);
	if (stats->rules_failed > 0)
		printf("%-*s%10lu\n", WIDTH, "Rules that could not be run", stats->rules_failed);
	print_lists(stats);
	print_silent(stats);
	if (stats->timed > 0)
		printf("\nTime in ms: half %u, 95 %% within %u, 99 %% within %u, longest %u\n",
		       stats_within(stats, 0.5), stats_within(stats, 0.95),
		       stats_within(stats, 0.99), stats_within(stats, 1.0));
	print_users(stats);
}
