#include "filter/commands/doctor/doctor.h"
#include "filter/commands/doctor/report_items.h"

#include "filter/store/kind.h"
#include "filter/store/memory.h"
#include "sieve/protocol/folder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
look_at_mailbox(const struct mailbox *mailbox, const struct user *user)
{
	const struct kind *kind = kind_of(mailbox);
	struct err said;

	if (kind == NULL)
		return report_items_add(
			false, "none is configured: tag works, deliver needs deliver.mailbox or "
			       "--mailbox");
	int wrong = kind->look(mailbox, user, &said) != 0;
	return report_items_add(wrong, "%s", said.why);
}

/*
 * A home that is not there: no mailbox below it, no rules and no allow file of
 * the user's. Whether that is wrong depends on what was configured.
 */
static int
look_at_home(const struct conf *conf, const struct user *user)
{
	struct stat status;
	bool needed = conf->deliver.mailbox.path != NULL &&
		      conf->deliver.mailbox.kind == MAILBOX_MAILDIR &&
		      conf->deliver.mailbox.path[0] == '~';

	if (user->home[0] == '\0' || (stat(user->home, &status) == 0 && S_ISDIR(status.st_mode)))
		return 0;
	return report_items_add(
		needed || user->home_given,
		"%s  there is no such folder: no rules and no allow file are found in it, and "
		"\"~\" in the configuration means it. Create it, or correct --home.",
		user->home);
}

/* What deliveries remember, where they look for it. */
static int
look_at_memories(const struct conf *conf, const struct user *user)
{
	static const char *const names[] = {"seen", "vacation", "redirect", "notify", "swept"};
	struct delivery delivery = {.conf = conf, .user = user, .mailbox = &conf->deliver.mailbox};
	struct err err;
	int wrong = 0;

	deliver_look(&delivery);
	if (delivery.mailbox->kind == MAILBOX_MAILDIR && delivery.maildir.fd < 0)
		return 0;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (memory_look(&delivery, names[i], &err) != 0)
			wrong += report_items_add(true, "%s", err.why);
	if (delivery.maildir.fd >= 0)
		(void)close(delivery.maildir.fd);
	return wrong;
}

int
doctor_mailbox(const struct conf *conf, const struct user *user)
{
	char disk[FOLDER_DISK_MAX];
	struct err err;
	int wrong = 0;

	report_items_section("Mailbox (uid %ld%s%s)", (long)user->uid,
			     user->home[0] != '\0' ? ", home " : "", user->home);
	wrong += look_at_home(conf, user);
	wrong += look_at_mailbox(&conf->deliver.mailbox, user);
	if (user->uid != 0 && conf->deliver.mailbox.kind != MAILBOX_NONE)
		wrong += look_at_memories(conf, user);
	else if (conf->deliver.mailbox.kind != MAILBOX_NONE)
		report_items_advise("Mail is never delivered as root: ask again with -d USER to "
				    "see it as that user does.");
	if (conf->deliver.mailbox.kind != MAILBOX_NONE &&
	    folder_disk_name(span_of(conf->deliver.junk), conf->deliver.separator, disk, &err) != 0)
		wrong += report_items_add(true, "deliver.junk  %s", err.why);
	if (!conf->sieve.redirect && !conf->sieve.vacation)
		return wrong;
	if (access(conf->sieve.sendmail, X_OK) != 0)
		wrong += report_items_add(
			true,
			"%s  %s; it is needed for sieve.redirect and sieve.vacation. Set "
			"sieve.sendmail.",
			conf->sieve.sendmail, strerror(errno));
	else
		(void)report_items_add(false, "%s  well: it sends what rules %s",
				       conf->sieve.sendmail,
				       !conf->sieve.vacation   ? "redirect"
				       : !conf->sieve.redirect ? "answer"
							       : "redirect and answer");
	return wrong;
}
