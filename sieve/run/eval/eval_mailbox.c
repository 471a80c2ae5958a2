/* mailboxexists (RFC 5490 3.1). */
#include "sieve/run/eval/eval.h"

#include "sieve/protocol/folder.h"
#include "sieve/script/language.h"

bool
eval_mailbox_exists(struct run *run, const struct step *step)
{
	const struct argument *folders = step->node->positional[0];

	for (size_t i = 0; i < folders->n; i++) {
		struct span folder = run_string(run, step->frame, &folders->string[i]);
		struct err why;
		int answer = folder_refused(folder, run->facts.separator, &why)
				     ? 0
				     : ask_mailbox(&run->ask, &run->pool, folder, &run->why);

		if (answer < 0)
			run_fail(run, step, "%s", run->why.why);
		if (answer <= 0)
			return false;
	}
	return true;
}
