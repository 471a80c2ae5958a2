/*
 * What the rules mean, read from their letters and not from the script.
 */
#include "tests/fuzz/delivery/rules.h"

#include <stdlib.h>

/* A line of the plan that there should be. */
struct line {
	enum { COPY, IMPLICIT, JUNKED, GONE, SENT, EDIT } kind;
	char disk[FOLDER_DISK_MAX];
	char flags[TARGET_FLAGS_MAX];
	const char *address;
	unsigned edit; /* as in struct expected */
};

struct reading {
	const struct input *input;
	enum verdict_kind kind;
	const char *mark; /* the value of X-Mark; NULL: there is none (any more) */
	char flags[TARGET_FLAGS_MAX];
	bool implicit, vacation, junked, void_;
	struct line line[64];
	size_t n;
};

/* Flags as Maildir writes them, sorted, each once. */
static void
flag(char flags[TARGET_FLAGS_MAX], const char *add, const char *without)
{
	char all[TARGET_FLAGS_MAX];
	size_t n = 0;

	for (const char *c = "DFRST"; *c != '\0'; c++)
		if ((strchr(flags, *c) != NULL || strchr(add, *c) != NULL) &&
		    strchr(without, *c) == NULL)
			all[n++] = *c;
	all[n] = '\0';
	memcpy(flags, all, sizeof all);
}

static bool
holds(const struct reading *r, size_t test)
{
	switch (test) {
	case 0:
	case 8:
	case 10:
		return true;
	case 2:
	case 9:
	case 12:
		return r->mark != NULL;
	case 3:
		return r->mark == NULL;
	case 4:
		return r->mark != NULL && strcmp(r->mark, "one") == 0;
	case 5:
		return r->mark != NULL && strcasestr(r->mark, "o") != NULL;
	case 6:
		return r->kind == VERDICT_LISTED;
	case 11:
		return r->input->choice[MAILBOX] == MAILBOX_THERE;
	case 13:
		return r->mark == NULL || strcmp(r->mark, "Lists") != 0;
	default:
		return false;
	}
}

static struct line *
add(struct reading *r, int kind)
{
	struct line *line = &r->line[r->n++];

	*line = (struct line){.kind = kind};
	return line;
}

static bool
has(const struct reading *r, int kind)
{
	for (size_t i = 0; i < r->n; i++)
		if ((int)r->line[i].kind == kind)
			return true;
	return false;
}

/* keep is a copy in INBOX. The same folder again: the flags of the last. */
static void
copy(struct reading *r, const char *disk, const char *flags, bool cancels)
{
	struct line *line = NULL;

	if (disk == NULL)
		return;
	if (r->junked)
		r->void_ = true;
	if (cancels)
		r->implicit = false;
	for (size_t i = 0; i < r->n; i++)
		if (r->line[i].kind == COPY && strcmp(r->line[i].disk, disk) == 0)
			line = &r->line[i];
	if (line == NULL) {
		line = add(r, COPY);
		(void)snprintf(line->disk, sizeof line->disk, "%s", disk);
	}
	(void)snprintf(line->flags, sizeof line->flags, "%s", flags);
}

static const char *
disk_of(const struct reading *r, const char *sieve)
{
	for (size_t i = 0; i < NAMES; i++)
		if (strcmp(rules_names[i].sieve, sieve) == 0)
			return rules_names[i].disk[r->input->choice[SEPARATOR]];
	abort();
}

static void
send_to(struct reading *r, const char *address, bool cancels)
{
	if (r->junked)
		r->void_ = true;
	if (cancels)
		r->implicit = false;
	for (size_t i = 0; i < r->n; i++)
		if (r->line[i].kind == SENT && r->line[i].address == address)
			return;
	add(r, SENT)->address = address;
}

static void
do_action(struct reading *r, const struct rule *rule, size_t i)
{
	const char *disk = disk_of(r, rule->name->sieve);

	switch (rule->action) {
	case KEEP:
	case KEEP_ANSWERED:
		copy(r, "", rule->action == KEEP ? r->flags : "R", true);
		break;
	case FILE_INTO:
	case FILE_CREATE:
		copy(r, disk, r->flags, true);
		break;
	case FILE_COPY:
		copy(r, disk, r->flags, false);
		break;
	case FILE_SEEN:
		copy(r, disk, "S", true);
		break;
	case FILE_MARK:
		if (r->mark != NULL)
			copy(r, disk_of(r, r->mark), r->flags, true);
		break;
	case INCLUDE:
		copy(r, ".Included", r->flags, false);
		break;
	case DISCARD:
		r->implicit = false;
		if (!has(r, GONE))
			(void)add(r, GONE);
		break;
	case ADDFLAG:
		flag(r->flags, "F", "");
		break;
	case SETFLAG:
		memcpy(r->flags, "ST", sizeof "ST");
		break;
	case REMOVEFLAG:
		flag(r->flags, "", "S");
		break;
	case ADDHEADER:
		add(r, EDIT)->edit = (unsigned)i + 1;
		break;
	case DELETEHEADER:
		if (r->mark != NULL)
			add(r, EDIT)->edit = 0;
		r->mark = NULL;
		break;
	case REDIRECT:
	case REDIRECT_COPY:
		send_to(r, rule->address, rule->action == REDIRECT);
		break;
	case REJECT:
		if (r->junked || has(r, COPY) || has(r, SENT) || r->vacation)
			r->void_ = true;
		r->implicit = false;
		r->junked = true;
		(void)add(r, JUNKED);
		break;
	case VACATION:
		if (r->junked || r->vacation)
			r->void_ = true;
		r->vacation = true;
		break;
	case STOP:
	case ACTIONS:
		break;
	}
}

/* A folder that no server has, said by the script itself, makes it wrong. */
static bool
is_wrong(const struct rule *rule, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rule[i].name->nowhere &&
		    (rule[i].action == FILE_INTO || rule[i].action == FILE_COPY ||
		     rule[i].action == FILE_SEEN || rule[i].action == FILE_CREATE))
			return true;
	return false;
}

static void
read_all(struct reading *r)
{
	struct rule rule[RULES_MAX];
	size_t n = r->input->choice[SCRIPT] == 0 ? rules_read(r->input, rule) : 0;

	r->implicit = true;
	r->void_ = is_wrong(rule, n);
	for (size_t i = 0; i < n && !r->void_; i++) {
		if (!holds(r, rule[i].test))
			continue;
		if (rule[i].action == STOP)
			break;
		do_action(r, &rule[i], i);
	}
	if (r->void_) {
		r->n = 0;
		r->flags[0] = '\0';
	}
	if (r->implicit || r->void_)
		memcpy(add(r, IMPLICIT)->flags, r->flags, sizeof r->flags);
}

/* Did it go out? */
static bool
was_sent(const struct sent *sent, const char *address)
{
	for (size_t i = 0; i < sent->n; i++)
		if (strcmp(sent->to[i], address) == 0)
			return sent->took[i];
	return false;
}

/* One more copy; the same folder once where no edit stands between. */
static void
expect(struct expected *expected, const char *disk, const char *flags)
{
	for (size_t i = 0; i < expected->n; i++)
		if (expected->copy[i].edits == expected->edits &&
		    strcmp(expected->copy[i].disk, disk) == 0) {
			flag(expected->copy[i].flags, flags, "");
			return;
		}
	struct copy *copy = &expected->copy[expected->n++];
	*copy = (struct copy){.edits = (unsigned)expected->edits};
	(void)snprintf(copy->disk, sizeof copy->disk, "%s", disk);
	(void)snprintf(copy->flags, sizeof copy->flags, "%s", flags);
}

void
rules_expect(const struct input *input, enum verdict_kind kind, const struct sent *sent,
	     struct expected *expected)
{
	struct reading r = {.input = input, .kind = kind, .mark = input_mark(input)};
	const char *junk = input->choice[JUNK] == 0 ? ".Junk" : ".Spam.Deep";
	const char *kept = kind == VERDICT_LISTED       ? junk
			   : input->choice[FOLDER] == 1 ? ".Lists"
							: "";

	*expected = (struct expected){.known = input->choice[SCRIPT] != 1};
	read_all(&r);
	bool implicit = has(&r, IMPLICIT);
	for (size_t i = 0; i < r.n; i++) {
		const struct line *line = &r.line[i];

		if (line->kind == COPY)
			expect(expected, line->disk, line->flags);
		else if (line->kind == JUNKED)
			expect(expected, junk, "");
		else if (line->kind == IMPLICIT)
			expect(expected, kept, line->flags);
		else if (line->kind == EDIT)
			expected->edit[expected->edits++] = line->edit;
		else if (line->kind == SENT && !was_sent(sent, line->address) && !implicit) {
			expect(expected, kept, "");
			implicit = true;
		}
	}
}
