/* date and currentdate (RFC 5260 4, 5). */
#include "sieve/run/eval/eval.h"

#include "sieve/mail/date.h"
#include "sieve/script/language.h"

static bool
see_date(struct matcher *matcher, struct date date)
{
	const struct step *step = matcher->step;
	const struct node *node = step->node;
	const struct argument *zone = node_tag(node, TAG_ZONE);
	const struct string *part =
		&node->positional[node->command->command == TEST_DATE ? 1 : 0]->string[0];
	char text[DATE_TEXT_MAX];

	if (zone != NULL) {
		if (!date_zone_parse(run_string(matcher->run, step->frame, &zone->value->string[0]),
				     &date.zone))
			return false;
	} else if (node_tag(node, TAG_ORIGINALZONE) == NULL)
		date.zone = date_local_zone(date.seconds);
	struct span name = run_string(matcher->run, step->frame, part);
	return date_part_exists(name) && matcher_see(matcher, date_part(&date, name, text));
}

bool
eval_date_current(struct run *run, const struct step *step)
{
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[1]);
	(void)see_date(&matcher, date_now());
	return matcher_close(&matcher);
}

/*
 * RFC 5260 4: of the first field of that name, or of the one that :index picks.
 */
bool
eval_date(struct run *run, const struct step *step)
{
	struct span name = run_string(run, step->frame, &step->node->positional[0]->string[0]);
	struct matcher matcher;
	struct date date;
	bool last;
	size_t index = eval_index(step->node, &last);
	struct mail_field *field = mail_nth(&run->mail, &name, 1, index == 0 ? 1 : index, last);

	matcher_open(&matcher, run, step, step->node->positional[2]);
	if (field != NULL && date_parse(mail_plain(&run->mail, field), &date))
		(void)see_date(&matcher, date);
	return matcher_close(&matcher);
}
