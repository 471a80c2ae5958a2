/*
 * cmd_help.c - the help command: all commands, or one.
 */
#include "filter/commands/commands.h"
#include "filter/commands/options.h"
#include "filter/run.h"

#include <stdio.h>
#include <sysexits.h>

static int
help(struct run *run, const struct options *options, struct err *err)
{
	char meant[SUGGEST_TEXT_MAX];

	(void)run;
	if (options->n_words == 0) {
		commands_help(NULL);
		return 0;
	}
	const struct command *command = commands_find(options->words[0]);
	if (command == NULL) {
		(void)err_set(err, "unknown command \"%.100s\"%s", options->words[0],
			      commands_meant(options->words[0], meant));
		return EX_USAGE;
	}
	commands_help(command);
	return 0;
}

const struct command cmd_help = {
	.name = "help",
	.run = help,
	.words_max = 1,
	.arguments = "[COMMAND]",
	.help = "this page, or what a command takes",
	.details = "The same as --help, or as COMMAND --help.\n",
};
