#include "filter/store/lmtp_session.h"
#include "filter/base/log.h"
#include "filter/base/show.h"
#include "filter/base/clock.h"
#include "filter/base/process.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* Waits for the descriptor until then. 1 ready, 0 too late, -1 errno. */
static int
wait_until(int fd, short events, int64_t until)
{
	for (;;) {
		struct pollfd poll_fd = {.fd = fd, .events = events};
		int64_t left = until - clock_ms();

		if (left <= 0)
			return 0;
		int got = poll(&poll_fd, 1, left > 1000000 ? 1000000 : (int)left);
		if (got != 0 && !(got < 0 && errno == EINTR))
			return got;
	}
}

/* ---- connecting */

/* Connects a socket that does not block. -1 and errno. */
static int
connect_one(int family, const struct sockaddr *to, socklen_t length, int64_t until)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = 0, got;
	socklen_t size = sizeof error;

	if (fd < 0)
		return -1;
	while ((got = connect(fd, to, length)) != 0 && errno == EAGAIN && family == AF_UNIX &&
	       clock_ms() < until)
		/* the server's queue is full; nothing tells when it is not */
		(void)poll(NULL, 0, 20);
	if (got != 0 && (errno == EINPROGRESS || errno == EINTR)) {
		got = wait_until(fd, POLLOUT, until);
		error = got == 0 ? ETIMEDOUT : got < 0 ? errno : 0;
		if (got > 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
			error = errno;
	} else if (got != 0) {
		error = errno;
	}
	if (error == 0)
		return fd;
	(void)close(fd);
	errno = error;
	return -1;
}

static int
connect_unix(const char *path, int64_t until, struct err *err)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof to.sun_path)
		return err_set(err, "LMTP: the path of the socket is too long: %.120s", path);
	memcpy(to.sun_path, path, strlen(path) + 1);
	int fd = connect_one(AF_UNIX, (const struct sockaddr *)&to, sizeof to, until);
	return fd < 0 ? err_set(err, "LMTP: %.120s: %s", path, strerror(errno)) : fd;
}

/* HOST:PORT or [IPv6]:PORT. */
static bool
divide_host(const char *text, char host[256], char port[16])
{
	const char *colon = strrchr(text, ':');
	const char *end = colon;

	if (colon == NULL || colon == text || colon[1] == '\0' || strlen(colon + 1) >= 16)
		return false;
	if (text[0] == '[' && end[-1] == ']') {
		text++;
		end--;
	}
	if (end <= text || end - text >= 256)
		return false;
	memcpy(host, text, (size_t)(end - text));
	host[end - text] = '\0';
	memcpy(port, colon + 1, strlen(colon + 1) + 1);
	return true;
}

/* The guard ends us with 75 at the alarm: nothing else bounds the resolver. */
static int
resolve(const char *host, const char *port, double limit, struct addrinfo **list)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV};
	const struct addrinfo numeric = {.ai_socktype = SOCK_STREAM,
					 .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};

	if (getaddrinfo(host, port, &numeric, list) == 0)
		return 0;
	(void)alarm((unsigned)limit + 1);
	int got = getaddrinfo(host, port, &hints, list);
	(void)alarm(0);
	return got;
}

static int
connect_tcp(const char *where, int64_t until, double limit, struct err *err)
{
	char host[256], port[16];
	struct addrinfo *list;
	int fd = -1;

	if (!divide_host(where, host, port))
		return err_set(err, "LMTP: %.200s: expected HOST:PORT", where);
	int got = resolve(host, port, limit, &list);
	if (got != 0)
		return err_set(err, "LMTP: %.200s: %s", where, gai_strerror(got));
	errno = EADDRNOTAVAIL;
	size_t n = 0;
	for (const struct addrinfo *one = list; one != NULL; one = one->ai_next)
		n++;
	/*
	 * a share of the time each: one that does not answer leaves some to the
	 * others
	 */
	for (const struct addrinfo *one = list; one != NULL && fd < 0; one = one->ai_next, n--) {
		int64_t now = clock_ms();

		fd = connect_one(one->ai_family, one->ai_addr, one->ai_addrlen,
				 now + (until - now) / (int64_t)n);
	}
	int error = errno;
	freeaddrinfo(list);
	return fd < 0 ? err_set(err, "LMTP: %.200s: %s", where, strerror(error)) : fd;
}

int
lmtp_connect(struct lmtp_session *session, const struct mailbox *mailbox, double limit,
	     struct err *err)
{
	int64_t until;

	*session =
		(struct lmtp_session){.fd = -1, .deadline = clock_ms() + (int64_t)(limit * 1000)};
	until = clock_ms() + LMTP_REPLY_LIMIT * 1000;
	if (until > session->deadline)
		until = session->deadline;
	session->fd = mailbox->kind == MAILBOX_LMTP_UNIX
			      ? connect_unix(mailbox->path, until, err)
			      : connect_tcp(mailbox->path, until, limit, err);
	return session->fd < 0 ? -1 : 0;
}

/* ---- writing */

static int
write_bytes(struct lmtp_session *session, struct span bytes, struct err *err)
{
	while (bytes.n > 0) {
		ssize_t n = send(session->fd, bytes.p, bytes.n, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			int64_t until = clock_ms() + LMTP_REPLY_LIMIT * 1000;

			if (wait_until(session->fd, POLLOUT,
				       until < session->deadline ? until : session->deadline) > 0)
				continue;
			return err_set(err, "LMTP: the server does not read on");
		}
		if (n < 0)
			return err_set(err, "LMTP: the connection broke: %s", strerror(errno));
		bytes = span_skip(bytes, (size_t)n);
	}
	return 0;
}

int
lmtp_flush(struct lmtp_session *session, struct err *err)
{
	size_t n = session->out_n;

	session->out_n = 0;
	return write_bytes(session, (struct span){session->out, n}, err);
}

int
lmtp_write(struct lmtp_session *session, struct span bytes, struct err *err)
{
	if (bytes.n > sizeof session->out - session->out_n && lmtp_flush(session, err) != 0)
		return -1;
	if (bytes.n > sizeof session->out)
		return write_bytes(session, bytes, err);
	memcpy(session->out + session->out_n, bytes.p, bytes.n);
	session->out_n += bytes.n;
	return 0;
}

/* ---- reading */

/* More bytes behind those that are there. */
static int
read_more(struct lmtp_session *session, const char *what, int64_t until, struct err *err)
{
	if (session->in_at > 0) {
		memmove(session->in, session->in + session->in_at, session->in_n - session->in_at);
		session->in_n -= session->in_at;
		session->in_at = 0;
	}
	if (session->in_n == sizeof session->in)
		return err_set(err, "LMTP: the answer to %s has a line of more than %d bytes", what,
			       LMTP_LINE_MAX);
	for (;;) {
		int ready = wait_until(session->fd, POLLIN, until);

		if (ready == 0)
			return err_set(err, "LMTP: no answer to %s in time", what);
		ssize_t n = ready < 0 ? -1
				      : recv(session->fd, session->in + session->in_n,
					     sizeof session->in - session->in_n, 0);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			return err_set(err, "LMTP: no answer to %s: %s", what,
				       n == 0 ? "the server closed the connection"
					      : strerror(errno));
		session->in_n += (size_t)n;
		return 0;
	}
}

static int
read_line(struct lmtp_session *session, const char *what, int64_t until, struct span *line,
	  struct err *err)
{
	for (;;) {
		const char *from = session->in + session->in_at;
		const char *lf = memchr(from, '\n', session->in_n - session->in_at);

		if (lf == NULL) {
			if (read_more(session, what, until, err) != 0)
				return -1;
			continue;
		}
		*line = (struct span){from, (size_t)(lf - from)};
		session->in_at += line->n + 1;
		if (line->n > 0 && line->p[line->n - 1] == '\r')
			line->n--;
		return 0;
	}
}

static void
note_extension(struct lmtp_session *session, struct span line)
{
	struct span word = span_trim(span_skip(line, 4));

	session->pipelining = session->pipelining || span_equal_case(word, SPAN("PIPELINING"));
	session->eightbit = session->eightbit || span_equal_case(word, SPAN("8BITMIME"));
	session->smtputf8 = session->smtputf8 || span_equal_case(word, SPAN("SMTPUTF8"));
}

int
lmtp_reply(struct lmtp_session *session, const char *what, int *code, char *text, size_t size,
	   struct err *err)
{
	int64_t until = clock_ms() + LMTP_REPLY_LIMIT * 1000;
	bool last = false, hello = strcmp(what, "LHLO") == 0;
	int this_code;
	struct span line;

	if (lmtp_flush(session, err) != 0)
		return -1;
	if (session->patient || until > session->deadline)
		until = session->deadline;
	*code = 0;
	for (int n = 0; !last; n++) {
		if (n == LMTP_REPLY_LINES)
			return err_set(err, "LMTP: the answer to %s has more than %d lines", what,
				       LMTP_REPLY_LINES);
		if (read_line(session, what, until, &line, err) != 0)
			return -1;
		(void)show_escaped(line, text, size);
		if (!lmtp_reply_line(line, &this_code, &last) || (*code != 0 && this_code != *code))
			return err_set(err, "LMTP: the answer to %s is no LMTP reply: %s", what,
				       text);
		*code = this_code;
		if (hello)
			note_extension(session, line);
	}
	return 0;
}

bool
lmtp_spoke(struct lmtp_session *session)
{
	struct pollfd poll_fd = {.fd = session->fd, .events = POLLIN};

	return session->in_at < session->in_n || poll(&poll_fd, 1, 0) > 0;
}

void
lmtp_quit(struct lmtp_session *session)
{
	(void)send(session->fd, "QUIT\r\n", 6, MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)close(session->fd);
	session->fd = -1;
}
