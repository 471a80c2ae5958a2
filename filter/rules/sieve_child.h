/*
 * sieve_child.h - one run of the Sieve child: started, listened to, answered
 * and ended (sieve/protocol.h).
 */
#ifndef SIEVE_CHILD_H
#define SIEVE_CHILD_H

#include "filter/base/buf.h"
#include "filter/base/err.h"

#include <sys/types.h>

struct sieve_child {
	const char *program; /* path of spamcop-sieve, or of a test's own child */
	char *const *argv;   /* ended by NULL */
	int message;         /* descriptor of the message, for reading only */
	const int *script;   /* descriptors of the scripts */
	size_t n_scripts;
	double time_limit; /* seconds, wall time, from sieve_child_finish() on */

	/*
	 * Answers one question: false for "no", else "ok" with what was put
	 * into text. line is the question's line of n bytes without its LF,
	 * which may be written over. -1: the question is not one, or one too
	 * many: the run is over.
	 */
	int (*answer)(void *context, char *line, size_t n, struct buf *text, bool *ok,
		      struct err *err);
	void *context;

	/* Once it is started: our ends of its pipes, -1 when closed. */
	pid_t pid;
	int plan_fd, why_fd, answer_fd;
	struct span untold; /* what is left of sieve_child_tell()'s text */
};

/*
 * Starts it. -1: err says why it could not be. After 0 one of the other two is
 * called: what the child does until then it does beside us.
 */
int sieve_child_start(struct sieve_child *child, struct err *err);

/*
 * What the child waits for on descriptor 3 before it looks at the message:
 * text, which has to stay until sieve_child_finish() has ended.
 */
void sieve_child_tell(struct sieve_child *child, struct span text);

/*
 * Runs it to its end. 0: it ended with status 0, and plan (of bound
 * PROTOCOL_PLAN_MAX) holds the questions and, from *begin on, the plan,
 * unchecked. -1: it failed, was killed, said too much or took too long; err
 * says which, with the child's own words where it left some.
 */
int sieve_child_finish(struct sieve_child *child, struct buf *plan, size_t *begin, struct err *err);

/* Nobody needs its plan any more. */
void sieve_child_stop(struct sieve_child *child);

#endif
