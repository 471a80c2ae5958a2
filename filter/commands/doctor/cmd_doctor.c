/*
 * cmd_doctor.c - the doctor command: what is wrong, and what to do about it,
 * part by part.
 */
#include "filter/commands/advice.h"
#include "filter/commands/commands.h"
#include "filter/commands/options.h"
#include "filter/run.h"
#include "filter/commands/doctor/doctor.h"

#include <stdint.h>
#include <stdio.h>
#include <sysexits.h>

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

	printf("Configuration\n");
	conf_init(&conf);
	int status = options->config != NULL ? conf_read(&conf, options->config, &err)
					     : conf_read_default(&conf, &err);
	if (status != 0) {
		printf("  broken\n");
		advice_print(stdout, 4, err.why);
		advice_print(stdout, 4,
			     "Until it is mended, mail goes through untagged, with "
			     "\"X-SpamCop-Status: unknown; failed=config\".");
		wrong++;
	} else {
		printf("  %s\n", conf.file != NULL ? conf.file
						   : "none: built-in defaults (bl.spamcop.net, the "
						     "resolver of resolv.conf)");
	}
	if (conf.anybody) {
		printf("  open to all\n");
		advice_print(stdout, 4,
			     "Everybody on this host can write it, and so choose what happens to "
			     "everybody's mail. Where root starts deliver, its lda: and sendmail "
			     "are not run. Take the right away: chmod o-w");
		wrong++;
	}
	for (size_t i = 0; i < conf.unknown.n; i++) {
		printf("  unknown key\n");
		advice_print(stdout, 4, conf.unknown.string[i]);
		wrong++;
	}
	conf_free(&conf);
	return wrong;
}

static int
look_at_trusted(const struct conf *conf)
{
	printf("Trusted networks\n");
	if (conf->trusted_set) {
		printf("  %zu set\n", conf->n_trusted);
		return 0;
	}
	printf("  not set: private addresses are taken for yours\n");
	advice_print(stdout, 4,
		     "That is right where no other public host hands mail to this one. Where a "
		     "forwarder, a secondary MX or a provider's "
		     "server does, name it in "
		     "trusted_networks, or it is looked up instead of the sender. To find them in "
		     "mail you have: spamcop-filter doctor "
		     "--mail FOLDER");
	return 0;
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
	printf("Senders with proof of %s\n", conf->allow.authserv_id);
	advice_print(stdout, 4,
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
	if (options->mail && run->conf_broken) {
		(void)err_set(err, "the configuration is broken: spamcop-filter doctor says where");
		return EX_CONFIG;
	}
	if (options->mail)
		return look_at_mail(conf, options);
	int wrong = look_at_configuration(options);

	wrong += doctor_lists(conf);
	wrong += look_at_trusted(conf);
	look_at_proof(conf);
	wrong += doctor_mailbox(conf, user);
	wrong += doctor_sieve(conf, user, options->script);
	if (wrong == 0)
		printf("\nNothing is wrong.\n");
	else
		printf("\n%d thing%s wrong.\n", wrong, wrong == 1 ? " is" : "s are");
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
		"          mboxes, folders)\n",
};
