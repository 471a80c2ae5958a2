/* keep, fileinto and discard (RFC 5228 4), redirect and reject (RFC 5429). */
#include "sieve/run/act/act.h"

#include "sieve/mail/address.h"
#include "sieve/protocol/folder.h"
#include "sieve/protocol/special.h"
#include "sieve/script/language.h"

int
act_deliver_keep(struct run *run, const struct step *step)
{
	return result_keep(&run->result, act_flags_of(run, step), &run->why);
}

/*
 * The folder that has the use of :specialuse, where there is one (RFC 8579 4);
 * else the one that is named.
 */
static struct span
folder_of(struct run *run, const struct step *step)
{
	struct span folder = run_string(run, step->frame, &step->node->positional[0]->string[0]);
	const struct argument *tag = node_tag(step->node, TAG_SPECIALUSE);
	struct span use, special;

	if (tag == NULL)
		return folder;
	use = run_string(run, step->frame, &tag->value->string[0]);
	int answer =
		!special_is_use(use) ? 0 : ask_use(&run->ask, &run->pool, use, &special, &run->why);
	if (answer < 0)
		run_fail(run, step, "%s", run->why.why);
	return answer > 0 ? special : folder;
}

int
act_deliver_fileinto(struct run *run, const struct step *step)
{
	struct span folder = folder_of(run, step);
	struct err why;

	if (run->failed)
		return 0;

	/* what is not carried out cancels no keep, and no other action */
	if (folder_refused(folder, run->facts.separator, &why)) {
		run_trace(run, step, "\"%s\" cannot be a folder: %s: not carried out",
			  report_quote(folder), why.why);
		return 0;
	}
	return result_fileinto(&run->result, folder, act_flags_of(run, step),
			       node_tag(step->node, TAG_COPY) != NULL, &run->why);
}

int
act_deliver_discard(struct run *run, const struct step *step)
{
	(void)step;
	return result_discard(&run->result, &run->why);
}

int
act_deliver_redirect(struct run *run, const struct step *step)
{
	struct span text = run_string(run, step->frame, &step->node->positional[0]->string[0]);
	char address[PROTOCOL_ADDRESS_MAX];

	if (!address_is_one(text, address, sizeof address) ||
	    address[0] == '-') { /* an option to a mail program: the filter refuses the plan */
		run_trace(run, step, "\"%s\" is no address to redirect to: not carried out",
			  report_quote(text));
		return 0;
	}
	return result_redirect(&run->result, span_of(address),
			       node_tag(step->node, TAG_COPY) != NULL, &run->why);
}

int
act_deliver_reject(struct run *run, const struct step *step)
{
	return result_reject(&run->result,
			     run_string(run, step->frame, &step->node->positional[0]->string[0]),
			     &run->why);
}
