/*
 * process.h: exactly the descriptors that were asked for, however the program
 * is started, and no longer than until the deadline.
 */
#include "filter/base/clock.h"
#include "filter/base/process.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_MS 60000

static bool no_spawn;
static char *const no_environment[] = {NULL};

/* In place of the C library's: a container that refuses its system call. */
int
posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
	    const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
	if (no_spawn)
		return EPERM;
	return posix_spawnp(pid, path, actions, attributes, argv, envp);
}

/* The status of a shell command with these descriptors. */
static int
shell(const char *command, const int *fd, size_t n)
{
	char name[] = "sh", option[] = "-c", *text = strdup(command);
	char *const argv[] = {name, option, text, NULL};
	struct err err;
	int status;
	pid_t pid;

	if (process_start("/bin/sh", argv, no_environment, fd, n, &pid, &err) != 0)
		fail_msg("%s", err.why);
	assert_int_equal(process_wait(pid, clock_ms() + LONG_MS, &status), 0);
	assert_true(WIFEXITED(status));
	free(text);
	return WEXITSTATUS(status);
}

/* What is 0 becomes 2, and what is 2 becomes 0; 3 to 9 are closed. */
static void
test_descriptors(void **state)
{
	static const char command[] = "read -r one; read -r two <&2; echo \"$one $two\"; n=3\n"
				      "while [ $n -lt 10 ]; do\n"
				      "	if (: <&$n) 2>/dev/null; then exit $n; fi\n"
				      "	n=$((n + 1))\n"
				      "done";
	int in[2], other[2], out[2], keep[3], status = -1;
	char text[64];

	(void)state;
	for (int by_fork = 0; by_fork < 2; by_fork++) {
		no_spawn = by_fork;
		assert_int_equal(process_pipe(out, 0), 0);
		assert_int_equal(pipe2(in, O_CLOEXEC), 0);
		assert_int_equal(pipe2(other, O_CLOEXEC), 0);
		assert_int_equal(write(in[1], "first\n", 6), 6);
		assert_int_equal(write(other[1], "second\n", 7), 7);
		for (int i = 0; i < 3; i++)
			keep[i] = fcntl(i, F_DUPFD_CLOEXEC, 20);
		assert_int_equal(dup2(in[0], 2), 2);
		assert_int_equal(dup2(other[0], 0), 0);
		const int fd[] = {2, out[1], 0};
		status = shell(command, fd, 3);
		for (int i = 0; i < 3; i++) {
			assert_int_equal(dup2(keep[i], i), i);
			close(keep[i]);
		}
		assert_int_equal(status, 0);
		ssize_t n = read(out[0], text, sizeof text);
		assert_span("read", ((struct span){text, n < 0 ? 0 : (size_t)n}),
			    SPAN("first second\n"));
		for (int i = 0; i < 2; i++) {
			close(in[i]);
			close(other[i]);
			close(out[i]);
		}
	}
}

/* Signals that we ignore or block are neither in what we start. */
static void
test_signals(void **state)
{
	static const struct {
		const char *name;
		int number;
	} signals[] = {{"TERM", SIGTERM}, {"PIPE", SIGPIPE}, {"HUP", SIGHUP}};
	const int fd[] = {0, 1, 2};
	sigset_t set, old;

	(void)state;
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, &old);
	for (int by_fork = 0; by_fork < 2; by_fork++) {
		no_spawn = by_fork;
		for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
			char command[64];

			(void)snprintf(command, sizeof command,
				       "exec 2>&-; sh -c 'kill -%s $$'; exit $?", signals[i].name);
			assert_int_equal(shell(command, fd, 3), 128 + signals[i].number);
		}
	}
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
}

/* What cannot be started is told, and leaves no process behind. */
static void
test_not_started(void **state)
{
	char name[] = "x";
	char *const argv[] = {name, NULL};
	const int fd[PROCESS_FDS_MAX + 1] = {0};
	struct err err;
	pid_t pid;

	(void)state;
	for (int by_fork = 0; by_fork < 2; by_fork++) {
		no_spawn = by_fork;
		assert_int_equal(
			process_start("/no/such/program", argv, no_environment, fd, 1, &pid, &err),
			-1);
		assert_string_equal(err.why, "/no/such/program: cannot be started: "
					     "No such file or directory");
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		assert_int_equal(errno, ECHILD);
	}
	assert_int_equal(process_start("/bin/true", argv, no_environment, fd, PROCESS_FDS_MAX + 1,
				       &pid, &err),
			 -1);
	struct rlimit old, none;
	int ends[2];
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = (struct rlimit){0, old.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	int piped = process_pipe(ends, 0);
	int started = process_start("/bin/true", argv, no_environment, fd, 1, &pid, &err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(piped, -1);
	assert_int_equal(started, -1);
}

/* As many as may be, which are our lowest ones in the opposite order. */
static void
test_many(void **state)
{
	int fd[PROCESS_FDS_MAX];

	(void)state;
	for (int i = 0; i < PROCESS_FDS_MAX; i++)
		fd[i] = i < 3 ? 2 - i : 0;
	for (int by_fork = 0; by_fork < 2; by_fork++) {
		no_spawn = by_fork;
		assert_int_equal(shell("exit 9", fd, PROCESS_FDS_MAX), 9);
	}
}

/* Who does not end is killed at the deadline. */
static void
test_deadline(void **state)
{
	char name[] = "sleep", seconds[] = "600";
	char *const argv[] = {name, seconds, NULL};
	const int fd[] = {0, 1, 2};
	struct err err;
	int status;
	pid_t pid;

	(void)state;
	no_spawn = false;
	assert_int_equal(process_start("/bin/sleep", argv, no_environment, fd, 3, &pid, &err), 0);
	assert_int_equal(process_wait(pid, clock_ms() + 20, &status), -1);
	assert_int_equal(kill(pid, 0), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descriptors), cmocka_unit_test(test_signals),
		cmocka_unit_test(test_not_started), cmocka_unit_test(test_many),
		cmocka_unit_test(test_deadline),
	};

	/* of ours none is inherited, and guard.h has closed what others left */
	for (int fd = 3; fd < 256; fd++)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
