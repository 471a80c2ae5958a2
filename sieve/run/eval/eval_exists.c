/* exists (RFC 5228 5.5). */
#include "sieve/run/eval/eval.h"

#include "sieve/script/language.h"

bool
eval_exists(struct run *run, const struct step *step)
{
	const struct argument *names = step->node->positional[0];

	for (size_t i = 0; i < names->n; i++)
		if (mail_count(&run->mail, run_string(run, step->frame, &names->string[i])) == 0)
			return false;
	return true;
}
