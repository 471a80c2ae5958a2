/*
 * run.h - one message and the scripts that decide about it: what tests look at
 * and actions change.
 */
#ifndef RUN_H
#define RUN_H

#include "sieve/run/ask.h"
#include "sieve/mail/mail.h"
#include "sieve/match/match.h"
#include "sieve/script/program.h"
#include "sieve/run/result.h"

#include <stdio.h>

/* What the caller knows about the message. */
struct envelope_facts {
	const char *sender;    /* "" is the null sender; NULL: not known */
	const char *recipient; /* NULL: not known */
	const char *verdict;   /* NULL: none */
	const char *lists;     /* NULL: none */
	int score;             /* -1: none */
	char delimiter;        /* of address details */
	char separator;        /* of folder levels */
	const char *host;      /* name of this machine; NULL: not known */
};

#define RUN_NO_PART SIZE_MAX

struct run {
	struct pool pool;
	struct mail mail;
	struct envelope_facts facts;
	struct ask ask;
	struct result result;
	/* imap4flags' internal variable; carries over from script to script */
	struct span flags;
	const struct program *program; /* the one that runs */
	/*
	 * foreverypart: the current part (mime.h), RUN_NO_PART outside of
	 * loops, how many were visited so far, and bytes of programs that were
	 * read for it
	 */
	size_t part;
	unsigned long visits, loop_text;
	/*
	 * break and stop: the loop that ends, as in struct step; nothing is
	 * done until it has. PROGRAM_NO_LOOP: none
	 */
	size_t leaving;
	FILE *trace; /* run -v; NULL: none */
	bool failed; /* the run has no plan: nothing more is evaluated */
	struct err why;
};

/* Without its message: mail_open(&run->mail) is the next step. */
void run_open(struct run *run, const struct envelope_facts *facts);
void run_close(struct run *run);

/* Runs one script, if a keep is still due. -1: no plan; run->why says why. */
int run_script(struct run *run, const struct script *script);

/* Ends the run without a plan, unless it has ended already. */
void run_fail(struct run *run, const struct step *step, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The value of a string in this frame. */
struct span run_string(struct run *run, struct frame *frame, const struct string *string);

/*
 * One line of the trace for a step: FILE:LINE: text. Nothing without a trace.
 */
void run_trace(struct run *run, const struct step *step, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
