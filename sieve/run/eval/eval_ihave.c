/* ihave (RFC 5463). */
#include "sieve/run/eval/eval.h"

#include "sieve/script/language.h"

bool
eval_ihave(struct run *run, const struct step *step)
{
	const struct argument *names = step->node->positional[0];
	uint64_t grammar = EXT(ENCODED_CHARACTER) | EXT(VARIABLES);

	(void)run;
	for (size_t i = 0; i < names->n; i++) {
		const struct language_extension *extension =
			language_extension_find(names->string[i].text);
		uint64_t bit = extension == NULL || extension->idle != NULL
				       ? 0
				       : UINT64_C(1) << extension->extension;

		if (bit == 0 || (bit & grammar & ~step->frame->script->extensions) != 0)
			return false;
	}
	return true;
}
