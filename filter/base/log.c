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

static struct {
	int facility, level;
	bool on_stderr;
	int fd;      /* -1: not asked for yet, -2: nobody listens */
	bool stream; /* each line ends with a NUL there, as syslog(3) does it */
} the_log = {.facility = LOG_MAIL, .level = LOG_INFO, .fd = -1};

void
log_configure(int facility, int level, bool on_stderr)
{
	the_log.facility = facility;
	the_log.level = level;
	the_log.on_stderr = on_stderr;
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
	if (the_log.fd == -1)
		the_log.fd = open_log(SOCK_DGRAM);
	if (the_log.fd == -1 && errno == EPROTOTYPE) {
		the_log.fd = open_log(SOCK_STREAM);
		the_log.stream = true;
	}
	if (the_log.fd == -1)
		the_log.fd = -2; /* nobody listens: do not ask again */
	return the_log.fd >= 0;
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
	int n = snprintf(line, sizeof line, "<%d>%sspamcop-filter[%d]: %s",
			 the_log.facility | line_level, stamp, (int)getpid(), text);
	if (n <= 0)
		return;
	size_t size = ((size_t)n < sizeof line ? (size_t)n : sizeof line - 1) + the_log.stream;
	ssize_t sent = send(the_log.fd, line, size, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (the_log.stream && sent != (ssize_t)size) { /* half a line would spoil the next one */
		(void)close(the_log.fd);
		the_log.fd = -2;
	}
}

bool
log_is_on(int line_level)
{
	return line_level <= the_log.level && (the_log.on_stderr || connected());
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
	if (the_log.on_stderr)
		(void)fprintf(stderr, "spamcop-filter: %s\n", text);
}
