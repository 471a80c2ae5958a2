/*
 * cmd_deliver.c - the deliver command: tag, run the Sieve rules, store the
 * message.
 */
#include "filter/commands/commands.h"
#include "filter/commands/options.h"
#include "filter/run.h"
#include "filter/base/clock.h"
#include "filter/base/guard.h"
#include "filter/rules/sieve.h"
#include "filter/send/send.h"
#include "filter/store/kind.h"

#include <stdio.h>
#include <unistd.h>

#define DESCRIPTION_MAX 4096

/* The mailbox and whose it is. */
static void
prepare(struct run *run, const struct options *options)
{
	const struct kind *kind = kind_of(&run->conf.deliver.mailbox);
	if (kind->named || (kind->named_as_recipient && run->envelope.recipient == NULL))
		user_find_name(&run->user);
	run->delivery = (struct delivery){
		.conf = &run->conf,
		.mailbox = &run->conf.deliver.mailbox,
		.envelope = &run->envelope,
		.user = &run->user,
		.dry_run = options->dry_run,
	};
}

/* -n: what would be done. */
static void
describe(struct run *run, const char *trouble)
{
	char text[DESCRIPTION_MAX];

	deliver_describe(&run->delivery, &run->plan, text, sizeof text);
	(void)printf("%.*s%s", (int)run->fields.n, run->fields.p, text);
	if (trouble[0] != '\0')
		(void)printf("sieve=failed: %s\n", trouble);
	deliver_close(&run->delivery);
}

/*
 * Looks the message up, and writes it where the mailbox is. The rules are read
 * meanwhile; why they could not be run is in trouble.
 */
static int
examine_and_plan(struct run *run, const struct options *options, struct err *trouble,
		 struct err *err)
{
	const struct sieve_run rules = {.conf = &run->conf,
					.delivery = &run->delivery,
					.verdict = &run->verdict,
					.lookups = &run->lookups,
					.script = options->script};
	static struct sieve sieve;

	sieve_begin(&sieve, &rules, run->message.header, &run->questions);
	int64_t examined = clock_ms();
	run_examine(run);
	examined = clock_ms() - examined;
	run->delivery.listed = run->verdict.kind == VERDICT_LISTED;
	run->delivery.implicit = run->delivery.listed ? run->conf.deliver.junk : options->folder;
	int result = deliver_spool(&run->delivery, &run->message, buf_span(&run->fields), err);
	if (result == 0) {
		sieve_tell(&sieve);
		result = deliver_sync(&run->delivery, err);
	}
	if (result != 0) {
		sieve_give_up(&sieve);
		return -1;
	}
	run->delivery.until = clock_ms() + DELIVER_MS - examined;
	if (sieve_end(&sieve, &run->plan, trouble) == 0)
		trouble->why[0] = '\0';
	return 0;
}

static int
deliver(struct run *run, const struct options *options, struct err *err)
{
	struct err trouble = {""}; /* of the rules */

	if (options->script != NULL && user_check_path("-s", options->script, err) != 0)
		return GUARD_TEMPFAIL;
	if (run->conf.deliver.mailbox.kind == MAILBOX_NONE) {
		if (!run->conf_broken)
			(void)err_set(err, "no mailbox: set deliver.mailbox in the configuration "
					   "or give --mailbox");
		return GUARD_TEMPFAIL;
	}
	if (run_read(run, STDIN_FILENO, err) != 0)
		return GUARD_TEMPFAIL;
	prepare(run, options);
	if (options->user != NULL)
		user_leave_folder(&run->user);
	if (deliver_open(&run->delivery, err) != 0 ||
	    examine_and_plan(run, options, &trouble, err) != 0)
		return GUARD_TEMPFAIL;
	send_limit(&run->conf, &run->delivery, &run->verdict, &run->plan);
	if (options->dry_run) {
		describe(run, trouble.why);
		return 0;
	}
	send_plan(&run->conf, &run->delivery, &run->message, &run->plan);
	if (deliver_plan(&run->delivery, &run->plan, err) != 0)
		return GUARD_TEMPFAIL;
	guard_taken();
	questions_remember(&run->questions);
	deliver_close(&run->delivery);
	run_log(run, run->delivery.done, trouble.why);
	return 0;
}

const struct command cmd_deliver = {
	.name = "deliver",
	.run = deliver,
	.carries_mail = true,
	.stores = true,
	.arguments = "",
	.help = "tag, run the Sieve rules, store the message",
	.details = "The mailbox is that of deliver.mailbox in the configuration, or of --mailbox.\n"
		   "The exit status is 0, or 75 to have the message tried again.\n"
		   "  -n  print the fields and what would be done, store nothing\n",
};
