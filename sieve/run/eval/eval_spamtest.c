/* spamtest and virustest (RFC 5235). */
#include "sieve/run/eval/eval.h"

#include "sieve/script/language.h"

bool
eval_spamtest(struct run *run, const struct step *step)
{
	int score = run->facts.score;
	int value = node_tag(step->node, TAG_PERCENT) != NULL ? (score <= 1 ? 0 : score * 10)
		    : score < 0                               ? 0
		    : score == 0                              ? 1
							      : score;
	struct span text = pool_printf(&run->pool, "%d", value);
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[0]);
	/* RFC 5235 3.1: not tested counts 0 */
	if (step->node->match_type != MATCH_COUNT || score >= 0)
		(void)matcher_see(&matcher, text);
	return matcher_close(&matcher);
}

/* Nothing here looks for viruses: "0", not tested (RFC 5235 3.2). */
bool
eval_spamtest_virus(struct run *run, const struct step *step)
{
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[0]);
	if (step->node->match_type != MATCH_COUNT)
		(void)matcher_see(&matcher, SPAN("0"));
	return matcher_close(&matcher);
}
