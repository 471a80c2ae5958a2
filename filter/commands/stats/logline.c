#include "filter/commands/stats/logline.h"

#include <stdlib.h>

static const char program[] = "spamcop-filter";

/* The next word, up to a blank; *line moves behind it. */
static struct span
word(struct span *line)
{
	size_t n = 0;

	while (line->n > 0 && line->p[0] == ' ')
		*line = span_skip(*line, 1);
	while (n < line->n && line->p[n] != ' ')
		n++;
	struct span found = {line->p, n};
	*line = span_skip(*line, n);
	return found;
}

/* A number of exactly n digits. */
static bool
digits(struct span *text, size_t n, int *number)
{
	*number = 0;
	if (text->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text->p[i] < '0' || text->p[i] > '9')
			return false;
		*number = *number * 10 + (text->p[i] - '0');
	}
	*text = span_skip(*text, n);
	return true;
}

static bool
literal(struct span *text, char c)
{
	if (text->n == 0 || text->p[0] != c)
		return false;
	*text = span_skip(*text, 1);
	return true;
}

/* 2026-11-25T19:15:46.123456+01:00 (RFC 5424 6.2.3) */
static time_t
iso_time(struct span text)
{
	struct tm tm = {.tm_isdst = 0};
	int hours = 0, minutes = 0, sign = 0;

	if (!digits(&text, 4, &tm.tm_year) || !literal(&text, '-') ||
	    !digits(&text, 2, &tm.tm_mon) || !literal(&text, '-') ||
	    !digits(&text, 2, &tm.tm_mday) || !literal(&text, 'T') ||
	    !digits(&text, 2, &tm.tm_hour) || !literal(&text, ':') ||
	    !digits(&text, 2, &tm.tm_min) || !literal(&text, ':') || !digits(&text, 2, &tm.tm_sec))
		return 0;
	if (literal(&text, '.') || literal(&text, ','))
		while (text.n > 0 && text.p[0] >= '0' && text.p[0] <= '9')
			text = span_skip(text, 1);
	if (text.n > 0 && (text.p[0] == '+' || text.p[0] == '-')) {
		sign = text.p[0] == '+' ? 1 : -1;
		text = span_skip(text, 1);
		if (!digits(&text, 2, &hours))
			return 0;
		(void)literal(&text, ':');
		if (!digits(&text, 2, &minutes))
			return 0;
	}
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return timegm(&tm) - sign * (hours * 3600 + minutes * 60);
}

/*
 * "Nov 25 19:15:46", local time; the year is the last one that is not to come.
 */
static time_t
bsd_time(struct span month, struct span day, struct span clock)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = time(NULL);
	struct tm today, tm = {.tm_isdst = -1};

	for (tm.tm_mon = 0; tm.tm_mon < 12; tm.tm_mon++)
		if (month.n == 3 && memcmp(names + 3 * tm.tm_mon, month.p, 3) == 0)
			break;
	if (tm.tm_mon == 12 || day.n < 1 || day.n > 2 || !digits(&day, day.n, &tm.tm_mday) ||
	    !digits(&clock, 2, &tm.tm_hour) || !literal(&clock, ':') ||
	    !digits(&clock, 2, &tm.tm_min) || !literal(&clock, ':') ||
	    !digits(&clock, 2, &tm.tm_sec) || tm.tm_mday < 1 || tm.tm_mday > 31 ||
	    localtime_r(&now, &today) == NULL)
		return 0;
	struct tm that = tm;
	that.tm_year = today.tm_year;
	time_t when = mktime(&that);
	if (when <= now + 86400)
		return when;
	that = tm;
	that.tm_year = today.tm_year - 1;
	return mktime(&that);
}

/* "spamcop-filter[123]:" or "spamcop-filter:" */
static bool
is_tag(struct span tag)
{
	size_t n = sizeof program - 1;

	if (tag.n <= n || memcmp(tag.p, program, n) != 0 || tag.p[tag.n - 1] != ':')
		return false;
	tag = (struct span){tag.p + n, tag.n - n - 1};
	return tag.n == 0 || (tag.p[0] == '[' && tag.p[tag.n - 1] == ']');
}

/*
 * Takes what stands in front of our words; false: it is another program's line.
 */
static bool
skip_prefix(struct span *line, time_t *when)
{
	struct span rest = *line, first = word(&rest);

	if (span_starts_case(*line, SPAN("message-id=")) || span_starts_case(*line, SPAN("user=")))
		return true;
	if (is_tag(first)) {
		*line = rest;
		return true;
	}
	if (first.n >= 19 && first.p[4] == '-') {
		*when = iso_time(first);
	} else {
		struct span day = word(&rest), clock = word(&rest);

		*when = bsd_time(first, day, clock);
	}
	(void)word(&rest); /* the host */
	bool ours = is_tag(word(&rest));
	*line = rest;
	return ours && *when != 0;
}

static bool
value_of(struct span text, const char *key, struct span *value)
{
	struct span name = span_of(key);

	if (text.n <= name.n || memcmp(text.p, name.p, name.n) != 0 || text.p[name.n] != '=')
		return false;
	if (value->p == NULL)
		*value = span_skip(text, name.n + 1);
	return true;
}

static long
number(struct span text)
{
	long n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || n > 1000000000)
			return -1;
		n = n * 10 + (text.p[i] - '0');
	}
	return text.n == 0 ? -1 : n;
}

bool
logline_read(struct span line, struct logline *found)
{
	struct span ms = {NULL, 0}, status = {NULL, 0}, sieve = {NULL, 0}, why = {NULL, 0};

	*found = (struct logline){.ms = -1};
	line = span_trim(line);
	if (!skip_prefix(&line, &found->when))
		return false;
	for (struct span text = word(&line); text.n > 0 && why.p == NULL; text = word(&line))
		(void)(value_of(text, "user", &found->user) || value_of(text, "to", &found->to) ||
		       value_of(text, "verdict", &found->verdict) ||
		       value_of(text, "list", &found->list) ||
		       value_of(text, "hits", &found->hits) ||
		       value_of(text, "failed", &found->no_answer) || value_of(text, "ms", &ms) ||
		       value_of(text, "status", &status) || value_of(text, "sieve", &sieve) ||
		       value_of(text, "why", &why));
	found->ms = number(ms);
	found->failed = span_equal(status, SPAN("75"));
	found->rules_failed = span_equal(sieve, SPAN("failed"));
	return found->verdict.n > 0 || found->failed;
}
