#include "filter/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/*
 * The protocol of syslog(3), but over a socket that never blocks: a log daemon
 * that hangs must not keep mail waiting, and a line that it does not take is
 * lost.
 */
#define LINE_MAX_BYTES 2048 /* RFC 5424 6.1: what receivers should be able to take */

static int facility = LOG_MAIL;
static int level = LOG_INFO;
static bool on_stderr;
static int log_fd = -1;
static bool log_stream; /* each line ends with a NUL there, as syslog(3) does it */

void
log_configure(int new_facility, int new_level, bool new_on_stderr)
{
	facility = new_facility;
	level = new_level;
	on_stderr = new_on_stderr;
}

/* A descriptor; -1 and errno. */
static int
open_log(int type)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};

	/* In a container nobody listens: no socket is made to learn that. */
	if (access(to.sun_path, F_OK) != 0)
		return -1;
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
		int error = errno;

		(void)close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

/* Is there somebody to send lines to? */
static bool
connected(void)
{
	if (log_fd == -1)
		log_fd = open_log(SOCK_DGRAM);
	if (log_fd == -1 && errno == EPROTOTYPE) {
		log_fd = open_log(SOCK_STREAM);
		log_stream = true;
	}
	if (log_fd == -1)
		log_fd = -2; /* nobody listens: do not ask again */
	return log_fd >= 0;
}

void
log_ready(void)
{
	if (connected())
		tzset();
}

static void
send_line(int line_level, const char *text)
{
	char line[LINE_MAX_BYTES + 64], stamp[32] = "";
	time_t now = time(NULL);
	struct tm tm;

	if (localtime_r(&now, &tm) != NULL)
		(void)strftime(stamp, sizeof stamp, "%b %e %T ", &tm);
	int n = snprintf(line, sizeof line, "<%d>%sspamcop-filter[%d]: %s", facility | line_level,
			 stamp, (int)getpid(), text);
	if (n <= 0)
		return;
	size_t size = ((size_t)n < sizeof line ? (size_t)n : sizeof line - 1) + log_stream;
	ssize_t sent = send(log_fd, line, size, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (log_stream && sent != (ssize_t)size) { /* half a line would spoil the next one */
		(void)close(log_fd);
		log_fd = -2;
	}
}

bool
log_is_on(int line_level)
{
	return line_level <= level && (on_stderr || connected());
}

void
log_line(int line_level, const char *format, ...)
{
	char text[LINE_MAX_BYTES];
	va_list ap;

	if (!log_is_on(line_level))
		return;
	va_start(ap, format);
	int n = vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (n < 0)
		return;
	if (connected())
		send_line(line_level, text);
	/*
	 * our name first: a caller must never see a digit at the beginning of a
	 * line
	 */
	if (on_stderr)
		(void)fprintf(stderr, "spamcop-filter: %s\n", text);
}
