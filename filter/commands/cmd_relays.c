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
#include "filter/message/mailfiles.h"
#include "filter/relays/relay.h"

#include <limits.h>
#include <stdio.h>
#include <sysexits.h>

#define NAME_SHOWN 255 /* bytes of a name: the longest of DNS */
#define LINE_SHOWN 200 /* bytes of a line that could not be parsed */

/*
 * Untrusted text as one column: printable ASCII, white space as one blank,
 * anything else as '?'; "-" for none.
 */
static void
put_column(struct span text, size_t shown)
{
	text = span_trim(text);
	putchar('\t');
	if (text.n == 0)
		putchar('-');
	for (size_t i = 0; i < text.n && i < shown; i++) {
		if (!span_is_space(text.p[i]))
			putchar(text.p[i] > ' ' && text.p[i] < 127 ? text.p[i] : '?');
		else if (!span_is_space(text.p[i - 1]))
			putchar(' ');
	}
	if (text.n > shown)
		fputs("...", stdout);
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

int
cmd_relays(const struct conf *conf, char **files, size_t n)
{
	struct mails mails = {.sorted = true, .each = put_mail, .data = &conf};

	mails_read(&mails, files, n);
	return mails.failed > 0 ? EX_NOINPUT : EX_OK;
}
