/*
 * sieve.h - runs the sealed Sieve child over a spooled message and reads its
 * plan (sieve/protocol/protocol.h).
 */
#ifndef SIEVE_H
#define SIEVE_H

#include "filter/rules/questions.h"
#include "filter/store/deliver.h"
#include "filter/plan/plan.h"
#include "filter/verdict/verdict.h"

/* What one run of the child needs to know. */
struct sieve_run {
	const char *program; /* the child; NULL: sieve_program() */
	const struct conf *conf;
	const struct delivery *delivery; /* spool, mailbox, home, envelope */
	const struct verdict *verdict;
	const struct lookups *lookups;
	const char *script; /* of -s; NULL: the user's own */
};

/*
 * Runs sieve.before, the user's script (or run->script) and sieve.after over
 * the spool. Always gives a plan: without scripts, and whenever the child fails
 * in any way, that of one implicit keep. 0, or -1 with why the plan is void,
 * for the log. redirect and vacation stay in it whether they are allowed or not
 * (send.h). questions holds what the rules asked: for questions_remember(), as
 * long as the delivery is open.
 */
int sieve_run(const struct sieve_run *run, struct plan *plan, struct questions *questions,
	      struct err *err);

/*
 * The child's path: beside our own executable, else where it was installed.
 * Returns path or a constant.
 */
#define SIEVE_PROGRAM_MAX 4096
const char *sieve_program(char path[SIEVE_PROGRAM_MAX]);

#endif
