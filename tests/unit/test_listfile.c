/*
 * listfile.h: rbldnsd's ip4set text as rbldnsd reads it (each IPv4 row was
 * compared with rbldnsd 1.0's own answers).
 */
#include "filter/lists/file/listfile.h"
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static time_t clock_is; /* 0: what time it is */

/* In place of the C library's. */
time_t
time(time_t *to)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	time_t result = clock_is != 0 ? clock_is : now.tv_sec;
	if (to != NULL)
		*to = result;
	return result;
}

static const struct listing {
	const char *file, *addr;
	const char *want; /* "ANSWER,ANSWER:TEXT", "-" not listed */
} listings[] = {
	/* ranges of addresses */
	{"192.0.2.1\n", "192.0.2.1", "127.0.0.2:"},
	{"192.0.2.1\n", "192.0.2.2", "-"},
	{"192.0.2.1", "192.0.2.1", "127.0.0.2:"},
	{"  192.0.2.1 \r\n", "192.0.2.1", "127.0.0.2:"},
	{"192.0.2\n", "192.0.2.77", "127.0.0.2:"},
	{"192.0.2\n", "192.0.3.0", "-"},
	{"127/24\n", "127.0.0.9", "127.0.0.2:"},
	{"127/24\n", "127.0.1.0", "-"},
	{"10/8\n", "10.255.1.2", "127.0.0.2:"},
	{"10\n", "10.255.1.2", "-"},
	{"192.0.2.0/25\n", "192.0.2.127", "127.0.0.2:"},
	{"192.0.2.0/25\n", "192.0.2.128", "-"},
	{"0.0.0.0/0\n", "203.0.113.9", "-"},
	{"128/1\n", "203.0.113.9", "127.0.0.2:"},
	{"127-128\n", "128.255.0.1", "127.0.0.2:"},
	{"127.0.0.1/32\n", "127.0.0.1", "127.0.0.2:"},
	{"0192.00.002.0001\n", "192.0.2.1", "127.0.0.2:"},
	{"192.0.2.1-192.0.3\n", "192.0.2.9", "-"},
	{"192.0.2.1-9\n", "192.0.2.9", "127.0.0.2:"},
	{"192.0.2.1-9\n", "192.0.2.10", "-"},
	{"192.0.2.1-192.0.3.1\n", "192.0.3.0", "127.0.0.2:"},
	{"127.16-31\n", "127.31.255.255", "127.0.0.2:"},
	{"127.16-31\n", "127.32.0.0", "-"},
	{"127.16-127.31\n", "127.31.255.255", "127.0.0.2:"},
	{"127-127.0.0\n", "127.0.0.255", "-"},
	{"127.16.0-31\n", "127.16.31.255", "127.0.0.2:"},
	/* answers and texts */
	{"192.0.2.1 :127.0.0.3:text\n", "192.0.2.1", "127.0.0.3:text"},
	{"192.0.2.1 :3:text\n", "192.0.2.1", "127.0.0.3:text"},
	{"192.0.2.1 only text\n", "192.0.2.1", "127.0.0.2:only text"},
	{"192.0.2.1 :127.0.0.3\n", "192.0.2.1", "127.0.0.3:"},
	{"192.0.2.1 # no text\n", "192.0.2.1", "127.0.0.2:"},
	{"192.0.2.1 ; no text\n", "192.0.2.1", "127.0.0.2:"},
	{":127.0.0.4:see $ and $\n192.0.2.1\n", "192.0.2.1",
	 "127.0.0.4:see 192.0.2.1 and 192.0.2.1"},
	{":4:default\n192.0.2.1 own\n192.0.2.2\n", "192.0.2.1", "127.0.0.4:own"},
	{":4:default\n192.0.2.1 own\n192.0.2.2\n", "192.0.2.2", "127.0.0.4:default"},
	{"192.0.2.2\n:4:default\n", "192.0.2.2", "127.0.0.2:"},
	{"192.0.2.1 :2:a\n192.0.2.1 :3:b\n192.0.2.1 :2:c\n", "192.0.2.1", "127.0.0.2,127.0.0.3:a"},
	{"192.0.2.1 :1.3:inet_aton\n", "192.0.2.1", "1.0.0.3:inet_aton"},
	{":4:default\n192.0.2.1 :6:\n", "192.0.2.1", "127.0.0.6:"},
	{":4:default\n:0:no answer\n192.0.2.1\n", "192.0.2.1", "127.0.0.4:default"},
	{":4:default\n::no answer\n192.0.2.1\n", "192.0.2.1", "127.0.0.4:default"},
	{":4:default\n: 5:no answer\n192.0.2.1\n", "192.0.2.1", "127.0.0.4:default"},
	/* substitution in texts */
	{"$1 See http://www.example.org/bl\n:2:$1/spammer/$ for details, costs 5$$\n81.2.69.142\n",
	 "81.2.69.142",
	 "127.0.0.2:See http://www.example.org/bl/spammer/81.2.69.142 for details, costs 5$"},
	{"192.0.2.1 $1 $2\n$1 set later\n$1 not twice\n", "192.0.2.1", "127.0.0.2:set later $2"},
	{"$= See /?$= ($)\n192.0.2.1 r1\n", "192.0.2.1", "127.0.0.2:See /?r1 (192.0.2.1)"},
	{"$= See /?$= ($)\n192.0.2.1\n", "192.0.2.1", "127.0.0.2:See /?192.0.2.1 (192.0.2.1)"},
	{"$= See /?$= ($)\n192.0.2.1 =own $\n", "192.0.2.1", "127.0.0.2:own 192.0.2.1"},
	{"192.0.2.1 =own $=\n", "192.0.2.1", "127.0.0.2:own own $="},
	{"192.0.2.1 at the end $\n", "192.0.2.1", "127.0.0.2:at the end 192.0.2.1"},
	/* exclusions, and that the closest entry decides */
	{"192.0.2.0/24\n!192.0.2.7\n", "192.0.2.7", "-"},
	{"!192.0.2.7\n192.0.2.0/24\n", "192.0.2.7", "-"},
	{"192.0.2.0/24\n!192.0.2.7\n", "192.0.2.8", "127.0.0.2:"},
	{"!192.0.2.0/24\n192.0.2.7\n", "192.0.2.7", "127.0.0.2:"},
	{"192.0.2.7\n!192.0.2.7\n", "192.0.2.7", "-"},
	{"192.0.2.7\n! 192.0.2.0/29\n", "192.0.2.7", "-"},
	{"10/8 :2:wide\n10.1 :3:closer\n", "10.1.2.3", "127.0.0.3:closer"},
	{"10/8 :2:wide\n10.1 :3:closer\n", "10.2.2.3", "127.0.0.2:wide"},
	{"192.0.2.0/24\n!192.0.2.7 : our own partner, ticket 4711\n", "192.0.2.7", "-"},
	{"192.0.2.0/24\n!192.0.2.7 :none:of this is read\n", "192.0.2.7", "-"},
	/* $ lines */
	{":4:Dynamic range\n:$TTL 2h\n192.0.2.0/24\n", "192.0.2.7", "127.0.0.4:Dynamic range"},
	{"$MAXRANGE4 /24\n10/8\n192.0.2.0/24\n", "10.1.2.3", "-"},
	{"$MAXRANGE4 256\n192.0.2.0/24\n", "192.0.2.7", "127.0.0.2:"},
	{"$MAXRANGE4 16\n$MAXRANGE4 256\n192.0.2.0/24\n", "192.0.2.7", "-"},
	{"#$MAXRANGE4 /25\n192.0.2.0/24\n", "192.0.2.7", "-"},
	{"$TIMESTAMP 2024:01:01\n192.0.2.7\n", "192.0.2.7", "127.0.0.2:"},
	{"$TIMESTAMP 20240101 2038-01-01\n192.0.2.7\n", "192.0.2.7", "127.0.0.2:"},
	{"$TIMESTAMP 0 -\n192.0.2.7\n", "192.0.2.7", "127.0.0.2:"},
	{"$DATASET ip4set:a @\n:3:a\n192.0.2.7\n$DATASET ip4set sub @ # c\n:4:b\n192.0.2.7\n",
	 "192.0.2.7", "127.0.0.3,127.0.0.4:a"},
	{"$DATASET ip4set @\n192.0.2.7\n$DATASET ip4set @\n!192.0.2.7\n", "192.0.2.7",
	 "127.0.0.2:"},
	{"$DATASET ip4set sub\n192.0.2.7\n", "192.0.2.7", "-"},
	{"$DATASET generic @\n192.0.2.7\n", "192.0.2.7", "-"},
	{"$1 all\n$DATASET ip4set @\n$2 one\n192.0.2.1\n$DATASET ip4set @\n192.0.2.7 $1 $2\n",
	 "192.0.2.7", "127.0.0.2:all $2"},
	{"$DATASET ip4trie @\n10/8 :2:a\n10/12 :3:b\n10/14 :4:c\n10/14 :5:d\n", "10.1.2.3",
	 "127.0.0.4:c"},
	{"$DATASET ip4tset @\n192.0.2.1 :9:x\n:4:first\n:5:second\n", "192.0.2.1",
	 "127.0.0.4:first"},
	{"$DATASET ip4tset @\n192.0.2.1/32\n192.0.2.1-1\n", "192.0.2.1", "-"},
	{"$DATASET ip6trie @\n::/0\n!2001:db8::/32\n2001:db8:1::/48\n", "2001:db8:1::1",
	 "127.0.0.2:"},
	{"$DATASET ip6trie @\n20/8\n", "20::1", "-"},
	{"$DATASET ip6trie @\n2000/8\n", "2001::1", "127.0.0.2:"},
	{"$DATASET ip6tset @\n2001:db8:0:1\n!2001:db8:0:1::2\n:7:t\n", "2001:db8:0:1::1",
	 "127.0.0.7:t"},
	{"$DATASET ip6tset @\n!2001:db8:0:1::2\n2001:db8:0:1\n", "2001:db8:0:1::2", "-"},
	/* what is skipped */
	{"# 192.0.2.1\n; 192.0.2.1\n$TTL 192.0.2.1\n$SOA 0 a b 0 0 0 0 0\n\n\n", "192.0.2.1", "-"},
	{"nonsense\n192.0.2.1\n", "192.0.2.1", "127.0.0.2:"},
	/* IPv6, as in ip6trie */
	{"2001:db8::1\n", "2001:db8::1", "127.0.0.2:"},
	{"2001:db8::/32 :3:text $\n", "2001:db8:9::9", "127.0.0.3:text 2001:db8:9::9"},
	{"2001:db8/32\n", "2001:db8:9::9", "127.0.0.2:"},
	{"2001:db8:1\n", "2001:db8:1::9", "127.0.0.2:"},
	{"2001:db8:1\n", "2001:db8:2::9", "-"},
	{"2001:db8::/32\n!2001:db8::7\n", "2001:db8::7", "-"},
	{"2001:db8::/32\n!2001:db8::7\n", "2001:db8::8", "127.0.0.2:"},
	{"::/0\n", "2001:db8::8", "127.0.0.2:"},
	{"::/0\n", "192.0.2.1", "-"},
	{"1.0.0.0/8\n", "2001:db8::8", "-"},
	{"::1\n", "::1", "127.0.0.2:"},
	{":5:default\n2001:db8::1\n192.0.2.1\n", "2001:db8::1", "127.0.0.5:default"},
	{"2001:db8::/32 :2:first\n2001:db8::/32 :3:second\n", "2001:db8::8", "127.0.0.2:first"},
	{"2001/16\n", "2001:db8::8", "127.0.0.2:"},
	{"fd00/8\n", "fd12::8", "127.0.0.2:"},
	/* RFC 5782's test entries are good lines; IPv4 is looked up as IPv4 */
	{"::FFFF:7F00:2/128\n", "127.0.0.2", "-"},
};

static void
print_hit(const struct listfile_hit *hit, char *to, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < hit->answers; i++) {
		struct addr addr = addr_from_ipv4(hit->answer[i]);
		char text[ADDR_TEXT_MAX];

		n += (size_t)snprintf(to + n, size - n, "%s%s", i == 0 ? "" : ",",
				      addr_print(&addr, text));
	}
	if (hit->answers == 0)
		(void)snprintf(to, size, "-");
	else
		(void)snprintf(to + n, size - n, ":%.*s", (int)hit->text_n, hit->text);
}

static void
test_listings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof listings / sizeof listings[0]; i++) {
		const struct listing *l = &listings[i];
		struct listfile_hit hit[2];
		char got[512];
		struct err err;

		assert_true(addr_parse(SPAN("198.51.100.200"), &hit[0].addr));
		assert_true(addr_parse(span_of(l->addr), &hit[1].addr));
		assert_int_equal(
			listfile_match_text("list", NULL, span_of(l->file), hit, 2, NULL, &err),
			LISTFILE_READ);
		print_hit(&hit[1], got, sizeof got);
		if (strcmp(got, l->want) != 0)
			fail_msg("row %zu, %s in [%s]: got %s, want %s", i, l->addr, l->file, got,
				 l->want);
	}
}

static const char *const bad_lines[] = {"nonsense",
					"192.0.2.256",
					"192.0.2.1/33",
					"192.0.2.1/24",
					"192.0.2.9-1",
					"192.0.2.1-",
					"192.0.2.1x",
					"192.0.2.1.5",
					"1.2.3.4/",
					"192.0.2.1 :x:y",
					":x:y",
					"2001:db8::/129",
					"2001:db8::1/32",
					"2001:db8::g",
					"!",
					"-",
					"10",
					"0/0",
					"128/0",
					"10.1/8",
					"192.0.2.1-192.0.3",
					"::text",
					"192.0.2.1 ::text",
					":0:text",
					"192.0.2.1 : 2:text",
					"$UNKNOWN 5",
					"$TTL x",
					"#$100 spent",
					"$1 ",
					"$MAXRANGE4 0",
					"$MAXRANGE4 /33",
					"$TIMESTAMP 2024:13:01",
					"$TIMESTAMP 2023:02:29",
					"$TIMESTAMP 2024:01:01 +",
					"$TIMESTAMP 2024:01:01 +7dx",
					"$TIMESTAMP 2024:01:01 +9999w",
					"$TIMESTAMP 0 +7d",
					"2001:db8:",
					"12345::/16",
					"127-127.0.0",
					"!nonsense",
					"..",
					"/8",
					"::ffff:192.0.2.1",
					"192.0.2.1 :127.0.0.2 text"};

static void
test_bad_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_lines / sizeof bad_lines[0]; i++) {
		struct listfile_hit hit = {.addr = addr_from_ipv4(0xc0000209)};
		struct listfile_bad bad;
		struct err err;
		char text[256];
		int n = snprintf(text, sizeof text, "# first\n%s\n192.0.2.9\n", bad_lines[i]);

		(void)listfile_match_text("/etc/list", NULL, (struct span){text, (size_t)n}, &hit,
					  1, &bad, &err);
		if (bad.lines != 1 || strncmp(bad.first.why, "/etc/list:2: ", 13) != 0)
			fail_msg("%s: %zu bad lines, %s", bad_lines[i], bad.lines, bad.first.why);
		assert_int_equal(bad.entries, 1);
		assert_int_equal(hit.answers, 1);
	}
}

/*
 * Data whose time is over, or has not come, lists nobody; its lines are read.
 */
static void
test_timestamps(void **state)
{
	static const struct {
		const char *file;
		enum listfile_status status;
		const char *why;
	} rows[] = {
		{"$TIMESTAMP 2024:01:01 +7d\n192.0.2.9\n", LISTFILE_EXPIRED,
		 "list:1: $TIMESTAMP: the data expired at 2024-01-08 00:00:00 UTC"},
		{"192.0.2.9\n:$timestamp 2024-02-29-12-30 2024:03:01:01:02:03\n", LISTFILE_EXPIRED,
		 "list:2: $TIMESTAMP: the data expired at 2024-03-01 01:02:03 UTC"},
		{"$TIMESTAMP 2024:01:01 +100w\n$TIMESTAMP 20240101 20240102\n192.0.2.9\n",
		 LISTFILE_EXPIRED,
		 "list:1: $TIMESTAMP: the data expired at 2025-12-01 00:00:00 UTC"},
		{"$TIMESTAMP 2038:01:01\n192.0.2.9\n", LISTFILE_UNREADABLE,
		 "list:1: $TIMESTAMP: the data is of the future, 2038-01-01 00:00:00 UTC"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct listfile_hit hit = {.addr = addr_from_ipv4(0xc0000209)};
		struct listfile_bad bad;
		struct err err;

		assert_int_equal(listfile_match_text("list", NULL, span_of(rows[i].file), &hit, 1,
						     &bad, &err),
				 rows[i].status);
		assert_string_equal(err.why, rows[i].why);
		assert_int_equal(hit.answers, 0);
		assert_int_equal(bad.lines, 0);
		assert_int_equal(bad.entries, 1);
	}
	/* to the second: neither what is made now nor what ends now */
	for (int off = -1; off <= 1; off++) {
		struct listfile_hit hit = {.addr = addr_from_ipv4(0xc0000209)};
		struct err err;

		clock_is = 1704067200 + off; /* 2024-01-01 */
		assert_int_equal(listfile_match_text("list", NULL,
						     SPAN("$TIMESTAMP 20240101\n192.0.2.9\n"), &hit,
						     1, NULL, &err),
				 off < 0 ? LISTFILE_UNREADABLE : LISTFILE_READ);
		assert_int_equal(listfile_match_text("list", NULL,
						     SPAN("$TIMESTAMP 0 20240101\n192.0.2.9\n"),
						     &hit, 1, NULL, &err),
				 off > 0 ? LISTFILE_EXPIRED : LISTFILE_READ);
	}
	/* what stands behind the text is no unit of it, nor makes IPv6 of it */
	struct listfile_bad bad;
	struct err err;
	assert_int_equal(listfile_match_text("list", NULL,
					     (struct span){"$TIMESTAMP 20231231 +9w", 22}, NULL, 0,
					     NULL, &err),
			 LISTFILE_EXPIRED);
	(void)listfile_match_text("list", NULL, (struct span){"abcd::", 2}, NULL, 0, &bad, &err);
	assert_string_equal(bad.first.why,
			    "list:1: an address, a network or a range of addresses is expected");
	clock_is = 0;
	assert_string_equal(listfile_cause(LISTFILE_EXPIRED), "expired");
	assert_string_equal(listfile_cause(LISTFILE_UNREADABLE), "unreadable");
}

static char path[] = "/tmp/test_listfile.XXXXXX";

static int
write_list(const char *first, size_t count, const char *last)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(first, f);
	for (size_t i = 0; i < count; i++)
		fprintf(f, "%zu.%zu.%zu.%zu\n", 11 + i / 50000 % 100, i / 250 % 200, i % 250,
			i % 251);
	fputs(last, f);
	return fclose(f);
}

static void
test_large_file(void **state)
{
	struct listfile_hit hit[3];
	struct listfile_bad bad;
	struct err err;

	(void)state;
	assert_int_equal(write_list(":3:first\n", 200000, "203.0.113.5"), 0);
	assert_true(addr_parse(SPAN("203.0.113.5"), &hit[0].addr));
	assert_true(addr_parse(SPAN("203.0.113.6"), &hit[1].addr));
	assert_true(addr_parse(SPAN("11.0.7.7"), &hit[2].addr));
	assert_int_equal(listfile_match(path, NULL, hit, 3, &bad, &err), 0);
	assert_int_equal(bad.entries, 200001);
	assert_int_equal(bad.lines, 0);
	assert_int_equal(hit[0].answers, 1);
	assert_int_equal(hit[0].answer[0], 0x7f000003);
	assert_int_equal(hit[1].answers, 0);
	assert_int_equal(hit[2].answers, 1);
}

/*
 * Lines across the borders of the reads, and one that is longer than a line may
 * be.
 */
static void
test_long_line(void **state)
{
	static char line[200001];
	struct listfile_hit hit[2];
	struct listfile_bad bad;
	struct err err;

	(void)state;
	for (size_t length = LISTFILE_LINE_MAX - 2; length < sizeof line - 1;
	     length = length * 5 / 2) {
		memset(line, 'x', length);
		line[0] = '#';
		line[length] = '\0';
		assert_int_equal(write_list(line, 0, "\n192.0.2.1\n"), 0);
		assert_true(addr_parse(SPAN("192.0.2.1"), &hit[0].addr));
		assert_int_equal(listfile_match(path, NULL, hit, 1, &bad, &err), 0);
		assert_int_equal(hit[0].answers, 1);
		assert_int_equal(bad.entries, 1);
		assert_int_equal(bad.lines, 0);
		memcpy(line, "192.0.2.1 ", 10);
		assert_int_equal(write_list(line, 0, "\n192.0.2.2\n"), 0);
		assert_int_equal(listfile_match(path, NULL, hit, 1, &bad, &err), 0);
		assert_int_equal(hit[0].answers, 1);
		assert_int_equal(hit[0].text_n, LISTFILE_TEXT_MAX);
		assert_int_equal(bad.entries, 2);
		assert_int_equal(bad.lines, length > LISTFILE_LINE_MAX);
	}
	/* too long, but not yet where the first read, of 64 KiB, ends */
	memset(line, 'x', sizeof line);
	line[0] = '#';
	memcpy(line + 65536 - LISTFILE_LINE_MAX - 1, "\n192.0.2.1 ", 11);
	line[65536 + 1] = '\0';
	assert_int_equal(write_list(line, 0, "\n"), 0);
	assert_int_equal(listfile_match(path, NULL, hit, 1, &bad, &err), 0);
	assert_int_equal(bad.lines, 1);
}

static void
test_unreadable(void **state)
{
	struct listfile_hit hit = {.addr = addr_from_ipv4(1)};
	struct err err;

	(void)state;
	assert_int_equal(listfile_match("/nonexistent/list", NULL, &hit, 1, NULL, &err),
			 LISTFILE_UNREADABLE);
	assert_string_equal(err.why, "/nonexistent/list: No such file or directory");
	assert_int_equal(listfile_match("/tmp", NULL, &hit, 1, NULL, &err), LISTFILE_UNREADABLE);
	assert_string_equal(err.why, "/tmp: a regular file is expected");
	assert_int_equal(listfile_match("/dev/zero", NULL, &hit, 1, NULL, &err),
			 LISTFILE_UNREADABLE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	/* and does not wait */
	assert_int_equal(listfile_match(path, NULL, &hit, 1, NULL, &err), LISTFILE_UNREADABLE);
}

static int
set_up(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int
tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_listings),   cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_timestamps), cmocka_unit_test(test_large_file),
		cmocka_unit_test(test_long_line),  cmocka_unit_test(test_unreadable)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
