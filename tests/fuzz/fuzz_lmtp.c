/*
 * Any bytes as a reply's line, as message text to be stuffed, as a maildirsize:
 * the end of DATA cannot stand in the text, sums stay sums.
 */
#include "fuzz.h"
#include "filter/store/lmtp.h"
#include "filter/store/quota.h"

#include <stdlib.h>

static void
check(bool truth)
{
	if (!truth)
		abort();
}

/* Cut into two pieces anywhere: the same, and no line of it is a dot alone. */
static void
check_stuffing(struct span text)
{
	struct lmtp_stuffing whole = {false, false}, parts = {false, false};
	size_t cut = text.n == 0 ? 0 : (unsigned char)text.p[0] % text.n;
	char *a = malloc(2 * text.n + 1), *b = malloc(2 * text.n + 1);

	check(a != NULL && b != NULL);
	size_t n = lmtp_stuff(&whole, text, a);
	size_t m = lmtp_stuff(&parts, (struct span){text.p, cut}, b);
	m += lmtp_stuff(&parts, span_skip(text, cut), b + m);
	check(n <= 2 * text.n && n == m && memcmp(a, b, n) == 0);
	for (size_t i = 0; i < n; i++) {
		bool begins = i == 0 || a[i - 1] == '\n';

		check(a[i] != '\n' || (i > 0 && a[i - 1] == '\r'));
		check(!begins || a[i] != '.' || (i + 1 < n && a[i + 1] == '.') || i + 1 == n);
		check(!begins || n - i < 3 || memcmp(a + i, ".\r\n", 3) != 0);
	}
	free(a);
	free(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct quota quota;
	bool last;
	int code;

	if (lmtp_reply_line(text, &code, &last))
		check(code >= 200 && code <= 599 && size >= 3 && size <= LMTP_LINE_MAX);
	if (quota_parse(text, &quota))
		check(quota.max_bytes >= 0 && quota.max_messages >= 0 &&
		      quota.entries <= QUOTA_FILE_MAX / 4);
	check_stuffing(text);
	return 0;
}
