/* set (RFC 5229 4) and global (RFC 6609 3.4). */
#include "sieve/run/act/act.h"

#include "sieve/script/language.h"

#include "sieve/text/text.h"

int
act_set_value(struct run *run, const struct step *step, struct span value)
{
	static const struct {
		enum tag tag;
		unsigned modifier;
	} modifiers[] = {{TAG_LOWER, TEXT_LOWER},
			 {TAG_UPPER, TEXT_UPPER},
			 {TAG_LOWERFIRST, TEXT_LOWERFIRST},
			 {TAG_UPPERFIRST, TEXT_UPPERFIRST},
			 {TAG_QUOTEWILDCARD, TEXT_QUOTEWILDCARD},
			 {TAG_QUOTEREGEX, TEXT_QUOTEREGEX},
			 {TAG_ENCODEURL, TEXT_ENCODEURL},
			 {TAG_LENGTH, TEXT_LENGTH}};
	struct span name = step->node->positional[0]->string[0].text;
	unsigned bits = 0;
	struct buf buf;

	buf_init(&buf, VARIABLE_STRING_MAX);
	for (size_t i = 0; i < sizeof modifiers / sizeof modifiers[0]; i++)
		if (node_tag(step->node, modifiers[i].tag) != NULL)
			bits |= modifiers[i].modifier;
	if (bits != 0) {
		text_modify(bits, value, &buf);
		value = buf_span(&buf);
	}
	if (!variables_set(&step->frame->variables, &run->pool, name, value))
		run_fail(run, step, "too many variables: expected at most %d", VARIABLES_MAX);
	else
		run_trace(run, step, "set \"%s\" to \"%s\"", report_quote(name),
			  report_quote(value));
	buf_free(&buf);
	return 0;
}

int
act_set(struct run *run, const struct step *step)
{
	return act_set_value(run, step,
			     run_string(run, step->frame, &step->node->positional[1]->string[0]));
}

int
act_set_global(struct run *run, const struct step *step)
{
	const struct argument *names = step->node->positional[0];

	for (size_t i = 0; i < names->n; i++)
		if (!variables_share(&step->frame->variables, &run->pool, names->string[i].text))
			run_fail(run, step,
				 "the variable \"%s\" was set before it was declared global",
				 report_quote(names->string[i].text));
	return 0;
}
