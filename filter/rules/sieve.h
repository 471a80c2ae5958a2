/*
 * sieve.h - runs the sealed Sieve child over a spooled message and reads its
 * plan (sieve/protocol/protocol.h).
 */
#ifndef SIEVE_H
#define SIEVE_H

#include "filter/rules/questions.h"
#include "filter/rules/scripts.h"
#include "filter/rules/sieve_child.h"
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

/* The rules of one delivery, from their start to their plan. */
struct sieve {
	const struct sieve_run *run;
	struct questions *questions;
	struct scripts scripts;
	struct sieve_child child;
	struct sieve_arguments *arguments; /* owned; NULL: the child is not started */
	bool told;                         /* sieve_tell() was called */
	int result;                        /* -1: there is no child, and why says it */
	struct err why;
};

/*
 * Opens sieve.before, the user's script (or run->script) and sieve.after, and
 * starts the child where the message's body, which is still on its way, is of
 * no concern to them: it reads the scripts while the lists are asked. The
 * delivery is open, but its spool may be empty; run->verdict and run->lookups
 * are not looked at yet. header: the message's. One of the next two has to
 * follow. questions holds what the rules asked: for questions_remember(), as
 * long as the delivery is open.
 */
void sieve_begin(struct sieve *sieve, const struct sieve_run *run, struct span header,
		 struct questions *questions);

/*
 * The spool holds all of the message, and run->verdict and run->lookups are
 * known: the child may look at them. Before sieve_end(), and not needed: it
 * lets the child work meanwhile.
 */
void sieve_tell(struct sieve *sieve);

/*
 * Runs them over the spool. Always gives a plan: without scripts, and whenever
 * the child fails in any way, that of one implicit keep. 0, or -1 with why the
 * plan is void, for the log. redirect and vacation stay in it whether they are
 * allowed or not (send.h).
 */
int sieve_end(struct sieve *sieve, struct plan *plan, struct err *err);

/* The delivery is over before the rules were needed. */
void sieve_give_up(struct sieve *sieve);

/* Both, over a spool that is there. */
int sieve_run(const struct sieve_run *run, struct plan *plan, struct questions *questions,
	      struct err *err);

/*
 * The child's path: beside our own executable, else where it was installed.
 * Returns path or a constant.
 */
#define SIEVE_PROGRAM_MAX 4096
const char *sieve_program(char path[SIEVE_PROGRAM_MAX]);

#endif
