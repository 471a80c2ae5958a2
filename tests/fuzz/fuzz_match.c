/*
 * Any key against any value, in every type and comparator: the first two bytes
 * choose, a 0xFE divides the rest. Captures lie in the value and add up.
 */
#include "filter/base/buf.h"
#include "fuzz.h"
#include "sieve/match/match.h"
#include "sieve/text/text.h"

#include <stdlib.h>

static void
check(bool truth)
{
	if (!truth)
		abort();
}

static void
check_captures(enum match_type type, struct span value, const struct match_captures *captures)
{
	const char *behind = value.p;

	check(captures->n >= 1 && captures->n <= MATCH_CAPTURES_MAX);
	for (size_t i = 0; i < captures->n; i++) {
		struct span capture = captures->capture[i];

		check(capture.n == 0 ||
		      (capture.p >= value.p && capture.p + capture.n <= value.p + value.n));
		if (type != MATCH_MATCHES)
			continue;
		check(i > 0 || span_equal(capture, value));
		check(i == 0 || capture.p >= behind);
		behind = i == 0 ? value.p : capture.p + capture.n;
	}
}

/* A value, quoted as a key, matches itself and nothing else is needed. */
static void
check_quoted(enum match_type type, enum match_comparator comparator, struct span value)
{
	struct match match;
	struct buf key;
	struct err err;
	size_t where;

	buf_init(&key, 4 * value.n + 16);
	text_modify(type == MATCH_REGEX ? TEXT_QUOTEREGEX : TEXT_QUOTEWILDCARD, value, &key);
	check(match_init(&match, type, comparator, MATCH_EQ, buf_span(&key), &where, &err) == 0);
	check(match_run(&match, value, NULL) != MATCH_NO);
	match_free(&match);
	buf_free(&key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct match_captures captures;
	struct match match;
	struct err err;
	size_t where = 0;

	if (size < 2 || size > 4096)
		return 0;
	enum match_type type = (enum match_type)(data[0] % 6);
	enum match_comparator comparator = (enum match_comparator)(data[0] / 6 % 4);
	const uint8_t *divider = memchr(data + 2, 0xFE, size - 2);
	size_t n = divider == NULL ? size - 2 : (size_t)(divider - data) - 2;
	struct span key = {(const char *)data + 2, n},
		    value = span_skip((struct span){(const char *)data, size}, 2 + n + 1);

	if (!match_allowed(type, comparator))
		return 0;
	if (match_init(&match, type, comparator, (enum match_relation)(data[1] % 6), key, &where,
		       &err) == 0) {
		if (match_run(&match, value, &captures) == MATCH_YES &&
		    (type == MATCH_MATCHES || type == MATCH_REGEX))
			check_captures(type, value, &captures);
	} else
		check(type == MATCH_REGEX && where <= key.n);
	match_free(&match);
	if (type == MATCH_MATCHES || type == MATCH_REGEX)
		check_quoted(type, comparator, value);
	check(match_compare(comparator, value, value) == 0);
	return 0;
}
