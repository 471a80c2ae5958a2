/*
 * doctor_authres.c - doctor --mail: does this site write Authentication-Results
 * into each message, so that senders may be bound to them
 * (allow.authenticated)?
 */
#include "filter/commands/advice.h"
#include "filter/commands/doctor/doctor.h"
#include "filter/message/mailfiles.h"
#include "filter/verdict/proof.h"

#include <stdio.h>

#define MAILS_MIN 10    /* fewer say nothing */
#define MAILS_MAX 50000 /* what comes after them is not read */
#define NAMES_MAX 32    /* different names that are counted */

struct name {
	char id[AUTHRES_DOMAIN_MAX];
	unsigned long count;
};

struct tally {
	const struct conf *conf;
	unsigned long read;   /* messages that somebody outside handed over */
	unsigned long own;    /* of these, with a field of allow.authserv_id */
	unsigned long unread; /* of these, ones that cannot be read */
	char without[300];    /* the first message without one */
	struct name names[NAMES_MAX];
	size_t n;
};

static void
count_name(struct tally *tally, const char *id)
{
	size_t i = 0;

	while (i < tally->n && strcmp(tally->names[i].id, id) != 0)
		i++;
	if (i == NAMES_MAX)
		return;
	if (i == tally->n)
		(void)snprintf(tally->names[tally->n++].id, AUTHRES_DOMAIN_MAX, "%s", id);
	tally->names[i].count++;
}

static bool
count_mail(const struct mail *mail, void *data)
{
	static struct chain chain;
	static struct authres results;
	struct tally *tally = data;
	const char *own = tally->conf->allow.authserv_id;
	struct span header = mail->message.header;
	char id[AUTHRES_DOMAIN_MAX];

	relay_chain(&mail->message, tally->conf, &chain);
	if (relay_vouching(&chain) == chain.stored)
		return true;
	tally->read++;
	if (proof_id(header, &chain, id))
		count_name(tally, id);
	enum proof_status status =
		own == NULL ? PROOF_NONE : proof_find(own, header, &chain, &results);
	tally->own += status != PROOF_NONE;
	tally->unread += status == PROOF_UNREADABLE;
	if (status == PROOF_NONE && tally->without[0] == '\0')
		(void)snprintf(tally->without, sizeof tally->without, "%s", mail->file);
	return tally->read < MAILS_MAX;
}

/* allow.authserv_id is set: is each message's own there? */
static int
judge(const struct tally *tally)
{
	const struct conf *conf = tally->conf;
	char line[900];

	printf("  %lu of %lu messages have one of \"%s\"\n", tally->own, tally->read,
	       conf->allow.authserv_id);
	if (tally->unread > 0)
		printf("  %lu of them cannot be read, and prove nothing\n", tally->unread);
	if (tally->own == tally->read) {
		advice_print(stdout, 2,
			     conf->allow.authenticated
				     ? "allow.authenticated is safe, as far as this mail tells."
				     : "allow.authenticated = true would be safe, as far as this "
				       "mail tells.");
		return 0;
	}
	(void)snprintf(line, sizeof line,
		       "%s: into a message without one (the first is %s) a sender can write it "
		       "himself. Let your server write one into every message, or wait until older "
		       "mail is gone and look again.",
		       conf->allow.authenticated ? "allow.authenticated is not safe here; unset it"
						 : "Do not set allow.authenticated",
		       tally->without);
	advice_print(stdout, 2, line);
	return conf->allow.authenticated ? 1 : 0;
}

/* It is not set: is there a name to propose? */
static void
propose(const struct tally *tally)
{
	const struct name *most = &tally->names[0];

	for (size_t i = 1; i < tally->n; i++)
		most = tally->names[i].count > most->count ? &tally->names[i] : most;
	if (tally->n == 0) {
		advice_print(stdout, 2,
			     "No message has one where your server would write it. Do not set "
			     "allow.authenticated.");
		return;
	}
	printf("  %lu of %lu messages have one of \"%s\" on top\n", most->count, tally->read,
	       most->id);
	if (most->count < tally->read)
		advice_print(stdout, 2,
			     "Not each message has one, so a sender can write it himself. Do not "
			     "set allow.authenticated.");
	else
		advice_print(stdout, 2,
			     "If that is the name of your own server, set allow.authserv_id to it; "
			     "allow.authenticated = true would then be safe, as far as this mail "
			     "tells.");
}

int
doctor_authres(const struct conf *conf, char **paths, size_t n)
{
	static struct tally tally;
	struct mails mails = {.each = count_mail, .data = &tally};

	tally = (struct tally){.conf = conf};
	mails_read(&mails, paths, n);
	printf("\nAuthentication-Results, to which senders may be bound (allow.authenticated):\n");
	if (tally.read < MAILS_MIN) {
		advice_print(stdout, 2, "Too little mail from outside to tell.");
		return 0;
	}
	if (conf->allow.authserv_id != NULL)
		return judge(&tally);
	propose(&tally);
	return 0;
}
