#include "filter/message/strip.h"

static const struct span ours[] = {SPAN("x-spamcop-status"), SPAN("x-spamcop-checked"),
				   SPAN("x-spamcop-listed"), SPAN("x-spamcop-disposition"),
				   SPAN("x-spamcop-score")};

static bool
is_our_name(const struct strip *strip)
{
	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
		if (span_equal((struct span){strip->name, strip->name_n}, ours[i]))
			return true;
	return false;
}

/* Adds one character to the name; false as soon as it can be none of ours. */
static bool
name_goes_on(struct strip *strip, char c)
{
	if (strip->name_n == sizeof strip->name)
		return false;
	strip->name[strip->name_n++] = span_lower(c);
	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
		if (ours[i].n >= strip->name_n &&
		    memcmp(ours[i].p, strip->name, strip->name_n) == 0)
			return true;
	return false;
}

static void
forget(struct strip *strip)
{
	strip->runs = strip->held_n = strip->name_n = 0;
}

/* Emits what is held back. */
static int
release(struct strip *strip, strip_emit *emit, void *to)
{
	char bytes[256];
	size_t n = 0;

	for (size_t i = 0; i < strip->runs; i++)
		for (size_t left = strip->held[i].n; left > 0;) {
			size_t room = sizeof bytes - n, take = left < room ? left : room;

			memset(bytes + n, strip->held[i].c, take);
			n += take;
			left -= take;
			if (n == sizeof bytes && emit(to, (struct span){bytes, n}) != 0)
				return -1;
			n = n == sizeof bytes ? 0 : n;
		}
	forget(strip);
	return n == 0 ? 0 : emit(to, (struct span){bytes, n});
}

static void
hold(struct strip *strip, char c)
{
	if (strip->runs == 0 || strip->held[strip->runs - 1].c != c)
		strip->held[strip->runs++] = (struct strip_run){c, 0};
	strip->held[strip->runs - 1].n++;
	strip->held_n++;
}

/*
 * The state after byte c at the beginning of a line or inside a name that may
 * be ours; c is held by the caller.
 */
static enum strip_state
decide(struct strip *strip, char c)
{
	switch (strip->state) {
	case STRIP_LINE:
		if (c == ' ' || c == '\t')
			return strip->dropping ? STRIP_DROP : STRIP_PASS;
		strip->dropping = false;
		/* fall through */
	case STRIP_NAME:
		if (c == '\n' &&
		    (strip->held_n == 1 || (strip->held_n == 2 && strip->held[0].c == '\r')))
			return STRIP_END;
		if (c == '\0' || (c == '\r' && strip->held_n == 1))
			return STRIP_NAME;
		if (strip->held_n > 1 && strip->held[0].c == '\r')
			return STRIP_PASS;
		if (strip->name_n > 0 && is_our_name(strip)) {
			if (c == ' ' || c == '\t' || c == '\r')
				return STRIP_COLON;
			if (c == ':' || c == '\n')
				return c == ':' ? STRIP_DROP : STRIP_FOLD;
		}
		return name_goes_on(strip, c) ? STRIP_NAME : STRIP_PASS;
	case STRIP_COLON:
		if (c == ':')
			return STRIP_DROP;
		if (c == '\n')
			return STRIP_FOLD;
		return c == ' ' || c == '\t' || c == '\r' || c == '\0' ? STRIP_COLON : STRIP_PASS;
	/*
	 * an own name alone on its line: the colon may follow on a continuation
	 * line
	 */
	case STRIP_FOLD:
		return c == ' ' || c == '\t' ? STRIP_COLON : STRIP_LINE;
	default:
		return strip->state;
	}
}

/*
 * Takes bytes that need no decision: the rest of a line that is passed or
 * dropped. Returns how many.
 */
static size_t
rest_of_line(struct strip *strip, struct span bytes)
{
	const char *lf = memchr(bytes.p, '\n', bytes.n);

	if (lf == NULL)
		return bytes.n;
	strip->dropping = strip->state == STRIP_DROP;
	strip->state = STRIP_LINE;
	return (size_t)(lf - bytes.p) + 1;
}

/*
 * After a decision: release or forget what is held. The byte just decided on is
 * the last one held.
 */
static int
act(struct strip *strip, enum strip_state next, strip_emit *emit, void *to)
{
	char last = strip->held[strip->runs - 1].c;

	if (next == STRIP_DROP)
		forget(strip);
	else if (next == STRIP_PASS || next == STRIP_END) {
		if (release(strip, emit, to) != 0)
			return -1;
		if (next == STRIP_PASS && last == '\n') {
			strip->dropping = false;
			next = STRIP_LINE;
		}
	} else if (strip->runs == STRIP_RUNS_MAX) {
		forget(strip);
		next = STRIP_DROP;
	}
	strip->state = next;
	return 0;
}

ptrdiff_t
strip_feed(struct strip *strip, struct span bytes, strip_emit *emit, void *to)
{
	size_t at = 0;

	while (at < bytes.n && strip->state != STRIP_END) {
		if (strip->state == STRIP_PASS || strip->state == STRIP_DROP) {
			bool pass = strip->state == STRIP_PASS;
			size_t n = rest_of_line(strip, span_skip(bytes, at));

			if (pass && emit(to, (struct span){bytes.p + at, n}) != 0)
				return -1;
			at += n;
			continue;
		}
		char c = bytes.p[at];
		if (strip->state == STRIP_FOLD && c != ' ' &&
		    c != '\t') { /* no continuation: c begins another line */
			strip->state = STRIP_LINE;
			if (release(strip, emit, to) != 0)
				return -1;
		}
		hold(strip, c);
		at++;
		if (act(strip, decide(strip, c), emit, to) != 0)
			return -1;
	}
	return (ptrdiff_t)at;
}

int
strip_end(struct strip *strip, strip_emit *emit, void *to)
{
	return release(strip, emit, to);
}
