#include "sieve/run/matcher.h"

#include "sieve/script/language.h"

static void
prepare(struct matcher *matcher, size_t i)
{
	const struct node *node = matcher->step->node;
	const struct string *key = &matcher->keys->string[i];
	size_t where;
	struct err err;

	if (key->match != NULL) {
		matcher->match[i] = *key->match;
		return;
	}
	struct span text = run_string(matcher->run, matcher->step->frame, key);
	if (match_init(&matcher->match[i], (enum match_type)node->match_type,
		       (enum match_comparator)node->comparator, (enum match_relation)node->relation,
		       text, &where,
		       &err) != 0) { /* an expression made of variables: it matches nothing */
		run_trace(matcher->run, matcher->step, "\"%s\" is no regular expression: %s",
			  report_quote(text), err.why);
		matcher->broken[i] = true;
	}
}

void
matcher_open(struct matcher *matcher, struct run *run, const struct step *step,
	     const struct argument *keys)
{
	*matcher = (struct matcher){.run = run, .step = step, .keys = keys};
	matcher->match = pool_alloc(&run->pool, keys->n * sizeof *matcher->match);
	matcher->broken = pool_alloc(&run->pool, keys->n * sizeof *matcher->broken);
	for (size_t i = 0; i < keys->n; i++)
		prepare(matcher, i);
}

static void
found(struct matcher *matcher, enum match_result result, struct span value, size_t key,
      const struct match_captures *captures)
{
	struct frame *frame = matcher->step->frame;

	if (result == MATCH_LIMIT) {
		run_fail(matcher->run, matcher->step, "a match takes too long");
		return;
	}
	if (matcher->run->trace != NULL)
		run_trace(matcher->run, matcher->step, "  \"%s\" against \"%s\": %s",
			  report_quote(value), report_quote(matcher->match[key].key),
			  result == MATCH_YES ? "matches" : "no match");
	if (result != MATCH_YES)
		return;
	matcher->matched = true;
	if (captures->n > 0 && !matcher->no_captures &&
	    (frame->script->extensions & EXT(VARIABLES)) != 0)
		variables_capture(&frame->variables, &matcher->run->pool, captures);
}

bool
matcher_see(struct matcher *matcher, struct span value)
{
	struct match_captures captures = {.n = 0};

	matcher->count++;
	if (matcher->step->node->match_type == MATCH_COUNT)
		return false;
	for (size_t i = 0; i < matcher->keys->n && !matcher->matched && !matcher->run->failed; i++)
		if (!matcher->broken[i])
			found(matcher, match_run(&matcher->match[i], value, &captures), value, i,
			      &captures);
	return matcher->matched || matcher->run->failed;
}

bool
matcher_close(struct matcher *matcher)
{
	for (size_t i = 0; i < matcher->keys->n; i++) {
		if (matcher->step->node->match_type == MATCH_COUNT && !matcher->matched &&
		    !matcher->broken[i]) {
			matcher->matched =
				match_count(&matcher->match[i], matcher->count) == MATCH_YES;
			run_trace(matcher->run, matcher->step, "  count %zu against \"%s\": %s",
				  matcher->count, report_quote(matcher->match[i].key),
				  matcher->matched ? "matches" : "no match");
		}
		if (matcher->keys->string[i].match == NULL)
			match_free(&matcher->match[i]);
	}
	return matcher->matched && !matcher->run->failed;
}
