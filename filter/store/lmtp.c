#include "filter/store/lmtp.h"
#include "filter/store/lmtp_session.h"
#include "filter/base/log.h"
#include "filter/message/host.h"
#include "filter/base/clock.h"
#include "filter/base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define PIECE          (32U << 10) /* bytes of the message stuffed at a time */
#define PATH_MAX_BYTES 1000        /* of an address */
#define PATH_SIZE      (2 * PATH_MAX_BYTES + 3)

bool
lmtp_reply_line(struct span line, int *code, bool *last)
{
	if (line.n < 3 || line.n > LMTP_LINE_MAX || line.p[0] < '2' || line.p[0] > '5')
		return false;
	for (size_t i = 1; i < 3; i++)
		if (line.p[i] < '0' || line.p[i] > '9')
			return false;
	if (line.n > 3 && line.p[3] != ' ' && line.p[3] != '-')
		return false;
	*code = (line.p[0] - '0') * 100 + (line.p[1] - '0') * 10 + (line.p[2] - '0');
	*last = line.n == 3 || line.p[3] == ' ';
	return true;
}

size_t
lmtp_stuff(struct lmtp_stuffing *stuffing, struct span in, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];

		if (c == '.' && !stuffing->in_line)
			out[n++] = '.';
		if (c == '\n' && !stuffing->cr)
			out[n++] = '\r';
		out[n++] = c;
		stuffing->in_line = c != '\n';
		stuffing->cr = c == '\r';
	}
	return n;
}

/* ---- addresses in commands */

static const char no_sender[] = "";

/*
 * Nothing that could end the command or the path (RFC 5321 4.1.2); < and > and
 * space only inside a quoted local part.
 */
static bool
is_path(const char *address)
{
	bool quoted = false;
	size_t n = strlen(address);

	for (const char *c = address; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == 127)
			return false;
		if (quoted && *c == '\\' && c[1] != '\0')
			c++;
		else if (*c == '"')
			quoted = !quoted;
		else if (!quoted && (*c == '<' || *c == '>' || *c == ' '))
			return false;
	}
	return !quoted && n <= PATH_MAX_BYTES;
}

/*
 * The address as a path has it: the local part is quoted where a mail system
 * has taken the quotes away (pipe(8) of Postfix without its flag q). NULL: it
 * cannot be one.
 */
static const char *
path_of(const char *address, char to[PATH_SIZE])
{
	const char *at = strrchr(address, '@');
	size_t local = at == NULL ? strlen(address) : (size_t)(at - address), n = 0;

	if (is_path(address))
		return address;
	if (strlen(address) > PATH_MAX_BYTES)
		return NULL;
	to[n++] = '"';
	for (size_t i = 0; i < local; i++) {
		if (address[i] == '"' || address[i] == '\\')
			to[n++] = '\\';
		to[n++] = address[i];
	}
	to[n++] = '"';
	(void)snprintf(to + n, PATH_SIZE - n, "%s", address + local);
	return is_path(to) ? to : NULL;
}

/* ---- the conversation */

/*
 * A command and its reply, which has to be of the given class; *code is set
 * where there is a reply.
 */
static int
expect(struct lmtp_session *session, const char *what, int class, int *code, struct err *err)
{
	char text[160];

	if (lmtp_reply(session, what, code, text, sizeof text, err) != 0)
		return -1;
	if (*code / 100 != class)
		return err_set(err, "LMTP: %s was answered with: %s", what, text);
	return 0;
}

static int
greet(struct lmtp_session *session, struct err *err)
{
	char command[320], host[HOST_NAME_MAX_BYTES];
	int code;

	if (expect(session, "the connection", 2, &code, err) != 0)
		return -1;
	(void)snprintf(command, sizeof command, "LHLO %s\r\n", host_name(host));
	return lmtp_write(session, span_of(command), err) != 0
		       ? -1
		       : expect(session, "LHLO", 2, &code, err);
}

/*
 * MAIL, RCPT and DATA: in one write where the server offers that, and every
 * reply is read and judged.
 */
static enum lmtp_result
envelope(struct lmtp_session *session, const struct lmtp *lmtp, bool *sender_refused,
	 struct err *err)
{
	static const struct {
		const char *what;
		int class;
	} steps[] = {{"MAIL FROM", 2}, {"RCPT TO", 2}, {"DATA", 3}};
	char command[3][1100];
	const char *sender = span_is_ascii(span_of(lmtp->sender)) || session->smtputf8
				     ? lmtp->sender
				     : no_sender;
	bool utf8 = session->smtputf8 &&
		    !(span_is_ascii(span_of(sender)) && span_is_ascii(span_of(lmtp->recipient)));
	int code = 0;

	(void)snprintf(command[0], sizeof command[0], "MAIL FROM:<%s>%s%s\r\n", sender,
		       session->eightbit ? " BODY=8BITMIME" : "", utf8 ? " SMTPUTF8" : "");
	(void)snprintf(command[1], sizeof command[1], "RCPT TO:<%s>\r\n", lmtp->recipient);
	(void)snprintf(command[2], sizeof command[2], "DATA\r\n");
	for (int i = 0; session->pipelining && i < 3; i++)
		if (lmtp_write(session, span_of(command[i]), err) != 0)
			return LMTP_FAILED;
	for (int i = 0; i < 3; i++) {
		if (!session->pipelining && lmtp_write(session, span_of(command[i]), err) != 0)
			return LMTP_FAILED;
		if (expect(session, steps[i].what, steps[i].class, &code, err) == 0)
			continue;
		*sender_refused = i == 0 && code / 100 == 5 && sender[0] != '\0';
		return i == 1 && code / 100 == 5 ? LMTP_UNKNOWN : LMTP_FAILED;
	}
	return LMTP_TAKEN;
}

static int
send_stuffed(struct lmtp_session *session, struct lmtp_stuffing *stuffing, struct span bytes,
	     struct err *err)
{
	static char out[2 * PIECE];

	while (bytes.n > 0) {
		struct span piece = {bytes.p, bytes.n > PIECE ? PIECE : bytes.n};
		size_t n = lmtp_stuff(stuffing, piece, out);

		if (lmtp_write(session, (struct span){out, n}, err) != 0)
			return -1;
		bytes = span_skip(bytes, piece.n);
	}
	return 0;
}

static int
send_message(struct lmtp_session *session, const struct content *content, struct err *err)
{
	static char in[PIECE];
	struct lmtp_stuffing stuffing = {false, false};
	off_t at = content->from;

	if (send_stuffed(session, &stuffing, content->head, err) != 0)
		return -1;
	for (;;) {
		ssize_t n = pread(content->fd, in, sizeof in, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, "reading the spool: %s", strerror(errno));
		if (n == 0)
			break;
		if (send_stuffed(session, &stuffing, (struct span){in, (size_t)n}, err) != 0)
			return -1;
		at += n;
	}
	return stuffing.in_line ? lmtp_write(session, SPAN("\r\n"), err) : 0;
}

static enum lmtp_result
converse(struct lmtp_session *session, const struct lmtp *lmtp, const struct content *content,
	 bool *sender_refused, struct err *err)
{
	int code;

	if (greet(session, err) != 0)
		return LMTP_FAILED;
	enum lmtp_result result = envelope(session, lmtp, sender_refused, err);
	if (result != LMTP_TAKEN)
		return result;
	if (send_message(session, content, err) != 0)
		return LMTP_FAILED;
	/*
	 * What came before the end of the data is no answer to it, whatever it
	 * says.
	 */
	if (lmtp_spoke(session))
		return (void)err_set(err,
				     "LMTP: the server answered before the end of the message"),
		       LMTP_FAILED;
	if (lmtp_write(session, SPAN(".\r\n"), err) != 0 || lmtp_flush(session, err) != 0)
		return LMTP_FAILED;
	session->patient = true;
	return expect(session, "the message", 2, &code, err) == 0 ? LMTP_TAKEN : LMTP_FAILED;
}

enum lmtp_result
lmtp_send(const struct lmtp *lmtp, const struct content *content, struct err *err)
{
	struct lmtp clean = *lmtp;
	static struct lmtp_session session;
	char sender[PATH_SIZE], recipient[PATH_SIZE];
	int64_t until = clock_ms() + (int64_t)(lmtp->limit * 1000);

	clean.sender = lmtp->sender == NULL || lmtp->sender[0] == '\0' ||
				       !utf8_valid(span_of(lmtp->sender))
			       ? NULL
			       : path_of(lmtp->sender, sender);
	if (clean.sender == NULL)
		clean.sender = no_sender;
	clean.recipient = lmtp->recipient == NULL || lmtp->recipient[0] == '\0'
				  ? NULL
				  : path_of(lmtp->recipient, recipient);
	if (clean.recipient == NULL)
		return (void)err_set(err, "LMTP: the recipient is not known; expected -a ADDRESS"),
		       LMTP_FAILED;
	for (;;) {
		double left = (double)(until - clock_ms()) / 1000;
		bool sender_refused = false;

		if (lmtp_connect(&session, lmtp->mailbox, left, err) != 0)
			return LMTP_FAILED;
		enum lmtp_result result = converse(&session, &clean, content, &sender_refused, err);
		lmtp_quit(&session);
		if (!sender_refused)
			return result;
		clean.sender = no_sender; /* who sent it matters less than that it arrives */
	}
}
