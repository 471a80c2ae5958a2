#include "filter/send/vacation.h"

#include "filter/message/mime_out.h"
#include "filter/send/sendmail.h"

#define SUBJECT_MAX 400  /* bytes of the message's own subject that are repeated */
#define IDS_MAX     16   /* message identifiers in References */
#define ID_MAX      250  /* bytes of one */
#define TEXT_SIZE   8192 /* bytes of an unfolded field */

/*
 * The value of the first field of that name, unfolded; empty where there is
 * none.
 */
static struct span
first_value(const struct message *message, struct span name, char text[TEXT_SIZE])
{
	struct span value;

	return header_find(message->header, name, &value) ? header_unfold(value, text, TEXT_SIZE)
							  : SPAN("");
}

/*
 * The next <...@...> of value, which moves behind it; empty where there is no
 * more. Only what is printable and not too long.
 */
static struct span
next_id(struct span *value)
{
	while (value->n > 0) {
		size_t n = 1;

		if (value->p[0] == '<') {
			while (n < value->n && value->p[n] > ' ' && value->p[n] <= '~' &&
			       value->p[n] != '<' && value->p[n] != '>')
				n++;
			if (n < value->n && value->p[n] == '>' && n > 1 && n < ID_MAX) {
				struct span id = {value->p, n + 1};

				*value = span_skip(*value, n + 1);
				return id;
			}
		}
		*value = span_skip(*value, n);
	}
	return SPAN("");
}

/*
 * In-Reply-To and References, RFC 5322 3.6.4: the parent's References, or its
 * In-Reply-To, and its Message-ID. The first and the newest ones where there
 * are many.
 */
static void
add_references(const struct message *message, struct buf *to)
{
	static char own_text[TEXT_SIZE], text[TEXT_SIZE];
	struct span own = first_value(message, SPAN("Message-ID"), own_text), value, id[IDS_MAX];
	size_t n = 0;

	own = next_id(&own);
	if (own.n == 0)
		return;
	value = first_value(message, SPAN("References"), text);
	if (value.n == 0)
		value = first_value(message, SPAN("In-Reply-To"), text);
	for (struct span next = next_id(&value); next.n > 0; next = next_id(&value)) {
		if (n == IDS_MAX)
			memmove(&id[1], &id[2], (--n - 1) * sizeof id[0]);
		id[n++] = next;
	}
	buf_addf(to, "In-Reply-To: %.*s\nReferences:", (int)own.n, own.p);
	for (size_t i = 0; i < n; i++)
		buf_addf(to, " %.*s\n", (int)id[i].n, id[i].p);
	buf_addf(to, " %.*s\n", (int)own.n, own.p);
}

/* RFC 5230 5.2: the script's, else "Auto: " and the message's own. */
static void
add_subject(const struct message *message, const struct action *action, struct buf *to)
{
	static char text[TEXT_SIZE];
	struct span subject = span_trim(action->column[VACATION_SUBJECT]);

	buf_add(to, SPAN("Subject: "));
	if (subject.n > 0) {
		mime_header_text(to, subject, false);
	} else {
		subject = first_value(message, SPAN("Subject"), text);
		if (subject.n == 0 || subject.n > SUBJECT_MAX) {
			buf_add(to, SPAN("Automated reply"));
		} else {
			buf_add(to, SPAN("Auto: "));
			mime_header_text(to, subject, true);
		}
	}
	buf_addc(to, '\n');
}

/*
 * The script's :from where it is "ADDRESS" or "NAME <ADDRESS>", else the
 * recipient.
 */
static void
add_from(const struct delivery *delivery, const struct action *action, struct buf *to)
{
	struct span from = span_trim(action->column[VACATION_FROM]), name = SPAN(""),
		    address = from;
	const char *angle = from.n == 0 ? NULL : memrchr(from.p, '<', from.n);

	if (angle != NULL && from.p[from.n - 1] == '>') {
		name = span_trim((struct span){from.p, (size_t)(angle - from.p)});
		address = (struct span){angle + 1, from.n - (size_t)(angle - from.p) - 2};
	}
	if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = (struct span){name.p + 1, name.n - 2};
	if (!sendmail_is_address(address)) {
		name = SPAN("");
		address = span_of(delivery->envelope->recipient);
	}
	buf_add(to, SPAN("From: "));
	if (name.n > 0) {
		mime_phrase(to, name);
		buf_addc(to, ' ');
	}
	buf_addf(to, "<%.*s>\n", (int)address.n, address.p);
}

/* text without the CR of its line ends. */
static void
add_lines(struct buf *to, struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\r' || (i + 1 < text.n && text.p[i + 1] != '\n'))
			buf_addc(to, text.p[i]);
	if (text.n > 0 && text.p[text.n - 1] != '\n')
		buf_addc(to, '\n');
}

/*
 * The script's own MIME entity (:mime, RFC 5230 4.4): fields that describe
 * content and nothing else, an empty line, the content.
 */
static bool
add_mime(struct buf *to, struct span text)
{
	size_t at = 0;

	for (bool content = false; at < text.n;) {
		const char *lf = memchr(text.p + at, '\n', text.n - at);
		size_t n = lf == NULL ? text.n - at : (size_t)(lf - text.p) - at + 1;
		struct span line = span_trim((struct span){text.p + at, n}), raw = {text.p + at, n};
		bool folded = raw.p[0] == ' ' || raw.p[0] == '\t';

		at += n;
		if (line.n == 0)
			break;
		if (folded ? !content
			   : !span_starts_case(raw, SPAN("Content-")) &&
				     !span_starts_case(raw, SPAN("MIME-Version:")))
			return false;
		if (!folded)
			content = span_starts_case(raw, SPAN("Content-"));
		if (memchr(raw.p, ':', raw.n) == NULL && !folded)
			return false;
		if (content)
			add_lines(to, raw);
	}
	buf_addc(to, '\n');
	add_lines(to, span_skip(text, at));
	return true;
}

bool
vacation_reply(const struct delivery *delivery, const struct message *message,
	       const struct action *action, struct buf *reply)
{
	struct span recipient = span_of(delivery->envelope->recipient),
		    mime = action->column[VACATION_MIME], reason = action->column[VACATION_REASON];
	const char *at = memrchr(recipient.p, '@', recipient.n);
	bool good = true;

	add_from(delivery, action, reply);
	buf_addf(reply, "To: <%s>\n", delivery->envelope->sender);
	add_subject(message, action, reply);
	mime_date(reply);
	mime_message_id(reply,
			span_skip(recipient, at == NULL ? 0 : (size_t)(at - recipient.p) + 1));
	add_references(message, reply);
	buf_add(reply, SPAN("Auto-Submitted: auto-replied (vacation)\nMIME-Version: 1.0\n"));
	if (mime.n > 0 && !span_equal(mime, SPAN("0")))
		good = add_mime(reply, reason);
	else
		mime_text_part(reply, reason);
	return good && !reply->full;
}
