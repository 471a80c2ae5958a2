/*
 * storetool: what the tests of storing mail need and no shell can do. Our own
 * processes only.
 *
 *     storetool kill SIGNAL MAILDIR MESSAGE fresh|kept[:COPIES] COMMAND...
 *         Runs COMMAND < MESSAGE once for each entry and exit of a system call
 *         and sends SIGNAL there; then once more undisturbed, as a mail system
 *         would. After each run every file in any new/ or cur/ of MAILDIR must
 *         be MESSAGE, byte for byte, with nothing but whole lines of header
 *         fields in front, and there must be one (or COPIES) if the status was
 *         0. A signal that can be caught must leave nothing in tmp/. fresh:
 *         MAILDIR is removed before each run; kept: only the messages in it.
 *     storetool inject FULL[:COPIES] MAILDIR MESSAGE ERRORS COMMAND...
 *         The same with strace(1), which makes one system call fail: each of
 *         ERRORS (by commas) at each call from the end of the dynamic linker's
 *         work on; with FULL 0 each call with one of them, in turn. The status
 *         must be 0 or 75. With success, one to COPIES are stored: a failure
 *         may turn the plan into one keep.
 *     storetool burst N FOLDER COMMAND...
 *         N runs at once, with FOLDER/1 to FOLDER/N as standard input, let go
 *         together. Prints how many ended with 0.
 *
 *     storetool peak COMMAND...
 *         Prints the most memory that COMMAND held, in KiB, as the last line of
 *         standard output; exits as it does.
 *
 * The first two print what they have done; a line that begins with "WRONG" for
 * whatever is not as it must be, and they exit with 1 then. The first lines of
 * it are shown, with STORETOOL_ALL in the environment all of them.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS_MAX   4000
#define WRONG_SHOWN 20 /* lines; there may be thousands */

static int wrong; /* how much was not as it must be */

static _Noreturn void
die(const char *what)
{
	perror(what);
	exit(99);
}

#include "storetool_look.h"

/* ---- one run */

struct job {
	const char *maildir, *message;
	bool fresh;
	int copies; /* that a successful run stores at least */
	int most;   /* and at most */
	char **command;
	struct state want; /* only want and want_n */
};

static void
exec_command(const struct job *job, char **command)
{
	int in = open(job->message, O_RDONLY), null = open("/dev/null", O_WRONLY);

	if (in < 0 || null < 0 || dup2(in, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
		die(job->message);
	(void)setsid(); /* what a program does to its group is not for us */
	execv(command[0], command);
	die(command[0]);
}

static int
run_plain(const struct job *job, char **command)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		exec_command(job, command);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork");
	return status;
}

/*
 * Sends the signal at stop number n. false: the process ended before; *status
 * is its own in either case.
 */
static bool
run_killed(const struct job *job, int signal_number, int n, int *status)
{
	pid_t pid = fork();
	int stop = 0;

	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 || raise(SIGSTOP) != 0)
			die("ptrace");
		exec_command(job, job->command);
	}
	if (pid < 0 || waitpid(pid, status, 0) != pid || !WIFSTOPPED(*status))
		die("ptrace");
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL,
		   PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC) != 0)
		die("ptrace");
	bool sent = false, begun = false;
	int pass = 0;
	for (;;) {
		if (ptrace(sent || !begun ? PTRACE_CONT : PTRACE_SYSCALL, pid, NULL,
			   (void *)(long)pass) != 0 &&
		    errno != ESRCH)
			die("ptrace");
		pass = 0;
		if (waitpid(pid, status, 0) != pid)
			die("waitpid");
		if (!WIFSTOPPED(*status))
			return sent;
		if (*status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
			begun = true;
		} else if (WSTOPSIG(*status) == (SIGTRAP | 0x80)) {
			if (!begun || ++stop != n)
				continue;
			sent = true;
			if (signal_number == SIGKILL)
				(void)kill(pid, SIGKILL);
			else
				pass = signal_number;
		} else if (WSTOPSIG(*status) != SIGSTOP && WSTOPSIG(*status) != SIGTRAP) {
			pass = WSTOPSIG(*status);
		}
	}
}

static void
complain(const char *what, const char *where, const struct state *state, int status)
{
	if (++wrong > WRONG_SHOWN && getenv("STORETOOL_ALL") == NULL)
		return;
	printf("WRONG %s: %s: status %d%s, %d whole, %d broken, %d in tmp\n", where, what,
	       WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
	       WIFEXITED(status) ? "" : " (signal)", state->messages, state->broken,
	       state->temporary);
}

static struct state
look(const struct job *job)
{
	struct state state = job->want;

	walk(AT_FDCWD, job->maildir, &state, false);
	return state;
}

/*
 * What must hold after every run, however it ended. runs: how many can have
 * stored something.
 */
static struct state
check(const struct job *job, const char *where, int status, int runs)
{
	struct state state = look(job);
	bool success = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	if (state.broken > 0)
		complain("a message is broken", where, &state, status);
	if (success && state.messages < job->copies)
		complain("success without the message", where, &state, status);
	if (state.messages > runs * job->most)
		complain("too many messages", where, &state, status);
	return state;
}

/* The mail system tries again. */
static void
check_retry(const struct job *job, const char *where)
{
	int status = run_plain(job, job->command);

	check(job, where, status, 2);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		struct state state = look(job);

		complain("the next try fails, too", where, &state, status);
	}
}

static int
do_kill(struct job *job, int signal_number)
{
	int retried = 0, whole = 0, n, status;

	for (n = 1;; n++) {
		char where[64];

		(void)snprintf(where, sizeof where, "stop %d", n);
		walk(AT_FDCWD, job->maildir, NULL, job->fresh);
		bool reached = run_killed(job, signal_number, n, &status);
		struct state state = check(job, where, status, 1);
		bool success = WIFEXITED(status) && WEXITSTATUS(status) == 0;
		if (!reached) {
			if (!success)
				complain("a run that nobody disturbed fails", where, &state,
					 status);
			break;
		}
		if (signal_number != SIGKILL && WIFEXITED(status) && WEXITSTATUS(status) != 0 &&
		    WEXITSTATUS(status) != 75)
			complain("neither 0 nor 75", where, &state, status);
		if (signal_number != SIGKILL && WIFEXITED(status) && state.temporary > 0)
			complain("something is left in tmp", where, &state, status);
		whole += state.messages;
		if (!success) {
			retried++;
			check_retry(job, where);
		}
	}
	printf("%d runs ended by signal %d at each entry and exit of a system call: %d not "
	       "successful, the message in place after %d\n",
	       n - 1, signal_number, retried, whole);
	return wrong > 0;
}

/* ---- failing system calls */

struct call {
	char name[32]; /* of a system call */
	int nth;
};

/*
 * The calls of an undisturbed run, by the trace, from the last ones of the
 * dynamic linker (prlimit64) or the first ones of main.
 */
static int
read_calls(const char *trace, struct call *calls)
{
	static const char *const never[] = {"exit_group", "exit", "execve", "rt_sigreturn",
					    "sigaltstack"};
	FILE *file = fopen(trace, "r");
	char line[65536];
	static struct call seen[400];
	int n = 0, seen_n = 0;
	bool begun = false;

	if (file == NULL)
		die(trace);
	while (fgets(line, sizeof line, file) != NULL && n < CALLS_MAX) {
		size_t length = strcspn(line, "(");
		int k;

		if (line[length] != '(' || length >= sizeof calls->name ||
		    strspn(line, "abcdefghijklmnopqrstuvwxyz_0123456789") != length)
			continue;
		line[length] = '\0';
		begun = begun || strcmp(line, "sigaltstack") == 0 || strcmp(line, "prlimit64") == 0;
		for (k = 0; k < seen_n && strcmp(seen[k].name, line) != 0; k++)
			;
		if (k == seen_n && seen_n < 400)
			memcpy(seen[seen_n++].name, line, length + 1);
		seen[k].nth++;
		bool skip = !begun;
		for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
			skip = skip || strcmp(never[i], line) == 0;
		if (!skip)
			calls[n++] = seen[k];
	}
	fclose(file);
	return n;
}

static int
run_traced(const struct job *job, const char *option, const char *trace)
{
	static char env[] = "/usr/bin/env", strace[] = "strace", quiet[] = "-qq", to[] = "-o",
		    express[] = "-e";
	char *inject = option == NULL ? NULL : strdup(option);
	char *command[64] = {env, strace, quiet, to, strdup(trace), express, inject};
	int n = inject == NULL ? 5 : 7;

	for (char **word = job->command; *word != NULL && n < 63; word++)
		command[n++] = *word;
	command[n] = NULL;
	int status = run_plain(job, command);
	free(inject);
	free(command[4]);
	return status;
}

static void
inject_one(const struct job *job, const struct call *call, const char *error, int *counts)
{
	char option[256], where[256];
	int status;

	(void)snprintf(option, sizeof option, "inject=%.31s:error=%s:when=%d", call->name, error,
		       call->nth);
	(void)snprintf(where, sizeof where, "%.31s %s at call %d", call->name, error, call->nth);
	walk(AT_FDCWD, job->maildir, NULL, job->fresh);
	status = run_traced(job, option, "/dev/null");
	struct state state = check(job, where, status, 1);
	if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 75))
		complain("neither 0 nor 75", where, &state, status);
	counts[0]++;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 75) {
		counts[1]++;
		counts[2] += state.messages;
		check_retry(job, where);
	}
}

/*
 * Not of the program: what counts its coverage allocates before main(), and
 * does not look at what it gets.
 */
static bool
is_foreign(const struct call *call)
{
#ifdef WITH_COVERAGE
	return strcmp(call->name, "brk") == 0;
#else
	(void)call;
	return false;
#endif
}

static int
do_inject(struct job *job, bool full, char *list)
{
	static struct call calls[CALLS_MAX];
	char *errors[32], trace[] = "/tmp/storetool.XXXXXX";
	int n_errors = 0, counts[3] = {0, 0, 0}, fd = mkstemp(trace);

	for (char *word = strtok(list, ","); word != NULL && n_errors < 32;
	     word = strtok(NULL, ","))
		errors[n_errors++] = word;
	if (fd < 0 || n_errors == 0)
		die("inject");
	close(fd);
	walk(AT_FDCWD, job->maildir, NULL, job->fresh);
	int status = run_traced(job, NULL, trace);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		check(job, "strace", status, 1);
	int n = read_calls(trace, calls);
	(void)unlink(trace);
	for (int i = 0; i < n; i++)
		for (int e = 0; e < n_errors && !is_foreign(&calls[i]); e++)
			if (full || e == i % n_errors)
				inject_one(job, &calls[i], errors[e], counts);
	printf("%d calls, %d failures injected: %d ended in 75, %d of these with the message in "
	       "place\n",
	       n, counts[0], counts[1], counts[2]);
	if (n < 30) {
		printf("WRONG: so few calls cannot be a delivery (status %d)\n", status);
		wrong++;
	}
	return wrong > 0;
}

/* ---- many at once */

static int
do_burst(int n, const char *folder, char **command)
{
	int barrier[2], good = 0, status;

	if (pipe(barrier) != 0)
		die("pipe");
	for (int i = 1; i <= n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (pid > 0)
			continue;
		char message[4096], byte;
		struct job job = {.message = message};

		(void)snprintf(message, sizeof message, "%s/%d", folder, i);
		close(barrier[1]);
		if (read(barrier[0], &byte, 1) != 0) /* until the parent closes its end */
			die("barrier");
		close(barrier[0]);
		exec_command(&job, command);
	}
	close(barrier[0]);
	close(barrier[1]);
	for (int i = 0; i < n; i++)
		if (wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
			good++;
	printf("%d\n", good);
	return 0;
}

static int
do_peak(char **command)
{
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execv(command[0], command);
		die(command[0]);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		die("fork");
	printf("%ld\n", usage.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

int
main(int argc, char **argv)
{
	struct job job = {.maildir = argc > 3 ? argv[3] : "", .copies = 1, .most = 1};

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 2 && strcmp(argv[1], "peak") == 0)
		return do_peak(argv + 2);
	if (argc > 4 && strcmp(argv[1], "burst") == 0)
		return do_burst(atoi(argv[2]), argv[3], argv + 4);
	if (argc < 7)
		return 99;
	job.want.want = read_file(AT_FDCWD, argv[4], &job.want.want_n);
	job.message = argv[4];
	job.command = argv + 6;
	if (strcmp(argv[1], "kill") == 0) {
		job.fresh = strncmp(argv[5], "fresh", 5) == 0;
		job.copies = job.most =
			strchr(argv[5], ':') == NULL ? 1 : atoi(strchr(argv[5], ':') + 1);
		return do_kill(&job, atoi(argv[2]));
	}
	job.most = strchr(argv[2], ':') == NULL ? 1 : atoi(strchr(argv[2], ':') + 1);
	return strcmp(argv[1], "inject") == 0 ? do_inject(&job, atoi(argv[2]) != 0, argv[5]) : 99;
}
