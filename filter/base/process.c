#include "config.h"

#include "filter/base/clock.h"
#include "filter/base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * seconds for a killed program to go: one in an uninterruptible wait is left
 * behind
 */
#define LAST_WAIT 1

int
process_pipe(int ends[2], int ours)
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	return fcntl(ends[ours], F_SETFL, O_NONBLOCK);
}

void
process_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* The descriptors to copy from: none of them is a number that is copied to. */
static int
move_away(const int *fd, size_t n, int from[PROCESS_FDS_MAX])
{
	for (size_t i = 0; i < n; i++) {
		from[i] = fd[i] >= (int)n ? fd[i] : fcntl(fd[i], F_DUPFD_CLOEXEC, (int)n);
		if (from[i] < 0)
			return -1;
	}
	return 0;
}

static int
set_signals(posix_spawnattr_t *attributes)
{
	sigset_t set;

	sigfillset(&set);
	if (posix_spawnattr_setsigdefault(attributes, &set) != 0)
		return -1;
	sigemptyset(&set);
	if (posix_spawnattr_setsigmask(attributes, &set) != 0)
		return -1;
	return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

static int
set_descriptors(posix_spawn_file_actions_t *actions, const int *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (posix_spawn_file_actions_adddup2(actions, from[i], (int)i) != 0)
			return -1;
#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
	return posix_spawn_file_actions_addclosefrom_np(actions, (int)n);
#else
	return 0; /* all of ours are close-on-exec */
#endif
}

/* What is to be started, with the descriptors to copy from. */
struct start {
	const char *program;
	char *const *argv, *const *envp;
	int from[PROCESS_FDS_MAX];
	size_t n;
};

/* 0 or an errno. */
static int
start_by_spawn(const struct start *start, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int status = ENOMEM;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return status;
	if (posix_spawnattr_init(&attributes) == 0) {
		if (set_descriptors(&actions, start->from, start->n) == 0 &&
		    set_signals(&attributes) == 0)
			status = posix_spawn(pid, start->program, &actions, &attributes,
					     start->argv, start->envp);
		(void)posix_spawnattr_destroy(&attributes);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return status;
}

/* In the child, with all signals blocked: returns only what went wrong. */
static int
become(const struct start *start)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		(void)sigaction(number, &action, NULL);
	for (size_t i = 0; i < start->n; i++)
		if (dup2(start->from[i], (int)i) < 0)
			return errno;
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	/* All of ours that are left are close-on-exec. */
	(void)execve(start->program, start->argv, start->envp);
	return errno;
}

/*
 * What posix_spawn() does, for where a filter of system calls refuses its
 * clone3 or clone with CLONE_VFORK. 0 or an errno; the child tells its own over
 * a pipe.
 */
static int
start_by_fork(const struct start *start, pid_t *pid)
{
	int ends[2], status = 0;
	sigset_t all, old;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	/* out of the way of the numbers that are copied to */
	int tell = fcntl(ends[1], F_DUPFD_CLOEXEC, PROCESS_FDS_MAX);
	sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &old);
	*pid = tell < 0 ? -1 : fork();
	if (*pid < 0)
		status = errno;
	if (*pid == 0) {
		status = become(start);
		_exit(write(tell, &status, sizeof status) == sizeof status ? 127 : 126);
	}
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	process_close(&tell);
	process_close(&ends[1]);
	if (*pid > 0 && read(ends[0], &status, sizeof status) == sizeof status)
		process_kill(*pid);
	process_close(&ends[0]);
	return status;
}

int
process_start(const char *program, char *const argv[], char *const envp[], const int *fd, size_t n,
	      pid_t *pid, struct err *err)
{
	struct start start = {.program = program, .argv = argv, .envp = envp, .n = n};
	int status;

	if (n > PROCESS_FDS_MAX)
		return err_set(err, "%s: %zu descriptors are too many, at most %d", program, n,
			       PROCESS_FDS_MAX);
	for (size_t i = 0; i < n; i++)
		start.from[i] = fd[i];
	if (move_away(fd, n, start.from) != 0)
		status = errno;
	else if ((status = start_by_spawn(&start, pid)) != 0)
		status = start_by_fork(&start, pid);
	for (size_t i = 0; i < n; i++)
		if (start.from[i] != fd[i] && start.from[i] >= 0)
			(void)close(start.from[i]);
	return status == 0 ? 0
			   : err_set(err, "%s: cannot be started: %s", program, strerror(status));
}

/*
 * A descriptor that is readable once pid has ended; -1 where the kernel has
 * none (before Linux 5.3).
 */
static int
open_pid(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	(void)pid;
	return -1;
#endif
}

static bool
ended(pid_t pid, int *status)
{
	return waitpid(pid, status, WNOHANG) == pid;
}

/* Has it ended before the deadline? */
static bool
wait_until(pid_t pid, int64_t deadline, int *status)
{
	bool gone = ended(pid, status);
	int pidfd = gone ? -1 : open_pid(pid);
	struct pollfd pollfd = {.fd = pidfd, .events = POLLIN};

	for (int left; !gone && (left = clock_left(deadline)) > 0;) {
		(void)poll(&pollfd, 1, pidfd < 0 ? 1 : left);
		gone = ended(pid, status);
	}
	process_close(&pidfd);
	return gone;
}

int
process_wait(pid_t pid, int64_t deadline, int *status)
{
	if (wait_until(pid, deadline, status))
		return 0;
	process_kill(pid);
	return -1;
}

void
process_kill(pid_t pid)
{
	int status;

	(void)kill(pid, SIGKILL);
	(void)wait_until(pid, clock_ms() + LAST_WAIT * 1000, &status);
}
