/*
 * cmd_tag.c - the tag command: standard input to standard output, tagged.
 */
#include "filter/commands/commands.h"
#include "filter/run.h"
#include "filter/base/guard.h"
#include "filter/verdict/tag.h"

#include <unistd.h>

static int
tag(struct run *run, const struct options *options, struct err *err)
{
	(void)options;
	if (run_read(run, STDIN_FILENO, err) != 0)
		return GUARD_TEMPFAIL;
	run_examine(run);
	if (tag_write(&run->message, buf_span(&run->fields), true, STDOUT_FILENO, err) != 0)
		return GUARD_TEMPFAIL;
	run_log(run, "", "");
	return 0;
}

const struct command cmd_tag = {
	.name = "tag",
	.run = tag,
	.carries_mail = true,
	.arguments = "(default)",
	.help = "standard input to standard output, tagged",
	.details = "Our fields stand first, then all that came in but for such fields. The exit\n"
		   "status is 0, or 75 to have the message tried again.\n",
};
