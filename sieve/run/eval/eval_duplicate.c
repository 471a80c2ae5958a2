/* duplicate (RFC 7352). */
#include "sieve/run/eval/eval.h"

#include "sieve/script/language.h"

/* RFC 7352 3.3: default and bound of :seconds are the implementation's */
#define DUPLICATE_DAYS   7
#define DUPLICATE_ID_MAX 1000 /* bytes of an id that are told apart */
#define DAY              86400UL

/*
 * The id that a message is known by: :uniqueid, the value of :header, or
 * Message-ID. Empty: none.
 */
static struct span
unique_id(struct run *run, const struct step *step)
{
	const struct argument *id = node_tag(step->node, TAG_UNIQUEID),
			      *header = node_tag(step->node, TAG_HEADER);
	size_t at = 0;

	if (id != NULL)
		return run_string(run, step->frame, &id->value->string[0]);
	struct mail_field *field =
		mail_next(&run->mail,
			  header == NULL ? SPAN("Message-ID")
					 : run_string(run, step->frame, &header->value->string[0]),
			  &at);
	return field == NULL ? SPAN("") : mail_plain(&run->mail, field);
}

bool
eval_duplicate(struct run *run, const struct step *step)
{
	const struct argument *handle = node_tag(step->node, TAG_HANDLE),
			      *seconds = node_tag(step->node, TAG_SECONDS);
	struct span id = unique_id(run, step),
		    name = handle == NULL ? SPAN("")
					  : run_string(run, step->frame, &handle->value->string[0]);
	uint64_t within = seconds == NULL ? DUPLICATE_DAYS * DAY : seconds->value->number;

	if (id.n == 0)
		return false;
	if (id.n > DUPLICATE_ID_MAX)
		id.n = DUPLICATE_ID_MAX;
	if (name.n > DUPLICATE_ID_MAX)
		name.n = DUPLICATE_ID_MAX;
	if (within > 365 * DAY)
		within = 365 * DAY;
	struct span key = pool_printf(&run->pool, "%zu %.*s%.*s", name.n, (int)name.n, name.p,
				      (int)id.n, id.p);
	int answer = ask_seen(&run->ask, &run->pool, (unsigned long)within,
			      node_tag(step->node, TAG_LAST) != NULL, key, &run->why);
	if (answer < 0)
		run_fail(run, step, "%s", run->why.why);
	return answer > 0;
}
