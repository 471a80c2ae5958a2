/*
 * spamcop-filter: the whole sequence.
 *
 *   stdin -> header -> relays -> answers -> verdict -> tags -> plan -> mailbox
 *
 * Only main.c sees every stage. A stage takes const results of the ones before
 * it; main turns errors into exit statuses: 0 or 75 for the commands that carry
 * mail.
 */
#include "config.h"

#include "filter/commands/commands.h"
#include "filter/base/copy.h"
#include "filter/store/deliver.h"
#include "filter/commands/doctor.h"
#include "filter/base/guard.h"
#include "filter/base/log.h"
#include "filter/commands/options.h"
#include "filter/rules/sieve.h"
#include "filter/send/send.h"
#include "filter/verdict/tag.h"
#include "filter/base/user.h"
#include "filter/verdict/verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

/* What flows through one run. */
struct run {
	struct options options;
	struct conf conf;
	bool conf_broken; /* conf holds defaults, and the mailbox where that could still be known */
	struct user user;
	struct message message;
	char sender[ENVELOPE_ADDRESS_MAX + 1]; /* of its From_ line */
	struct chain chain;
	struct lookups lookups;
	struct verdict verdict;
	struct buf fields; /* ours, ready to be written */
	struct delivery delivery;
	struct questions questions; /* of the rules: remembered once the message is safe */
	struct plan plan;
	struct timespec begin;
};

static struct run run; /* static: struct chain is large, and a crash handler runs on little stack */

/*
 * Where "-c" and the default file are read. A file that is not there is an
 * error only where it was asked for.
 */
static int
configure(struct err *err)
{
	const struct options *options = &run.options;

	conf_init(&run.conf);
	log_configure(run.conf.log.facility, options->verbose ? LOG_DEBUG : run.conf.log.level,
		      options->verbose);
	if ((options->config != NULL ? conf_read(&run.conf, options->config, err)
				     : conf_read_default(&run.conf, err)) != 0) {
		run.conf_broken = true;
		log_line(LOG_ERR, "%s", err->why);
	}
	log_configure(run.conf.log.facility, options->verbose ? LOG_DEBUG : run.conf.log.level,
		      options->verbose);
	for (size_t i = 0; i < run.conf.unknown.n; i++)
		log_line(LOG_WARNING, "%s", run.conf.unknown.string[i]);
	if (options->nameserver != NULL &&
	    conf_set_nameserver(&run.conf, options->nameserver, err) != 0)
		return -1;
	if (options->deadline != NULL && conf_set_deadline(&run.conf, options->deadline, err) != 0)
		return -1;
	return options->mailbox == NULL
		       ? 0
		       : conf_set_mailbox(&run.conf.deliver.mailbox, options->mailbox, err);
}

/*
 * Reads the header and finds out what is known about the relays. -1: unreadable
 * input.
 */
static int
examine(struct err *err)
{
	struct envelope *envelope = &run.options.envelope;

	if (message_read(&run.message, STDIN_FILENO, err) != 0)
		return -1;
	if (envelope->sender == NULL)
		envelope->sender = envelope_from_line(run.message.from_line, run.sender);
	buf_init(&run.fields, TAG_FIELDS_MAX);
	if (run.conf_broken) {
		run.verdict = (struct verdict){.kind = VERDICT_UNKNOWN, .failed_all = "config"};
	} else {
		relay_chain(&run.message, &run.conf, &run.chain);
		const char *allowed =
			allow_match(&run.conf, run.user.home, envelope, &run.message, &run.chain);
		dnsbl_run(&run.conf, &run.chain, &run.lookups);
		verdict_of(&run.conf, &run.chain, &run.lookups, allowed, &run.verdict);
	}
	tag_fields(&run.verdict, &run.chain, &run.lookups, run.message.eol, &run.fields);
	return 0;
}

/* One line a message, everything untrusted in it escaped. */
static void
log_message(const char *done, const char *trouble)
{
	enum { text_max = 200 };
	char id[text_max], sender[text_max], handoff[ADDR_TEXT_MAX] = "-";
	const struct chain *chain = &run.chain;
	struct span message_id = SPAN("-");
	struct timespec now;

	if (header_find(run.message.header, SPAN("Message-ID"), &message_id))
		message_id = span_trim(message_id);
	if (chain->handoff < chain->stored)
		(void)addr_print(&chain->relay[chain->handoff].hop.addr, handoff);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	long ms = (now.tv_sec - run.begin.tv_sec) * 1000 +
		  (now.tv_nsec - run.begin.tv_nsec) / 1000000;
	/*
	 * The Status field says the rest: relays, score, lists that failed or
	 * hit.
	 */
	struct span status = buf_span(&run.fields);
	const char *end = status.n == 0 ? NULL : memchr(status.p, run.message.eol[0], status.n);
	status.n = end == NULL ? 0 : (size_t)(end - status.p);
	status = span_skip(status, sizeof "X-SpamCop-Status: " - 1);
	char shown[text_max * 2];
	const char *envelope_sender = run.options.envelope.sender;
	log_line(LOG_INFO, "message-id=%s from=<%s> handoff=%s %s%s%s%s%s ms=%ld",
		 log_escape(message_id, id, sizeof id),
		 envelope_sender == NULL
			 ? "?"
			 : log_escape(span_of(envelope_sender), sender, sizeof sender),
		 handoff, log_escape(status, shown, sizeof shown), done[0] == '\0' ? "" : " ", done,
		 trouble[0] == '\0' ? "" : " ", trouble, ms);
}

static int
tag(struct err *err)
{
	if (examine(err) != 0 ||
	    tag_write(&run.message, buf_span(&run.fields), true, STDOUT_FILENO, err) != 0)
		return -1;
	log_message("", "");
	return 0;
}

/*
 * The mailbox, the scripts and the folder for an implicit keep, for this
 * message.
 */
static void
prepare_delivery(void)
{
	run.delivery = (struct delivery){
		.conf = &run.conf,
		.mailbox = &run.conf.deliver.mailbox,
		.envelope = &run.options.envelope,
		.home = run.user.home[0] == '\0' ? NULL : run.user.home,
		.user = run.user.name[0] == '\0' ? NULL : run.user.name,
		.listed = run.verdict.kind == VERDICT_LISTED,
		.dry_run = run.options.dry_run,
	};
	run.delivery.implicit = run.delivery.listed ? run.conf.deliver.junk : run.options.folder;
}

static int
deliver(struct err *err)
{
	char trouble[600] = "";
	struct err sieve = {""};

	if (run.conf.deliver.mailbox.kind == MAILBOX_NONE)
		return run.conf_broken ? -1
				       : err_set(err, "no mailbox: set deliver.mailbox in the "
						      "configuration or give --mailbox");
	if (examine(err) != 0)
		return -1;
	prepare_delivery();
	if (deliver_spool(&run.delivery, &run.message, buf_span(&run.fields), err) != 0)
		return -1;
	const struct sieve_run rules = {.conf = &run.conf,
					.delivery = &run.delivery,
					.verdict = &run.verdict,
					.lookups = &run.lookups,
					.script = run.options.script};
	if (sieve_run(&rules, &run.plan, &run.questions, &sieve) != 0)
		(void)snprintf(trouble, sizeof trouble, "sieve=failed: %s", sieve.why);
	send_limit(&run.conf, &run.delivery, &run.verdict, &run.plan);
	if (run.options.dry_run) {
		char text[4096];

		deliver_describe(&run.delivery, &run.plan, text, sizeof text);
		(void)printf("%.*s%s", (int)run.fields.n, run.fields.p, text);
		if (trouble[0] != '\0')
			(void)printf("%s\n", trouble);
		deliver_close(&run.delivery);
		return 0;
	}
	send_plan(&run.conf, &run.delivery, &run.message, &run.plan);
	if (deliver_plan(&run.delivery, &run.plan, err) != 0)
		return -1;
	guard_taken();
	questions_remember(&run.questions);
	deliver_close(&run.delivery);
	log_message(run.delivery.done, trouble);
	return 0;
}

/* Commands that carry no mail: their own exit status. */
static int
inform(struct err *err)
{
	const struct options *options = &run.options;

	switch (options->command) {
	case COMMAND_RELAYS:
		return cmd_relays(&run.conf, options->words, options->n_words);
	case COMMAND_CHECK:
		return cmd_check(&run.conf, options->words, options->n_words);
	case COMMAND_ALLOW:
		return cmd_allow(&run.conf, &run.user, options);
	case COMMAND_EXPLAIN:
		return cmd_explain(&run.conf, &run.user, options);
	case COMMAND_REPORT:
		return cmd_report(&run.conf, &run.user, options);
	case COMMAND_DOCTOR:
		if (!options->mail)
			return cmd_doctor(&run.conf, &run.user, options);
		if (!run.conf_broken)
			return doctor_mail(&run.conf, options->words, options->n_words);
		(void)err_set(err, "the configuration is broken: spamcop-filter doctor says where");
		return EX_CONFIG;
	default: /* the others never come here */
		return EX_SOFTWARE;
	}
}

static _Noreturn void
fail(int status, const struct err *err)
{
	if (status == GUARD_TEMPFAIL) {
		log_line(LOG_ERR, "%s: the message has to be tried again", err->why);
		guard_tempfail(err->why);
	}
	(void)fprintf(stderr, "spamcop-filter: %s\n", err->why);
	guard_exit(status);
}

int
main(int argc, char **argv)
{
	struct err err = {""};
	int status;

	guard_install();
	(void)clock_gettime(CLOCK_MONOTONIC, &run.begin);
	if (options_parse(&run.options, argc, argv, &err) != 0)
		fail(options_carries_mail(&run.options) ? GUARD_TEMPFAIL : EX_USAGE, &err);
	if (run.options.command == COMMAND_HELP) {
		options_help();
		guard_exit(0);
	}
	if (run.options.command == COMMAND_VERSION) {
		(void)puts("spamcop-filter " VERSION);
		guard_exit(0);
	}
	bool carries_mail = options_carries_mail(&run.options);
	if (user_become(&run.user, run.options.user, run.options.command == COMMAND_DELIVER,
			&err) != 0)
		fail(GUARD_TEMPFAIL, &err);
	if (configure(&err) != 0)
		fail(carries_mail ? GUARD_TEMPFAIL : EX_USAGE, &err);
	if (carries_mail) {
		if ((run.options.command == COMMAND_DELIVER ? deliver(&err) : tag(&err)) != 0)
			fail(GUARD_TEMPFAIL, &err);
		guard_exit(0);
	}
	if (run.conf_broken && run.options.command != COMMAND_DOCTOR)
		fail(run.options.command == COMMAND_CHECK ? GUARD_TEMPFAIL : EX_CONFIG, &err);
	status = inform(&err);
	if (err.why[0] != '\0')
		fail(status, &err);
	guard_exit(status);
}
