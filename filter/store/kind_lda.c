/* lda:PROGRAM. The spool has no name; the program reads it. */
#include "filter/base/copy.h"
#include "filter/base/log.h"
#include "filter/store/kind.h"
#include "filter/store/lda.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FROM_LINE_MAX (ENVELOPE_ADDRESS_MAX + 64)

static int
open_spool(struct delivery *delivery, struct err *err)
{
	delivery->spool = content_unnamed_file(err);
	return delivery->spool < 0 ? -1 : 0;
}

/*
 * "From a@b Mon Nov 24 10:00:00 2025\n", as the agent writes it into an mbox
 * (RFC 4155).
 */
static struct span
make_from_line(const char *sender, char line[FROM_LINE_MAX])
{
	time_t now = time(NULL);
	struct tm tm;
	char date[32] = "Thu Jan  1 00:00:00 1970";

	if (gmtime_r(&now, &tm) != NULL)
		(void)strftime(date, sizeof date, "%a %b %e %H:%M:%S %Y", &tm);
	if (sender == NULL || sender[0] == '\0' || strlen(sender) > ENVELOPE_ADDRESS_MAX)
		sender = "MAILER-DAEMON";
	int n = snprintf(line, FROM_LINE_MAX, "From %s %s\n", sender, date);
	return (struct span){line, n > 0 && n < FROM_LINE_MAX ? (size_t)n : 0};
}

/*
 * The agent reads a file. A message with an edited header, or with a line in
 * front, needs one of its own.
 */
static int
run_copy(const struct lda *lda, const struct content *content, struct err *err)
{
	char line[FROM_LINE_MAX];
	int fd = content_unnamed_file(err), got = 0;

	if (fd < 0)
		return -1;
	if (lda_needs_from_line(lda->command) &&
	    copy_write_all(fd, make_from_line(lda->sender, line)) != 0)
		got = err_set(err, "writing the message: %s", strerror(errno));
	if (got == 0)
		got = content_write(content, fd, err);
	if (got == 0)
		got = lda_run(lda, fd, err);
	(void)close(fd);
	return got;
}

static int
run_into(const struct carrying *carrying, struct span folder_name, const struct content *content,
	 bool *refused, struct err *err)
{
	const struct delivery *delivery = carrying->delivery;
	char folder[FOLDER_DISK_MAX * 4];
	struct lda lda = {.command = delivery->mailbox->path,
			  .sender = delivery->envelope->sender,
			  .recipient = delivery->envelope->recipient,
			  .home = delivery->user->home,
			  .user = delivery->user->name,
			  .limit = delivery->conf->deliver.time_limit,
			  .refused = refused};

	*refused = false;
	(void)snprintf(folder, sizeof folder, "%.*s", (int)folder_name.n, folder_name.p);
	lda.folder = folder;
	return content->head.n == 0 && !lda_needs_from_line(lda.command)
		       ? lda_run(&lda, content->fd, err)
		       : run_copy(&lda, content, err);
}

/*
 * A folder that the agent does not take, today and by every later try, is INBOX
 * instead, where that does not get the message anyway.
 */
static int
run_target(struct carrying *carrying, const struct target *target, const struct content *content,
	   struct err *err)
{
	bool refused;
	int got = run_into(carrying, target->folder, content, &refused, err);

	kind_note(carrying, target, "lda");
	if (got == 0 || !refused || target->disk[0] == '\0' ||
	    !lda_knows_folders(carrying->delivery->mailbox->path))
		return got;
	log_line(LOG_WARNING, "%s; INBOX takes the message", err->why);
	return targets_have_inbox(&carrying->targets)
		       ? 0
		       : run_into(carrying, SPAN("INBOX"), content, &refused, err);
}

static int
carry(struct carrying *carrying, struct err *err)
{
	bool folders = lda_knows_folders(carrying->delivery->mailbox->path);
	int got = 0;

	if (folders)
		targets_inbox_first(&carrying->targets);
	for (size_t i = 0; got == 0 && i < carrying->targets.n; i++) {
		struct target *target = &carrying->targets.target[i];
		struct content content = kind_content(carrying, target);

		got = run_target(carrying, target, &content, err);
		if (!folders)
			break; /* all copies would go to the same place */
	}
	return got;
}

static void
describe(const struct mailbox *mailbox, const struct target *target, char *to, size_t size)
{
	(void)target;
	(void)snprintf(to, size, "%s", mailbox->path);
}

static int
look(const struct mailbox *mailbox, const struct user *user, struct err *said)
{
	const char *command = mailbox->path;
	char path[USER_PATH_MAX];

	(void)user;
	(void)snprintf(path, sizeof path, "%.*s", (int)strcspn(command, " \t"), command);
	if (access(path, X_OK) != 0)
		return err_set(said, "lda:%s  %s: %s", command, path, strerror(errno));
	(void)err_set(said, "lda:%s  well: the program is there", command);
	return 0;
}

const struct kind kind_lda = {.final = true,
			      .named = true,
			      .open = open_spool,
			      .carry = carry,
			      .describe = describe,
			      .look = look};
