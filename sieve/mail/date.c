#include "sieve/mail/date.h"

#include <stdio.h>
#include <time.h>

#define DAY         86400
#define MJD_OF_1970 40587 /* the Modified Julian Day of 1970-01-01 */

static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char weekdays[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

static struct date now;

/* ---- the calendar (proleptic Gregorian) */

/*
 * Days since 1970-01-01. Years begin in March here, so that the leap day is the
 * last one.
 */
static int64_t
days_of(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t y = year - era * 400;
	int64_t d = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + y * 365 + y / 4 - y / 100 + d - 719468;
}

static void
date_of(int64_t days, int64_t *year, int *month, int *day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t d = days - era * 146097;
	int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	d -= 365 * y + y / 4 - y / 100;
	int m = (int)((5 * d + 2) / 153);
	*day = (int)(d - (153 * m + 2) / 5 + 1);
	*month = m < 10 ? m + 3 : m - 9;
	*year = y + era * 400 + (*month <= 2);
}

static int
days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] +
	       (month == 2 && (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)));
}

/* ---- now */

void
date_set_now(int64_t seconds)
{
	now = (struct date){seconds, date_local_zone(seconds), false};
}

void
date_start(void)
{
	tzset();
	date_set_now((int64_t)time(NULL));
}

struct date
date_now(void)
{
	return now;
}

int
date_local_zone(int64_t seconds)
{
	time_t moment = (time_t)seconds;
	struct tm tm;

	return localtime_r(&moment, &tm) == NULL ? 0 : (int)(tm.tm_gmtoff / 60);
}

/* ---- reading */

/*
 * Tokens of a date-time: runs of digits, runs of letters, single other
 * characters.
 */
struct reader {
	struct span rest;
	struct span token; /* empty at the end */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return span_lower(c) >= 'a' && span_lower(c) <= 'z';
}

/* White space and comments, nested ones too. */
static void
skip_blank(struct reader *reader)
{
	size_t depth = 0, i = 0;
	struct span rest = reader->rest;

	for (; i < rest.n; i++) {
		if (rest.p[i] == '(')
			depth++;
		else if (rest.p[i] == ')' && depth > 0)
			depth--;
		else if (rest.p[i] == '\\' && depth > 0)
			i++;
		else if (depth == 0 && !span_is_space(rest.p[i]))
			break;
	}
	reader->rest = span_skip(rest, i);
}

static void
next_token(struct reader *reader)
{
	size_t n = 0;

	skip_blank(reader);
	struct span rest = reader->rest;
	if (rest.n > 0 && is_digit(rest.p[0]))
		while (n < rest.n && is_digit(rest.p[n]))
			n++;
	else if (rest.n > 0 && is_letter(rest.p[0]))
		while (n < rest.n && is_letter(rest.p[n]))
			n++;
	else
		n = rest.n > 0;
	reader->token = (struct span){rest.p, n};
	reader->rest = span_skip(rest, n);
}

static bool
token_is(const struct reader *reader, char c)
{
	return reader->token.n == 1 && reader->token.p[0] == c;
}

/* The token as a number of at most `digits` digits; moves on. */
static bool
take_number(struct reader *reader, size_t digits, int *number)
{
	struct span token = reader->token;

	if (token.n == 0 || token.n > digits || !is_digit(token.p[0]))
		return false;
	*number = 0;
	for (size_t i = 0; i < token.n; i++)
		*number = *number * 10 + (token.p[i] - '0');
	next_token(reader);
	return true;
}

/* A month's name, whole or its first three letters. */
static bool
take_month(struct reader *reader, int *month)
{
	for (*month = 1; *month <= 12; ++*month)
		if (span_starts_case(reader->token, span_of(months[*month - 1]))) {
			next_token(reader);
			return true;
		}
	return false;
}

/* RFC 5322 4.3: two digits are 1950 to 2049, three are added to 1900. */
static bool
take_year(struct reader *reader, int *year)
{
	size_t digits = reader->token.n;

	if (digits < 2 || !take_number(reader, 4, year))
		return false;
	if (digits == 2)
		*year += *year < 50 ? 2000 : 1900;
	else if (digits == 3)
		*year += 1900;
	return true;
}

static bool
zone_of_digits(struct span digits, char sign, int *minutes)
{
	if (digits.n != 4)
		return false;
	for (size_t i = 0; i < 4; i++)
		if (!is_digit(digits.p[i]))
			return false;
	int hour = (digits.p[0] - '0') * 10 + digits.p[1] - '0',
	    minute = (digits.p[2] - '0') * 10 + digits.p[3] - '0';
	*minutes = (sign == '-' ? -1 : 1) * (hour * 60 + minute);
	return minute < 60;
}

/*
 * "+hhmm", a name, or nothing: what is not known is -0000, UTC (RFC 5322 4.3).
 */
static bool
take_zone(struct reader *reader, int *zone)
{
	static const struct {
		struct span name;
		int hours;
	} names[] = {{SPAN("EDT"), -4}, {SPAN("EST"), -5}, {SPAN("CDT"), -5}, {SPAN("CST"), -6},
		     {SPAN("MDT"), -6}, {SPAN("MST"), -7}, {SPAN("PDT"), -7}, {SPAN("PST"), -8}};

	*zone = 0;
	if (token_is(reader, '+') || token_is(reader, '-')) {
		char sign = reader->token.p[0];

		next_token(reader);
		return zone_of_digits(reader->token, sign, zone);
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_equal_case(reader->token, names[i].name))
			*zone = 60 * names[i].hours;
	return true;
}

static void
skip_token(struct reader *reader, char c)
{
	if (token_is(reader, c))
		next_token(reader);
}

/* The date-time that text is, perhaps with something behind it. */
static bool
read_date(struct span text, struct date *date)
{
	struct reader reader = {text, {NULL, 0}};
	int day, month, year, hour, minute, second = 0, zone;

	next_token(&reader);
	if (reader.token.n > 0 && is_letter(reader.token.p[0])) {
		next_token(&reader);
		skip_token(&reader, ',');
	}
	if (!take_number(&reader, 2, &day))
		return false;
	skip_token(&reader, '-');
	if (!take_month(&reader, &month))
		return false;
	skip_token(&reader, '-');
	if (!take_year(&reader, &year) || !take_number(&reader, 2, &hour) ||
	    !token_is(&reader, ':'))
		return false;
	next_token(&reader);
	if (!take_number(&reader, 2, &minute))
		return false;
	if (token_is(&reader, ':')) {
		next_token(&reader);
		if (!take_number(&reader, 2, &second))
			return false;
	}
	if (!take_zone(&reader, &zone) || day < 1 || day > days_in(year, month) || hour > 23 ||
	    minute > 59 || second > 60)
		return false;
	date->leap = second == 60;
	date->zone = zone;
	date->seconds = days_of(year, month, day) * DAY + hour * 3600 + minute * 60 + second -
			date->leap - (int64_t)zone * 60;
	return true;
}

bool
date_parse(struct span value, struct date *date)
{
	const char *semicolon = value.n == 0 ? NULL : memrchr(value.p, ';', value.n);

	if (semicolon != NULL &&
	    read_date(span_skip(value, (size_t)(semicolon - value.p) + 1), date))
		return true;
	return read_date(value, date);
}

bool
date_zone_parse(struct span text, int *minutes)
{
	if (text.n != 5 || (text.p[0] != '+' && text.p[0] != '-'))
		return false;
	return zone_of_digits(span_skip(text, 1), text.p[0], minutes);
}

/* ---- parts */

static const struct span parts[] = {SPAN("year"),   SPAN("month"),   SPAN("day"),    SPAN("date"),
				    SPAN("julian"), SPAN("hour"),    SPAN("minute"), SPAN("second"),
				    SPAN("time"),   SPAN("iso8601"), SPAN("std11"),  SPAN("zone"),
				    SPAN("weekday")};
enum part {
	YEAR,
	MONTH,
	DAY_OF_MONTH,
	DATE,
	JULIAN,
	HOUR,
	MINUTE,
	SECOND,
	TIME,
	ISO8601,
	STD11,
	ZONE,
	WEEKDAY,
	PARTS
};

static enum part
part_find(struct span name)
{
	int part = 0;

	while (part < PARTS && !span_equal_case(name, parts[part]))
		part++;
	return (enum part)part;
}

bool
date_part_exists(struct span part)
{
	return part_find(part) != PARTS;
}

/* A date, taken apart in its zone. */
struct fields {
	int64_t days; /* since 1970-01-01 */
	int64_t year;
	int month, day, hour, minute, second, weekday;
	char sign;
	int zone_hour, zone_minute;
};

static void
take_apart(const struct date *date, struct fields *f)
{
	int64_t local = date->seconds + (int64_t)date->zone * 60;
	int zone = date->zone < 0 ? -date->zone : date->zone;

	f->days = (local >= 0 ? local : local - (DAY - 1)) / DAY;
	int second = (int)(local - f->days * DAY);
	date_of(f->days, &f->year, &f->month, &f->day);
	f->hour = second / 3600;
	f->minute = second / 60 % 60;
	f->second = second % 60 + date->leap;
	f->weekday = (int)(((f->days + 4) % 7 + 7) % 7);
	f->sign = date->zone < 0 ? '-' : '+';
	f->zone_hour = zone / 60;
	f->zone_minute = zone % 60;
}

struct span
date_part(const struct date *date, struct span part, char to[DATE_TEXT_MAX])
{
	struct fields f;
	long long year;
	int n = 0;

	take_apart(date, &f);
	year = f.year;
	switch (part_find(part)) {
	case YEAR:
		n = snprintf(to, DATE_TEXT_MAX, "%04lld", year);
		break;
	case MONTH:
		n = snprintf(to, DATE_TEXT_MAX, "%02d", f.month);
		break;
	case DAY_OF_MONTH:
		n = snprintf(to, DATE_TEXT_MAX, "%02d", f.day);
		break;
	case DATE:
		n = snprintf(to, DATE_TEXT_MAX, "%04lld-%02d-%02d", year, f.month, f.day);
		break;
	case JULIAN:
		n = snprintf(to, DATE_TEXT_MAX, "%lld", (long long)f.days + MJD_OF_1970);
		break;
	case HOUR:
		n = snprintf(to, DATE_TEXT_MAX, "%02d", f.hour);
		break;
	case MINUTE:
		n = snprintf(to, DATE_TEXT_MAX, "%02d", f.minute);
		break;
	case SECOND:
		n = snprintf(to, DATE_TEXT_MAX, "%02d", f.second);
		break;
	case TIME:
		n = snprintf(to, DATE_TEXT_MAX, "%02d:%02d:%02d", f.hour, f.minute, f.second);
		break;
	case ISO8601:
		n = snprintf(to, DATE_TEXT_MAX, "%04lld-%02d-%02dT%02d:%02d:%02d", year, f.month,
			     f.day, f.hour, f.minute, f.second);
		if (date->zone == 0)
			n += snprintf(to + n, DATE_TEXT_MAX - (size_t)n, "Z");
		else
			n += snprintf(to + n, DATE_TEXT_MAX - (size_t)n, "%c%02d:%02d", f.sign,
				      f.zone_hour, f.zone_minute);
		break;
	case STD11:
		n = snprintf(to, DATE_TEXT_MAX, "%s, %02d %s %04lld %02d:%02d:%02d %c%02d%02d",
			     weekdays[f.weekday], f.day, months[f.month - 1], year, f.hour,
			     f.minute, f.second, f.sign, f.zone_hour, f.zone_minute);
		break;
	case ZONE:
		n = snprintf(to, DATE_TEXT_MAX, "%c%02d%02d", f.sign, f.zone_hour, f.zone_minute);
		break;
	case WEEKDAY:
		n = snprintf(to, DATE_TEXT_MAX, "%d", f.weekday);
		break;
	case PARTS:
		break;
	}
	return (struct span){to, (size_t)n};
}
