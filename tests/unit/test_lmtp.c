/* lmtp.h: replies and dots. The conversation has its tests in tests/e2e. */
#include "filter/store/lmtp.h"
#include "filter/store/lmtp_session.h"
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

static const struct {
	struct span line;
	int code; /* 0: no reply */
	bool last;
} replies[] = {
	{SPAN("250 ok"), 250, true}, {SPAN("250-ok"), 250, false}, {SPAN("250"), 250, true},
	{SPAN("250 "), 250, true},   {SPAN("354 go"), 354, true},  {SPAN("599-"), 599, false},
	{SPAN("2500"), 0, false},    {SPAN("25 ok"), 0, false},    {SPAN("150 ok"), 0, false},
	{SPAN("650 ok"), 0, false},  {SPAN("2x0 ok"), 0, false},   {SPAN("-50 ok"), 0, false},
	{SPAN(" 250 ok"), 0, false}, {SPAN("250\tok"), 0, false},  {SPAN("25"), 0, false},
	{SPAN(""), 0, false},        {SPAN("\0\0\0"), 0, false},   {SPAN("2\0000 ok"), 0, false},
};

static void
test_replies(void **state)
{
	char longer[LMTP_LINE_MAX + 1];
	bool last;
	int code;

	(void)state;
	for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
		bool got = lmtp_reply_line(replies[i].line, &code, &last);

		if (got != (replies[i].code != 0))
			fail_msg("[%s]: %d", replies[i].line.p, got);
		if (got)
			assert_true(code == replies[i].code && last == replies[i].last);
	}
	memset(longer, '2', sizeof longer);
	longer[3] = ' ';
	assert_true(lmtp_reply_line((struct span){longer, sizeof longer - 1}, &code, &last));
	assert_false(lmtp_reply_line((struct span){longer, sizeof longer}, &code, &last));
}

static const struct span stuffed[][2] = {
	{SPAN(""), SPAN("")},
	{SPAN("a\nb"), SPAN("a\r\nb")},
	{SPAN("a\r\nb\r\n"), SPAN("a\r\nb\r\n")},
	{SPAN(".\n..\n.a\na.\n"), SPAN("..\r\n...\r\n..a\r\na.\r\n")},
	{SPAN("a\r\n.\r\nb"), SPAN("a\r\n..\r\nb")},
	{SPAN("a\r.b\r\r\nc\n\n."), SPAN("a\r.b\r\r\nc\r\n\r\n..")},
	{SPAN("\n\r\n\0\xff"), SPAN("\r\n\r\n\0\xff")},
};

/* However the text is cut into pieces. */
static void
test_stuffing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof stuffed / sizeof stuffed[0]; i++)
		for (size_t cut = 0; cut <= stuffed[i][0].n; cut++) {
			struct lmtp_stuffing stuffing = {false, false};
			struct span in = stuffed[i][0];
			char out[128];
			size_t n = lmtp_stuff(&stuffing, (struct span){in.p, cut}, out);

			n += lmtp_stuff(&stuffing, span_skip(in, cut), out + n);
			assert_span("stuffed", ((struct span){out, n}), stuffed[i][1]);
			assert_int_equal(stuffing.in_line, in.n > 0 && in.p[in.n - 1] != '\n');
		}
}

/* Whatever a name is, its time has not to be up later. */
static void
test_alarm(void **state)
{
	char where[] = "localhost:1";
	const struct mailbox mailbox = {MAILBOX_LMTP_TCP, where};
	struct lmtp_session session;
	struct err err;

	(void)state;
	assert_int_equal(lmtp_connect(&session, &mailbox, 60, &err), -1);
	assert_int_equal(alarm(0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_replies),
					   cmocka_unit_test(test_stuffing),
					   cmocka_unit_test(test_alarm)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
