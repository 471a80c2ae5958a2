/*
 * lda.h - hands a message to another delivery agent: dovecot-lda, procmail,
 * maildrop or any program that takes it on standard input.
 *
 * The command line of the mailbox ("lda:/path ARG...") is split at spaces;
 * there is no shell, no quoting and no search path: its first word is an
 * absolute path. In the other words these stand for something: %f the folder
 * ("INBOX", "Junk", as scripts name it), %s the sender ("" for the null sender
 * and where it is not known), %r the recipient, %u the user's name, %h the home
 * directory, %% a percent sign. Where a program named dovecot-lda is called
 * without any of %f, %s and %r, it gets `-e`, `-f SENDER` and `-a RECIPIENT`
 * where they are known and addresses that it takes, and `-m FOLDER` where that
 * is not INBOX, behind its other words.
 */
#ifndef LDA_H
#define LDA_H

#include "filter/base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define LDA_WORDS_MAX    64
#define LDA_TEXT_MAX     (32U << 10) /* bytes of all arguments together */
#define LDA_TERM_SECONDS 5           /* between TERM and KILL, and after that */

struct lda {
	const char *command;
	const char *sender; /* NULL: not known */
	const char *recipient;
	const char *folder;      /* NUL-terminated; NULL is INBOX */
	const char *home, *user; /* NULL or "": not known */
	double limit;            /* seconds until TERM */
	bool *refused;           /* NULL, or set: it ended by itself, with another status than 0 */
};

/* Does the command care for the folder, so that several copies are of use? */
bool lda_knows_folders(const char *command);

/* Does the program get options that its command line does not name? */
bool lda_adds_options(const char *command);

/*
 * Does the program leave it to us to tell mails apart? procmail writes an mbox
 * as its input is: without a From_ line all of it is one mail.
 */
bool lda_needs_from_line(const char *command);

/* An argument vector, ended by NULL, and what its words are made of. */
struct lda_words {
	char text[LDA_TEXT_MAX];
	size_t used;
	char *word[LDA_WORDS_MAX + 8];
	size_t n;
};

/*
 * The argument vector. -1: the command cannot be used. A value that begins with
 * "-" never begins an argument of its own where a %f, %s or %r stands: it is
 * INBOX, the null sender, or an error.
 */
int lda_arguments(const struct lda *lda, struct lda_words *words, struct err *err);

/*
 * Runs it with the message as standard input, from its beginning. Environment:
 * HOME, LOGNAME, PATH, SHELL and USER only. 0: it exited with 0. -1: anything
 * else; the beginning of what it printed is in err. A dovecot-lda that does not
 * take its options (64) is run once more, without addresses. After the limit it
 * and its group get TERM, then KILL; and TERM when we are killed.
 */
int lda_run(const struct lda *lda, int message, struct err *err);

#endif
