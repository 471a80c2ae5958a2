/* header (RFC 5228 5.7). */
#include "sieve/run/eval/eval.h"

#include "sieve/script/language.h"

static bool
see_header(struct run *run, struct mail_field *field, void *context)
{
	struct matcher *matcher = context;

	/* :count needs no decoded value */
	return matcher_see(matcher, matcher->step->node->match_type == MATCH_COUNT
					    ? SPAN("")
					    : mail_text(&run->mail, field));
}

bool
eval_header(struct run *run, const struct step *step)
{
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[1]);
	eval_each_field(run, step, step->node->positional[0], see_header, &matcher);
	return matcher_close(&matcher);
}
