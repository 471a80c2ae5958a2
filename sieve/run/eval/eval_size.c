/* size (RFC 5228 5.9). */
#include "sieve/run/eval/eval.h"

#include "sieve/script/language.h"

bool
eval_size(struct run *run, const struct step *step)
{
	uint64_t limit = step->node->positional[0]->number;

	run_trace(run, step, "  the message has %llu bytes", (unsigned long long)run->mail.size);
	return node_tag(step->node, TAG_OVER) != NULL ? run->mail.size > limit
						      : run->mail.size < limit;
}
