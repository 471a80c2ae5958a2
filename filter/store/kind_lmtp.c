/* lmtp:unix:PATH and lmtp:HOST:PORT. The spool has no name. */
#include "filter/base/log.h"
#include "filter/store/kind.h"
#include "filter/store/lmtp.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ADDRESS_MAX 1000 /* bytes */

static int
open_spool(struct delivery *delivery, struct err *err)
{
	delivery->spool = content_unnamed_file(err);
	return delivery->spool < 0 ? -1 : 0;
}

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

	return recipient != NULL && recipient[0] != '\0' ? recipient : delivery->user->name;
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
			kind_note(carrying, target, "lmtp");
			return result == LMTP_TAKEN ? 0 : -1;
		}
		log_line(LOG_WARNING, "%s; the address without detail takes the message", err->why);
		lmtp.recipient = plain_recipient(delivery);
	}
	result = lmtp_send(&lmtp, content, err);
	kind_note(carrying, target, "lmtp");
	return result == LMTP_TAKEN ? 0 : -1;
}

static int
carry(struct carrying *carrying, struct err *err)
{
	int got = 0;

	if (carrying->delivery->conf->deliver.detail)
		targets_inbox_first(&carrying->targets);
	for (size_t i = 0; got == 0 && i < carrying->targets.n; i++) {
		struct target *target = &carrying->targets.target[i];
		struct content content = kind_content(carrying, target);

		got = send_target(carrying, target, &content, err);
		if (!carrying->delivery->conf->deliver.detail)
			break; /* all copies would go to the same place */
	}
	return got;
}

static void
describe(const struct mailbox *mailbox, const struct target *target, char *to, size_t size)
{
	(void)target;
	(void)snprintf(to, size, "the LMTP server%s %s",
		       mailbox->kind == MAILBOX_LMTP_UNIX ? " at" : "", mailbox->path);
}

static int
look(const struct mailbox *mailbox, const struct user *user, struct err *said)
{
	const char *path = mailbox->path;
	struct stat status;

	(void)user;
	if (mailbox->kind == MAILBOX_LMTP_TCP) {
		(void)err_set(said,
			      "lmtp:%s  is not tried here: a connection is a delivery's business",
			      path);
		return 0;
	}
	if (stat(path, &status) != 0)
		return err_set(said,
			       "lmtp:unix:%s  %s. Mail waits in the queue (75) until the server "
			       "listens there.",
			       path, strerror(errno));
	if (!S_ISSOCK(status.st_mode))
		return err_set(said, "lmtp:unix:%s  is no socket", path);
	if (access(path, W_OK) != 0)
		return err_set(said, "lmtp:unix:%s  this user may not connect: %s", path,
			       strerror(errno));
	(void)err_set(said, "lmtp:unix:%s  well: the socket is there", path);
	return 0;
}

const struct kind kind_lmtp = {.named_as_recipient = true,
			       .open = open_spool,
			       .carry = carry,
			       .describe = describe,
			       .look = look};
