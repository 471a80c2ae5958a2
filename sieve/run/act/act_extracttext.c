/* extracttext (RFC 5703 7). */
#include "sieve/run/act/act.h"

#include "sieve/mail/mime.h"
#include "sieve/script/language.h"
#include "sieve/text/text.h"

/* The first characters of text, by number. */
static struct span
first_characters(struct span text, uint64_t number)
{
	size_t at = 0;
	uint32_t character;

	while (number > 0 && at < text.n) {
		size_t n = text_utf8(text.p + at, text.n - at, &character);

		at += n == 0 ? 1 : n;
		number--;
	}
	return (struct span){text.p, at};
}

int
act_extracttext(struct run *run, const struct step *step)
{
	const struct argument *first = node_tag(step->node, TAG_FIRST);
	struct span text =
		run->part == RUN_NO_PART ? SPAN("") : mime_entity_text(&run->mail, run->part);

	if (text.n > VARIABLE_STRING_MAX)
		text.n = VARIABLE_STRING_MAX;
	if (first != NULL)
		text = first_characters(text, first->value->number);
	return act_set_value(run, step, text);
}
