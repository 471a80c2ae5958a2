/*
 * sieve.h - runs the sealed Sieve child over a spooled message and reads its
 * plan (sieve/protocol.h).
 */
#ifndef SIEVE_H
#define SIEVE_H

#include "filter/store/deliver.h"
#include "filter/plan/plan.h"
#include "filter/verdict/verdict.h"

/* What one run of the child needs to know. */
struct sieve_run {
	const char *program; /* the child; NULL: sieve_program() */
	const struct conf *conf;
	const struct delivery *delivery; /* spool (or spool_name), home, envelope, mailbox */
	const struct verdict *verdict;
	const struct lookups *lookups;
	const char *script; /* of -s; NULL: the user's own */
};

/*
 * As sieve_plan() below, but redirect and vacation stay in the plan whether
 * they are allowed or not.
 */
int sieve_run(const struct sieve_run *run, struct plan *plan, struct err *err);

/*
 * The child's path: beside our own executable, else where it was installed.
 * Returns path or a constant.
 */
#define SIEVE_PROGRAM_MAX 4096
const char *sieve_program(char path[SIEVE_PROGRAM_MAX]);

/*
 * Runs sieve.before, the user's script (or script, where -s gave one) and
 * sieve.after over delivery->spool. Always gives a plan: without scripts, and
 * whenever the child fails in any way, that of one implicit keep. 0, or -1 with
 * why the plan is void, for the log.
 */
int sieve_plan(const struct conf *conf, const struct delivery *delivery,
	       const struct verdict *verdict, const struct lookups *lookups, const char *script,
	       struct plan *plan, struct err *err);

/*
 * The parts of the plan that send: redirect and vacation. sieve_plan() has left
 * them in only where they are allowed. Called after the spool is complete and
 * before deliver_plan(); a redirect that fails turns into an implicit keep in
 * plan.
 */
void sieve_send(const struct conf *conf, const struct delivery *delivery,
		const struct message *message, const struct verdict *verdict, struct plan *plan);

/* After delivery: what `duplicate` has to remember of the last plan. */
void sieve_remember(void);

#endif
