/*
 * options.h - the command line, and what callers say in the environment
 * instead.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "filter/base/err.h"
#include "filter/message/envelope.h"

enum command {
	COMMAND_TAG,
	COMMAND_DELIVER,
	COMMAND_RELAYS,
	COMMAND_CHECK,
	COMMAND_EXPLAIN,
	COMMAND_DOCTOR,
	COMMAND_ALLOW,
	COMMAND_REPORT,
	COMMAND_HELP,
	COMMAND_VERSION
};

struct options {
	enum command command;
	const char *config;     /* -c; NULL: the default file */
	const char *user;       /* -d */
	const char *folder;     /* -m */
	const char *script;     /* -s */
	const char *mailbox;    /* --mailbox */
	const char *nameserver; /* --nameserver */
	const char *deadline;   /* --deadline */
	bool dry_run;           /* -n */
	bool verbose;           /* -v */
	bool mail;              /* doctor --mail */
	enum { ALLOW_ADD, ALLOW_LIST, ALLOW_REMOVE, ALLOW_FROM_MESSAGE } allow;
	/* -f, -a; else SENDER, FROM, RECIPIENT, LOCAL_PART and EXTENSION */
	struct envelope envelope;
	char **words; /* what follows the command */
	size_t n_words;
};

/*
 * Fills options from the command line and guard_env(). -1: a usage error;
 * options->command still says what was asked for (COMMAND_TAG where that is not
 * known), because mail commands answer 75 where others answer 64. Texts belong
 * to argv or to options.c: one struct options at a time.
 */
int options_parse(struct options *options, int argc, char **argv, struct err *err);

/* Does this command carry mail, so that its exit status may only be 0 or 75? */
bool options_carries_mail(const struct options *options);

/* -h: fits a screen of 24 lines and 80 columns. */
void options_help(void);

#endif
