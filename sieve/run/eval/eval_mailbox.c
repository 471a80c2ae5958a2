/*
 * mailboxexists and the tests of metadata (RFC 5490), specialuse_exists (RFC
 * 8579 3).
 */
#include "sieve/run/eval/eval.h"

#include "sieve/protocol/folder.h"
#include "sieve/protocol/special.h"
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

/* Are these two names one folder? */
static bool
same_folder(const struct run *run, struct span a, struct span b)
{
	char one[FOLDER_DISK_MAX], two[FOLDER_DISK_MAX];
	struct err why;

	return folder_disk_name(a, run->facts.separator, one, &why) == 0 &&
	       folder_disk_name(b, run->facts.separator, two, &why) == 0 && strcmp(one, two) == 0;
}

bool
eval_mailbox_use(struct run *run, const struct step *step)
{
	const struct argument *mailbox = step->node->positional[0],
			      *uses = step->node->positional[1];

	for (size_t i = 0; i < uses->n; i++) {
		struct span use = run_string(run, step->frame, &uses->string[i]), folder;
		int answer = !special_is_use(use)
				     ? 0
				     : ask_use(&run->ask, &run->pool, use, &folder, &run->why);

		if (answer < 0)
			run_fail(run, step, "%s", run->why.why);
		if (answer <= 0 ||
		    (mailbox != NULL &&
		     !same_folder(run, folder, run_string(run, step->frame, &mailbox->string[0]))))
			return false;
	}
	return true;
}

/*
 * No folder and no server has annotations here: each test of RFC 5490 3.3, 3.4,
 * 4.1 and 4.2 is false then, whatever it compares.
 */
bool
eval_mailbox_metadata(struct run *run, const struct step *step)
{
	(void)run;
	(void)step;
	return false;
}
