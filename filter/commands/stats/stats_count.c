#include "filter/commands/stats/stats.h"

#include "filter/commands/stats/logline.h"

const char *const stats_verdicts[STATS_VERDICTS] = {"allowed", "listed", "unknown", "unchecked",
						    "clean"};

/* The next of several values with commas between. */
static bool
next_value(struct span *values, struct span *value)
{
	if (values->n == 0)
		return false;
	const char *comma = memchr(values->p, ',', values->n);
	size_t n = comma == NULL ? values->n : (size_t)(comma - values->p);
	*value = (struct span){values->p, n};
	*values = span_skip(*values, n + 1);
	return true;
}

static void
count_lists(struct stats *stats, const struct logline *found)
{
	struct span values = found->list, value;
	bool alone = values.n > 0 && memchr(values.p, ',', values.n) == NULL;

	while (next_value(&values, &value)) {
		struct tally_row *row = tally_row(&stats->lists, value);

		row->count[0]++;
		row->count[1] += alone;
	}
	for (values = found->hits; next_value(&values, &value);)
		tally_row(&stats->lists, value)->count[2]++;
	for (values = found->no_answer; next_value(&values, &value);)
		tally_row(&stats->silent, value)->count[0]++;
}

static void
count_hour(struct stats *stats, const struct logline *found, bool listed)
{
	time_t number = found->when / 3600;
	struct stats_hour *hour = &stats->hour[number % STATS_HOURS];

	if (found->when <= 0 || number < hour->hour)
		return;
	if (number > hour->hour)
		*hour = (struct stats_hour){.hour = number};
	hour->all++;
	hour->listed += listed;
	hour->failed += found->failed;
}

void
stats_line(struct stats *stats, struct span line, time_t oldest)
{
	struct logline found;
	bool listed;

	if (!logline_read(line, &found)) {
		stats->other++;
		return;
	}
	if (oldest != 0 && found.when != 0 && found.when < oldest)
		return;
	if (found.when != 0 && (stats->first == 0 || found.when < stats->first))
		stats->first = found.when;
	if (found.when > stats->last)
		stats->last = found.when;
	listed = span_equal(found.verdict, SPAN("listed"));
	count_hour(stats, &found, listed);
	if (found.failed) {
		stats->failed++;
		return;
	}
	stats->messages++;
	for (size_t i = 0; i < STATS_VERDICTS; i++)
		stats->verdict[i] += span_equal(found.verdict, span_of(stats_verdicts[i]));
	stats->rules_failed += found.rules_failed;
	count_lists(stats, &found);
	/* Virtual users share a login name. */
	struct span who = found.to.n > 1 ? found.to : found.user;
	struct tally_row *row = tally_row(&stats->users, who.n == 0 ? SPAN("-") : who);
	row->count[0]++;
	row->count[1] += listed;
	if (found.ms < 0)
		return;
	stats->ms[found.ms < STATS_MS_MAX ? found.ms : STATS_MS_MAX]++;
	stats->ms_sum += (unsigned long long)found.ms;
	stats->timed++;
}

unsigned
stats_within(const struct stats *stats, double part)
{
	unsigned long seen = 0;

	for (unsigned ms = 0; ms <= STATS_MS_MAX; ms++) {
		seen += stats->ms[ms];
		if (seen > 0 && (double)seen >= part * (double)stats->timed)
			return ms;
	}
	return 0;
}
