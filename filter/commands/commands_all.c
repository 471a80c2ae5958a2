/* The commands of spamcop-filter. Those of spamcop-tag: filter/tag_only.c. */
#include "filter/commands/commands.h"

const char commands_program[] = "spamcop-filter";

const struct command *const commands_all[] = {
	&cmd_tag,    &cmd_deliver, &cmd_relays, &cmd_check, &cmd_explain, &cmd_doctor, &cmd_allow,
	&cmd_report, &cmd_stats,   &cmd_digest, &cmd_sweep, &cmd_index,   &cmd_help,   NULL,
};
