#include "filter/commands/doctor.h"

#include "filter/store/kind.h"
#include "sieve/protocol/folder.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int __attribute__((format(printf, 2, 3))) say(bool wrong, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	printf("  ");
	(void)vprintf(format, ap);
	printf("\n");
	va_end(ap);
	return wrong;
}

static int
look_at_mailbox(const struct mailbox *mailbox, const struct user *user)
{
	const struct kind *kind = kind_of(mailbox);
	struct err said;

	if (kind == NULL)
		return say(false, "none is configured: tag works, deliver needs deliver.mailbox or "
				  "--mailbox");
	int wrong = kind->look(mailbox, user, &said) != 0;
	return say(wrong, "%s", said.why);
}

int
doctor_mailbox(const struct conf *conf, const struct user *user)
{
	char disk[FOLDER_DISK_MAX];
	struct err err;
	int wrong = 0;

	printf("Mailbox (uid %ld%s%s)\n", (long)user->uid, user->home[0] != '\0' ? ", home " : "",
	       user->home);
	wrong += look_at_mailbox(&conf->deliver.mailbox, user);
	if (user->uid == 0 && conf->deliver.mailbox.kind != MAILBOX_NONE)
		printf("    Mail is never delivered as root: ask again with -d USER to see it as "
		       "that user does.\n");
	if (folder_disk_name(span_of(conf->deliver.junk), conf->deliver.separator, disk, &err) != 0)
		wrong += say(true, "deliver.junk  %s", err.why);
	if (!conf->sieve.redirect && !conf->sieve.vacation)
		return wrong;
	if (access(conf->sieve.sendmail, X_OK) != 0)
		wrong += say(true,
			     "%s  %s; it is needed for sieve.redirect and sieve.vacation. Set "
			     "sieve.sendmail.",
			     conf->sieve.sendmail, strerror(errno));
	else
		(void)say(false, "%s  well: it sends what rules %s", conf->sieve.sendmail,
			  !conf->sieve.vacation   ? "redirect"
			  : !conf->sieve.redirect ? "answer"
						  : "redirect and answer");
	return wrong;
}
