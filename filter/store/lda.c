#include "filter/store/lda.h"
#include "filter/base/log.h"
#include "filter/base/show.h"
#include "filter/base/clock.h"
#include "filter/base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define OUTPUT_KEPT 200 /* bytes of what the agent prints that an error repeats */

struct child {
	pid_t pid;
	int output; /* the reading end of a pipe: what it prints; -1 once that is at its end */
	char text[OUTPUT_KEPT];
	size_t n;
	int status; /* of waitpid(2), once it is gone */
};

/* ---- in the child */

static char **
environment_of(const struct lda *lda)
{
	static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", shell[] = "SHELL=/bin/sh";
	static char home[4200], logname[300], user[300];
	static char *environment[6];
	size_t n = 0;

	environment[n++] = path;
	environment[n++] = shell;
	if (lda->home != NULL && lda->home[0] != '\0') {
		(void)snprintf(home, sizeof home, "HOME=%s", lda->home);
		environment[n++] = home;
	}
	if (lda->user != NULL && lda->user[0] != '\0') {
		(void)snprintf(logname, sizeof logname, "LOGNAME=%s", lda->user);
		(void)snprintf(user, sizeof user, "USER=%s", lda->user);
		environment[n++] = logname;
		environment[n++] = user;
	}
	environment[n] = NULL;
	return environment;
}

static _Noreturn void
give_up(const char *path, int error)
{
	const char *why = strerror(error);

	if (write(2, path, strlen(path)) < 0 || write(2, ": ", 2) < 0 ||
	    write(2, why, strlen(why)) < 0)
		_exit(75);
	_exit(75);
}

static _Noreturn void
become_agent(const struct lda *lda, char **arguments, int message, int output, pid_t parent)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		/* KILL and STOP cannot be set, nor need they */
		(void)sigaction(number, &action, NULL);
	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(75);
	if (dup2(message, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
		give_up("descriptors", errno);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)execve(arguments[0], arguments, environment_of(lda));
	give_up(arguments[0], errno);
}

/* ---- waiting for it */

static void
on_child(int number)
{
	(void)number; /* it only has to interrupt ppoll(2) */
}

static void
read_output(struct child *child)
{
	char bytes[4096];
	ssize_t n = read(child->output, bytes, sizeof bytes);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		(void)close(child->output);
		child->output = -1;
		return;
	}
	size_t keep = (size_t)n < sizeof child->text - child->n ? (size_t)n
								: sizeof child->text - child->n;
	memcpy(child->text + child->n, bytes, keep);
	child->n += keep;
}

/*
 * Until the child is gone (true) or until then (false). SIGCHLD is blocked but
 * while we wait. What the child prints is read so that it is not held up.
 */
static bool
wait_until(struct child *child, int64_t until, const sigset_t *open_mask)
{
	for (;;) {
		pid_t got = waitpid(child->pid, &child->status, WNOHANG);
		int64_t left = until - clock_ms();

		if (got == child->pid)
			return true;
		if (left <= 0 || (got < 0 && errno != EINTR))
			return false;
		struct timespec timeout = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};
		struct pollfd poll_fd = {.fd = child->output, .events = POLLIN};
		if (ppoll(&poll_fd, 1, &timeout, open_mask) > 0)
			read_output(child);
	}
}

/* The agent and whatever it started in its group. */
static bool
end_child(struct child *child, const sigset_t *open_mask)
{
	static const int signals[] = {SIGTERM, SIGKILL};
	bool gone = false;

	for (size_t i = 0; i < 2; i++) {
		(void)kill(-child->pid, signals[i]);
		if (gone)
			break; /* TERM was enough for it, and may not be for the others */
		(void)kill(child->pid, signals[i]);
		gone = wait_until(child, clock_ms() + LDA_TERM_SECONDS * 1000, open_mask);
	}
	return gone;
}

static int
judge(struct child *child, const char *program, bool in_time, double limit, struct err *err)
{
	char text[OUTPUT_KEPT * 2];

	while (child->output >= 0 && child->n < sizeof child->text) {
		struct pollfd poll_fd = {.fd = child->output, .events = POLLIN};

		/*
		 * somebody else may hold the other end open: what is there now
		 * has to do
		 */
		if (poll(&poll_fd, 1, 0) <= 0)
			break;
		read_output(child);
	}
	(void)show_escaped(span_trim((struct span){child->text, child->n}), text, sizeof text);
	if (!in_time)
		return err_set(err, "lda: %.100s did not end within %.0f seconds: %s", program,
			       limit, text);
	if (WIFSIGNALED(child->status))
		return err_set(err, "lda: %.100s was ended by signal %d: %s", program,
			       WTERMSIG(child->status), text);
	if (!WIFEXITED(child->status) || WEXITSTATUS(child->status) != 0)
		return err_set(err, "lda: %.100s exited with status %d: %s", program,
			       WEXITSTATUS(child->status), text);
	return 0;
}

static int
run(const struct lda *lda, char **arguments, int message, int *status, struct err *err)
{
	struct child child = {.output = -1};
	struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP}, old_action;
	sigset_t all, old_mask, waiting;
	pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_set(err, "lda: %s", strerror(errno));
	sigfillset(&all);
	(void)sigaction(SIGCHLD, &action, &old_action);
	(void)sigprocmask(SIG_BLOCK, &all, &old_mask);
	child.pid = fork();
	if (child.pid == 0)
		become_agent(lda, arguments, message, ends[1], parent);
	int error = errno;
	(void)close(ends[1]);
	child.output = ends[0];
	waiting = old_mask;
	sigaddset(&waiting, SIGCHLD);
	(void)sigprocmask(SIG_SETMASK, &waiting, NULL);
	sigdelset(&waiting, SIGCHLD);
	int got;
	if (child.pid < 0) {
		got = err_set(err, "lda: no process can be started: %s", strerror(error));
	} else {
		bool in_time =
			wait_until(&child, clock_ms() + (int64_t)(lda->limit * 1000), &waiting);

		if (!in_time)
			(void)end_child(&child, &waiting);
		got = judge(&child, arguments[0], in_time, lda->limit, err);
		*status = in_time && WIFEXITED(child.status) ? WEXITSTATUS(child.status) : -1;
		if (lda->refused != NULL)
			*lda->refused = *status > 0;
	}
	if (child.output >= 0)
		(void)close(child.output);
	(void)sigprocmask(SIG_SETMASK, &old_mask, NULL);
	(void)sigaction(SIGCHLD, &old_action, NULL);
	return got;
}

static int
run_once(const struct lda *lda, int message, int *status, struct err *err)
{
	struct lda_words words;

	*status = -1;
	if (lda_arguments(lda, &words, err) != 0)
		return -1;
	if (lseek(message, 0, SEEK_SET) < 0)
		return err_set(err, "reading the spool: %s", strerror(errno));
	return run(lda, words.word, message, status, err);
}

int
lda_run(const struct lda *lda, int message, struct err *err)
{
	struct lda plain = *lda;
	int status, got = run_once(lda, message, &status, err);

	if (got == 0 || status != EX_USAGE || !lda_adds_options(lda->command))
		return got;
	plain.sender = plain.recipient = NULL;
	return run_once(&plain, message, &status, err);
}
