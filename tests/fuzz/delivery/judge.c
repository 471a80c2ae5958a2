/*
 * Is what lies in the mailbox what was promised?
 */
#include "tests/fuzz/delivery/judge.h"
#include "tests/fuzz/delivery/lines.h"

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
fits(const struct trial *trial, const struct stored *stored, const struct copy *copy, bool faulty)
{
	if (!faulty)
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

	/* first those that are as expected: with faults INBOX may be for any */
	bool placed[STORED_MAX] = {false};
	for (size_t i = 0; i < place->n; i++)
		for (size_t k = 0; k < expected->n && !placed[i]; k++)
			if (!found[k] && fits(trial, &place->stored[i], &expected->copy[k], false))
				placed[i] = found[k] = true;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < place->n; i++) {
			const struct stored *stored = &place->stored[i];
			size_t k = 0;

			if (placed[i] || (stored->disk[0] == '\0') != (pass == 1))
				continue;
			while (k < expected->n &&
			       (found[k] ||
				!fits(trial, stored, &expected->copy[k], trial->faulty)))
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

/* Is there a next best way for every call that fails? */
static bool
is_nice_to_have(const struct input *input)
{
	unsigned mailbox = input->choice[MAILBOX];

	switch ((enum fault)input->choice[FAULT]) {
	case FAULT_MKDIR:
		return mailbox != MAILBOX_MISSING;
	case FAULT_COPY:
	case FAULT_LINK:
	case FAULT_RENAME:
		return true;
	default:
		return false;
	}
}

/* 75 has a reason, and such a reason makes it 75. */
static void
judge_status(const struct trial *trial)
{
	bool nowhere = trial->input->choice[MAILBOX] == MAILBOX_NOWHERE, full = is_full(trial);
	bool maybe = trial->input->choice[MAILBOX] == MAILBOX_FULL && !trial->expected.known;

	if (trial->status != 0 && trial->status != 75)
		broken("exit %d", trial->status);
	if (trial->status == 75 && (!trial->faulty || is_nice_to_have(trial->input)) && !nowhere &&
	    !full && !maybe)
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
