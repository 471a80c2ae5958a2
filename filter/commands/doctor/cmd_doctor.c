/*
 * cmd_doctor.c - the doctor command: what is wrong, and what to do about it,
 * part by part.
 */
#include "filter/commands/commands.h"
#include "filter/commands/options.h"
#include "filter/run.h"
#include "filter/commands/doctor/doctor.h"
#include "filter/commands/doctor/report_items.h"

#include <stdint.h>
#include <stdio.h>
#include <sysexits.h>

/* Fewer bits than these name a good part of the net. */
#define LEAST_IPV4 8
#define LEAST_IPV6 16

/*
 * The configuration is read once more, because its error is what is asked for
 * here.
 */
static int
look_at_configuration(const struct options *options)
{
	static struct conf conf;
	struct err err;
	int wrong = 0;

	report_items_section("Configuration");
	conf_init(&conf);
	int status = options->config != NULL ? conf_read(&conf, options->config, &err)
					     : conf_read_default(&conf, &err);
	if (status != 0) {
		(void)report_items_add(true, "broken");
		for (size_t i = 0; i < conf.wrong.n; i++)
			report_items_advise("%s", conf.wrong.string[i]);
		if (conf.wrong.n == 0)
			report_items_advise("%s", err.why);
		report_items_advise("Until it is mended, mail goes through untagged, with "
				    "\"X-SpamCop-Status: unknown; failed=config\".");
		wrong += conf.wrong.n == 0 ? 1 : (int)conf.wrong.n;
	} else {
		(void)report_items_add(false, "%s",
				       conf.file != NULL ? conf.file
							 : "none: built-in defaults "
							   "(bl.spamcop.net, the resolver of "
							   "resolv.conf)");
	}
	if (conf.anybody) {
		wrong += report_items_add(true, "open to all");
		report_items_advise(
			"Everybody on this host can write it, and so choose what "
			"happens to everybody's mail. Where root starts deliver, its "
			"lda: and sendmail are not run. Take the right away: chmod o-w");
	}
	for (size_t i = 0; i < conf.unknown.n; i++) {
		wrong += report_items_add(true, "unknown key");
		report_items_advise("%s", conf.unknown.string[i]);
	}
	conf_free(&conf);
	return wrong;
}

/* Networks that hold a good part of the net. */
static int
look_at_networks(const char *key, const struct network *networks, size_t n, const char *meaning)
{
	int wrong = 0;

	for (size_t i = 0; i < n; i++) {
		const struct network *network = &networks[i];
		bool four = addr_is_ipv4(&network->addr);
		unsigned bits =
			four && network->prefix >= 96 ? network->prefix - 96 : network->prefix;
		char text[ADDR_TEXT_MAX];

		/* fc00::/7 is nobody else's. */
		if (bits >= (four ? LEAST_IPV4 : LEAST_IPV6) ||
		    (!four && bits > 0 && addr_special(&network->addr) != NULL))
			continue;
		wrong += report_items_add(true, "%s  has %s/%u, a good part of the Internet", key,
					  addr_print(&network->addr, text), bits);
		report_items_advise("%s", meaning);
	}
	return wrong;
}

static int
look_at_trusted(const struct conf *conf)
{
	int wrong = 0;

	report_items_section("Trusted networks");
	if (conf->trusted_set) {
		(void)report_items_add(false, "%zu set", conf->n_trusted);
		wrong += look_at_networks(
			"trusted_networks", conf->trusted, conf->n_trusted,
			"All of it is taken for yours, so that nobody is ever looked "
			"up. Name the addresses of your own servers.");
	} else {
		(void)report_items_add(false, "not set: private addresses are taken for yours");
		report_items_advise("That is right where no other public host hands mail to this "
				    "one. Where a forwarder, a secondary MX or a provider's server "
				    "does, name it in trusted_networks, or it is looked up instead "
				    "of the sender. To find them in mail you have: spamcop-filter "
				    "doctor --mail FOLDER");
	}
	return wrong +
	       look_at_networks("allow.networks", conf->allow.networks, conf->allow.n_networks,
				"Whatever comes from there is let through, spam as well. Name "
				"the addresses of those whom you know.");
}

static int
look_at_mail(const struct conf *conf, const struct options *options)
{
	int status = doctor_mail(conf, options->words, options->n_words);

	if (status == EX_NOINPUT)
		return status;
	int proof = doctor_authres(conf, options->words, options->n_words);
	return status != 0 ? status : proof;
}

static void
look_at_proof(const struct conf *conf)
{
	if (!conf->allow.authenticated)
		return;
	report_items_section("Senders with proof of %s", conf->allow.authserv_id);
	(void)report_items_add(false, "allow.authenticated is set");
	report_items_advise(
		"That is safe where your server writes Authentication-Results into each "
		"message. To see whether it does: spamcop-filter doctor --mail FOLDER");
}

static int
doctor(struct run *run, const struct options *options, struct err *err)
{
	const struct conf *conf = &run->conf;
	const struct user *user = &run->user;

	if (options->mail != (options->n_words > 0)) {
		(void)err_set(err, "doctor --mail takes the files or folders of your mail; see "
				   "spamcop-filter --help");
		return EX_USAGE;
	}
	if (options->mail && options->form == FORM_JSON) {
		(void)err_set(err, "doctor --mail has no --json; see spamcop-filter help doctor");
		return EX_USAGE;
	}
	if (options->mail && run->conf_broken) {
		(void)err_set(err, "the configuration is broken: spamcop-filter doctor says where");
		return EX_CONFIG;
	}
	if (options->mail)
		return look_at_mail(conf, options);
	report_items_begin(options->form == FORM_JSON);
	int wrong = look_at_configuration(options);

	wrong += doctor_lists(conf);
	wrong += look_at_trusted(conf);
	look_at_proof(conf);
	wrong += doctor_mailbox(conf, user);
	wrong += doctor_sieve(conf, user, options->script);
	report_items_end(wrong);
	return wrong == 0 ? 0 : 1;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.run = doctor,
	.words_max = SIZE_MAX,
	.arguments = "",
	.help = "what is wrong here (--mail FILE...: learn from your mail)",
	.details =
		"Looks at the configuration, the resolver, the lists, trusted networks, the\n"
		"mailbox, the scripts and the sandbox. 0: nothing is wrong, 1: something is.\n"
		"  --mail  learn which networks are your own from the mail in FILE... (messages,\n"
		"          mboxes, folders)\n"
		"  --json  for programs (not with --mail)\n",
};
