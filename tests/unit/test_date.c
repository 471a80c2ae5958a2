/*
 * date.h: RFC 5322 date-times as they are and as they are written, and the
 * date-parts of RFC 5260.
 */
#include "sieve/mail/date.h"
#include "unit.h"

#include <stdlib.h>
#include <time.h>

static const struct {
	const char *in, *out; /* out: iso8601 in the zone written; NULL: no date */
} parse_cases[] = {
	/* RFC 5322 3.3 and 4.3 */
	{"Mon, 26 Feb 2007 09:00:00 -0500", "2007-02-26T09:00:00-05:00"},
	{"26 Feb 2007 09:00 -0500", "2007-02-26T09:00:00-05:00"},
	{"1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z"},
	{"31 Dec 1969 23:59:59 -0000", "1969-12-31T23:59:59Z"},
	{"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T09:55:06-06:00"},
	{"21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"},
	{"21 Nov 49 09:55:06 GMT", "2049-11-21T09:55:06Z"},
	{"21 Nov 50 09:55:06 GMT", "1950-11-21T09:55:06Z"},
	{"21 Nov 101 09:55:06 UT", "2001-11-21T09:55:06Z"},
	{"21 Nov 1997 09:55:06 EST", "1997-11-21T09:55:06-05:00"},
	{"21 Nov 1997 09:55:06 pdt", "1997-11-21T09:55:06-07:00"},
	{"21 Nov 1997 09:55:06 Z", "1997-11-21T09:55:06Z"},
	{"21 Nov 1997 09:55:06 K", "1997-11-21T09:55:06Z"}, /* military zones mean nothing (4.3) */
	{"21 Nov 1997 09:55:06 CEST", "1997-11-21T09:55:06Z"},
	{"Thu, 13 Feb 1969 23:32:54 -0330", "1969-02-13T23:32:54-03:30"},
	{"Thu,\t13 (x (y) \\) z) Feb 1969 23:32 -0330 (Newfoundland Time)",
	 "1969-02-13T23:32:00-03:30"},
	{"29 Feb 2000 00:00:00 +0000", "2000-02-29T00:00:00Z"},
	{"29 Feb 1996 00:00:00 +1400", "1996-02-29T00:00:00+14:00"},
	{"31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:60Z"},
	{"31 Dec 9999 23:59:59 +0000", "9999-12-31T23:59:59Z"},
	{"1 Jan 0100 00:00:00 +0000", "0100-01-01T00:00:00Z"},
	/* seen in the wild */
	{"Mon 26 Feb 2007 09:00:00 +0100", "2007-02-26T09:00:00+01:00"},
	{"26-Feb-2007 9:00:00 +0100", "2007-02-26T09:00:00+01:00"},
	{"Monday, 26 February 2007 09:00:00 +0100", "2007-02-26T09:00:00+01:00"},
	{"Mon, 26 Feb 2007 09:00:00", "2007-02-26T09:00:00Z"},
	{"Mon, 26 Feb 2007 09:00:00 +0100 (CET) trailing", "2007-02-26T09:00:00+01:00"},
	/* RFC 5260 4: behind a semicolon, the last one counts */
	{"from a by b; Mon, 26 Feb 2007 09:00:00 -0500", "2007-02-26T09:00:00-05:00"},
	{"from a; 1 Jan 2001 00:00:00 +0000; 2 Jan 2002 00:00:00 +0000", "2002-01-02T00:00:00Z"},
	{"1 Jan 2001 00:00:00 +0000; nothing", "2001-01-01T00:00:00Z"},
	/* not in the calendar, or no date */
	{"29 Feb 2007 09:00:00 -0500", NULL},
	{"29 Feb 1900 09:00:00 -0500", NULL},
	{"32 Jan 2007 09:00:00 -0500", NULL},
	{"0 Jan 2007 09:00:00 -0500", NULL},
	{"31 Apr 2007 09:00:00 -0500", NULL},
	{"1 Jan 2007 24:00:00 -0500", NULL},
	{"1 Jan 2007 09:60:00 -0500", NULL},
	{"1 Jan 2007 09:00:61 -0500", NULL},
	{"1 Jan 2007 09:00:00 -0560", NULL},
	{"1 Jan 2007 09:00:00 +1", NULL},
	{"1 Jan 20070 09:00:00 +0000", NULL},
	{"1 Foo 2007 09:00:00 +0000", NULL},
	{"Jan 1 2007 09:00:00 +0000", NULL},
	{"1 Jan 2007", NULL},
	{"1 Jan 2007 09", NULL},
	{"2007-02-26T09:00:00-05:00", NULL},
	{"", NULL},
	{";", NULL},
	{"(", NULL},
	{"(\\", NULL},
	{"99999999999999999999 Jan 2007 00:00 +0000", NULL},
};

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof parse_cases / sizeof parse_cases[0]; i++) {
		char text[DATE_TEXT_MAX];
		struct date date;
		bool found = date_parse(span_of(parse_cases[i].in), &date);

		if (found != (parse_cases[i].out != NULL))
			print_error("[%s]\n", parse_cases[i].in);
		assert_int_equal(found, parse_cases[i].out != NULL);
		if (found)
			assert_span(parse_cases[i].in, date_part(&date, SPAN("iso8601"), text),
				    span_of(parse_cases[i].out));
	}
}

static const struct {
	const char *part, *zone, *value;
} part_cases[] = {
	/* Sun, 31 Dec 2006 23:04:05 -0130 */
	{"year", NULL, "2006"},
	{"month", NULL, "12"},
	{"day", NULL, "31"},
	{"date", NULL, "2006-12-31"},
	{"julian", NULL, "54100"},
	{"hour", NULL, "23"},
	{"minute", NULL, "04"},
	{"second", NULL, "05"},
	{"time", NULL, "23:04:05"},
	{"iso8601", NULL, "2006-12-31T23:04:05-01:30"},
	{"std11", NULL, "Sun, 31 Dec 2006 23:04:05 -0130"},
	{"zone", NULL, "-0130"},
	{"weekday", NULL, "0"},
	{"YEAR", NULL, "2006"},
	{"years", NULL, ""},
	{"", NULL, ""},
	{"iso8601", "+0000", "2007-01-01T00:34:05Z"},
	{"year", "+0000", "2007"},
	{"weekday", "+0000", "1"},
	{"julian", "+0000", "54101"},
	{"zone", "+0000", "+0000"},
	{"zone", "-0000", "+0000"},
	{"iso8601", "+0545", "2007-01-01T06:19:05+05:45"},
	{"std11", "-1200", "Sun, 31 Dec 2006 12:34:05 -1200"},
};

static void
test_parts(void **state)
{
	struct date date;

	(void)state;
	assert_true(date_parse(SPAN("Sun, 31 Dec 2006 23:04:05 -0130"), &date));
	for (size_t i = 0; i < sizeof part_cases / sizeof part_cases[0]; i++) {
		struct date shifted = date;
		char text[DATE_TEXT_MAX];

		if (part_cases[i].zone != NULL)
			assert_true(date_zone_parse(span_of(part_cases[i].zone), &shifted.zone));
		assert_span(part_cases[i].part,
			    date_part(&shifted, span_of(part_cases[i].part), text),
			    span_of(part_cases[i].value));
		assert_int_equal(date_part_exists(span_of(part_cases[i].part)),
				 part_cases[i].value[0] != '\0');
	}
}

static void
test_zones(void **state)
{
	static const char *const bad[] = {"",       "+",     "0100",  "+100", "+01000",
					  "+01:00", "+0a00", "+0060", "GMT",  "*0100"};
	int minutes;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(date_zone_parse(span_of(bad[i]), &minutes));
	assert_true(date_zone_parse(SPAN("-0330"), &minutes));
	assert_int_equal(minutes, -210);
}

/*
 * Each day of 2,000 years against the rule that RFC 5260's appendix A gives
 * (Julian day numbers), and against gmtime(3).
 */
static void
test_calendar(void **state)
{
	(void)state;
	for (int64_t day = -25567; day < 47482; day++) { /* 1900 to 2099 */
		time_t seconds = (time_t)(day * 86400);
		struct date date = {.seconds = seconds};
		struct tm tm;
		char text[DATE_TEXT_MAX], want[32];

		assert_non_null(gmtime_r(&seconds, &tm));
		strftime(want, sizeof want, "%Y-%m-%d", &tm);
		assert_span("date", date_part(&date, SPAN("date"), text), span_of(want));
		strftime(want, sizeof want, "%w", &tm);
		assert_span("weekday", date_part(&date, SPAN("weekday"), text), span_of(want));
		strftime(want, sizeof want, "%a, %d %b %Y 00:00:00 +0000", &tm);
		struct span std11 = date_part(&date, SPAN("std11"), text);
		assert_span("std11", std11, span_of(want));
		struct date again;
		assert_true(date_parse(std11, &again));
		assert_int_equal(again.seconds, date.seconds);
	}
}

static void
test_now(void **state)
{
	(void)state;
	setenv("TZ", "XYZ-3:30", 1);
	date_start();
	assert_true(llabs((long long)date_now().seconds - (long long)time(NULL)) < 100);
	date_set_now(86400);
	assert_int_equal(date_now().seconds, 86400);
	assert_int_equal(date_now().zone, 210);
	assert_int_equal(date_local_zone(0), 210);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse), cmocka_unit_test(test_parts),
		cmocka_unit_test(test_zones), cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_now)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
