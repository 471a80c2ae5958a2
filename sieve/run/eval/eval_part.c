/* :mime and :anychild (RFC 5703 4): the parts whose fields a test looks at. */
#include "sieve/run/eval/eval.h"

#include "sieve/mail/mime.h"
#include "sieve/run/play.h"
#include "sieve/script/language.h"

bool
eval_part_range(struct run *run, const struct step *step, size_t *from, size_t *to)
{
	*from = run->part == RUN_NO_PART ? 0 : run->part;
	*to = *from + 1;
	if (node_tag(step->node, TAG_MIME) == NULL)
		return false;
	if (node_tag(step->node, TAG_ANYCHILD) != NULL)
		*to = mime_entity_end(&run->mail, *from);
	play_charge(run, (*to - *from) * PLAY_PART);
	return true;
}

/*
 * Walks over the fields of these names, part by part; gives what see() gave
 * last.
 */
static bool
walk(struct run *run, const struct step *step, const struct span *name, size_t names,
     bool (*see)(struct run *, struct mail_field *, void *), void *context)
{
	struct mail_field *field;
	size_t from, to;

	for ((void)eval_part_range(run, step, &from, &to); from < to; from++)
		for (size_t i = 0; i < names; i++)
			for (size_t at = 0;
			     (field = mime_entity_next(&run->mail, from, name[i], &at)) != NULL;)
				if (see(run, field, context))
					return true;
	return false;
}

/* :index: one of them, by its number. */
struct nth {
	size_t left;
	struct mail_field *field;
};

static bool
count(struct run *run, struct mail_field *field, void *context)
{
	struct nth *nth = context;

	(void)run;
	nth->field = field;
	return --nth->left == 0;
}

void
eval_part_fields(struct run *run, const struct step *step, const struct span *name, size_t names,
		 bool (*see)(struct run *, struct mail_field *, void *), void *context)
{
	bool last;
	size_t index = eval_index(step->node, &last);
	struct nth nth = {.left = index};

	if (index == 0) {
		(void)walk(run, step, name, names, see, context);
		return;
	}
	if (last) {
		nth.left = SIZE_MAX;
		(void)walk(run, step, name, names, count, &nth);
		size_t all = SIZE_MAX - nth.left;
		if (index > all)
			return;
		nth.left = all + 1 - index;
	}
	if (walk(run, step, name, names, count, &nth))
		(void)see(run, nth.field, context);
}
