/*
 * setflag, addflag and removeflag (RFC 5232 3), mark and unmark (the draft
 * before it), and the flags of a copy.
 */
#include "sieve/run/act/act.h"

#include "sieve/script/flags.h"
#include "sieve/script/language.h"

/*
 * Flags of all strings of an argument; without it those of the internal
 * variable.
 */
static struct span
flags_of(struct run *run, const struct step *step, const struct argument *argument)
{
	struct span flags = SPAN("");

	if (argument == NULL)
		return run->flags;
	for (size_t i = 0; i < argument->n; i++)
		flags = flags_add(&run->pool, flags,
				  run_string(run, step->frame, &argument->string[i]));
	return flags;
}

struct span
act_flags_of(struct run *run, const struct step *step)
{
	const struct argument *tag = node_tag(step->node, TAG_FLAGS);

	return flags_of(run, step, tag == NULL ? NULL : tag->value);
}

int
act_flags(struct run *run, const struct step *step)
{
	const struct argument *name = step->node->positional[0];
	struct span flags = flags_of(run, step, step->node->positional[1]);
	struct span old = name == NULL
				  ? run->flags
				  : variables_get(&step->frame->variables, name->string[0].text);

	if (step->node->command->command == COMMAND_ADDFLAG)
		flags = flags_add(&run->pool, flags_add(&run->pool, SPAN(""), old), flags);
	else if (step->node->command->command == COMMAND_REMOVEFLAG)
		flags = flags_remove(&run->pool, old, flags);
	if (name == NULL)
		run->flags = flags;
	else
		(void)variables_set(&step->frame->variables, &run->pool, name->string[0].text,
				    flags);
	return 0;
}

int
act_flags_mark(struct run *run, const struct step *step)
{
	const struct span flagged = SPAN("\\Flagged");

	run->flags = step->node->command->command == COMMAND_MARK
			     ? flags_add(&run->pool, run->flags, flagged)
			     : flags_remove(&run->pool, run->flags, flagged);
	return 0;
}
