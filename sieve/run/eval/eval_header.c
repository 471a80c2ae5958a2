/* header (RFC 5228 5.7, RFC 5703 4.1). */
#include "sieve/run/eval/eval.h"

#include "sieve/mail/mime_param.h"
#include "sieve/mail/mime_type.h"
#include "sieve/script/language.h"

static bool
see_whole(struct run *run, struct mail_field *field, void *context)
{
	struct matcher *matcher = context;

	/* :count needs no decoded value */
	return matcher_see(matcher, matcher->step->node->match_type == MATCH_COUNT
					    ? SPAN("")
					    : mail_text(&run->mail, field));
}

/* :param: the value of each parameter of these names that there is. */
static bool
see_params(struct run *run, struct mail_field *field, void *context)
{
	struct matcher *matcher = context;
	const struct step *step = matcher->step;
	const struct argument *names = node_tag(step->node, TAG_PARAM)->value;
	struct span value = mail_plain(&run->mail, field);
	bool done = false;

	for (size_t i = 0; i < names->n && !done; i++) {
		struct buf text;

		buf_init(&text, 3 * value.n + 16);
		if (mime_param_find(value, run_string(run, step->frame, &names->string[i]), &text))
			done = matcher_see(matcher, buf_span(&text));
		buf_free(&text);
	}
	return done;
}

/*
 * :type, :subtype, :contenttype: words of Content-Type; of Content-Disposition,
 * which has no subtype, its one word; of other fields an empty one.
 */
static bool
see_type(struct run *run, struct mail_field *field, void *context)
{
	struct matcher *matcher = context;
	const struct node *node = matcher->step->node;
	struct mime_type type = {.type = SPAN("")};
	struct span value = mail_plain(&run->mail, field), rest = mime_param_blank(value);
	bool whole = node_tag(node, TAG_CONTENTTYPE) != NULL;

	if (span_equal_case(field->name, SPAN("Content-Type"))) {
		mime_type_read(value, &type);
		if (whole && type.type.n > 0)
			type.type = pool_printf(&run->pool, "%.*s/%.*s", (int)type.type.n,
						type.type.p, (int)type.subtype.n, type.subtype.p);
	} else if (span_equal_case(field->name, SPAN("Content-Disposition")))
		type.type = mime_param_token(&rest, MIME_PARAM_ENDS);
	return matcher_see(matcher, node_tag(node, TAG_SUBTYPE) != NULL ? type.subtype : type.type);
}

bool
eval_header(struct run *run, const struct step *step)
{
	const struct node *node = step->node;
	bool (*see)(struct run *, struct mail_field *, void *) = see_whole;
	struct matcher matcher;

	if (node_tag(node, TAG_PARAM) != NULL)
		see = see_params;
	else if (node_tag(node, TAG_TYPE) != NULL || node_tag(node, TAG_SUBTYPE) != NULL ||
		 node_tag(node, TAG_CONTENTTYPE) != NULL)
		see = see_type;
	matcher_open(&matcher, run, step, node->positional[1]);
	eval_each_field(run, step, node->positional[0], see, &matcher);
	return matcher_close(&matcher);
}
