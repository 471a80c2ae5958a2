/*
 * deliver.h - the last step: spool once, file by plan, report only what is
 * durable.
 *
 * maildir: the spool is a file in tmp/ of the mailbox; it is linked into each
 * folder, copied where that is impossible or where the plan edited the header.
 * lmtp and lda: the spool has no name; each copy is handed over (lmtp.h,
 * lda.h). Several copies with a failure among them may arrive again when the
 * mail system tries again; none is lost.
 */
#ifndef DELIVER_H
#define DELIVER_H

#include "conf/reader/conf.h"
#include "filter/base/err.h"
#include "filter/base/user.h"
#include "filter/store/maildir.h"
#include "filter/message/envelope.h"
#include "filter/message/message.h"
#include "filter/plan/plan.h"

/*
 * One delivery under way. The caller fills the first part (zeroes for the
 * rest); the second is deliver.c's own.
 */
struct delivery {
	const struct conf *conf;
	const struct mailbox *mailbox;
	const struct envelope *envelope;
	const struct user *user; /* the delivering one */
	/*
	 * folder for an implicit keep: conf's junk when listed, else -m's or
	 * NULL for INBOX
	 */
	const char *implicit;
	bool listed;
	int64_t until; /* clock_ms(): deliver_until(); 0: no limit */
	bool dry_run;  /* -n: the spool has no name, and the mailbox is not touched */

	int spool;              /* descriptor of the spooled message, readable with pread; -1 */
	struct maildir maildir; /* its fd is -1 for the other kinds */
	char done[512];         /* for the log: what was done where, "fileinto=.Junk" */
};

/*
 * Opens the mailbox and creates the spool, which is empty. -1: 75. Nothing is
 * visible yet; the spool goes away when the process fails. Never as root.
 */
int deliver_open(struct delivery *delivery, struct err *err);

/*
 * Writes Return-Path and Delivered-To where they are due (not above the first
 * Received already; never for lmtp, whose server writes them), then the tagged
 * message. -1: 75.
 */
int deliver_spool(struct delivery *delivery, struct message *message, struct span fields,
		  struct err *err);

/*
 * Before deliver_plan(): a spool that will be a message is on disk. -1: 75.
 */
int deliver_sync(const struct delivery *delivery, struct err *err);

/*
 * For -n and explain: opens the Maildir for reading, where there is one, so
 * that deliver_has_folder() and memory_open() answer as a delivery would have
 * them do. Creates nothing. deliver_close() closes it.
 */
void deliver_look(struct delivery *delivery);

/*
 * Carries the plan out, but for redirect and vacation, which send_plan() has
 * done. 0: the message is durably stored or was taken; -1: 75. Folders that
 * cannot be used: INBOX. Where nothing was stored, discarded or redirected: the
 * implicit place. Over quota: -1, and nothing is stored.
 */
int deliver_plan(struct delivery *delivery, const struct plan *plan, struct err *err);

/*
 * The same as text, for -n: what would be done, one line an action, into size
 * bytes.
 */
void deliver_describe(const struct delivery *delivery, const struct plan *plan, char *to,
		      size_t size);

/*
 * Does this folder (as a script names it) exist, so that a script may ask
 * (mailboxexists)? Always false where the mailbox is no Maildir.
 */
bool deliver_has_folder(const struct delivery *delivery, struct span folder);

/*
 * Callers wait ten seconds, and what is handed on (deliver.time_limit) is not
 * all that takes time: rules, redirects, replies and locks share what
 * DELIVER_MS, from the lookups on, leave of them. The time until which one of
 * these may take, which asks for `most` milliseconds and gets `least` at any
 * rate.
 */
#define DELIVER_MS 8000
int64_t deliver_until(const struct delivery *delivery, int64_t most, int64_t least);

/*
 * Removes the spool where it still has a name, and closes. Once, after
 * everything that looks at the delivery.
 */
void deliver_close(struct delivery *delivery);

#endif
