/*
 * run.h - what flows through one run, and the stages that tag, deliver and
 * explain have in common.
 *
 *   stdin -> header -> relays -> answers -> verdict -> tags -> plan -> mailbox
 */
#ifndef RUN_H
#define RUN_H

#include "conf/reader/conf.h"
#include "filter/base/buf.h"
#include "filter/base/user.h"
#include "filter/message/envelope.h"
#include "filter/message/message.h"
#include "filter/relays/relay.h"
#include "filter/lists/dnsbl.h"
#include "filter/verdict/verdict.h"
#include "filter/plan/plan.h"
#include "filter/store/deliver.h"
#include "filter/rules/questions.h"

/*
 * The large ones last: each page that is looked at costs a microsecond.
 */
struct run {
	int64_t begin; /* clock_ms() */
	struct conf conf;
	bool conf_broken; /* conf holds defaults, and the mailbox where that could still be known */
	struct envelope envelope;
	struct message message;
	struct lookups lookups;
	struct verdict verdict;
	struct buf fields; /* ours, ready to be written */
	struct user user;
	struct delivery delivery;
	struct questions questions; /* of the rules: remembered once the message is safe */
	struct plan plan;
	char sender[ENVELOPE_ADDRESS_MAX + 1]; /* of the message's From_ line */
	struct chain chain;
};

/*
 * Reads the header of the message on fd, and the sender from its From_ line
 * where the caller has named none. -1: unreadable input.
 */
int run_read(struct run *run, int fd, struct err *err);

/*
 * From the header to our fields: relays, answers, verdict, tags. Where the
 * configuration is broken nobody is asked, and the fields say so.
 */
void run_examine(struct run *run);

/*
 * One line a message, as data: KEY=VALUE with blanks between, everything
 * untrusted in it escaped (spamcop-filter(1), LOG). stored: what a delivery
 * did, or ""; trouble: why the rules failed, or "". Nothing where nobody reads
 * it.
 */
void run_log(const struct run *run, const char *stored, const char *trouble);

#endif
