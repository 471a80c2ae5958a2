#include "filter/message/strip.h"

#define LINE_WINDOW 256 /* bytes looked at for the end of a line at once */

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
			return strip->dropping && !strip->bare ? STRIP_DROP : STRIP_PASS;
		strip->dropping = false;
		/* fall through */
	case STRIP_NAME:
		if (c == '\n' && !strip->bare &&
		    (strip->held_n == 1 || (strip->held_n == 2 && strip->held[0].c == '\r')))
			return STRIP_END;
		if (c == '\0' || (c == '\r' && strip->held_n == 1 && !strip->bare))
			return STRIP_NAME;
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

/* Another line begins, behind its end or behind a bare CR. */
static void
begin_line(struct strip *strip, bool bare, bool dropping)
{
	strip->state = STRIP_LINE;
	strip->bare = bare;
	strip->dropping = dropping;
}

/*
 * Where the line ends, by LF or, with cr set, by CR; bytes.n where it does not.
 * In windows, so that a far LF is not looked for again and again.
 */
static size_t
line_end(struct span bytes, bool cr)
{
	for (size_t at = 0; at < bytes.n;) {
		size_t window = bytes.n - at < LINE_WINDOW ? bytes.n - at : LINE_WINDOW;
		const char *lf = memchr(bytes.p + at, '\n', window);
		size_t n = lf == NULL ? window : (size_t)(lf - bytes.p) - at;
		const char *found = cr ? memchr(bytes.p + at, '\r', n) : NULL;

		if (found == NULL)
			found = lf;
		if (found != NULL)
			return (size_t)(found - bytes.p);
		at += window;
	}
	return bytes.n;
}

/*
 * Takes bytes that need no decision: the rest of a line that is passed, or of
 * a field that is dropped. *n of them; whether the last of them begins another
 * line has been noted. -1: emit failed.
 */
static int
rest_of_line(struct strip *strip, struct span bytes, size_t *n, strip_emit *emit, void *to)
{
	bool drop = strip->state == STRIP_DROP, whole = drop && !strip->bare;
	size_t end = line_end(bytes, !whole);
	bool ends = end < bytes.n;

	*n = end + ends;
	if (ends)
		begin_line(strip, bytes.p[end] == '\r', whole);
	while (ends && strip->bare && *n < bytes.n && bytes.p[*n] == '\r')
		(*n)++; /* a line that is nothing but the next CR */
	if (whole)
		return 0;
	/* of a piece between bare CRs only what ends it stays */
	return emit(to, drop ? (struct span){bytes.p + end, *n - end} : (struct span){bytes.p, *n});
}

/*
 * Where the last byte held stands behind a bare CR, NULs aside: releases what
 * comes before it, and looks at the rest as at the beginning of a line. 1:
 * done; 0: there is no such CR; -1: emit failed.
 */
static int
look_behind_cr(struct strip *strip, strip_emit *emit, void *to)
{
	char last = strip->held[strip->runs - 1].c;
	size_t at = strip->runs - 1, nuls = 0;

	if (strip->held[at].n > 1)
		return 0;
	if (at > 0 && strip->held[at - 1].c == '\0')
		nuls = strip->held[--at].n;
	if (at == 0 || strip->held[at - 1].c != '\r')
		return 0;
	strip->runs = at;
	if (release(strip, emit, to) != 0)
		return -1;
	begin_line(strip, true, false);
	if (nuls > 0) {
		strip->held[strip->runs++] = (struct strip_run){'\0', nuls};
		strip->held_n = nuls;
	}
	hold(strip, last);
	return 1;
}

/*
 * After a decision: release or forget what is held. The byte just decided on is
 * the last one held.
 */
static int
act(struct strip *strip, enum strip_state next, strip_emit *emit, void *to)
{
	char last = strip->held[strip->runs - 1].c;

	strip->state = next;
	if (next == STRIP_DROP) {
		forget(strip);
	} else if (next == STRIP_PASS || next == STRIP_END) {
		if (release(strip, emit, to) != 0)
			return -1;
		if (next == STRIP_PASS && (last == '\n' || last == '\r'))
			begin_line(strip, last == '\r', false);
	} else if (strip->runs == STRIP_RUNS_MAX) {
		bool bare = strip->bare;

		forget(strip);
		strip->state = STRIP_DROP;
		if (last == '\n')
			begin_line(strip, false, !bare);
	}
	return 0;
}

/* One byte at the beginning of a line, or inside a name that may be ours. */
static int
take(struct strip *strip, char c, strip_emit *emit, void *to)
{
	bool in_colon = strip->state == STRIP_COLON;

	if (strip->state == STRIP_FOLD && c != ' ' &&
	    c != '\t') { /* no continuation: c begins another line */
		if (release(strip, emit, to) != 0)
			return -1;
		begin_line(strip, false, false);
	}
	/* a line that begins with a CR, which is bare unless c is the LF */
	bool first_cr = strip->state == STRIP_NAME && strip->held_n == 1 &&
			strip->held[0].c == '\r' && c != '\n';
	hold(strip, c);
	if (first_cr && c == '\r') { /* two of them: the last may be one of a line end */
		if (release(strip, emit, to) != 0)
			return -1;
		begin_line(strip, true, false);
		return 0;
	}
	if (first_cr && look_behind_cr(strip, emit, to) < 0)
		return -1;
	enum strip_state next = decide(strip, c);
	if (in_colon && next == STRIP_PASS) {
		int again = look_behind_cr(strip, emit, to);

		if (again < 0)
			return -1;
		if (again > 0)
			next = decide(strip, c);
	}
	return act(strip, next, emit, to);
}

/*
 * Is there nothing to decide about a line that begins with c? Most lines of a
 * header are neither continuations nor ours.
 */
static bool
is_other_line(const struct strip *strip, char c)
{
	return strip->state == STRIP_LINE && strip->held_n == 0 && c > ' ' && span_lower(c) != 'x';
}

ptrdiff_t
strip_feed(struct strip *strip, struct span bytes, strip_emit *emit, void *to)
{
	size_t at = 0, n;

	while (at < bytes.n && strip->state != STRIP_END) {
		int got;

		n = 1;
		if (strip->state == STRIP_LINE && strip->bare && bytes.p[at] == '\r')
			strip->state = STRIP_PASS;
		if (is_other_line(strip, bytes.p[at])) {
			strip->state = STRIP_PASS;
			strip->dropping = false;
		}
		if (strip->state == STRIP_PASS || strip->state == STRIP_DROP)
			got = rest_of_line(strip, span_skip(bytes, at), &n, emit, to);
		else
			got = take(strip, bytes.p[at], emit, to);
		if (got != 0)
			return -1;
		at += n;
	}
	return (ptrdiff_t)at;
}

int
strip_end(struct strip *strip, strip_emit *emit, void *to)
{
	return release(strip, emit, to);
}

void
strip_begin(struct strip *strip)
{
	strip->state = STRIP_LINE;
	strip->dropping = strip->bare = false;
	strip->runs = strip->held_n = strip->name_n = 0;
}
