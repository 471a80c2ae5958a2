/* body (RFC 5173). */
#include "sieve/run/eval/eval.h"

#include "sieve/mail/mime.h"
#include "sieve/script/language.h"

static int
see_body(void *context, struct span value)
{
	return matcher_see(context, value);
}

bool
eval_body(struct run *run, const struct step *step)
{
	const struct argument *content = node_tag(step->node, TAG_CONTENT);
	enum mime_body kind = content != NULL                         ? MIME_CONTENT
			      : node_tag(step->node, TAG_RAW) != NULL ? MIME_RAW
								      : MIME_TEXT;
	size_t n = content == NULL ? 0 : content->value->n;
	struct span *types = pool_alloc(&run->pool, (n + 1) * sizeof *types);
	struct matcher matcher;

	for (size_t i = 0; i < n; i++)
		types[i] = run_string(run, step->frame, &content->value->string[i]);
	matcher_open(&matcher, run, step, step->node->positional[0]);
	matcher.no_captures = true; /* RFC 5173 6 */
	(void)mime_body(&run->mail, kind, types, n, see_body, &matcher);
	return matcher_close(&matcher);
}
