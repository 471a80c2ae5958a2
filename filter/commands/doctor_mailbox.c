#include "filter/commands/doctor.h"

#include "sieve/protocol/folder.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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

/* The folder above path, which may end in slashes. */
static void
parent_of(char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';
	char *slash = strrchr(path, '/');
	if (slash != NULL)
		slash[slash == path] = '\0';
}

/* Can a Maildir be made here? */
static int
look_at_parent(const char *mailbox, const struct user *user)
{
	char path[USER_PATH_MAX];
	struct stat status;

	(void)snprintf(path, sizeof path, "%s", mailbox);
	parent_of(path);
	if (stat(path, &status) != 0)
		return say(true,
			   "%s  neither it nor %s is there (%s). Mail waits in the queue (75) "
			   "until somebody creates %s.",
			   mailbox, path, strerror(errno), path);
	if (status.st_uid != user->uid)
		return say(true,
			   "%s  is not there, and %s is not the user's own, so that it is not "
			   "created. Create it, owned by uid %ld.",
			   mailbox, path, (long)user->uid);
	return say(false, "%s  is not there yet; the first message creates it", mailbox);
}

static int
look_at_maildir(const char *mailbox, const struct user *user)
{
	static const char *const parts[] = {"", "/tmp", "/new", "/cur"};
	char path[USER_PATH_MAX + 8];
	struct stat status;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		(void)snprintf(path, sizeof path, "%s%s", mailbox, parts[i]);
		if (stat(path, &status) != 0) {
			if (errno == ENOENT && i == 0)
				return look_at_parent(mailbox, user);
			if (errno == ENOENT)
				continue;
			return say(true, "%s  %s", path, strerror(errno));
		}
		if (!S_ISDIR(status.st_mode))
			return say(true, "%s  is no folder; expected a Maildir", path);
		if (access(path, W_OK | X_OK) != 0)
			return say(true,
				   "%s  cannot be written by uid %ld (%s); it belongs to uid %ld, "
				   "mode %03o",
				   path, (long)user->uid, strerror(errno), (long)status.st_uid,
				   status.st_mode & 0777);
	}
	return say(false, "maildir:%s  well: it is there and can be written", mailbox);
}

static int
look_at_socket(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return say(true,
			   "lmtp:unix:%s  %s. Mail waits in the queue (75) until the server "
			   "listens there.",
			   path, strerror(errno));
	if (!S_ISSOCK(status.st_mode))
		return say(true, "lmtp:unix:%s  is no socket", path);
	if (access(path, W_OK) != 0)
		return say(true, "lmtp:unix:%s  this user may not connect: %s", path,
			   strerror(errno));
	return say(false, "lmtp:unix:%s  well: the socket is there", path);
}

static int
look_at_agent(const char *command)
{
	char path[USER_PATH_MAX];

	(void)snprintf(path, sizeof path, "%.*s", (int)strcspn(command, " \t"), command);
	if (access(path, X_OK) != 0)
		return say(true, "lda:%s  %s: %s", command, path, strerror(errno));
	return say(false, "lda:%s  well: the program is there", command);
}

static int
look_at_mailbox(const struct mailbox *mailbox, const struct user *user)
{
	char path[USER_PATH_MAX];
	struct err err;

	switch (mailbox->kind) {
	case MAILBOX_MAILDIR:
		if (user_path(user->home, mailbox->path, path, &err) != 0)
			return say(true, "%s", err.why);
		return look_at_maildir(path, user);
	case MAILBOX_LMTP_UNIX:
		return look_at_socket(mailbox->path);
	case MAILBOX_LMTP_TCP:
		return say(false,
			   "lmtp:%s  is not tried here: a connection is a delivery's business",
			   mailbox->path);
	case MAILBOX_LDA:
		return look_at_agent(mailbox->path);
	case MAILBOX_NONE:
	default:
		return say(false, "none is configured: tag works, deliver needs deliver.mailbox or "
				  "--mailbox");
	}
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
