#include "filter/store/target.h"
#include "filter/base/log.h"

/* Letters in the order in which they stand in a file name. */
static const struct {
	char letter;
	struct span flag;
} flags[] = {
	{'D', SPAN("\\Draft")}, {'F', SPAN("\\Flagged")}, {'R', SPAN("\\Answered")},
	{'S', SPAN("\\Seen")},  {'T', SPAN("\\Deleted")},
};
#define FLAGS (sizeof flags / sizeof flags[0])

static bool
has_word(struct span words, struct span word)
{
	while (words.n > 0) {
		const char *space = memchr(words.p, ' ', words.n);
		size_t n = space == NULL ? words.n : (size_t)(space - words.p);

		if (span_equal_case((struct span){words.p, n}, word))
			return true;
		words = span_skip(words, n + 1);
	}
	return false;
}

static void
add_flags(struct target *target, struct span words)
{
	char had[TARGET_FLAGS_MAX];
	size_t n = 0;

	memcpy(had, target->flags, sizeof had);
	for (size_t i = 0; i < FLAGS; i++)
		if (strchr(had, flags[i].letter) != NULL || has_word(words, flags[i].flag))
			target->flags[n++] = flags[i].letter;
	target->flags[n] = '\0';
}

/*
 * One more copy, into the folder with that name on disk, unless the same folder
 * gets one already.
 */
static void
add(struct targets *targets, const struct target *new, struct span flag_words)
{
	struct target *target = &targets->target[targets->n];

	for (size_t i = 0; i < targets->n; i++)
		if (targets->target[i].edits == new->edits &&
		    strcmp(targets->target[i].disk, new->disk) == 0) {
			add_flags(&targets->target[i], flag_words);
			return;
		}
	*target = *new;
	if (target->disk[0] == '\0')
		target->folder = SPAN("INBOX");
	add_flags(target, flag_words);
	targets->n++;
}

/* A folder that the configuration or the command line names. */
static void
add_named(struct targets *targets, const struct delivery *delivery, const char *action,
	  const char *folder, struct span flag_words, size_t edits)
{
	const char *junk = delivery->conf->deliver.junk;
	struct target target = {.action = action,
				.folder = span_of(folder),
				.junk = junk != NULL && folder != NULL && strcmp(folder, junk) == 0,
				.edits = edits};
	struct err err;

	if (target.folder.n > 0 &&
	    folder_disk_name(target.folder, delivery->conf->deliver.separator, target.disk, &err) !=
		    0)
		log_line(LOG_WARNING, "%s; INBOX takes the message", err.why);
	add(targets, &target, flag_words);
}

static void
add_fileinto(struct targets *targets, const struct action *action, size_t edits)
{
	struct target target = {
		.action = "fileinto", .folder = action->column[FILEINTO_FOLDER], .edits = edits};

	memcpy(target.disk, action->disk, sizeof target.disk);
	add(targets, &target, action->column[FILEINTO_FLAGS]);
}

void
targets_of(const struct delivery *delivery, const struct plan *plan, struct targets *targets)
{
	size_t edits = 0;

	targets->n = 0;
	targets->gone = false;
	for (size_t i = 0; i < plan->n && i < PLAN_ACTIONS_MAX; i++) {
		const struct action *action = &plan->action[i];

		switch (action->kind) {
		case ACTION_IMPLICIT:
			add_named(targets, delivery, "implicit", delivery->implicit,
				  action->column[KEEP_FLAGS], edits);
			break;
		case ACTION_KEEP:
			add_named(targets, delivery, "keep", "", action->column[KEEP_FLAGS], edits);
			break;
		case ACTION_FILEINTO:
			add_fileinto(targets, action, edits);
			break;
		case ACTION_REJECT:
			add_named(targets, delivery, "reject", delivery->conf->deliver.junk,
				  SPAN(""), edits);
			break;
		case ACTION_DISCARD:
		case ACTION_REDIRECT:
			targets->gone = true;
			break;
		case ACTION_ADDHEADER:
		case ACTION_DELETEHEADER:
			edits++;
			break;
		case ACTION_VACATION:
		case ACTION_NOTIFY:
			break;
		}
	}
	if (targets->n == 0 && !targets->gone)
		add_named(targets, delivery, "implicit", delivery->implicit, SPAN(""), edits);
}

bool
targets_have_inbox(const struct targets *targets)
{
	for (size_t i = 0; i < targets->n; i++)
		if (targets->target[i].disk[0] == '\0')
			return true;
	return false;
}

void
targets_inbox_first(struct targets *targets)
{
	struct target *first = &targets->target[0];

	for (size_t i = 1; i < targets->n; i++) {
		struct target target = first[i];

		if (target.disk[0] != '\0' || target.edits != first->edits)
			continue;
		memmove(first + 1, first, i * sizeof *first);
		*first = target;
		return;
	}
}
