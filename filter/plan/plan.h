/*
 * plan.h - what the Sieve child says is to be done, read and checked line by
 * line (sieve/protocol/protocol.h).
 *
 * The child is not trusted: a plan with one line that is not as it should be is
 * void as a whole, and the message is kept.
 */
#ifndef PLAN_H
#define PLAN_H

#include "filter/base/err.h"
#include "filter/base/span.h"
#include "sieve/protocol/folder.h"
#include "sieve/protocol/protocol.h"

#define PLAN_ACTIONS_MAX PROTOCOL_ACTIONS_MAX
#define PLAN_COLUMNS_MAX PROTOCOL_COLUMNS_MAX

enum action_kind {
	ACTION_IMPLICIT, /* an implicit keep: Junk when listed, else INBOX or -m */
	ACTION_KEEP,     /* an explicit one: INBOX */
	ACTION_FILEINTO,
	ACTION_DISCARD,
	ACTION_REDIRECT,
	ACTION_REJECT,
	ACTION_VACATION,
	ACTION_ADDHEADER,
	ACTION_DELETEHEADER,
	ACTION_NOTIFY,
};

/* What stands in the columns of a line, behind its word. */
enum plan_column {
	KEEP_FLAGS = 1, /* of an implicit one as well */

	FILEINTO_FOLDER = 1,
	FILEINTO_FLAGS,

	REDIRECT_ADDRESS = 1,

	ADDHEADER_NAME = 1,
	ADDHEADER_VALUE,
	ADDHEADER_PLACE,

	DELETEHEADER_NAME = 1,
	DELETEHEADER_INDEX,

	VACATION_SECONDS = 1,
	VACATION_HANDLE,
	VACATION_SUBJECT,
	VACATION_FROM,
	VACATION_MIME,
	VACATION_ADDRESSES,
	VACATION_REASON,

	NOTIFY_ADDRESS = 1,
	NOTIFY_FROM,
	NOTIFY_IMPORTANCE,
	NOTIFY_TEXT,

	QUESTION_KIND = 1,
	QUESTION_ABOUT,
};

struct action {
	enum action_kind kind;
	char disk[FOLDER_DISK_MAX]; /* of a fileinto: where its folder is (folder.h); else "" */
	/*
	 * [0] is the word; unescaped; NUL-terminated behind n as well; absent
	 * ones empty
	 */
	struct span column[PLAN_COLUMNS_MAX];
};

struct plan {
	struct action action[PLAN_ACTIONS_MAX];
	size_t n;
	bool done;   /* `end` was seen: nothing may follow */
	char *bytes; /* owned: what the columns point into */
};

/*
 * A plan of one implicit keep: what happens without a script, and whenever a
 * plan is void.
 */
void plan_implicit(struct plan *plan);

/*
 * Reads a whole plan; separator divides the levels of a folder's name. 0:
 * valid. -1: void; err says why, and plan is plan_implicit(). plan_free() in
 * either case.
 */
int plan_read(struct plan *plan, struct span text, char separator, struct err *err);
void plan_free(struct plan *plan);

/* Takes action i out. */
void plan_remove(struct plan *plan, size_t i);

/*
 * Action i is not carried out: an implicit keep takes its place, unless the
 * plan has one. How many actions are left at i: 1 or 0.
 */
size_t plan_make_implicit(struct plan *plan, size_t i);

/*
 * Which words stand in a script, comments and strings included: bit 1 << kind
 * for each action, and the two below. An identifier of Sieve cannot be written
 * in another way but for the case of its letters.
 */
#define PLAN_WORD_BODY    (1U << 30)
#define PLAN_WORD_INCLUDE (1U << 31)
unsigned plan_words(struct span script);

/*
 * -1 and why, where an action other than a keep or fileinto is none of the
 * words that stand: then somebody else than the scripts wants it, and the plan
 * is void.
 */
int plan_check_words(const struct plan *plan, unsigned stand, struct err *err);

/*
 * Divides a line of n bytes, line[n] being its LF, into unescaped columns, in
 * place: no escape is shorter than its byte, and the TAB or LF behind a column
 * makes room for its NUL. Their number; 0 for a line that is wrong, with err
 * filled. Also for the child's questions.
 */
size_t plan_columns(char *line, size_t n, struct span column[PLAN_COLUMNS_MAX], struct err *err);

#endif
