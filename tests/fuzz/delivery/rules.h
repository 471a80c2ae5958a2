/*
 * rules.h - rules of three letters: a test, an action, a folder or address;
 * rules.c writes them as Sieve, meaning.c reads them as what they mean.
 */
#ifndef RULES_H
#define RULES_H

#include "tests/fuzz/delivery/delivery.h"

#define RULES_MAX 12

struct name {
	const char *sieve;
	/* on disk, by separator; NULL: it is left out */
	const char *disk[2];
	bool nowhere; /* no server has it: a script that says it is wrong */
};

#define NAMES 16
extern const struct name rules_names[NAMES];

enum action_letter {
	KEEP,
	FILE_INTO,
	FILE_COPY,
	DISCARD,
	STOP,
	FILE_SEEN,
	ADDFLAG,
	SETFLAG,
	REMOVEFLAG,
	ADDHEADER,
	DELETEHEADER,
	REDIRECT,
	REDIRECT_COPY,
	REJECT,
	VACATION,
	FILE_MARK,
	KEEP_ANSWERED,
	FILE_CREATE,
	INCLUDE,
	ACTIONS
};

struct rule {
	size_t test;
	enum action_letter action;
	const struct name *name;
	const char *address;
};

/* The rules of an input; at most RULES_MAX. */
size_t rules_read(const struct input *input, struct rule *rule);

#endif
