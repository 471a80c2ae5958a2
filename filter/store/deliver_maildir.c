/* The copies in the folders of a Maildir. */
#include "filter/store/carry.h"
#include "filter/base/log.h"
#include "filter/store/quota.h"

#include <unistd.h>

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

		folder[i] = maildir_folder(&carrying->delivery->maildir, target->disk, err);
		if (folder[i] >= 0)
			continue;
		if (target->disk[0] == '\0')
			return -1;
		if (fall_back(carrying, target, err) &&
		    (folder[i] = maildir_folder(&carrying->delivery->maildir, "", err)) < 0)
			return -1;
	}
	return 0;
}

static int
store_target(struct carrying *carrying, struct target *target, int folder, struct quota *quota,
	     struct err *err)
{
	struct maildir *maildir = &carrying->delivery->maildir;
	struct content content = carry_content(carrying, target);
	const char *flags = target->flags[0] == '\0' ? NULL : target->flags;
	off_t size = (off_t)content.head.n + carrying->size - content.from;

	if (folder < 0)
		return 0;
	if (maildir_store(maildir, folder, &content, flags, err) != 0) {
		if (target->disk[0] == '\0')
			return -1;
		if (!fall_back(carrying, target, err))
			return 0;
		if (maildir_store(maildir, maildir->fd, &content, flags, err) != 0)
			return -1;
	}
	if (strcmp(target->disk, ".Trash") != 0)
		quota_add(quota, size);
	carry_note(carrying, target, disk_or_inbox(target));
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

int
deliver_maildir(struct carrying *carrying, struct err *err)
{
	int folder[TARGETS_MAX], got = 0;
	unsigned counted = counted_targets(&carrying->targets);
	struct quota quota;

	quota_open(&quota, carrying->delivery->dirfd, carrying->size, counted);
	if (counted > 0 && !quota_allows(&quota, carrying->size, counted)) {
		quota_close(&quota);
		return err_set(err,
			       "the mailbox is over its quota (maildirsize: %lld of %lld bytes, "
			       "%lld of %lld messages)",
			       quota.bytes, quota.max_bytes, quota.messages, quota.max_messages);
	}
	got = open_folders(carrying, folder, err);
	for (size_t i = 0; got == 0 && i < carrying->targets.n; i++)
		got = store_target(carrying, &carrying->targets.target[i], folder[i], &quota, err);
	for (size_t i = 0; i < carrying->targets.n; i++)
		if (folder[i] >= 0)
			(void)close(folder[i]);
	quota_close(&quota);
	return got;
}
