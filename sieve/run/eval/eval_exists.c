/* exists (RFC 5228 5.5, RFC 5703 4.3). */
#include "sieve/run/eval/eval.h"

#include "sieve/mail/mime.h"
#include "sieve/script/language.h"

static bool
is_there(struct run *run, const struct step *step, struct span name)
{
	size_t from, to, at = 0;
	bool there = false;

	if (!eval_part_range(run, step, &from, &to))
		return mail_count(&run->mail, name) > 0;
	for (; from < to && !there; from++, at = 0)
		there = mime_entity_next(&run->mail, from, name, &at) != NULL;
	return there;
}

bool
eval_exists(struct run *run, const struct step *step)
{
	const struct argument *names = step->node->positional[0];

	for (size_t i = 0; i < names->n; i++)
		if (!is_there(run, step, run_string(run, step->frame, &names->string[i])))
			return false;
	return true;
}
