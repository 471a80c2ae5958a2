/*
 * cmd_relays.c - the relays command: the chain of relays, one a line, without
 * DNS.
 *
 * Nine columns, separated by TABs: N ADDRESS ROLE RDNS HELO BY WITH AUTH
 * LOOKUP. A line that should have named an address and did not is "N -
 * unparsed" and its text. Where several messages are read, each begins with "0
 * - message FILE", so that the second column is "-" wherever there is no relay.
 */
#include "filter/commands/commands.h"
#include "filter/commands/options.h"
#include "filter/commands/json_relay.h"
#include "filter/commands/print.h"
#include "filter/run.h"
#include "filter/message/mailfiles.h"
#include "filter/relays/relay.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sysexits.h>

#define NAME_SHOWN 255 /* bytes of a name: the longest of DNS */
#define LINE_SHOWN 200 /* bytes of a line that could not be parsed */

/* Untrusted text as one column; "-" for none. */
static void
put_column(struct span text, size_t shown)
{
	text = span_trim(text);
	putchar('\t');
	if (text.n == 0)
		putchar('-');
	print_ascii(text, shown);
}

static void
put_relay(const struct relay *relay)
{
	char text[ADDR_TEXT_MAX];

	printf("%u\t%s\t%s", relay->n, addr_print(&relay->hop.addr, text),
	       relay_role_name(relay->role));
	put_column(relay->hop.rdns, NAME_SHOWN);
	put_column(relay->hop.helo, NAME_SHOWN);
	put_column(relay->hop.by, NAME_SHOWN);
	put_column(relay->hop.with, NAME_SHOWN);
	printf("\t%s\t", relay->hop.auth ? "yes" : "no");
	if (relay->no_lookup == NULL)
		printf("yes\n");
	else
		printf("no:%s\n", relay->no_lookup);
}

static bool
put_mail(const struct mail *mail, void *data)
{
	const struct conf *const *conf = data;
	struct relay_walk walk;
	struct relay relay;
	struct span value;

	if (!mail->alone) {
		printf("0\t-\tmessage");
		put_column(span_of(mail->file), PATH_MAX);
		if (mail->mbox)
			printf(" %lu", mail->n);
		putchar('\n');
	}
	relay_walk_init(&walk, &mail->message, *conf);
	while (relay_walk_next(&walk, &relay, &value)) {
		if (relay.hop.status == RECEIVED_RELAY) {
			put_relay(&relay);
			continue;
		}
		printf("%u\t-\tunparsed", relay.n);
		put_column(value, LINE_SHOWN);
		putchar('\n');
	}
	if (mail->message.too_long)
		fprintf(stderr,
			"spamcop-filter: %s: the header is longer than %u MiB; no relay is read "
			"from it\n",
			mail->file, MESSAGE_HEADER_MAX >> 20);
	return !ferror(stdout);
}

/* The same as JSON. */
struct machine {
	const struct conf *conf;
	struct json json;
};

static bool
put_json(const struct mail *mail, void *data)
{
	struct machine *machine = data;
	struct json *json = &machine->json;
	struct relay_walk walk;
	struct relay relay;
	struct span value;

	json_object(json, NULL);
	json_string(json, "file", mail->file);
	json_number(json, "number", (long long)mail->n);
	json_bool(json, "header_too_long", mail->message.too_long);
	json_array(json, "relays");
	relay_walk_init(&walk, &mail->message, machine->conf);
	while (relay_walk_next(&walk, &relay, &value))
		json_relay(json, &relay, value);
	json_end(json, ']');
	json_end(json, '}');
	return !ferror(stdout);
}

static void
read_json(const struct conf *conf, const struct options *options, struct mails *mails)
{
	struct machine machine = {.conf = conf};

	mails->each = put_json;
	mails->data = &machine;
	json_object(&machine.json, NULL);
	json_array(&machine.json, "messages");
	mails_read(mails, options->words, options->n_words);
	json_end(&machine.json, ']');
	json_end(&machine.json, '}');
}

static int
relays(struct run *run, const struct options *options, struct err *err)
{
	const struct conf *conf = &run->conf;
	struct mails mails = {.sorted = true, .each = put_mail, .data = &conf};

	(void)err;
	if (options->form == FORM_JSON)
		read_json(conf, options, &mails);
	else
		mails_read(&mails, options->words, options->n_words);
	return mails.failed > 0 ? EX_NOINPUT : EX_OK;
}

const struct command cmd_relays = {
	.name = "relays",
	.run = relays,
	.words_max = SIZE_MAX,
	.broken = EX_CONFIG,
	.arguments = "[FILE...]",
	.help = "the relays that a message came through, no DNS",
	.details = "One relay a line, top down: number, address, role, name, HELO, by, with,\n"
		   "authenticated, lookup. FILE is a message, an mbox or a folder; else standard\n"
		   "input.\n"
		   "  --json  for programs\n",
};
