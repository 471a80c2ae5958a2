/*
 * log.h: what a log daemon gets over either kind of socket, and when that ends.
 */
#include "filter/base/log.h"
#include "unit.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/test_log.XXXXXX";
static struct sockaddr_un daemon_at = {.sun_family = AF_UNIX};
static int looked, asked;

/* In place of the C library's, both: /dev/log is ours. */
int
access(const char *path, int mode)
{
	assert_string_equal(path, "/dev/log");
	looked++;
	return (int)syscall(SYS_faccessat, AT_FDCWD, daemon_at.sun_path, mode);
}

int
connect(int fd, const struct sockaddr *to, socklen_t size)
{
	assert_true(size == sizeof daemon_at);
	assert_string_equal(((const struct sockaddr_un *)to)->sun_path, "/dev/log");
	asked++;
	return (int)syscall(SYS_connect, fd, &daemon_at, sizeof daemon_at);
}

static int
enter(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return 1;
	(void)snprintf(daemon_at.sun_path, sizeof daemon_at.sun_path, "%s/log", folder);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	return rmdir(folder);
}

static int
daemon_start(int type)
{
	int fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&daemon_at, sizeof daemon_at), 0);
	assert_true(type != SOCK_STREAM || listen(fd, 5) == 0);
	return fd;
}

static void
daemon_stop(int fd)
{
	close(fd);
	assert_int_equal(unlink(daemon_at.sun_path), 0);
}

/* One process is connected once: each test has one of its own. */
static void
apart(void (*test)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		test();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* "<PRIORITY>Mon DD HH:MM:SS spamcop-filter[PID]: TEXT" (RFC 3164). */
static void
assert_line(const char *line, int priority, const char *text)
{
	char want[64];
	const char *name = strchr(line, '>');

	(void)snprintf(want, sizeof want, "<%d>", priority);
	assert_memory_equal(line, want, strlen(want));
	assert_non_null(name);
	assert_int_equal(strspn(name + 1 + 3, " 0123456789:"), 13);
	(void)snprintf(want, sizeof want, "spamcop-filter[%d]: ", (int)getpid());
	assert_memory_equal(name + 1 + 16, want, strlen(want));
	assert_string_equal(name + 1 + 16 + strlen(want), text);
}

/* The next datagram; "" where there is none. */
static const char *
received(int fd)
{
	static char bytes[8192];
	ssize_t n = read(fd, bytes, sizeof bytes - 1);

	bytes[n < 0 ? 0 : n] = '\0';
	return bytes;
}

static void
by_datagram(void)
{
	int fd = daemon_start(SOCK_DGRAM), sent = 0, left = 0;

	log_line(LOG_INFO, "one %d", 1);
	assert_line(received(fd), LOG_MAIL | LOG_INFO, "one 1");
	log_line(LOG_DEBUG, "not at this level");
	assert_string_equal(received(fd), "");
	log_configure(LOG_LOCAL0, LOG_DEBUG, false);
	log_line(LOG_DEBUG, "at this one");
	assert_line(received(fd), LOG_LOCAL0 | LOG_DEBUG, "at this one");
	/*
	 * What it does not take is lost, and nobody waits for it; what comes
	 * later goes on.
	 */
	for (; sent < 5000; sent++)
		log_line(LOG_INFO, "%02000d", sent);
	while (received(fd)[0] != '\0')
		left++;
	assert_true(left > 0 && left < sent);
	log_line(LOG_INFO, "later");
	assert_line(received(fd), LOG_LOCAL0 | LOG_INFO, "later");
	assert_int_equal(asked, 1);
	daemon_stop(fd);
}

static void
by_stream(void)
{
	char bytes[8192];
	int listener = daemon_start(SOCK_STREAM);

	log_line(LOG_INFO, "one");
	log_line(LOG_ERR, "two");
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	assert_true(fd >= 0);
	/* each ends with a NUL */
	ssize_t n = read(fd, bytes, sizeof bytes);
	assert_true(n > 0 && bytes[n - 1] == '\0');
	assert_line(bytes, LOG_MAIL | LOG_INFO, "one");
	size_t first = strlen(bytes) + 1;
	assert_line(bytes + first, LOG_MAIL | LOG_ERR, "two");
	assert_int_equal(first + strlen(bytes + first) + 1, n);
	/* Half a line is the last one. */
	for (int i = 0; i < 5000; i++)
		log_line(LOG_INFO, "%02000d", i);
	while ((n = read(fd, bytes, sizeof bytes)) > 0)
		;
	assert_int_equal(n, 0);
	log_line(LOG_INFO, "later");
	assert_int_equal(accept4(listener, NULL, NULL, SOCK_CLOEXEC), -1);
	assert_int_equal(asked, 2); /* the first one for datagrams */
	close(fd);
	daemon_stop(listener);
}

static void
by_nobody(void)
{
	assert_false(log_is_on(LOG_ERR));
	log_line(LOG_ERR, "lost");
	log_ready();
	assert_int_equal(looked, 1);
	assert_int_equal(asked, 0);
	log_configure(LOG_MAIL, LOG_INFO, true);
	assert_true(log_is_on(LOG_INFO));
	assert_false(log_is_on(LOG_DEBUG));
}

static void
test_datagram(void **state)
{
	(void)state;
	apart(by_datagram);
}

static void
test_stream(void **state)
{
	(void)state;
	apart(by_stream);
}

static void
test_nobody(void **state)
{
	(void)state;
	apart(by_nobody);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_datagram),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_nobody),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
