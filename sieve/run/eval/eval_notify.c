/*
 * valid_notify_method and notify_method_capability (RFC 5435 4 and 5): the same
 * answers whether the site lets notifications out or not.
 */
#include "sieve/run/eval/eval.h"

#include "sieve/mail/mailto.h"

bool
eval_notify_valid(struct run *run, const struct step *step)
{
	const struct argument *uris = step->node->positional[0];
	struct mailto mailto;

	for (size_t i = 0; i < uris->n; i++)
		if (!mailto_read(&run->pool, run_string(run, step->frame, &uris->string[i]),
				 &mailto))
			return false;
	return true;
}

bool
eval_notify_capability(struct run *run, const struct step *step)
{
	struct span uri = run_string(run, step->frame, &step->node->positional[0]->string[0]),
		    name = run_string(run, step->frame, &step->node->positional[1]->string[0]);
	struct matcher matcher;
	struct mailto mailto;

	/* RFC 5435 5: fails unconditionally, also with :count "eq" "0" */
	if (!mailto_read(&run->pool, uri, &mailto) || !span_equal_case(name, SPAN("online")))
		return false;
	matcher_open(&matcher, run, step, step->node->positional[2]);
	/* RFC 5436 2.5: nobody knows whether somebody looks at a mailbox */
	(void)matcher_see(&matcher, SPAN("maybe"));
	return matcher_close(&matcher);
}
