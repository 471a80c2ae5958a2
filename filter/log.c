#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/*
 * The protocol of syslog(3), but over a socket that never blocks: a log daemon that hangs must not keep mail waiting, and a line that it does not take is lost.
 */
#define LINE_MAX_BYTES 1024

static int facility = LOG_MAIL;
static int level = LOG_INFO;
static bool on_stderr;
static int log_fd = -1;

void
log_configure(int new_facility, int new_level, bool new_on_stderr)
{
	facility = new_facility;
	level = new_level;
	on_stderr = new_on_stderr;
}

static void
send_line(const char *line, size_t n)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};

	if (log_fd == -1) {
		log_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (log_fd >= 0 && connect(log_fd, (struct sockaddr *)&to, sizeof to) != 0) {
			(void)close(log_fd);
			log_fd = -2; /* nobody listens: do not ask again */
		}
	}
	if (log_fd >= 0)
		(void)send(log_fd, line, n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void
log_line(int line_level, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	time_t now = time(NULL);
	struct tm tm;
	va_list ap;
	int head, n;

	if (line_level > level)
		return;
	head = snprintf(line, sizeof line, "<%d>", facility | line_level);
	if (gmtime_r(&now, &tm) != NULL)
		head += (int)strftime(line + head, sizeof line - (size_t)head, "%b %e %T ", &tm);
	head += snprintf(line + head, sizeof line - (size_t)head, "spamcop-filter[%d]: ", (int)getpid());
	va_start(ap, format);
	n = vsnprintf(line + head, sizeof line - (size_t)head - 1, format, ap);
	va_end(ap);
	if (n < 0)
		return;
	size_t length = strlen(line);
	send_line(line, length);
	if (on_stderr) {
		static const char name[] = "spamcop-filter: "; /* one write, and never a digit at the beginning of a line */
		line[length] = '\n';
		memcpy(line + head - (int)sizeof name + 1, name, sizeof name - 1);
		if (write(STDERR_FILENO, line + head - (int)sizeof name + 1, length + 1 - (size_t)head + sizeof name - 1) < 0)
			return;
	}
}

char *
log_escape(struct span text, char *to, size_t size)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool plain = c >= ' ' && c <= '~' && c != '\\';

		if (n + (plain ? 1 : 4) >= size)
			break;
		if (plain) {
			to[n++] = (char)c;
			continue;
		}
		to[n++] = '\\';
		to[n++] = 'x';
		to[n++] = hex[c >> 4];
		to[n++] = hex[c & 15];
	}
	to[n] = '\0';
	return to;
}
