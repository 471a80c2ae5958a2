/*
 * result.h - what the scripts decided, and the plan that says so
 * (protocol.h).
 *
 * Scripts run one after the other; a keep that is due when one ends, implicit
 * or explicit, is what the next one decides about. An explicit keep is
 * remembered, so that it stays explicit if no later script cancels it.
 */
#ifndef RESULT_H
#define RESULT_H

#include "filter/base/err.h"
#include "sieve/protocol/protocol.h"
#include "sieve/text/pool.h"

#include <stdio.h>

#define RESULT_EDITS_MAX  24 /* addheader and deleteheader; they leave room for the actions */
#define RESULT_NOTIFY_MAX 4  /* of one message */
/* one is kept free for the keep at the end */
#define RESULT_LINES_MAX PROTOCOL_ACTIONS_MAX

enum result_kind {
	RESULT_KEEP,
	RESULT_FILEINTO,
	RESULT_DISCARD,
	RESULT_REDIRECT,
	RESULT_REJECT,
	RESULT_VACATION,
	RESULT_NOTIFY,
	RESULT_EDIT
};

struct result_line {
	enum result_kind kind;
	struct span text;   /* the whole line without its end; keep, fileinto: without FLAGS */
	struct span target; /* folder on disk or address; compared to find doubles */
	struct span flags;  /* of keep and fileinto */
	unsigned script;    /* the number of the script that said it */
};

struct result {
	struct pool *pool;
	char separator; /* of folder levels */
	struct result_line line[RESULT_LINES_MAX];
	size_t n;
	unsigned script; /* which script runs: 1 is the first */
	bool implicit;   /* the implicit keep of this script is not cancelled */
	/* an earlier script kept explicitly, and nothing has cancelled that */
	bool carried;
	struct span carried_flags;
};

void result_init(struct result *result, struct pool *pool, char separator);

/*
 * Before each script. false: no keep is due, this script and those behind it do
 * not run.
 */
bool result_next_script(struct result *result);

/*
 * Actions. flags: words with single spaces between them. A double of an earlier
 * action of this kind is no other action, and its flags take the place of the
 * earlier one's (RFC 5232 5). -1: too many actions, or ones that
 * exclude each other (RFC 5429: reject and delivery).
 */
int result_keep(struct result *result, struct span flags, struct err *err);
int result_fileinto(struct result *result, struct span folder, struct span flags, bool copy,
		    struct err *err);
int result_discard(struct result *result, struct err *err);
int result_redirect(struct result *result, struct span address, bool copy, struct err *err);
int result_reject(struct result *result, struct span reason, struct err *err);

/*
 * column: SECONDS HANDLE SUBJECT FROM MIME ADDRESSES REASON. -1 also for a
 * second one in the same script (RFC 5230 4).
 */
int result_vacation(struct result *result, const struct span column[7], struct err *err);

/*
 * column: ADDRESS FROM IMPORTANCE TEXT. A double is no other notification.
 * false: there are RESULT_NOTIFY_MAX already, or no room; it is left out.
 */
bool result_notify(struct result *result, const struct span column[4]);

/*
 * Can the header be edited once more? Where not, the edit is left out: a
 * message decides how many fields deleteheader finds, and must not be able to
 * make a plan too long.
 */
bool result_can_edit(const struct result *result);
int result_addheader(struct result *result, struct span name, struct span value, bool last,
		     struct err *err);
int result_deleteheader(struct result *result, struct span name, size_t index, struct err *err);

/*
 * The whole plan, `end` included; flags: those that the keep at the end gets.
 */
void result_print(const struct result *result, struct span flags, FILE *to);

/* Does the plan end with an implicit keep? */
bool result_is_implicit(const struct result *result);

/* text as a column of a plan: `\\ \t \n \r \xHH`; a NUL becomes U+FFFD. */
struct span result_escape(struct pool *pool, struct span text);

#endif
