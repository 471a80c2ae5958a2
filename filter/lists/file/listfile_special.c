#include "filter/lists/file/listfile_special.h"

#include "filter/lists/file/listfile_range.h"

#include <time.h>

#define EXPECTED_TIME  "$TIMESTAMP: a time such as 2026:11:25 or 2026:11:25:12:00:00 is expected"
#define EXPECTED_RANGE "$MAXRANGE4: a number of addresses or a length such as /24 is expected"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span
skip_blank(struct span line)
{
	while (line.n > 0 && is_blank(line.p[0]))
		line = span_skip(line, 1);
	return line;
}

/* Is word the first one of line? Then line moves to the next one. */
static bool
take_word(struct span *line, struct span word)
{
	if (!span_starts_case(*line, word) || line->n == word.n || !is_blank(line->p[word.n]))
		return false;
	*line = skip_blank(span_skip(*line, word.n));
	return true;
}

static bool
take_number(struct span *line, unsigned max, unsigned *number)
{
	const char *p = line->p;
	bool good = line->n > 0 && listfile_range_number(&p, line->p + line->n, max, number);

	if (good)
		*line = span_skip(*line, (size_t)(p - line->p));
	return good;
}

/* The end of the line, or white space, which is skipped. */
static bool
take_gap(struct span *line)
{
	bool good = line->n == 0 || is_blank(line->p[0]);

	*line = skip_blank(*line);
	return good;
}

/* ---- times */

/* A number of at most digits digits from min to max, and what may follow it. */
static bool
take_part(struct span *line, unsigned digits, int min, int max, int *part)
{
	size_t n = 0;

	for (*part = 0; n < digits && n < line->n && line->p[n] >= '0' && line->p[n] <= '9'; n++)
		*part = *part * 10 + (line->p[n] - '0');
	*line = span_skip(*line, n);
	if (n == 0 || *part < min || *part > max)
		return false;
	if (line->n > 0 && (line->p[0] == ':' || line->p[0] == '-'))
		*line = span_skip(*line, 1);
	return true;
}

static int
days_of(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/*
 * "yyyy:mm:dd[:hh[:mi[:ss]]]" in UTC, with ":", "-" or nothing between the
 * numbers; "0", "-" and ":" are no time at all (0). Moves line behind it and
 * the white space that follows.
 */
static bool
take_time(struct span *line, time_t *time)
{
	struct tm tm = {0};
	int year, month;

	*time = 0;
	if (line->n > 0 && memchr("0-:", line->p[0], 3) != NULL &&
	    (line->n == 1 || is_blank(line->p[1]))) {
		*line = skip_blank(span_skip(*line, 1));
		return true;
	}
	if (!take_part(line, 4, 1970, 2038, &year) || !take_part(line, 2, 1, 12, &month) ||
	    !take_part(line, 2, 1, days_of(year, month), &tm.tm_mday))
		return false;
	int *const rest[] = {&tm.tm_hour, &tm.tm_min, &tm.tm_sec};
	for (size_t i = 0; i < 3 && line->n > 0 && !is_blank(line->p[0]); i++)
		if (!take_part(line, 2, 0, i == 0 ? 23 : 59, rest[i]))
			return false;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	*time = timegm(&tm);
	return take_gap(line);
}

/* Seconds, or a number with s, m, h, d or w behind it. */
static bool
take_seconds(struct span *line, unsigned *seconds)
{
	static const unsigned units[] = {1, 60, 3600, 86400, 604800};
	const char *unit;

	if (!take_number(line, 0xffffffffU, seconds))
		return false;
	if (line->n > 0 && line->p[0] != '\0' &&
	    (unit = strchr("smhdw", span_lower(line->p[0]))) != NULL) {
		unsigned times = units[unit - strchr("smhdw", 's')];

		if (*seconds > 0xffffffffU / times)
			return false;
		*seconds *= times;
		*line = span_skip(*line, 1);
	}
	return take_gap(line);
}

static void
refuse(struct listfile_scan *scan, enum listfile_status status, const char *what, time_t when)
{
	char text[32] = "";
	struct tm tm;

	if (scan->status != LISTFILE_READ)
		return;
	if (gmtime_r(&when, &tm) != NULL)
		(void)strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
	scan->status = status;
	err_set(&scan->why, "%s:%zu: $TIMESTAMP: the data %s %s UTC", scan->name, scan->line, what,
		text);
}

static const char *
timestamp(struct listfile_scan *scan, struct span line)
{
	time_t stamp, expires = 0, now = time(NULL);
	unsigned seconds = 0;

	if (!take_time(&line, &stamp))
		return EXPECTED_TIME;
	if (line.n > 0 && line.p[0] == '+') {
		line = span_skip(line, 1);
		if (!take_seconds(&line, &seconds) || line.n > 0 || stamp == 0 || seconds == 0)
			return "$TIMESTAMP: an offset such as +7d to a time is expected";
		expires = stamp + (time_t)seconds;
	} else if (line.n > 0 && (!take_time(&line, &expires) || line.n > 0)) {
		return EXPECTED_TIME;
	}
	if (stamp > now)
		refuse(scan, LISTFILE_UNREADABLE, "is of the future,", stamp);
	if (expires != 0 && expires < now)
		refuse(scan, LISTFILE_EXPIRED, "expired at", expires);
	return NULL;
}

/* ---- the others */

static const char *
max_range(struct listfile_scan *scan, struct span line)
{
	bool length = line.n > 0 && line.p[0] == '/';
	unsigned number;

	line = span_skip(line, length ? 1 : 0);
	if (!take_number(&line, length ? 32 : 0xffffffffU, &number) || !take_gap(&line) ||
	    line.n > 0 || (number == 0 && !length))
		return EXPECTED_RANGE;
	uint64_t size = length ? UINT64_C(1) << (32 - number) : number;
	if (scan->max_range != 0 && size > scan->max_range)
		return "$MAXRANGE4: it can only become less; the one before stays in force";
	scan->max_range = size > 0xffffffffU ? 0 : (uint32_t)size;
	return NULL;
}

static const char *
variable(struct listfile_scan *scan, struct span line)
{
	size_t i = line.p[0] == '=' ? LISTFILE_BASE : (size_t)(line.p[0] - '0');
	struct span text = skip_blank(span_skip(line, 1));

	if (text.n == 0)
		return "a text is expected behind the variable";
	if (scan->variables.variable[i].n > 0)
		return NULL; /* the first one counts */
	size_t n = text.n < LISTFILE_TEMPLATE_MAX ? text.n : LISTFILE_TEMPLATE_MAX;
	scan->variables.variable[i].n = n;
	memcpy(scan->variables.variable[i].text, text.p, n);
	if (!scan->begun)
		scan->common.variable[i] = scan->variables.variable[i];
	return NULL;
}

/* Up to white space; line moves to the next one. */
static struct span
next_word(struct span *line)
{
	struct span word = {line->p, 0};

	while (word.n < line->n && !is_blank(line->p[word.n]))
		word.n++;
	*line = skip_blank(span_skip(*line, word.n));
	return word;
}

/* Is "@" among the subzones? A comment ends them. */
static bool
names_zone(struct span line)
{
	while (line.n > 0 && line.p[0] != '#' && line.p[0] != ';')
		if (span_equal(next_word(&line), SPAN("@")))
			return true;
	return false;
}

static const char *
dataset(struct listfile_scan *scan, struct span line)
{
	struct span type = next_word(&line);
	const char *colon = type.n == 0 ? NULL : memchr(type.p, ':', type.n);

	if (colon != NULL)
		type.n = (size_t)(colon - type.p);
	listfile_scan_settle(scan);
	scan->begun = true;
	scan->elsewhere = true;
	scan->default_set = false;
	scan->answer = LISTFILE_DEFAULT_ANSWER;
	scan->template_n = 0;
	scan->variables = scan->common;
	scan->format = listfile_scan_format(type);
	if (scan->format != LISTFILE_ANY) {
		scan->elsewhere = !names_zone(line);
		return scan->elsewhere ? "$DATASET: it is of subzones only (no \"@\"); left out"
				       : NULL;
	}
	return "$DATASET: it is no dataset of addresses; left out";
}

static const char *
time_to_live(struct span line)
{
	unsigned seconds;

	return take_seconds(&line, &seconds) && line.n == 0
		       ? NULL
		       : "$TTL: a number of seconds is expected";
}

const char *
listfile_special(struct listfile_scan *scan, struct span line)
{
	if (line.n > 1 && ((line.p[0] >= '0' && line.p[0] <= '9') || line.p[0] == '=') &&
	    is_blank(line.p[1]))
		return variable(scan, line);
	if (take_word(&line, SPAN("timestamp")))
		return timestamp(scan, line);
	if (take_word(&line, SPAN("maxrange4")))
		return max_range(scan, line);
	if (take_word(&line, SPAN("dataset")))
		return dataset(scan, line);
	if (take_word(&line, SPAN("ttl")))
		return time_to_live(line);
	if (take_word(&line, SPAN("soa")) || take_word(&line, SPAN("ns")) ||
	    take_word(&line, SPAN("nameserver")))
		return NULL;
	return "an unknown \"$\" line";
}
