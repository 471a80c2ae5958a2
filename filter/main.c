/*
 * spamcop-filter: from the command line to one command.
 *
 * The flow of a message is in commands/cmd_tag.c and cmd_deliver.c, and the
 * stages that both have, in run.c. A stage takes const results of the ones
 * before it; main turns errors into exit statuses: 0 or 75 for the commands
 * that carry mail.
 */
#include "config.h"

#include "filter/run.h"
#include "filter/base/clock.h"
#include "filter/base/guard.h"
#include "filter/base/log.h"
#include "filter/base/show.h"
#include "filter/commands/commands.h"
#include "filter/commands/options.h"

#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

static struct run run; /* static: struct chain is large, and a crash handler runs on little stack */

/*
 * Anybody may have written the configuration. It names no program that root
 * runs for a user: sendmail is not called, and an agent as the mailbox is -1.
 */
static int
distrust(const struct options *options, struct err *err)
{
	struct conf *conf = &run.conf;

	log_line(LOG_WARNING, "%.300s: everybody can write the configuration; chmod o-w",
		 conf->file);
	if (!run.user.from_root)
		return 0;
	conf->sieve.redirect = conf->sieve.vacation = conf->sieve.notify = false;
	return conf->deliver.mailbox.kind != MAILBOX_LDA || options->mailbox != NULL ||
			       !options->command->stores
		       ? 0
		       : err_set(err,
				 "%.300s: everybody can write the configuration, so its "
				 "deliver.mailbox lda: is not run when root starts us; chmod o-w",
				 conf->file);
}

/*
 * Where "-c" and the default file are read. A file that is not there is an
 * error only where it was asked for.
 */
static int
configure(const struct options *options, struct err *err)
{
	struct conf *conf = &run.conf;

	conf_init(conf);
	log_configure(conf->log.facility, options->verbose ? LOG_DEBUG : conf->log.level,
		      options->verbose);
	if ((options->config != NULL ? conf_read(conf, options->config, err)
				     : conf_read_default(conf, err)) != 0) {
		run.conf_broken = true;
		log_line(LOG_ERR, "%s", err->why);
	}
	log_configure(conf->log.facility, options->verbose ? LOG_DEBUG : conf->log.level,
		      options->verbose);
	log_ready();
	for (size_t i = 0; i < conf->unknown.n; i++)
		log_line(LOG_WARNING, "%s", conf->unknown.string[i]);
	if (options->nameserver != NULL && conf_set_nameserver(conf, options->nameserver, err) != 0)
		return -1;
	if (options->deadline != NULL && conf_set_deadline(conf, options->deadline, err) != 0)
		return -1;
	if (conf->anybody && distrust(options, err) != 0)
		return -1;
	if (options->mailbox == NULL)
		return 0;
	if (conf_set_mailbox(&conf->deliver.mailbox, options->mailbox, err) != 0)
		return -1;
	return conf->deliver.mailbox.kind == MAILBOX_LDA
		       ? 0
		       : user_check_path("--mailbox", conf->deliver.mailbox.path, err);
}

static _Noreturn void
fail(int status, const struct err *err)
{
	char user[64];

	if (status == GUARD_TEMPFAIL) {
		log_line(LOG_ERR, "user=%s status=75 ms=%ld why=%s",
			 show_word(span_of(run.user.name), user, sizeof user),
			 (long)(clock_ms() - run.begin), err->why);
		guard_tempfail(err->why);
	}
	(void)fprintf(stderr, "spamcop-filter: %s\n", err->why);
	guard_exit(status);
}

int
main(int argc, char **argv)
{
	struct options options;
	struct err err = {""};

	guard_install();
	run.begin = clock_ms();
	int usage = options_parse(&options, argc, argv, &err);
	const struct command *command = options.command;
	int wrong = command->carries_mail ? GUARD_TEMPFAIL : EX_USAGE;
	if (usage != 0)
		fail(wrong, &err);
	if (options.instead != OPTIONS_RUN) {
		options_tell(&options);
		guard_exit(0);
	}
	if (!options.named && isatty(STDIN_FILENO))
		(void)fputs("spamcop-filter: waiting for a message on standard input (Ctrl-D ends "
			    "it); see spamcop-filter help\n",
			    stderr);
	run.envelope = options.envelope;
	if (user_become(&run.user, options.user, options.home, command->stores, &err) != 0)
		fail(GUARD_TEMPFAIL, &err);
	if (options.home != NULL && user_set_home(&run.user, options.home, &err) != 0)
		fail(wrong, &err);
	if (configure(&options, &err) != 0)
		fail(wrong, &err);
	if (run.conf_broken && command->broken != 0)
		fail(command->broken, &err);
	if (!command->carries_mail)
		err.why[0] = '\0';
	int status = command->run(&run, &options, &err);
	if (status != 0 && err.why[0] != '\0')
		fail(status, &err);
	guard_exit(status);
}
