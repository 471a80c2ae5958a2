/*
 * Is it the same message? Nothing here asks the code that is judged: names,
 * header ends and lines are read once more.
 */
#include "tests/fuzz/delivery/judge.h"
#include "tests/fuzz/delivery/lines.h"

#include <ctype.h>

static bool
is_from_line(struct span line)
{
	return line.n > 5 && line.p[line.n - 1] == '\n' &&
	       (memcmp(line.p, "From ", 5) == 0 ||
		(line.n > 6 && memcmp(line.p, ">From ", 6) == 0));
}

static const char *const own[] = {"X-SpamCop-Status", "X-SpamCop-Checked", "X-SpamCop-Listed",
				  "X-SpamCop-Disposition", "X-SpamCop-Score"};

/* One of our fields, in plain words. */
static bool
is_own(struct span line)
{
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
		size_t n = strlen(own[i]);

		if (!starts(line, own[i]))
			continue;
		while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
			n++;
		if (n < line.n && line.p[n] == ':')
			return true;
	}
	return false;
}

/* May this be one to somebody, so that it is right to take it out? */
static bool
may_be_own(struct span line)
{
	char plain[64];
	size_t n = 0;

	for (size_t i = 0; i < line.n && n < sizeof plain; i++)
		if (line.p[i] != '\0')
			plain[n++] = line.p[i];
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (starts((struct span){plain, n}, own[i]))
			return true;
	return false;
}

/* An address that every mail system writes as it is. */
static bool
is_plain(struct span address)
{
	size_t ats = 0;

	for (size_t i = 0; i < address.n; i++) {
		ats += address.p[i] == '@';
		if (address.p[i] != '@' && address.p[i] != '.' &&
		    !isalnum((unsigned char)address.p[i]))
			return false;
	}
	return ats == 1 && address.n < 64 && address.p[0] != '@' && address.p[address.n - 1] != '@';
}

/*
 * Is a plain address of the envelope in the field of that name, where the
 * message has none?
 */
static bool
has_trace(struct span above, struct span message, const char *name, struct span address)
{
	char line[128];

	if (!is_plain(address) || has_word(message, name))
		return true;
	int n = snprintf(line, sizeof line, "%s: %s%.*s", name, name[0] == 'R' ? "<" : "",
			 (int)address.n, address.p);
	return memmem(above.p, above.n, line, (size_t)n) != NULL;
}

/*
 * How long what we write above a message is: fields of ours, whose lines end as
 * the first one that came, among them the verdict once, and an empty line where
 * there was no header. 0: not so.
 */
static size_t
above(const struct trial *trial, struct span text, bool headless)
{
	static const char status[] = "X-SpamCop-Status: ";
	size_t at = 0, statuses = 0;
	bool crlf = ends_in_crlf((struct span){trial->message.p, line_of(trial->message)});

	for (size_t n; at < text.n; at += n) {
		struct span line = span_skip(text, at);

		n = line.n = line_of(line);
		bool trace = statuses == 0 &&
			     (starts(line, "Return-Path: <") || starts(line, "Delivered-To: "));
		if ((!trace && !is_own(line) && !(statuses > 0 && is_fold(line))) ||
		    ends_in_crlf(line) != crlf)
			break;
		if (!starts(line, status))
			continue;
		const char *name = verdict_name(trial->kind);
		line = span_skip(line, sizeof status - 1);
		if (!starts(line, name) || isalpha(line.p[strlen(name)]))
			return 0;
		statuses++;
	}
	size_t n = line_of(span_skip(text, at));
	if (statuses != 1 || (headless && !is_empty_line((struct span){text.p + at, n})))
		return 0;
	struct span ours = {text.p, at};
	if (!has_trace(ours, trial->message, "Return-Path", trial->input->sender) ||
	    !has_trace(ours, trial->message, "Delivered-To", trial->input->recipient))
		return 0;
	return at + (headless ? n : 0);
}

/*
 * Where fields of ours came in: are all other lines there? stored: behind what
 * we write.
 */
static bool
same_without_own(struct span stored, struct span message)
{
	bool dropped = false;

	while (message.n > 0) {
		struct span line = {message.p, line_of(message)};
		bool there = stored.n >= line.n && memcmp(stored.p, line.p, line.n) == 0;

		if (is_empty_line(line))
			break;
		/* a bare CR or a NUL: a part of the line may be one of ours */
		if (memchr(line.p, '\0', line.n) != NULL ||
		    (line.n > 1 && memchr(line.p, '\r', line.n - 2) != NULL))
			return true;
		if (is_own(line) && there)
			return false;
		bool drop =
			is_own(line) || (dropped && is_fold(line)) || (!there && may_be_own(line));
		if (!drop && !there)
			return false;
		if (!drop)
			stored = span_skip(stored, line.n);
		message = span_skip(message, line.n);
		dropped = drop;
	}
	return span_equal(stored, message);
}

static bool
mentions_own(struct span message)
{
	/* a name may have NULs in it */
	return has_word(message, "spamcop") ||
	       (message.n > 0 && memchr(message.p, '\0', message.n) != NULL);
}

/* Is that, below fields of ours, what came? */
static bool
is_below_ours(const struct trial *trial, struct span text, struct span message, bool headless)
{
	struct span first = {message.p, line_of(message)};
	size_t n = above(trial, text, headless);
	struct span stored = span_skip(text, n);

	if (n == 0)
		return false;
	if (span_equal(stored, message) && (headless || !is_own(first)))
		return true;
	return !headless && mentions_own(message) && same_without_own(stored, message);
}

bool
is_message(const struct trial *trial, struct span text, struct span message, bool begins)
{
	struct span first = {message.p, line_of(message)};
	bool from = is_from_line(first);

	do {
		if (from)
			message = span_skip(message, first.n);
		first = (struct span){message.p, line_of(message)};
		bool headless =
			begins && message.n > 0 && !is_field(first) && !is_empty_line(first);
		if (is_below_ours(trial, text, message, headless))
			return true;
	} while (from && is_from_line(first));
	return false;
}

/* The message without the line X-Mark that was put on top of it. */
static void
without_mark(const struct trial *trial, struct buf *to)
{
	struct span rest = trial->message;

	buf_init(to, SIZE_MAX / 2);
	while (!starts(rest, "X-Mark: ")) {
		size_t n = line_of(rest);

		(void)buf_add(to, (struct span){rest.p, n});
		rest = span_skip(rest, n);
	}
	(void)buf_add(to, span_skip(rest, line_of(rest)));
}

bool
is_edited(const struct trial *trial, struct span text, size_t edits)
{
	bool deleted = false;
	char field[32];
	struct buf less;

	for (size_t i = edits; i-- > 0;) {
		unsigned edit = trial->expected.edit[i];

		deleted = deleted || edit == 0;
		if (edit == 0)
			continue;
		(void)snprintf(field, sizeof field, "X-Fuzz: v%u", edit);
		size_t n = line_of(text), length = strlen(field);
		if (!starts(text, field) ||
		    !is_empty_line((struct span){text.p + length, n - length}))
			return false;
		text = span_skip(text, n);
	}
	if (!deleted)
		return is_message(trial, text, trial->message, true);
	without_mark(trial, &less);
	struct span rest = buf_span(&less);
	/* what was below the mark is no line of an mbox */
	bool same = starts(rest, "From ") || starts(rest, ">From ")
			    ? is_below_ours(trial, text, rest, false)
			    : is_message(trial, text, rest, false);
	buf_free(&less);
	return same;
}

bool
has_body(struct span text, struct span message)
{
	while (message.n > 0 && !is_empty_line((struct span){message.p, line_of(message)}))
		message = span_skip(message, line_of(message));
	return text.n >= message.n && span_equal(span_skip(text, text.n - message.n), message);
}
