/* maildir:PATH. The spool is a file in tmp/ of the mailbox. */
#include "filter/base/log.h"
#include "filter/store/kind.h"
#include "filter/store/quota.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT_MS       2000 /* for counting what is in the mailbox */
#define COUNT_LEAST_MS 200  /* even where little of the delivery's time is left */

static int
open_mailbox(struct delivery *delivery, struct err *err)
{
	char path[USER_PATH_MAX];

	if (user_path(delivery->user->home, delivery->mailbox->path, path, err) != 0 ||
	    maildir_open(&delivery->maildir, path, err) != 0 ||
	    maildir_spool(&delivery->maildir, err) != 0)
		return -1;
	delivery->spool = delivery->maildir.spool;
	return 0;
}

/* ---- the copies */

static const char *
disk_or_inbox(const struct target *target)
{
	return target->disk[0] == '\0' ? "INBOX" : target->disk;
}

/*
 * Turns a target whose folder cannot be used into INBOX. false: INBOX gets the
 * message anyway.
 */
static bool
fall_back(struct carrying *carrying, struct target *target, const struct err *why)
{
	log_line(LOG_WARNING, "%s; INBOX takes the message", why->why);
	if (targets_have_inbox(&carrying->targets))
		return false;
	target->disk[0] = '\0';
	target->folder = SPAN("INBOX");
	return true;
}

/*
 * Opens the folders of all targets before anything is stored, so that what
 * comes after allocates nothing. A target whose folder is gone and that INBOX
 * makes up for has folder -1. -1: INBOX cannot be opened.
 */
static int
open_folders(struct carrying *carrying, int *folder, struct err *err)
{
	for (size_t i = 0; i < carrying->targets.n; i++)
		folder[i] = -1;
	for (size_t i = 0; i < carrying->targets.n; i++) {
		struct target *target = &carrying->targets.target[i];

		folder[i] = maildir_folder(&carrying->delivery->maildir, target->disk, target->junk,
					   err);
		if (folder[i] >= 0)
			continue;
		if (target->disk[0] == '\0')
			return -1;
		if (fall_back(carrying, target, err) &&
		    (folder[i] = maildir_folder(&carrying->delivery->maildir, "", false, err)) < 0)
			return -1;
	}
	return 0;
}

/*
 * INBOX is the last way out: a header edited for it that cannot be written (the
 * disk is full) is done without, for the spool is on that disk already.
 */
static int
store_in_inbox(struct carrying *carrying, const struct content *content, const char *flags,
	       struct err *err)
{
	struct maildir *maildir = &carrying->delivery->maildir;
	const struct content spool = {.fd = carrying->delivery->spool};
	int got = maildir_store(maildir, maildir->fd, content, flags, err);

	if (got == 0 || content->head.n == 0)
		return got;
	log_line(LOG_WARNING, "%s; INBOX takes the message with its header as it came", err->why);
	return maildir_store(maildir, maildir->fd, &spool, flags, err);
}

static int
store_target(struct carrying *carrying, struct target *target, int folder, struct quota *quota,
	     struct err *err)
{
	struct maildir *maildir = &carrying->delivery->maildir;
	struct content content = kind_content(carrying, target);
	const char *flags = target->flags[0] == '\0' ? NULL : target->flags;
	off_t size = (off_t)content.head.n + carrying->size - content.from;

	if (folder < 0)
		return 0;
	if (target->disk[0] != '\0' && maildir_store(maildir, folder, &content, flags, err) != 0 &&
	    !fall_back(carrying, target, err))
		return 0;
	if (target->disk[0] == '\0' && store_in_inbox(carrying, &content, flags, err) != 0)
		return -1;
	if (strcmp(target->disk, ".Trash") != 0)
		quota_add(quota, size);
	kind_note(carrying, target, disk_or_inbox(target));
	return 0;
}

static unsigned
counted_targets(const struct targets *targets)
{
	unsigned n = 0;

	for (size_t i = 0; i < targets->n; i++)
		n += strcmp(targets->target[i].disk, ".Trash") != 0;
	return n;
}

static int
carry(struct carrying *carrying, struct err *err)
{
	int folder[TARGETS_MAX], got = 0;
	unsigned counted = counted_targets(&carrying->targets);
	struct quota quota;

	quota_open(&quota, carrying->delivery->maildir.fd, carrying->size, counted,
		   deliver_until(carrying->delivery, COUNT_MS, COUNT_LEAST_MS));
	if (counted > 0 && !quota_allows(&quota, carrying->size, counted)) {
		quota_close(&quota);
		return err_set(err,
			       "the mailbox is over its quota (maildirsize: %lld of %lld bytes, "
			       "%lld of %lld messages)",
			       quota.bytes, quota.max_bytes, quota.messages, quota.max_messages);
	}
	targets_inbox_first(&carrying->targets);
	got = open_folders(carrying, folder, err);
	for (size_t i = 0; got == 0 && i < carrying->targets.n; i++)
		got = store_target(carrying, &carrying->targets.target[i], folder[i], &quota, err);
	for (size_t i = 0; i < carrying->targets.n; i++)
		if (folder[i] >= 0)
			(void)close(folder[i]);
	quota_close(&quota);
	return got;
}

static void
describe(const struct mailbox *mailbox, const struct target *target, char *to, size_t size)
{
	(void)snprintf(to, size, "%s/%s%s%s/", mailbox->path, target->disk,
		       target->disk[0] == '\0' ? "" : "/",
		       target->flags[0] == '\0' ? "new" : "cur");
}

/* ---- for doctor */

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
look_at_parent(const char *mailbox, const struct user *user, struct err *said)
{
	char path[USER_PATH_MAX];
	struct stat status;

	(void)snprintf(path, sizeof path, "%s", mailbox);
	parent_of(path);
	if (stat(path, &status) != 0)
		return err_set(said,
			       "%s  neither it nor %s is there (%s). Mail waits in the queue (75) "
			       "until somebody creates %s.",
			       mailbox, path, strerror(errno), path);
	if (status.st_uid != user->uid)
		return err_set(said,
			       "%s  is not there, and %s is not the user's own, so that it is not "
			       "created. Create it, owned by uid %ld.",
			       mailbox, path, (long)user->uid);
	(void)err_set(said, "%s  is not there yet; the first message creates it", mailbox);
	return 0;
}

static int
look_at_maildir(const char *mailbox, const struct user *user, struct err *said)
{
	static const char *const parts[] = {"", "/tmp", "/new", "/cur"};
	char path[USER_PATH_MAX + 8];
	struct stat status;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		(void)snprintf(path, sizeof path, "%s%s", mailbox, parts[i]);
		if (stat(path, &status) != 0) {
			if (errno == ENOENT && i == 0)
				return look_at_parent(mailbox, user, said);
			if (errno == ENOENT)
				continue;
			return err_set(said, "%s  %s", path, strerror(errno));
		}
		if (!S_ISDIR(status.st_mode))
			return err_set(said, "%s  is no folder; expected a Maildir", path);
		if (access(path, W_OK | X_OK) != 0)
			return err_set(
				said,
				"%s  cannot be written by uid %ld (%s); it belongs to uid %ld, "
				"mode %03o",
				path, (long)user->uid, strerror(errno), (long)status.st_uid,
				status.st_mode & 0777);
	}
	(void)err_set(said, "maildir:%s  well: it is there and can be written", mailbox);
	return 0;
}

static int
look(const struct mailbox *mailbox, const struct user *user, struct err *said)
{
	char path[USER_PATH_MAX];

	return user_path(user->home, mailbox->path, path, said) != 0
		       ? -1
		       : look_at_maildir(path, user, said);
}

const struct kind kind_maildir = {
	.final = true, .open = open_mailbox, .carry = carry, .describe = describe, .look = look};
