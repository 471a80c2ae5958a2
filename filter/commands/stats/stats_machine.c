/*
 * stats_machine.c - the counts for programs: JSON (doc/json.md), and the text
 * format of Prometheus for its node_exporter's textfile collector.
 */
#include "filter/commands/stats/stats.h"

#include "filter/commands/json.h"

#include <stdio.h>

static void
put_time(struct json *json, const char *key, time_t when)
{
	char text[32] = "";
	struct tm tm;

	if (when != 0 && gmtime_r(&when, &tm) != NULL)
		(void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	json_string(json, key, text[0] == '\0' ? NULL : text);
}

static void
put_rows(struct json *json, const char *key, const struct tally *tally, const char *name,
	 const char *const counts[TALLY_COUNTS])
{
	json_array(json, key);
	for (size_t i = 0; i < tally->n; i++) {
		json_object(json, NULL);
		json_string(json, name, tally->row[i].name);
		for (size_t k = 0; k < TALLY_COUNTS && counts[k] != NULL; k++)
			json_number(json, counts[k], (long long)tally->row[i].count[k]);
		json_end(json, '}');
	}
	json_end(json, ']');
}

void
stats_print_json(const struct stats *stats)
{
	static const char *const of_lists[] = {"listed", "alone", "too_few"};
	static const char *const of_silent[] = {"messages", NULL, NULL};
	static const char *const of_users[] = {"messages", "listed", NULL};
	struct json json = {.depth = 0};

	json_object(&json, NULL);
	put_time(&json, "from", stats->first);
	put_time(&json, "to", stats->last);
	json_number(&json, "messages", (long long)stats->messages);
	json_object(&json, "verdicts");
	for (size_t i = 0; i < STATS_VERDICTS; i++)
		json_number(&json, stats_verdicts[i], (long long)stats->verdict[i]);
	json_end(&json, '}');
	json_number(&json, "tempfails", (long long)stats->failed);
	json_number(&json, "rules_failed", (long long)stats->rules_failed);
	put_rows(&json, "lists", &stats->lists, "list", of_lists);
	put_rows(&json, "no_answer", &stats->silent, "list", of_silent);
	json_object(&json, "ms");
	json_number(&json, "p50", stats_within(stats, 0.5));
	json_number(&json, "p95", stats_within(stats, 0.95));
	json_number(&json, "p99", stats_within(stats, 0.99));
	json_number(&json, "max", stats_within(stats, 1.0));
	json_end(&json, '}');
	put_rows(&json, "users", &stats->users, "user", of_users);
	json_end(&json, '}');
}

/* ---- Prometheus */

static void
metric(const char *name, const char *type, const char *help)
{
	printf("# HELP spamcop_filter_%s %s\n# TYPE spamcop_filter_%s %s\n", name, help, name,
	       type);
}

/*
 * Names are words of the log: printable ASCII, with backslashes for the rest.
 */
static void
label(const char *name, struct span value)
{
	printf("%s=\"", name);
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\\' || value.p[i] == '"')
			putchar('\\');
		putchar(value.p[i] >= ' ' && value.p[i] <= '~' ? value.p[i] : '?');
	}
	putchar('"');
}

static void
list_metric(const struct stats *stats, const char *name, const char *help, size_t count)
{
	metric(name, "counter", help);
	for (size_t i = 0; i < stats->lists.n; i++) {
		printf("spamcop_filter_%s{", name);
		label("list", span_of(stats->lists.row[i].name));
		printf("} %lu\n", stats->lists.row[i].count[count]);
	}
}

static void
silent_metric(const struct stats *stats)
{
	metric("list_failures_total", "counter", "Messages for which a list did not answer.");
	for (size_t i = 0; i < stats->silent.n; i++) {
		struct span name = span_of(stats->silent.row[i].name);
		const char *colon = memrchr(name.p, ':', name.n);
		size_t n = colon == NULL ? name.n : (size_t)(colon - name.p);

		printf("spamcop_filter_list_failures_total{");
		label("list", (struct span){name.p, n});
		putchar(',');
		label("cause", span_skip(name, n + 1));
		printf("} %lu\n", stats->silent.row[i].count[0]);
	}
}

static void
time_metric(const struct stats *stats)
{
	static const unsigned bounds[] = {5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000};
	unsigned long seen = 0;
	unsigned ms = 0;

	metric("duration_seconds", "histogram", "How long a message took.");
	for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
		for (; ms <= bounds[i]; ms++)
			seen += stats->ms[ms];
		printf("spamcop_filter_duration_seconds_bucket{le=\"%g\"} %lu\n", bounds[i] / 1e3,
		       seen);
	}
	printf("spamcop_filter_duration_seconds_bucket{le=\"+Inf\"} %lu\n"
	       "spamcop_filter_duration_seconds_sum %llu.%03llu\n"
	       "spamcop_filter_duration_seconds_count %lu\n",
	       stats->timed, stats->ms_sum / 1000, stats->ms_sum % 1000, stats->timed);
}

void
stats_print_prometheus(const struct stats *stats)
{
	metric("messages_total", "counter", "Messages by verdict.");
	for (size_t i = 0; i < STATS_VERDICTS; i++)
		printf("spamcop_filter_messages_total{verdict=\"%s\"} %lu\n", stats_verdicts[i],
		       stats->verdict[i]);
	metric("tempfails_total", "counter", "Deliveries that have to be tried again.");
	printf("spamcop_filter_tempfails_total %lu\n", stats->failed);
	metric("rules_failed_total", "counter", "Messages whose Sieve rules could not be run.");
	printf("spamcop_filter_rules_failed_total %lu\n", stats->rules_failed);
	list_metric(stats, "list_hits_total", "Listed messages that a list lists.", 0);
	list_metric(stats, "list_only_hits_total", "Listed messages that only this list lists.", 1);
	silent_metric(stats);
	time_metric(stats);
}
