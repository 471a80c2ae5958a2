/* string (RFC 5229 5). */
#include "sieve/run/eval/eval.h"

#include "sieve/script/language.h"

bool
eval_string(struct run *run, const struct step *step)
{
	const struct argument *sources = step->node->positional[0];
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[1]);
	for (size_t i = 0; i < sources->n; i++) {
		struct span value = run_string(run, step->frame, &sources->string[i]);

		/* RFC 5229 5: empty strings do not count */
		if (step->node->match_type == MATCH_COUNT && value.n == 0)
			continue;
		if (matcher_see(&matcher, value))
			break;
	}
	return matcher_close(&matcher);
}
