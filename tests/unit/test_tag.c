/* tag.h: the fields, from verdicts made by hand. */
#include "filter/verdict/tag.h"
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

static char xbl_name[] = "xbl", good_name[] = "good";
static struct answer meanings[] = {
	{.weight = 6}, {.name = xbl_name, .weight = 4}, {.name = good_name, .weight = -3}};
static struct answer plain[] = {{.weight = 6}, {.weight = 6}}; /* the second is no list's */
static struct list lists[] = {
	{.name = (char[]){"bl.spamcop.net"},
	 .zone = (char[]){"bl.spamcop.net"},
	 .answers = plain,
	 .n_answers = 1},
	{.name = (char[]){"zen"},
	 .zone = (char[]){"key.zen.example"},
	 .answers = meanings,
	 .n_answers = 3},
	{.name = (char[]){"allow.example"},
	 .zone = (char[]){"allow.example"},
	 .answers = plain,
	 .n_answers = 1,
	 .allow = true},
};
static struct chain chain;

static void
make_chain(size_t n, enum relay_role second)
{
	chain = (struct chain){.stored = n, .found = n, .handoff = 1};
	for (size_t i = 0; i < n; i++) {
		struct relay *relay = &chain.relay[i];

		relay->n = (unsigned)i + 1;
		relay->hop.addr = relay->asked_as = addr_from_ipv4(0xCFDC7801U + (uint32_t)i);
		relay->role = i == 0 ? RELAY_TRUSTED : i == 1 ? second : RELAY_CLAIMED;
	}
}

static struct lookup
hit(size_t relay, const struct list *list, unsigned matched, const char *reason)
{
	struct lookup lookup = {.relay = relay,
				.list = list,
				.state = LOOKUP_LISTED,
				.answer = {0x7F000002U},
				.answers = 1,
				.matched = matched};

	lookup.reason_n = strlen(reason);
	memcpy(lookup.reason, reason, lookup.reason_n);
	return lookup;
}

static struct lookup
failed(size_t relay, const struct list *list, const char *cause)
{
	return (struct lookup){
		.relay = relay, .list = list, .state = LOOKUP_FAILED, .cause = cause};
}

static void
assert_fields(const char *what, const struct verdict *verdict, struct lookup *lookup, size_t n,
	      const char *eol, const char *want)
{
	struct lookups lookups = {.lookup = lookup, .n = n};
	struct buf fields;

	buf_init(&fields, TAG_FIELDS_MAX);
	tag_fields(verdict, &chain, &lookups, eol, &fields);
	assert_span(what, buf_span(&fields), span_of(want));
	buf_free(&fields);
}

static void
test_listed(void **state)
{
	struct verdict verdict = {
		.kind = VERDICT_LISTED, .scored = true, .score = 10, .asked = 3, .last = 1};
	struct lookup lookup[] = {
		hit(1, &lists[1], 3, ""),        hit(1, &lists[0], 1, "say \"no\"\r\nX: \\\x80"),
		hit(2, &lists[1], 4, ""),        failed(2, &lists[0], "timeout"),
		failed(3, &lists[0], "timeout"), failed(3, &lists[2], "servfail")};

	(void)state;
	make_chain(4, RELAY_HANDOFF);
	conf_parse_answer("127.0.0.2", &plain[0], &(struct err){""});
	conf_parse_answer("127.0.0.2", &meanings[0], &(struct err){""});
	conf_parse_answer("127.0.0.[4..7]", &meanings[1], &(struct err){""});
	conf_parse_answer("127.0.0.9", &plain[1], &(struct err){""});
	meanings[0].weight = plain[0].weight = 6;
	meanings[1].name = xbl_name;
	meanings[1].weight = 4;
	lookup[0].answer[1] = 0x7F000004U;
	lookup[1].answer[1] = 0x7F000009U;
	lookup[0].answers = lookup[1].answers = 2;
	assert_fields("listed", &verdict, lookup, 6, "\r\n",
		      "X-SpamCop-Status: listed; relays=4; checked=3; score=10; "
		      "failed=bl.spamcop.net:timeout,allow.example:servfail; hits=good\r\n"
		      "X-SpamCop-Checked: 207.220.120.1 207.220.120.2\r\n"
		      "X-SpamCop-Listed: 207.220.120.2; list=zen; answer=127.0.0.2; relay=2; "
		      "trust=handoff\r\n"
		      "X-SpamCop-Listed: 207.220.120.2; list=xbl; answer=127.0.0.4; relay=2; "
		      "trust=handoff\r\n"
		      "X-SpamCop-Listed: 207.220.120.2; list=bl.spamcop.net; answer=127.0.0.2; "
		      "relay=2; trust=handoff;\r\n"
		      "\treason=\"say \\\"no\\\"??X: \\\\?\"\r\n"
		      "X-SpamCop-Disposition: Blocked zen\r\n"
		      "X-SpamCop-Score: 10\r\n");
}

static void
test_others(void **state)
{
	struct verdict clean = {.kind = VERDICT_CLEAN, .scored = true, .score = 4, .asked = 2};
	struct verdict allowed = {
		.kind = VERDICT_ALLOWED, .scored = true, .asked = 1, .allowed = "@example.net"};
	struct verdict unknown = {.kind = VERDICT_UNKNOWN, .asked = 1};
	struct verdict broken = {.kind = VERDICT_UNKNOWN, .failed_all = "config"};
	struct lookup xbl = hit(1, &lists[1], 2, ""), slow = failed(1, &lists[1], "timeout"),
		      spamcop = hit(1, &lists[0], 1, "");

	(void)state;
	make_chain(2, RELAY_HANDOFF);
	assert_fields(
		"below the threshold", &clean, &xbl, 1, "\n",
		"X-SpamCop-Status: clean; relays=2; checked=2; score=4; "
		"hits=xbl\nX-SpamCop-Checked: 207.220.120.1 207.220.120.2\nX-SpamCop-Score: 4\n");
	assert_fields("allowed", &allowed, &spamcop, 1, "\n",
		      "X-SpamCop-Status: allowed; relays=2; checked=1; score=0; "
		      "hits=bl.spamcop.net; allowed=@example.net\n"
		      "X-SpamCop-Checked: 207.220.120.1 207.220.120.2\nX-SpamCop-Score: 0\n");
	assert_fields("unknown", &unknown, &slow, 1, "\n",
		      "X-SpamCop-Status: unknown; relays=2; checked=1; "
		      "failed=zen:timeout\nX-SpamCop-Checked: 207.220.120.1 207.220.120.2\n");
	assert_fields("broken configuration", &broken, NULL, 0, "\n",
		      "X-SpamCop-Status: unknown; failed=config\n");
}

/* Of many relays 32 are shown; the last one shown is the one that decided. */
static void
test_many(void **state)
{
	struct verdict verdict = {
		.kind = VERDICT_LISTED, .scored = true, .score = 6, .asked = 32, .last = 39};
	struct lookup lookup = hit(39, &lists[0], 1, "");
	struct lookups lookups = {.lookup = &lookup, .n = 1};
	struct buf fields;
	size_t shown = 0;

	(void)state;
	make_chain(60, RELAY_HANDOFF);
	for (size_t i = 0; i < 60; i++) /* long ones, so that the line has to be folded */
		(void)addr_parse(SPAN("2a01:4f8:ffff:eeee:dddd:cccc:bbbb:aaaa"),
				 &chain.relay[i].hop.addr);
	chain.relay[39].hop.addr = addr_from_ipv4(0xCFDC7828U);
	buf_init(&fields, TAG_FIELDS_MAX);
	tag_fields(&verdict, &chain, &lookups, "\n", &fields);
	struct span text = buf_span(&fields);
	assert_true(buf_addc(&fields, '\0'));
	const char *checked = strstr(fields.p, "X-SpamCop-Checked:"),
		   *end = strstr(fields.p, "X-SpamCop-Listed:");
	assert_non_null(checked);
	assert_non_null(end);
	for (const char *c = checked; c < end; c++)
		shown += *c == ' ' || *c == '\t';
	assert_int_equal(shown, 32);
	assert_memory_equal(end - sizeof "207.220.120.40", "207.220.120.40\n",
			    sizeof "207.220.120.40");
	for (const char *line = text.p; line < text.p + text.n;) {
		const char *lf = strchr(line, '\n');
		assert_true(lf - line <= 900);
		line = lf + 1;
	}
	buf_free(&fields);
}

/* A header that ends inside of what may be a name of ours is all there. */
static void
test_cut_name(void **state)
{
	static const struct span cut[] = {
		SPAN("Subject: x\nX-Sp"),
		SPAN("Subject: x\nX-SpamCop-Score"),
		SPAN("Subject: x\nX-SpamCop-Score \n"),
		SPAN("X"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++) {
		struct message message;
		struct buf got;
		struct err err;
		int in[2], out[2];

		assert_int_equal(pipe(in), 0);
		assert_int_equal(pipe(out), 0);
		assert_int_equal(write(in[1], cut[i].p, cut[i].n), (ssize_t)cut[i].n);
		(void)close(in[1]);
		assert_int_equal(message_read(&message, in[0], &err), 0);
		bool headless = message.headless;
		assert_int_equal(tag_write(&message, SPAN("T: 1\n"), true, out[1], &err), 0);
		(void)close(out[1]);
		buf_init(&got, 4096);
		assert_true(buf_read(&got, out[0]));
		struct span text = buf_span(&got);
		assert_true(span_starts_case(text, SPAN("T: 1\n")));
		assert_span("cut", span_skip(text, headless ? 6 : 5), cut[i]);
		buf_free(&got);
		message_free(&message);
		(void)close(in[0]);
		(void)close(out[0]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_listed), cmocka_unit_test(test_others),
		cmocka_unit_test(test_many), cmocka_unit_test(test_cut_name)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
