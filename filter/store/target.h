/*
 * target.h - what a plan comes to: the folders that get a copy.
 */
#ifndef TARGET_H
#define TARGET_H

#include "filter/store/deliver.h"
#include "sieve/protocol/folder.h"

#define TARGETS_MAX      (PLAN_ACTIONS_MAX + 1)
#define TARGET_FLAGS_MAX 6 /* bytes: five letters and a NUL */

struct target {
	const char *action;         /* "implicit", "keep", "fileinto", "reject": for the log */
	struct span folder;         /* as the script or the configuration names it; "INBOX" */
	char disk[FOLDER_DISK_MAX]; /* folder.h; "" is INBOX */
	/*
	 * Maildir letters, sorted (maildir(5)); "" none. Keywords are not kept.
	 */
	char flags[TARGET_FLAGS_MAX];
	bool junk;    /* the folder for listed mail, or what a rule rejects */
	size_t edits; /* header edits that stand before it in the plan */
};

struct targets {
	struct target target[TARGETS_MAX];
	size_t n;
	bool gone; /* there is a discard or a redirect: no copy is fine */
};

/*
 * The copies that plan asks for, in its order; the same folder once (RFC 5228
 * 2.10.3), with the flags of both, where no header edit stands between. A name
 * that no folder can have is INBOX. reject is Junk: we answer nobody. Where
 * nothing else becomes of the message, an implicit keep.
 */
void targets_of(const struct delivery *delivery, const struct plan *plan, struct targets *targets);

/*
 * Nothing makes up for INBOX: it comes first, so that 75 does not store another
 * copy anew with every try. Behind edits of the header it stays where it is.
 */
void targets_inbox_first(struct targets *targets);

/* Is one of them INBOX? */
bool targets_have_inbox(const struct targets *targets);

#endif
