/*
 * try.h - `spamcop-sieve run`: what would these scripts do with this message?
 */
#ifndef TRY_H
#define TRY_H

#include "sieve/child.h"

#define TRY_FOLDERS_MAX 32

struct
try {
	const char *script;
	const char *personal; /* folders for include; NULL: the one that the script is in */
	const char *global;
	const char *folder[TRY_FOLDERS_MAX]; /* what mailboxexists finds, besides INBOX */
	size_t folders;
	struct child_job job;
};

/*
 * Starts the sealed child with the message on standard input, answers its
 * questions, prints its plan. Returns the exit status.
 */
int try_run(struct try *try);

/*
 * Answers a question of a sealed process: its line of n bytes behind "ask" and
 * the tab, written over. A script is looked for beside try->script where no
 * folder is named.
 */
void try_answer(const struct try *try, char *question, size_t n, int to);

#endif
