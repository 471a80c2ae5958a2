#include "filter/send/notify.h"

#include "filter/base/log.h"
#include "filter/base/show.h"
#include "filter/message/mime_out.h"
#include "filter/send/sendmail.h"
#include "filter/store/memory.h"

#define REMEMBERED (7 * MEMORY_DAY) /* longer than a mail system tries to deliver a message */
#define BYTES_MAX  (128U << 10)
#define FIELD_SIZE 512

/* Sent by a program, or itself a notification (RFC 3834 5). */
static bool
is_automatic(struct span header)
{
	struct field field;
	char text[FIELD_SIZE];

	for (size_t at = 0; header_next(header, &at, &field);) {
		if (!span_equal_case(field.name, SPAN("Auto-Submitted")))
			continue;
		if (!span_equal_case(span_trim(header_unfold(field.value, text, sizeof text)),
				     SPAN("no")))
			return true;
	}
	return false;
}

/* Why nothing is sent, or NULL. */
static const char *
silence(const struct delivery *delivery, const struct message *message, const struct action *action)
{
	const char *recipient = delivery->envelope->recipient;

	if (recipient == NULL || !sendmail_is_address(span_of(recipient)))
		return "recipient-unknown";
	if (!sendmail_is_address(action->column[NOTIFY_ADDRESS]))
		return "odd-address";
	if (message->too_long || message->headless)
		return "no-header";
	return is_automatic(message->header) ? "automatic" : NULL;
}

static void
add_importance(struct span importance, struct buf *to)
{
	if (importance.p[0] == '1')
		buf_add(to, SPAN("Importance: high\nX-Priority: 1 (Highest)\n"));
	else if (importance.p[0] == '3')
		buf_add(to, SPAN("Importance: low\nX-Priority: 5 (Lowest)\n"));
}

/* RFC 5436 2.7: :from where it can be one, else the owner's address. */
static const char *
from_of(const struct delivery *delivery, const struct action *action)
{
	struct span from = action->column[NOTIFY_FROM];

	return sendmail_is_address(from) ? from.p : delivery->envelope->recipient;
}

/*
 * RFC 5436 2.7: the null sender stays one, or bounces could tell of each other
 * for ever; a sender that is not known may have been that.
 */
static const char *
sender_of(const struct delivery *delivery, const struct action *action)
{
	const char *sender = delivery->envelope->sender;

	return sender == NULL || sender[0] == '\0' ? "" : from_of(delivery, action);
}

/* RFC 5436 2.7. */
static void
write_mail(const struct delivery *delivery, const struct action *action, struct buf *to)
{
	struct span recipient = span_of(delivery->envelope->recipient),
		    text = action->column[NOTIFY_TEXT];
	const char *from = from_of(delivery, action);
	const char *at = memrchr(recipient.p, '@', recipient.n),
		   *lf = text.n == 0 ? NULL : memchr(text.p, '\n', text.n);
	struct span subject = {text.p, lf == NULL ? text.n : (size_t)(lf - text.p)};
	struct span body = span_skip(text, subject.n + 1);

	buf_addf(to, "From: <%s>\nTo: <%s>\nSubject: ", from, action->column[NOTIFY_ADDRESS].p);
	mime_header_text(to, subject, false);
	buf_addc(to, '\n');
	mime_date(to);
	mime_message_id(to, span_skip(recipient, at == NULL ? 0 : (size_t)(at - recipient.p) + 1));
	buf_addf(to, "Auto-Submitted: auto-notified; owner-email=\"%s\"\n", recipient.p);
	add_importance(action->column[NOTIFY_IMPORTANCE], to);
	buf_add(to, SPAN("MIME-Version: 1.0\n"));
	mime_text_part(to, body.n == 0 ? subject : body);
}

static void
say(int level, const struct action *action, const char *what, const char *why)
{
	char address[128];

	log_line(level, "notify=%s address=%s%s%s", what,
		 show_escaped(action->column[NOTIFY_ADDRESS], address, sizeof address),
		 why[0] == '\0' ? "" : " ", why);
}

static int
send_mail(const struct conf *conf, const struct delivery *delivery, const struct action *action,
	  struct err *err)
{
	const struct sendmail sendmail = sendmail_of(conf, delivery);
	struct buf mail;

	buf_init(&mail, BYTES_MAX);
	write_mail(delivery, action, &mail);
	const struct content content = {buf_span(&mail), -1, 0};
	int result = mail.full ? err_set(err, "it is too long")
			       : sendmail_run(&sendmail, sender_of(delivery, action),
					      action->column[NOTIFY_ADDRESS].p, &content, err);
	buf_free(&mail);
	return result;
}

/*
 * Writes down that this is told now: once, or not at all. A word why it is not;
 * NULL: it is.
 */
static const char *
write_down(const struct delivery *delivery, const struct message *message,
	   const struct action *action, struct err *err)
{
	const char *why = NULL;
	struct memory_key key;
	struct memory memory;

	memory_key_init(&key);
	memory_key_add(&key, action->column[NOTIFY_ADDRESS]);
	memory_key_add(&key, action->column[NOTIFY_TEXT]);
	memory_key_add(&key, message->header);
	memory_key_add(&key, message->rest);
	if (memory_open(&memory, delivery, "notify", true, err) != 0)
		return "cannot-remember";
	if (memory_find(&memory, &key) != NULL) {
		why = "told-before";
	} else {
		memory_put(&memory, &key, REMEMBERED);
		why = memory_save(&memory, err) == 0 ? NULL : "cannot-remember";
	}
	memory_close(&memory);
	return why;
}

void
notify_send(const struct conf *conf, const struct delivery *delivery, const struct message *message,
	    const struct action *action)
{
	const char *why = silence(delivery, message, action);
	struct err err = {""};

	if (why == NULL)
		why = write_down(delivery, message, action, &err);
	if (why != NULL) {
		say(err.why[0] == '\0' ? LOG_DEBUG : LOG_WARNING, action, why, err.why);
		return;
	}
	int result = send_mail(conf, delivery, action, &err);
	say(result == 0 ? LOG_INFO : LOG_WARNING, action, result == 0 ? "sent" : "failed", err.why);
}
