/*
 * cmd_explain.c - the explain command: the whole reasoning for one message, as
 * a person reads it. Nothing is stored, sent or remembered.
 */
#include "filter/commands/advice.h"
#include "filter/message/content.h"
#include "filter/commands/commands.h"
#include "filter/commands/explain/explain.h"
#include "filter/commands/options.h"
#include "filter/commands/print.h"
#include "filter/run.h"
#include "filter/rules/sieve.h"
#include "filter/verdict/tag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#define FIELD_SHOWN 200

/* What the stored message says of its envelope. */
struct stored {
	char sender[ENVELOPE_ADDRESS_MAX + 1], recipient[ENVELOPE_ADDRESS_MAX + 1];
};

static void
explain_message(const struct run *run)
{
	static const char *const names[] = {"From", "To", "Subject", "Date", "Message-ID"};
	struct span value;

	printf("The message\n");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (!header_find(run->message.header, span_of(names[i]), &value))
			continue;
		printf("  %-11s ", names[i]);
		print_ascii(value, FIELD_SHOWN);
		putchar('\n');
	}
	printf("  %-11s ", "sender");
	if (run->envelope.sender == NULL)
		printf("not known; -f SENDER says it");
	else if (run->envelope.sender[0] == '\0')
		printf("<>, which bounces and other answers of programs have");
	else
		print_ascii(span_of(run->envelope.sender), FIELD_SHOWN);
	printf("\n\n");
	if (run->message.too_long)
		advice_print(stdout, 2,
			     "Its header is longer than 16 MiB: no relay is read from it.");
	if (run->message.headless)
		advice_print(stdout, 2, "It has no header: its first line is no field.");
}

/* The message as it would be stored, for the rules to look at. */
static int
spool(struct run *run, int *fd, struct err *err)
{
	*fd = content_unnamed_file(err);
	return *fd < 0 ? -1 : tag_write(&run->message, buf_span(&run->fields), false, *fd, err);
}

/*
 * What the rules would do: run->plan; why they could not be run in err, else
 * "".
 */
static void
run_rules(struct run *run, const struct options *options, struct delivery *delivery,
	  struct err *err)
{
	const struct conf *conf = &run->conf;
	bool listed = run->verdict.kind == VERDICT_LISTED;

	*delivery = (struct delivery){.conf = conf,
				      .mailbox = &conf->deliver.mailbox,
				      .envelope = &run->envelope,
				      .user = &run->user,
				      .implicit = listed ? conf->deliver.junk : options->folder,
				      .listed = listed,
				      .dry_run = true,
				      .spool = -1,
				      .maildir = {.fd = -1, .spool = -1}};
	const struct sieve_run sieve = {.conf = conf,
					.delivery = delivery,
					.verdict = &run->verdict,
					.lookups = &run->lookups,
					.script = options->script};

	plan_implicit(&run->plan);
	if (spool(run, &delivery->spool, err) == 0 &&
	    sieve_run(&sieve, &run->plan, &run->questions, err) == 0)
		err->why[0] = '\0';
	if (delivery->spool >= 0)
		(void)close(delivery->spool);
}

static void
explain_rules(const struct run *run, const struct delivery *delivery, const char *why)
{
	printf("\nWhat would become of it\n");
	if (why[0] != '\0')
		printf("  The rules do not run: %s\n  So it is kept as without rules.\n", why);
	explain_plan(&run->conf, delivery, &run->verdict, &run->plan);
	if (run->conf.deliver.mailbox.kind == MAILBOX_NONE)
		advice_print(stdout, 2,
			     "No mailbox is configured (deliver.mailbox): `tag` only marks mail, "
			     "and what calls it files it.");
}

static void
explain_all(const struct run *run, const struct delivery *delivery, const char *again,
	    const char *rules)
{
	explain_message(run);
	explain_then(run);
	explain_relays(&run->conf, &run->chain);
	explain_lists(&run->conf, &run->chain, &run->lookups);
	explain_proof(run);
	explain_verdict(&run->conf, &run->chain, &run->lookups, &run->verdict, again);
	explain_rules(run, delivery, rules);
}

static int
open_message(const struct options *options, struct err *err)
{
	if (options->n_words == 0 || strcmp(options->words[0], "-") == 0)
		return STDIN_FILENO;
	int fd = open(options->words[0], O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return fd >= 0 ? fd : err_set(err, "explain: %s: %s", options->words[0], strerror(errno));
}

static int
explain(struct run *run, const struct options *options, struct err *err)
{
	static struct stored stored;
	struct delivery delivery;
	struct err rules = {""};
	const char *again = options->n_words > 0 ? options->words[0] : "FILE";
	int fd = open_message(options, err);

	if (fd < 0 || run_read(run, fd, err) != 0)
		return EX_NOINPUT;
	envelope_complete(&run->envelope, run->message.header, stored.sender, stored.recipient);
	run_examine(run);
	run_rules(run, options, &delivery, &rules);
	if (options->form == FORM_JSON)
		explain_print_json(run, &delivery, rules.why);
	else
		explain_all(run, &delivery, again, rules.why);
	plan_free(&run->plan);
	dnsbl_free(&run->lookups);
	message_free(&run->message);
	buf_free(&run->fields);
	if (fd != STDIN_FILENO)
		(void)close(fd);
	return 0;
}

const struct command cmd_explain = {
	.name = "explain",
	.run = explain,
	.words_max = 1,
	.broken = EX_CONFIG,
	.arguments = "[FILE]",
	.help = "the whole reasoning for one message",
	.details =
		"What was true when it came, what is true now, and what the rules would do. FILE\n"
		"is a message, as stored or as it came; else standard input. Nothing is stored.\n"
		"  --json  for programs\n",
};
