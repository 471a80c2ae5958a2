/*
 * deliver.h - the last step: spool once, file by plan, report only what is durable (DESIGN.md, Delivery).
 */
#ifndef DELIVER_H
#define DELIVER_H

#include "allow.h"
#include "conf.h"
#include "err.h"
#include "message.h"
#include "plan.h"

/* One delivery under way. The caller fills the first part; the rest is deliver.c's own. */
struct delivery {
	const struct conf *conf;
	const struct mailbox *mailbox;
	const struct envelope *envelope;
	const char *home;        /* of the delivering user, absolute; NULL unknown */
	const char *user;        /* login name; NULL unknown */
	const char *implicit;    /* folder for an implicit keep: conf's junk when listed, else -m's or NULL for INBOX */
	bool listed;

	int spool;               /* descriptor of the spooled message, readable with pread; -1 */
	char spool_name[256];    /* below tmp/ of a Maildir; "" where the spool is unlinked */
	int dirfd;               /* of the Maildir; -1 for the other kinds */
	char done[512];          /* for the log: what was done where, "fileinto=.Junk" */
};

/*
 * Opens the mailbox, creates the spool, writes Return-Path and Delivered-To where they are due, then the tagged message. -1: 75. Nothing is
 * visible yet; the spool goes away when the process fails.
 */
int deliver_spool(struct delivery *delivery, struct message *message, struct span fields, struct err *err);

/* Carries the plan out. 0: the message is durably stored or was taken; -1: 75. Folders that cannot be used: INBOX. */
int deliver_plan(struct delivery *delivery, const struct plan *plan, struct err *err);

/* The same as text, for -n: what would be done, one line an action, into size bytes. */
void deliver_describe(const struct delivery *delivery, const struct plan *plan, char *to, size_t size);

void deliver_close(struct delivery *delivery);

#endif
