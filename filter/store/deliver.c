#include "filter/store/deliver.h"
#include "filter/base/buf.h"
#include "filter/base/clock.h"
#include "filter/base/log.h"
#include "filter/base/show.h"
#include "filter/store/kind.h"
#include "filter/verdict/tag.h"
#include "filter/base/user.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIELDS_MAX (TAG_FIELDS_MAX + (8U << 10)) /* ours and two addresses */

/* ---- the spool */

static const char no_mailbox[] =
	"no mailbox is configured: set deliver.mailbox, or give --mailbox maildir:PATH";

const struct kind *
kind_of(const struct mailbox *mailbox)
{
	static const struct kind *const kinds[] = {
		[MAILBOX_MAILDIR] = &kind_maildir,
		[MAILBOX_LMTP_UNIX] = &kind_lmtp,
		[MAILBOX_LMTP_TCP] = &kind_lmtp,
		[MAILBOX_LDA] = &kind_lda,
	};

	return mailbox == NULL ? NULL : kinds[mailbox->kind];
}

static int
open_spool(struct delivery *delivery, struct err *err)
{
	const struct kind *kind = kind_of(delivery->mailbox);

	if (kind == NULL)
		return err_set(err, "%s", no_mailbox);
	if (!delivery->dry_run)
		return kind->open(delivery, err);
	deliver_look(delivery);
	delivery->spool = content_unnamed_file(err);
	return delivery->spool < 0 ? -1 : 0;
}

void
deliver_look(struct delivery *delivery)
{
	char path[USER_PATH_MAX];
	struct err err;

	delivery->maildir = (struct maildir){.fd = -1, .spool = -1};
	if (delivery->mailbox->kind == MAILBOX_MAILDIR &&
	    user_path(delivery->user->home, delivery->mailbox->path, path, &err) == 0)
		delivery->maildir.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/*
 * Has the mail system written a field of that name: is it above the first
 * Received? Below it belongs to an earlier delivery.
 */
static bool
is_above_received(const struct message *message, struct span name)
{
	struct span header = message->too_long ? message->rest : message->header;
	struct field field;
	size_t at = 0;

	while (header_next(header, &at, &field)) {
		if (span_equal_case(field.name, name))
			return true;
		if (span_equal_case(field.name, SPAN("Received")))
			return false;
	}
	return false;
}

/* An address that can stand in a field: nothing in it can end the line. */
static bool
is_writable(const char *address)
{
	for (const char *c = address; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			return false;
	return true;
}

static void
add_trace(const struct delivery *delivery, const struct message *message, struct buf *fields)
{
	const char *sender = delivery->envelope->sender, *recipient = delivery->envelope->recipient;

	if (!kind_of(delivery->mailbox)->final)
		return;
	if (sender != NULL && is_writable(sender) &&
	    !is_above_received(message, SPAN("Return-Path")))
		(void)buf_addf(fields, "Return-Path: <%s>%s", sender, message->eol);
	if (recipient != NULL && recipient[0] != '\0' && is_writable(recipient) &&
	    !is_above_received(message, SPAN("Delivered-To")))
		(void)buf_addf(fields, "Delivered-To: %s%s", recipient, message->eol);
}

/* A spool in memory grows no further than it may. */
static int
write_spool(const struct delivery *delivery, struct message *message, struct span fields,
	    struct err *err)
{
	struct rlimit old, limit;
	bool bounded = content_is_in_memory(delivery->spool) && getrlimit(RLIMIT_FSIZE, &old) == 0;

	if (bounded) {
		limit = old;
		if (limit.rlim_cur > CONTENT_IN_MEMORY_MAX)
			limit.rlim_cur = CONTENT_IN_MEMORY_MAX;
		(void)setrlimit(RLIMIT_FSIZE, &limit);
	}
	int got = tag_write(message, fields, false, delivery->spool, err);
	if (bounded)
		(void)setrlimit(RLIMIT_FSIZE, &old);
	return got;
}

int
deliver_open(struct delivery *delivery, struct err *err)
{
	delivery->spool = -1;
	delivery->done[0] = '\0';
	delivery->maildir = (struct maildir){.fd = -1, .spool = -1};
	if (geteuid() == 0 && !delivery->dry_run)
		return err_set(
			err,
			"mail is never delivered as root; start it as the user, or with -d USER");
	return open_spool(delivery, err);
}

int
deliver_spool(struct delivery *delivery, struct message *message, struct span fields,
	      struct err *err)
{
	struct buf all;

	buf_init(&all, FIELDS_MAX);
	add_trace(delivery, message, &all);
	int got = buf_add(&all, fields)
			  ? 0
			  : err_set(err,
				    "the fields in front of the message are longer than %u bytes",
				    FIELDS_MAX);
	if (got == 0)
		got = write_spool(delivery, message, buf_span(&all), err);
	buf_free(&all);
	return got;
}

int
deliver_sync(const struct delivery *delivery, struct err *err)
{
	if (delivery->maildir.spool < 0 || maildir_sync(delivery->spool) == 0)
		return 0;
	return err_set(err, "the message cannot be synced to disk: %s", strerror(errno));
}

/* ---- the copies */

void
kind_note(struct carrying *carrying, const struct target *target, const char *where)
{
	char *done = carrying->delivery->done;
	size_t n = strlen(done), size = sizeof carrying->delivery->done;

	(void)snprintf(done + n, size - n, "%s%s:%s", n == 0 ? "" : ",", target->action, where);
}

/*
 * Loads the header where a copy needs an edited one. What cannot be edited is
 * stored as it is.
 */
static void
load_edits(struct carrying *carrying)
{
	struct err err;
	bool needed = false;

	for (size_t i = 0; i < carrying->targets.n; i++)
		needed = needed || carrying->targets.target[i].edits > 0;
	if (needed &&
	    edit_load(&carrying->edit, carrying->delivery->spool, carrying->plan, &err) != 0)
		log_line(LOG_WARNING, "addheader and deleteheader are not carried out: %s",
			 err.why);
}

struct content
kind_content(struct carrying *carrying, const struct target *target)
{
	struct content content = {.fd = carrying->delivery->spool};

	for (; carrying->edited < target->edits && carrying->next < carrying->plan->n;
	     carrying->next++) {
		const struct action *action = &carrying->plan->action[carrying->next];

		if (action->kind != ACTION_ADDHEADER && action->kind != ACTION_DELETEHEADER)
			continue;
		edit_apply(&carrying->edit, action);
		carrying->edited++;
	}
	if (carrying->edited > 0 && carrying->edit.p != NULL) {
		content.head = (struct span){carrying->edit.p, carrying->edit.n};
		content.from = carrying->edit.body;
	}
	return content;
}

int
deliver_plan(struct delivery *delivery, const struct plan *plan, struct err *err)
{
	struct carrying carrying = {.delivery = delivery, .plan = plan};
	const struct kind *kind = kind_of(delivery->mailbox);
	struct stat st;

	if (fstat(delivery->spool, &st) != 0)
		return err_set(err, "reading the spool: %s", strerror(errno));
	carrying.size = st.st_size;
	targets_of(delivery, plan, &carrying.targets);
	load_edits(&carrying);
	int got = kind == NULL ? err_set(err, "%s", no_mailbox) : kind->carry(&carrying, err);
	if (got == 0 && carrying.targets.n == 0)
		(void)snprintf(delivery->done, sizeof delivery->done, "discard");
	edit_free(&carrying.edit);
	return got;
}

/* ---- for -n */

struct text {
	char *to;
	size_t size;
	size_t n;
};

static void __attribute__((format(printf, 2, 3))) add(struct text *text, const char *format, ...)
{
	va_list ap;

	if (text->n >= text->size)
		return;
	va_start(ap, format);
	int n = vsnprintf(text->to + text->n, text->size - text->n, format, ap);
	va_end(ap);
	text->n += n < 0 ? 0 : (size_t)n;
}

static void
describe_target(struct text *text, const struct mailbox *mailbox, const struct target *target)
{
	const struct kind *kind = kind_of(mailbox);
	char folder[512], where[USER_PATH_MAX] = "nowhere; no mailbox is configured";

	if (kind != NULL)
		kind->describe(mailbox, target, where, sizeof where);
	add(text, "%s %s: to %s", target->action,
	    show_escaped(target->folder, folder, sizeof folder), where);
	if (target->flags[0] != '\0')
		add(text, ", flags %s", target->flags);
	if (target->edits > 0)
		add(text, ", with the header edited");
	add(text, "\n");
}

void
deliver_describe(const struct delivery *delivery, const struct plan *plan, char *to, size_t size)
{
	struct text text = {to, size, 0};
	struct targets targets;
	char address[512];

	if (size > 0)
		to[0] = '\0';
	targets_of(delivery, plan, &targets);
	for (size_t i = 0; i < targets.n; i++)
		describe_target(&text, delivery->mailbox, &targets.target[i]);
	for (size_t i = 0; i < plan->n; i++) {
		const struct action *action = &plan->action[i];

		if (action->kind == ACTION_DISCARD)
			add(&text, "discard\n");
		else if (action->kind == ACTION_REDIRECT || action->kind == ACTION_VACATION ||
			 action->kind == ACTION_NOTIFY)
			add(&text, "%s %s\n", action->column[0].p,
			    show_escaped(action->column[1], address, sizeof address));
	}
}

int64_t
deliver_until(const struct delivery *delivery, int64_t most, int64_t least)
{
	int64_t now = clock_ms(), until = delivery->until;

	if (until == 0 || until > now + most)
		return now + most;
	return until > now + least ? until : now + least;
}

bool
deliver_has_folder(const struct delivery *delivery, struct span folder)
{
	char disk[FOLDER_DISK_MAX];
	struct err err;
	struct stat st;

	if (delivery->maildir.fd < 0 ||
	    folder_disk_name(folder, delivery->conf->deliver.separator, disk, &err) != 0)
		return false;
	return disk[0] == '\0' ||
	       (fstatat(delivery->maildir.fd, disk, &st, 0) == 0 && S_ISDIR(st.st_mode));
}

void
deliver_close(struct delivery *delivery)
{
	bool unnamed = delivery->maildir.spool < 0; /* the spool is not the Maildir's */

	if (delivery->maildir.fd >= 0)
		maildir_close(&delivery->maildir);
	if (unnamed && delivery->spool >= 0)
		(void)close(delivery->spool);
	delivery->spool = -1;
}
