/* addheader and deleteheader (RFC 5293). */
#include "sieve/run/act/act.h"

#include "sieve/protocol/fields.h"
#include "sieve/run/matcher.h"
#include "sieve/run/eval/eval.h"
#include "sieve/script/language.h"

int
act_header_add(struct run *run, const struct step *step)
{
	struct span name = run_string(run, step->frame, &step->node->positional[0]->string[0]);
	struct span value = act_one_line(
		run, run_string(run, step->frame, &step->node->positional[1]->string[0]),
		PROTOCOL_VALUE_MAX);
	bool last = node_tag(step->node, TAG_LAST) != NULL;

	if (!mail_is_field_name(name) || name.n > PROTOCOL_NAME_MAX || fields_protected(name) ||
	    !result_can_edit(&run->result)) {
		run_trace(run, step, "the field \"%s\" cannot be added", report_quote(name));
		return 0;
	}
	mail_add(&run->mail, name, value, last);
	return result_addheader(&run->result, name, value, last, &run->why);
}

/*
 * Does this field match the values of deleteheader? Without values every one
 * does.
 */
static bool
is_chosen(struct run *run, const struct step *step, struct mail_field *field)
{
	struct matcher matcher;

	if (step->node->positional[1] == NULL)
		return true;
	matcher_open(&matcher, run, step, step->node->positional[1]);
	matcher.no_captures = true;
	(void)matcher_see(&matcher, mail_text(&run->mail, field));
	return matcher_close(&matcher);
}

int
act_header_delete(struct run *run, const struct step *step)
{
	struct span name = run_string(run, step->frame, &step->node->positional[0]->string[0]);
	size_t at = 0, n = 0, total, only;
	struct mail_field *field;
	bool last;

	if (!mail_is_field_name(name) || name.n > PROTOCOL_NAME_MAX || fields_protected(name)) {
		run_trace(run, step, "the field \"%s\" cannot be deleted", report_quote(name));
		return 0;
	}
	total = mail_count(&run->mail, name);
	only = eval_index(step->node, &last);
	if (only > 0 && last)
		only = only > total ? total + 1 : total + 1 - only;
	/*
	 * n: the field's number as things are now; each deletion moves those
	 * below it up.
	 */
	for (size_t i = 1;
	     i <= total && !run->failed && (field = mail_next(&run->mail, name, &at)) != NULL;
	     i++) {
		n++;
		if ((only > 0 && i != only) || !is_chosen(run, step, field))
			continue;
		if (!result_can_edit(&run->result)) {
			run_trace(run, step, "more than %d edits: the other fields \"%s\" stay",
				  RESULT_EDITS_MAX, report_quote(name));
			return 0;
		}
		if (result_deleteheader(&run->result, name, n, &run->why) != 0)
			return -1;
		(void)mail_delete(&run->mail, name, n);
		at = 0;
		n--;
		for (size_t skip = 0; skip < n; skip++)
			(void)mail_next(&run->mail, name, &at);
	}
	return 0;
}
