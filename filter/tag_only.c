/*
 * spamcop-tag: the command tag alone, for a static program, which starts
 * faster. It is main.c with this table and without a user database.
 */
#include "filter/commands/commands.h"

const char commands_program[] = "spamcop-tag";

const struct command *const commands_all[] = {&cmd_tag, NULL};
