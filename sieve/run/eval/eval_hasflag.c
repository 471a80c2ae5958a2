/* hasflag (RFC 5232 4). */
#include "sieve/run/eval/eval.h"

#include "sieve/script/flags.h"
#include "sieve/script/language.h"

/* Each word of each key is a key of its own (RFC 5232 4). */
static const struct argument *
flag_keys(struct run *run, const struct step *step, const struct argument *keys)
{
	struct argument *words = pool_alloc(&run->pool, sizeof *words);

	*words = (struct argument){.kind = ARGUMENT_STRINGS, .at = keys->at};
	if (step->node->match_type == MATCH_COUNT || step->node->match_type == MATCH_REGEX)
		return keys;
	for (size_t i = 0; i < keys->n; i++) {
		struct span text = run_string(run, step->frame, &keys->string[i]), word;

		for (size_t at = 0; flags_next(text, &at, &word);) {
			words->string = pool_grow(&run->pool, words->string, words->n,
						  sizeof *words->string);
			words->string[words->n++] = (struct string){.text = word, .at = keys->at};
		}
	}
	return words;
}

bool
eval_hasflag(struct run *run, const struct step *step)
{
	const struct argument *names = step->node->positional[0];
	struct matcher matcher;
	struct span word;

	matcher_open(&matcher, run, step, flag_keys(run, step, step->node->positional[1]));
	for (size_t i = 0; i < (names == NULL ? 1 : names->n) && !matcher.matched; i++) {
		struct span text =
			names == NULL
				? run->flags
				: variables_get(&step->frame->variables,
						run_string(run, step->frame, &names->string[i]));
		struct span flags = flags_add(&run->pool, SPAN(""), text);

		for (size_t at = 0; flags_next(flags, &at, &word);)
			if (matcher_see(&matcher, word))
				break;
	}
	return matcher_close(&matcher);
}
