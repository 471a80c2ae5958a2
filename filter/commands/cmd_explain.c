/*
 * cmd_explain.c - the explain command: the whole reasoning for one message, as
 * a person reads it. Nothing is stored, sent or remembered.
 */
#include "filter/commands/advice.h"
#include "filter/message/content.h"
#include "filter/commands/commands.h"
#include "filter/commands/explain.h"
#include "filter/rules/scripts.h"
#include "filter/rules/sieve.h"
#include "filter/verdict/tag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#define FIELD_SHOWN 200

/* What is known about the message. */
struct case_file {
	struct message message;
	struct chain chain;
	struct lookups lookups;
	struct verdict verdict;
	struct envelope envelope;
	char sender[ENVELOPE_ADDRESS_MAX + 1], recipient[ENVELOPE_ADDRESS_MAX + 1];
};

/* What the caller says, else what the stored message says of its envelope. */
static void
find_envelope(struct case_file *file, const struct options *options)
{
	struct span value;

	file->envelope = options->envelope;
	if (file->envelope.sender == NULL)
		file->envelope.sender = envelope_from_line(file->message.from_line, file->sender);
	if (file->envelope.sender == NULL &&
	    header_find(file->message.header, SPAN("Return-Path"), &value))
		file->envelope.sender = envelope_sender(span_trim(value), file->sender);
	if (file->envelope.recipient == NULL &&
	    header_find(file->message.header, SPAN("Delivered-To"), &value))
		file->envelope.recipient = envelope_recipient(span_trim(value), file->recipient);
}

static void
explain_message(const struct case_file *file)
{
	static const char *const names[] = {"From", "To", "Subject", "Date", "Message-ID"};
	struct span value;

	printf("The message\n");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (!header_find(file->message.header, span_of(names[i]), &value))
			continue;
		printf("  %-11s ", names[i]);
		explain_text(value, FIELD_SHOWN);
		putchar('\n');
	}
	printf("  %-11s ", "sender");
	if (file->envelope.sender == NULL)
		printf("not known; -f SENDER says it");
	else if (file->envelope.sender[0] == '\0')
		printf("<>, which bounces and other answers of programs have");
	else
		explain_text(span_of(file->envelope.sender), FIELD_SHOWN);
	printf("\n\n");
	if (file->message.too_long)
		advice_print(stdout, 2,
			     "Its header is longer than 16 MiB: no relay is read from it.");
	if (file->message.headless)
		advice_print(stdout, 2, "It has no header: its first line is no field.");
}

/* The message as it would be stored, for the rules to look at. */
static int
spool(struct case_file *file, int *fd, struct err *err)
{
	struct buf fields;

	*fd = content_unnamed_file(err);
	if (*fd < 0)
		return -1;
	buf_init(&fields, TAG_FIELDS_MAX);
	tag_fields(&file->verdict, &file->chain, &file->lookups, file->message.eol, &fields);
	int result = tag_write(&file->message, buf_span(&fields), false, *fd, err);
	buf_free(&fields);
	return result;
}

static void
explain_rules(const struct conf *conf, const struct user *user, const struct options *options,
	      struct case_file *file)
{
	bool listed = file->verdict.kind == VERDICT_LISTED;
	struct delivery delivery = {.conf = conf,
				    .mailbox = &conf->deliver.mailbox,
				    .envelope = &file->envelope,
				    .home = user->home,
				    .user = user->name,
				    .implicit = listed ? conf->deliver.junk : options->folder,
				    .listed = listed,
				    .dry_run = true,
				    .spool = -1,
				    .maildir = {.fd = -1, .spool = -1}};
	const struct sieve_run run = {.conf = conf,
				      .delivery = &delivery,
				      .verdict = &file->verdict,
				      .lookups = &file->lookups,
				      .script = options->script};
	struct err err = {""};
	struct questions questions;
	struct plan plan;

	printf("\nWhat would become of it\n");
	plan_implicit(&plan);
	if (spool(file, &delivery.spool, &err) != 0 ||
	    sieve_run(&run, &plan, &questions, &err) != 0)
		printf("  The rules do not run: %s\n  So it is kept as without rules.\n", err.why);
	explain_plan(conf, &delivery, &file->verdict, &plan);
	if (conf->deliver.mailbox.kind == MAILBOX_NONE)
		advice_print(stdout, 2,
			     "No mailbox is configured (deliver.mailbox): `tag` only marks mail, "
			     "and what calls it files it.");
	plan_free(&plan);
	if (delivery.spool >= 0)
		(void)close(delivery.spool);
}

static int
open_message(const struct options *options, struct err *err)
{
	if (options->n_words == 0 || strcmp(options->words[0], "-") == 0)
		return STDIN_FILENO;
	int fd = open(options->words[0], O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return fd >= 0 ? fd : err_set(err, "%s: %s", options->words[0], strerror(errno));
}

int
cmd_explain(const struct conf *conf, const struct user *user, const struct options *options)
{
	static struct case_file file; /* static: struct chain is large */
	struct err err = {""};
	int fd = open_message(options, &err);

	if (fd < 0 || message_read(&file.message, fd, &err) != 0) {
		(void)fprintf(stderr, "spamcop-filter: explain: %s\n", err.why);
		return EX_NOINPUT;
	}
	find_envelope(&file, options);
	relay_chain(&file.message, conf, &file.chain);
	const char *allowed =
		allow_match(conf, user->home, &file.envelope, &file.message, &file.chain);
	dnsbl_run(conf, &file.chain, &file.lookups);
	verdict_of(conf, &file.chain, &file.lookups, allowed, &file.verdict);
	explain_message(&file);
	explain_relays(conf, &file.chain);
	explain_lists(conf, &file.chain, &file.lookups);
	explain_verdict(conf, &file.chain, &file.lookups, &file.verdict,
			options->n_words > 0 ? options->words[0] : "FILE");
	explain_rules(conf, user, options, &file);
	dnsbl_free(&file.lookups);
	message_free(&file.message);
	if (fd != STDIN_FILENO)
		(void)close(fd);
	return 0;
}
