#include "filter/commands/commands.h"

#include <stdio.h>
#include <string.h>

#define HELP_COLUMN 20

const struct command *
commands_find(const char *name)
{
	for (size_t i = 0; commands_all[i] != NULL; i++)
		if (strcmp(commands_all[i]->name, name) == 0)
			return commands_all[i];
	return NULL;
}

const char *
commands_meant(const char *name, char text[SUGGEST_TEXT_MAX])
{
	struct suggest suggest;

	suggest_init(&suggest, name);
	for (size_t i = 0; commands_all[i] != NULL; i++)
		suggest_try(&suggest, commands_all[i]->name);
	return suggest_text(&suggest, text);
}

static void
help_all(void)
{
	(void)printf(
		"usage: %s [OPTION...] [COMMAND]\n"
		"Tags suspected spam by DNS lists, and files it by Sieve rules; never bounces.\n",
		commands_program);
	for (size_t i = 0; commands_all[i] != NULL; i++) {
		const struct command *command = commands_all[i];
		int n = printf("  %s %s", command->name, command->arguments);

		(void)printf("%*s%s\n", n < HELP_COLUMN ? HELP_COLUMN - n : 1, "", command->help);
	}
	(void)fputs(
		"options:\n"
		"  -c FILE       configuration           -f SENDER, -a RECIPIENT  the envelope\n"
		"  -d USER       as root: be this user   -m FOLDER  where an implicit keep goes\n"
		"  -s SCRIPT     the user's Sieve rules  --mailbox URL  maildir:, lmtp:, lda:\n"
		"  --home DIR    what ~ means            --nameserver HOST[:PORT]\n"
		"  --deadline SECONDS                    -v  log on standard error as well\n"
		"  -n  deliver, report: say what would be done, do nothing\n"
		"  -h, --help    -V, --version           more: COMMAND --help, spamcop-filter(1)\n",
		stdout);
}

void
commands_help(const struct command *command)
{
	if (command == NULL) {
		help_all();
		return;
	}
	(void)printf("usage: %s [OPTION...] %s%s%s\n%s\n%s%s", commands_program, command->name,
		     command->arguments[0] == '\0' ? "" : " ",
		     command->arguments[0] == '(' ? "" : command->arguments, command->help,
		     command->details == NULL ? "" : "\n",
		     command->details == NULL ? "" : command->details);
}
