/*
 * commands.h - what the program can do: a command is a file cmd_x.c, which
 * declares its row, and its line in the table of commands_all.c.
 *
 * main has read the command line and the configuration and become the user
 * before it runs one. Each prints its product on standard output.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "conf/reader/suggest.h"
#include "filter/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct options;
struct run;

/* Texts are arrays, for each pointer would be worked out at every start. */
struct command {
	char name[12];
	/*
	 * Returns the exit status. Where it fills err, main says that on
	 * standard error. Commands that carry mail return 0 or 75 only;
	 * EX_USAGE (64) is for wrong arguments, EX_NOINPUT (66) for a file that
	 * cannot be read.
	 */
	int (*run)(struct run *run, const struct options *options, struct err *err);
	size_t words_min, words_max; /* arguments, SIZE_MAX: any number */
	bool carries_mail;
	bool stores; /* puts mail into a mailbox, which is not done as root */
	/*
	 * the status where the configuration is broken; 0: it runs nonetheless,
	 * and says so
	 */
	int broken;
	char arguments[16]; /* as the usage shows them, "[FILE...]" */
	char help[64];      /* its line in the usage */
	/*
	 * for `help COMMAND`: its own options, two blanks, what each does; and
	 * what else is to say. Lines of at most 80 columns, each with its end
	 */
	const char *details;
};

extern const struct command cmd_tag, cmd_deliver, cmd_relays, cmd_check, cmd_explain, cmd_doctor,
	cmd_allow, cmd_report, cmd_stats, cmd_digest, cmd_sweep, cmd_index, cmd_help;

/* The name of the program that these are the commands of. */
extern const char commands_program[];

/* All of them, in the order of the usage; NULL behind the last. */
extern const struct command *const commands_all[];

/* The command of that name, or NULL. */
const struct command *commands_find(const char *name);

/* For a name that is none: " (did you mean NAME?)" or "", in text. */
const char *commands_meant(const char *name, char text[SUGGEST_TEXT_MAX]);

/*
 * The help of a command on standard output; NULL: of all, which fits a screen
 * of 24 lines and 80 columns.
 */
void commands_help(const struct command *command);

#endif
