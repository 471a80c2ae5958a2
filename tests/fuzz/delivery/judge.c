/*
 * Is what lies in the mailbox what was promised? Nothing here asks the code
 * that is judged: names, header ends and lines are read once more.
 */
#include "tests/fuzz/delivery/delivery.h"
#include "tests/fuzz/delivery/lines.h"

#include <ctype.h>

/* What is being judged. */
struct trial {
	const struct input *input;
	struct span message; /* as it was handed over */
	enum verdict_kind kind;
	int status;
	struct expected expected;
	const struct place *place;
	bool faulty; /* calls have failed */
};

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
	static const char word[] = "spamcop";

	for (size_t i = 0; i + sizeof word - 1 <= message.n; i++)
		if (strncasecmp(message.p + i, word, sizeof word - 1) == 0)
			return true;
	/* a name may have NULs in it */
	return message.n > 0 && memchr(message.p, '\0', message.n) != NULL;
}

/*
 * Is this the message, byte for byte, behind what we write above it? begins:
 * the first line is the one that it came with.
 */
static bool
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
		size_t n = above(trial, text, headless);
		struct span stored = span_skip(text, n);
		if (n == 0)
			continue;
		if (span_equal(stored, message) && (headless || !is_own(first)))
			return true;
		if (!headless && mentions_own(message) && same_without_own(stored, message))
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

/* The same with the first so many edits carried out. */
static bool
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
	bool same = is_message(trial, text, buf_span(&less), false);
	buf_free(&less);
	return same;
}

/* ---- whole deliveries */

/* A folder that is a file is INBOX, once. */
static void
fall_back(struct trial *trial)
{
	const char *file = trial->input->choice[MAILBOX] == MAILBOX_JUNK_IS_FILE    ? ".Junk"
			   : trial->input->choice[MAILBOX] == MAILBOX_LISTS_IS_FILE ? ".Lists"
										    : "?";
	struct expected *expected = &trial->expected;
	bool inbox = false;

	for (size_t i = 0; i < expected->n; i++)
		inbox = inbox || expected->copy[i].disk[0] == '\0';
	for (size_t i = 0; i < expected->n;) {
		struct copy *copy = &expected->copy[i];

		if (strcmp(copy->disk, file) == 0 && inbox) {
			expected->n--;
			memmove(copy, copy + 1, (expected->n - i) * sizeof *copy);
			continue;
		}
		if (strcmp(copy->disk, file) == 0) {
			copy->disk[0] = '\0';
			inbox = true;
		}
		i++;
	}
}

/* Is this copy what was expected? With faults, INBOX may stand for it. */
static bool
fits(const struct trial *trial, const struct stored *stored, const struct copy *copy)
{
	if (!trial->faulty)
		return strcmp(stored->disk, copy->disk) == 0 &&
		       strcmp(stored->flags, copy->flags) == 0 &&
		       is_edited(trial, stored->text, copy->edits);
	return (stored->disk[0] == '\0' || strcmp(stored->disk, copy->disk) == 0) &&
	       (stored->flags[0] == '\0' || strcmp(stored->flags, copy->flags) == 0) &&
	       (is_edited(trial, stored->text, copy->edits) || is_edited(trial, stored->text, 0));
}

static bool
all_came(const struct trial *trial, const bool *found)
{
	bool inbox = false;

	for (size_t i = 0; i < trial->place->n; i++)
		inbox = inbox || trial->place->stored[i].disk[0] == '\0';
	for (size_t k = 0; k < trial->expected.n; k++)
		if (!found[k] && !(trial->faulty && inbox))
			return false;
	return true;
}

static void
judge_known(const struct trial *trial)
{
	const struct place *place = trial->place;
	const struct expected *expected = &trial->expected;
	bool found[COPIES_MAX] = {false};

	/* those in their own folder first: INBOX may be for any */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < place->n; i++) {
			const struct stored *stored = &place->stored[i];
			size_t k = 0;

			if ((stored->disk[0] == '\0') != (pass == 1))
				continue;
			while (k < expected->n &&
			       (found[k] || !fits(trial, stored, &expected->copy[k])))
				k++;
			if (k == expected->n)
				broken("exit %d: the copy in \"%s\" (flags \"%s\") is once too "
				       "many, or is another message:\n%.*s",
				       trial->status, stored->disk, stored->flags,
				       (int)stored->text.n, stored->text.p);
			found[k] = true;
		}
	if (trial->status == 0 && !all_came(trial, found))
		broken("exit 0, and %zu copies of %zu (%s)", place->n, expected->n,
		       expected->n > 0 ? expected->copy[0].disk : "none");
	if (trial->status != 0 && expected->n < 2 && place->n > 0)
		broken("exit %d, and the message is stored", trial->status);
}

static bool
has_word(struct span text, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= text.n; i++)
		if (strncasecmp(text.p + i, word, n) == 0)
			return true;
	return false;
}

/* What is behind the header, which no script can change. */
static bool
has_body(struct span text, struct span message)
{
	while (message.n > 0 && !is_empty_line((struct span){message.p, line_of(message)}))
		message = span_skip(message, line_of(message));
	return text.n >= message.n && span_equal(span_skip(text, text.n - message.n), message);
}

/* Any script at all: what it cannot do, whatever it says. */
static void
judge_unknown(const struct trial *trial, struct span script)
{
	const struct place *place = trial->place;
	bool edits = has_word(script, "addheader") || has_word(script, "deleteheader");

	if (trial->status == 0 && place->n == 0 && !has_word(script, "discard") &&
	    !(has_word(script, "redirect") && seams.sent.n > 0))
		broken("exit 0, and the message is gone");
	for (size_t i = 0; i < place->n; i++) {
		struct span text = place->stored[i].text;

		if (edits ? !has_body(text, trial->message)
			  : !is_message(trial, text, trial->message, true))
			broken("\"%s\" has another message:\n%.*s", place->stored[i].disk,
			       (int)text.n, text.p);
		for (size_t k = 0; k < i && !edits && trial->status == 0 && !trial->faulty; k++)
			if (strcmp(place->stored[i].disk, place->stored[k].disk) == 0)
				broken("\"%s\" has it twice", place->stored[i].disk);
	}
}

/* Does the message itself say something about what our rules test? */
static bool
meddles(const struct input *input)
{
	return has_word(input->message, "x-mark") ||
	       ((input_mark(input) != NULL || input->choice[PATH] > 0) && is_fold(input->message));
}

static void
judge_verdict(const struct trial *trial, bool conf_broken)
{
	const struct input *input = trial->input;
	unsigned lists = input->choice[LISTS];
	bool listed = trial->kind == VERDICT_LISTED;

	if (listed && (conf_broken || lists == 0 || lists == 5))
		broken("listed, and there is no list");
	/* one list that weighs enough, or both of those that do so together */
	bool said = lists == 2 ? seams.hits[ZONE_ONE] > 0 && seams.hits[ZONE_TWO] > 0
			       : seams.hits[ZONE_HEAVY] > 0;
	if (listed && lists != 3 && !said)
		broken("listed, and no list said so");
	if (trial->faulty || conf_broken || meddles(input))
		return;
	if (!listed && lists == 1 && said && seams.failures == 0)
		broken("%s, and a list said that it is listed", verdict_name(trial->kind));
	if (!listed && lists == 3 && input->choice[PATH] > 0)
		broken("%s, and the file has its relay", verdict_name(trial->kind));
	if (seams.sent.n > 0 &&
	    (input->choice[SEND] == 0 || listed || trial->kind == VERDICT_UNKNOWN))
		broken("something was sent that must not be");
}

/* Is there something for which the quota has no room? */
static bool
is_full(const struct trial *trial)
{
	if (trial->input->choice[MAILBOX] != MAILBOX_FULL)
		return false;
	for (size_t i = 0; i < trial->expected.n; i++)
		if (strcmp(trial->expected.copy[i].disk, ".Trash") != 0)
			return true;
	return false;
}

/* 75 has a reason, and such a reason makes it 75. */
static void
judge_status(const struct trial *trial)
{
	bool nowhere = trial->input->choice[MAILBOX] == MAILBOX_NOWHERE, full = is_full(trial);
	bool maybe = trial->input->choice[MAILBOX] == MAILBOX_FULL && !trial->expected.known;

	if (trial->status != 0 && trial->status != 75)
		broken("exit %d", trial->status);
	if (trial->status == 75 && !trial->faulty && !nowhere && !full && !maybe)
		broken("exit 75, and nothing was wrong");
	if (trial->status == 0 && !trial->faulty && nowhere)
		broken("exit 0, and there is no mailbox");
	if (trial->status == 0 && !trial->faulty && full && trial->expected.known)
		broken("exit 0, and the mailbox is full");
}

void
judge(const struct input *input, struct span message, int status, const struct run *run,
      const struct place *place)
{
	struct trial trial = {.input = input,
			      .message = message,
			      .kind = run->verdict.kind,
			      .status = status,
			      .place = place,
			      .faulty = faults_made() > 0};

	if (run->fields.n > 0)
		judge_verdict(&trial, run->conf_broken);
	rules_expect(input, trial.kind, &seams.sent, &trial.expected);
	trial.expected.known = trial.expected.known && !meddles(input);
	fall_back(&trial);
	judge_status(&trial);
	if (trial.expected.known) {
		judge_known(&trial);
		return;
	}
	struct buf script;
	buf_init(&script, 1U << 16);
	if (input->choice[SCRIPT] == 0)
		rules_write(input, &script);
	judge_unknown(&trial, input->choice[SCRIPT] == 0 ? buf_span(&script) : input->rules);
	buf_free(&script);
}
