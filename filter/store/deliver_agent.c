/* The copies that another agent takes: an LMTP server, or a program (lda). */
#include "filter/store/carry.h"
#include "filter/store/lda.h"
#include "filter/store/lmtp.h"
#include "filter/base/log.h"

#include <stdio.h>
#include <unistd.h>

#define ADDRESS_MAX 1000 /* bytes */

/* ---- the folder as a detail of the address (RFC 5233) */

/*
 * May this byte stand in a local part without quotes (RFC 5321 4.1.2)? 1 yes, 0
 * in quotes, -1 never.
 */
static int
local_byte(char c)
{
	if ((c >= '0' && c <= '9') || (span_lower(c) >= 'a' && span_lower(c) <= 'z') ||
	    strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL)
		return c == '\0' ? -1 : 1;
	return c >= ' ' && c <= '~' ? 0 : -1;
}

/*
 * "joe+old@here" and "Junk": "joe+Junk@here". false where that cannot be
 * written: a quoted local part, a folder name beyond ASCII.
 */
static bool
add_detail(const char *recipient, struct span folder, char delimiter, char *to, size_t size)
{
	const char *at = strrchr(recipient, '@');
	size_t local = at == NULL ? strlen(recipient) : (size_t)(at - recipient);
	char detail[ADDRESS_MAX];
	size_t n = 0;
	bool quoted = false;

	if (recipient[0] == '"' || local == 0 || delimiter == '\0' ||
	    folder.n > sizeof detail / 2 - 1)
		return false;
	const char *old = memchr(recipient + 1, delimiter, local - 1);
	if (old != NULL)
		local = (size_t)(old - recipient);
	for (size_t i = 0; i < folder.n; i++) {
		int kind = local_byte(folder.p[i]);

		if (kind < 0)
			return false;
		quoted = quoted || kind == 0 ||
			 (folder.p[i] == '.' && (i + 1 == folder.n || folder.p[i + 1] == '.'));
		if (folder.p[i] == '"' || folder.p[i] == '\\')
			detail[n++] = '\\';
		detail[n++] = folder.p[i];
	}
	int got = snprintf(to, size, "%s%.*s%c%.*s%s%s", quoted ? "\"" : "", (int)local, recipient,
			   delimiter, (int)n, detail, quoted ? "\"" : "", at == NULL ? "" : at);
	return got > 0 && (size_t)got < size;
}

static const char *
plain_recipient(const struct delivery *delivery)
{
	const char *recipient = delivery->envelope->recipient;

	return recipient != NULL && recipient[0] != '\0' ? recipient
	       : delivery->user == NULL                  ? ""
							 : delivery->user;
}

static int
send_target(struct carrying *carrying, const struct target *target, const struct content *content,
	    struct err *err)
{
	const struct delivery *delivery = carrying->delivery;
	struct lmtp lmtp = {.mailbox = delivery->mailbox,
			    .sender = delivery->envelope->sender,
			    .recipient = plain_recipient(delivery),
			    .limit = delivery->conf->deliver.time_limit};
	char address[ADDRESS_MAX + 1];
	bool detailed = delivery->conf->deliver.detail && target->disk[0] != '\0' &&
			add_detail(lmtp.recipient, target->folder,
				   delivery->conf->deliver.delimiter, address, sizeof address);
	enum lmtp_result result;

	if (detailed) {
		lmtp.recipient = address;
		result = lmtp_send(&lmtp, content, err);
		if (result != LMTP_UNKNOWN) {
			carry_note(carrying, target, "lmtp");
			return result == LMTP_TAKEN ? 0 : -1;
		}
		log_line(LOG_WARNING, "%s; the address without detail takes the message", err->why);
		lmtp.recipient = plain_recipient(delivery);
	}
	result = lmtp_send(&lmtp, content, err);
	carry_note(carrying, target, "lmtp");
	return result == LMTP_TAKEN ? 0 : -1;
}

/* ---- lda */

/*
 * The agent reads a file. A message with an edited header needs one of its own.
 */
static int
run_edited(const struct lda *lda, const struct content *content, struct err *err)
{
	int fd = content_unnamed_file(err);

	if (fd < 0)
		return -1;
	int got = content_write(content, fd, err);
	if (got == 0)
		got = lda_run(lda, fd, err);
	(void)close(fd);
	return got;
}

static int
run_target(struct carrying *carrying, const struct target *target, const struct content *content,
	   struct err *err)
{
	const struct delivery *delivery = carrying->delivery;
	char folder[FOLDER_DISK_MAX * 4];
	struct lda lda = {.command = delivery->mailbox->path,
			  .sender = delivery->envelope->sender,
			  .recipient = delivery->envelope->recipient,
			  .home = delivery->home,
			  .user = delivery->user,
			  .limit = delivery->conf->deliver.time_limit};

	(void)snprintf(folder, sizeof folder, "%.*s", (int)target->folder.n, target->folder.p);
	lda.folder = folder;
	carry_note(carrying, target, "lda");
	return content->head.n == 0 ? lda_run(&lda, content->fd, err)
				    : run_edited(&lda, content, err);
}

int
deliver_agent(struct carrying *carrying, struct err *err)
{
	const struct delivery *delivery = carrying->delivery;
	bool lmtp = delivery->mailbox->kind != MAILBOX_LDA;
	bool folders =
		lmtp ? delivery->conf->deliver.detail : lda_knows_folders(delivery->mailbox->path);
	int got = 0;

	for (size_t i = 0; got == 0 && i < carrying->targets.n; i++) {
		struct target *target = &carrying->targets.target[i];
		struct content content = carry_content(carrying, target);

		got = lmtp ? send_target(carrying, target, &content, err)
			   : run_target(carrying, target, &content, err);
		if (!folders) /* all copies would go to the same place */
			break;
	}
	return got;
}
