/*
 * options.h - the command line, and what callers say in the environment
 * instead.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "filter/base/err.h"
#include "filter/commands/commands.h"
#include "filter/message/envelope.h"

struct options {
	const struct command *command; /* cmd_tag where none was named */
	bool named;
	enum { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION } instead; /* -h, -V */
	const char *config;     /* -c; NULL: the default file */
	const char *user;       /* -d */
	const char *home;       /* --home */
	const char *folder;     /* -m */
	const char *script;     /* -s */
	const char *mailbox;    /* --mailbox */
	const char *nameserver; /* --nameserver */
	const char *deadline;   /* --deadline */
	bool dry_run;           /* -n */
	bool verbose;           /* -v */
	bool mail;              /* doctor --mail, digest --mail */
	const char *since;      /* --since: "24h" */
	const char *to;         /* report --to */
	bool quiet;             /* check -q */
	bool self;              /* check --self */
	/* --json, --nagios, --prometheus, --svg */
	enum { FORM_TEXT, FORM_JSON, FORM_NAGIOS, FORM_PROMETHEUS, FORM_SVG } form;
	enum { ALLOW_ADD, ALLOW_LIST, ALLOW_REMOVE, ALLOW_FROM_MESSAGE } allow;
	/* -f, -a; else SENDER, FROM, RECIPIENT, LOCAL_PART and EXTENSION */
	struct envelope envelope;
	char **words; /* what follows the command */
	size_t n_words;
};

/*
 * Fills options from the command line and guard_env(). -1: a usage error;
 * options->command still says what was asked for, because commands that carry
 * mail answer 75 where others answer 64. Texts belong to argv or to options.c:
 * one struct options at a time.
 */
int options_parse(struct options *options, int argc, char **argv, struct err *err);

/*
 * What -h or -V asks for, on standard output. The overview fits a screen of 24
 * lines and 80 columns.
 */
void options_tell(const struct options *options);

#endif
