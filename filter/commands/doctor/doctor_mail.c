/*
 * doctor_mail.c - doctor --mail: which hosts are the user's own, as his mail
 * tells.
 *
 * Trust is moved down a hop at a time: those who hand over the mail as trust
 * stands are counted, those who look like servers of ours, or like somebody who
 * forwards to us, become ours, and the mail is counted again, until nobody new
 * is found.
 */
#include "filter/commands/doctor/doctor.h"
#include "filter/commands/doctor/own_hosts.h"
#include "filter/commands/doctor/proposal.h"
#include "filter/commands/doctor/sample.h"
#include "filter/commands/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#define ROWS      10 /* hosts shown in a table */
#define ROWS_THEN 5  /* and after the change */
#define ROWS_OURS 20 /* of one's own hosts */

static const char *
known(const char *name)
{
	return name[0] == '\0' ? "(no name)" : name;
}

static int
by_handed(const void *a, const void *b)
{
	const struct host *const *x = a, *const *y = b;

	if ((*x)->tally[TALLY_HOST].handed != (*y)->tally[TALLY_HOST].handed)
		return (*x)->tally[TALLY_HOST].handed < (*y)->tally[TALLY_HOST].handed ? 1 : -1;
	return memcmp((*x)->addr.b, (*y)->addr.b, sizeof(*x)->addr.b);
}

/* Columns that addr takes, if that is more than width. */
static int
widest(int width, const struct addr *addr)
{
	char text[ADDR_TEXT_MAX];
	int n = (int)strlen(addr_print(addr, text));

	return n > width ? n : width;
}

static void
put_handoffs(struct sample *sample, size_t limit)
{
	unsigned handed = own_hosts_count(sample);
	const struct host **rows = calloc(sample->n_hosts + 1, sizeof *rows);
	size_t n = 0;
	int width = (int)strlen("address");
	char text[ADDR_TEXT_MAX];

	if (rows == NULL)
		abort();
	for (size_t i = 0; i < SAMPLE_HOSTS_MAX; i++)
		if (sample->hosts[i].tally[TALLY_HOST].handed > 0)
			rows[n++] = &sample->hosts[i];
	qsort(rows, n, sizeof *rows, by_handed);
	for (size_t i = 0; i < n && i < limit; i++)
		width = widest(width, &rows[i]->addr);
	if (n > 0)
		printf("  messages   share  %-*s  name -> taken by\n", width, "address");
	for (size_t i = 0; i < n && i < limit; i++) {
		const struct host *host = rows[i];

		printf("  %8u  %5.1f%%  %-*s  %s -> %s\n", host->tally[TALLY_HOST].handed,
		       100.0 * host->tally[TALLY_HOST].handed / handed, width,
		       addr_print(&host->addr, text), known(host->name), known(host->taker));
	}
	if (n > limit)
		printf("  and %zu more address%s\n", n - limit, n - limit == 1 ? "" : "es");
	if (n == 0)
		printf("  nobody: all of it was sent or fetched inside your own network\n");
	free(rows);
}

static int
by_count(const void *a, const void *b)
{
	const struct taker *x = a, *y = b;

	return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp(x->name, y->name);
}

static void
put_takers(struct sample *sample)
{
	qsort(sample->takers, sample->n_takers, sizeof sample->takers[0], by_count);
	printf("\nServers that took it in (the \"by\" of the first Received line):\n");
	for (size_t i = 0; i < sample->n_takers && i < 5; i++)
		printf("  %8u  %s\n", sample->takers[i].count, sample->takers[i].name);
}

static void
put_ours(const struct sample *sample)
{
	size_t n = 0;
	int width = 0;
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < SAMPLE_HOSTS_MAX; i++)
		if (sample->hosts[i].ours && n++ < ROWS_OURS)
			width = widest(width, &sample->hosts[i].addr);
	n = 0;
	for (size_t i = 0; i < SAMPLE_HOSTS_MAX; i++)
		if (sample->hosts[i].ours && n++ < ROWS_OURS)
			printf("  %-*s  %s: %s\n", width, addr_print(&sample->hosts[i].addr, text),
			       known(sample->hosts[i].name), sample->hosts[i].why);
	if (n > ROWS_OURS)
		printf("  and %zu more, in the networks below\n", n - ROWS_OURS);
}

static void
put_advice(struct sample *sample, unsigned before)
{
	struct proposal proposal;
	unsigned moved = 0, none = 0;

	printf("\nThese look like yours:\n");
	put_ours(sample);
	printf("\nIf you know them, put this into the configuration. Leave out what you do not "
	       "know: whoever is listed here can put\n"
	       "any relay into your mail.\n");
	proposal_of(sample, &proposal);
	proposal_print(&proposal);
	for (size_t i = 0; i < sample->n_mails; i++) {
		const struct sampled *mail = &sample->mails[i];
		const struct host *now = own_hosts_handoff(sample, mail);

		for (size_t k = 0; k < mail->n;
		     k++) { /* the first one that was not trusted before */
			const struct host *host = &sample->hosts[mail->host[k]];

			if (host->trusted || (mail->authenticated & 1U << k))
				continue;
			moved += now != NULL && now != host;
			none += now == NULL;
			break;
		}
	}
	printf("What it would change: of %u messages, %u get another handoff (the host below the "
	       "one that was yours), and %u get\n"
	       "none, for they never left your own hosts. Most frequent then:\n",
	       before, moved, none);
	put_handoffs(sample, ROWS_THEN);
	printf("\n`spamcop-filter relays FILE` shows each message; doc/relays.md explains the "
	       "roles.\n");
}

/*
 * An odd line of one's own server switches the handoff's lists off, unseen
 * otherwise.
 */
static void
put_ended(const struct sample *sample)
{
	printf("\nFor %lu of them nobody knows who handed them over, because of such a line above "
	       "the handoff (doc/relays.md). The first one:\n  ",
	       sample->ended);
	print_ascii(sample->line, SAMPLE_LINE_MAX);
	putchar('\n');
}

int
doctor_mail(const struct conf *conf, char **paths, size_t n)
{
	struct sample sample;
	int status = 1;

	sample_init(&sample, conf);
	sample_read(&sample, paths, n);
	printf("%lu messages, %zu of them with a relay.", sample.read, sample.n_mails);
	if (sample.unparsed > 0)
		printf(" %lu have lines that should name an address and do not: `spamcop-filter "
		       "relays FILE... | grep unparsed` shows them.",
		       sample.unparsed);
	if (sample.ended > 0)
		put_ended(&sample);
	printf("%s\n", sample.overflow ? " That is a sample: the rest was not read." : "");
	if (sample.n_mails < OWN_MAILS_MIN) {
		printf("Too few to learn from: give %d or more received messages, for example a "
		       "Maildir.\n",
		       OWN_MAILS_MIN);
		status = sample.read == 0 && sample.failed > 0 ? EX_NOINPUT : 1;
		goto out;
	}
	put_takers(&sample);
	printf("\nHosts that handed it over, as trusted_networks is now (%s):\n",
	       conf->trusted_set ? "set" : "not set, so private addresses are trusted");
	put_handoffs(&sample, ROWS);
	unsigned before = own_hosts_count(&sample);
	if (own_hosts_find(&sample) > 0) {
		put_advice(&sample, before);
		goto out;
	}
	printf("\nNone of these looks like yours: your server takes the mail straight from the "
	       "Internet. trusted_networks can stay as\nit is.\n");
	status = 0;
out:
	sample_free(&sample);
	return status;
}
