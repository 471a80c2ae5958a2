/*
 * kind.h - the kinds of mailboxes. Each is one row (struct kind) in a file of
 * its own, kind_NAME.c; deliver.c knows nothing else about them.
 */
#ifndef KIND_H
#define KIND_H

#include "filter/base/user.h"
#include "filter/plan/edit.h"
#include "filter/store/deliver.h"
#include "filter/store/target.h"

/* One plan being carried out. */
struct carrying {
	struct delivery *delivery;
	const struct plan *plan;
	struct targets targets;
	struct edit edit;
	size_t edited; /* header edits carried out so far */
	size_t next;   /* action of the plan behind the last of them */
	off_t size;    /* of the spool */
};

struct kind {
	/*
	 * The program makes final delivery: it writes Return-Path and
	 * Delivered-To (RFC 5321 4.4: whoever does, and nobody before).
	 */
	bool final;

	/*
	 * It hands the user's name on; or does so where there is no recipient.
	 */
	bool named, named_as_recipient;

	/* Opens the mailbox and creates delivery->spool. -1: 75. */
	int (*open)(struct delivery *delivery, struct err *err);

	/*
	 * Stores all copies, or hands them on; notes each (kind_note()). -1:
	 * 75. Once a copy is out, nothing is allocated.
	 */
	int (*carry)(struct carrying *carrying, struct err *err);

	/* "maildir:~/Maildir", as a person reads where a copy goes, for -n. */
	void (*describe)(const struct mailbox *mailbox, const struct target *target, char *to,
			 size_t size);

	/*
	 * For doctor, run as that user: 0 or -1 (something is wrong), and a
	 * sentence in said either way. Changes nothing.
	 */
	int (*look)(const struct mailbox *mailbox, const struct user *user, struct err *said);
};

extern const struct kind kind_maildir, kind_lmtp, kind_lda;

/* The row of a mailbox; NULL: none is configured. */
const struct kind *kind_of(const struct mailbox *mailbox);

/*
 * The message for a target. Targets are asked for in the plan's order.
 * Allocates nothing.
 */
struct content kind_content(struct carrying *carrying, const struct target *target);

/* Notes for the log what has been done. */
void kind_note(struct carrying *carrying, const struct target *target, const char *where);

#endif
