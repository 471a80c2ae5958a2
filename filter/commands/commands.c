#include "filter/commands/commands.h"

#include <string.h>

const struct command *const commands_all[] = {
	&cmd_tag,    &cmd_deliver, &cmd_relays, &cmd_check, &cmd_explain,
	&cmd_doctor, &cmd_allow,   &cmd_report, NULL,
};

const struct command *
commands_find(const char *name)
{
	for (size_t i = 0; commands_all[i] != NULL; i++)
		if (strcmp(commands_all[i]->name, name) == 0)
			return commands_all[i];
	return NULL;
}
