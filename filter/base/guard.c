#include "config.h"

#include "filter/base/alloc.h"
#include "filter/base/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_MAX 1024 /* bytes of one environment value kept */

static struct {
	const char *name, *value; /* value NULL: not set, or longer than we take */
} kept[] = {{"SENDER", NULL}, {"RECIPIENT", NULL}, {"LOCAL_PART", NULL}, {"EXTENSION", NULL},
	    {"FROM", NULL},   {"HOME", NULL},      {"USER", NULL},       {"LOGNAME", NULL}};
#define KEPT (sizeof kept / sizeof kept[0])

static volatile sig_atomic_t leaving; /* guard_exit() is under way: exit() is ours */
static volatile sig_atomic_t taken;   /* the message is safe: nothing has to be tried again */
static struct {
	volatile sig_atomic_t dirfd; /* -1: free */
	char name[256];
} temporary[GUARD_FILES] = {{.dirfd = -1}, {.dirfd = -1}, {.dirfd = -1}, {.dirfd = -1}};
/* a child that has not called exec yet must not remove its parent's files */
static volatile sig_atomic_t temporary_owner;

static void
remove_temporary(void)
{
	if (temporary_owner != getpid())
		return;
	for (size_t i = 0; i < GUARD_FILES; i++) {
		if (temporary[i].dirfd >= 0)
			(void)unlinkat(temporary[i].dirfd, temporary[i].name, 0);
		temporary[i].dirfd = -1;
	}
}

static void
say(const char *text)
{
	if (write(2, text, strlen(text)) < 0)
		return; /* nobody to tell */
}

void
guard_tempfail(const char *why)
{
	remove_temporary();
	if (taken)
		_exit(0);
	say("spamcop-filter: ");
	say(why);
	say("\n");
	_exit(GUARD_TEMPFAIL);
}

void
alloc_failed(const char *why)
{
	guard_tempfail(why);
}

static void
on_signal(int number)
{
	(void)number;
	guard_tempfail("ended by a signal; the message has to be tried again");
}

static void
on_exit_called(void)
{
	if (!leaving)
		guard_tempfail("a library called exit(); the message has to be tried again");
}

void
guard_taken(void)
{
	taken = 1;
}

void
guard_exit(int status)
{
	leaving = 1;
	if (fflush(stdout) != 0 || ferror(stdout))
		status = status == 0 ? GUARD_TEMPFAIL : status;
	if (status == GUARD_TEMPFAIL)
		remove_temporary();
	_exit(status);
}

/* With all signals blocked. */
static void
remember(int dirfd, const char *name)
{
	if (strlen(name) >= sizeof temporary[0].name)
		return;
	for (size_t i = 0; i < GUARD_FILES; i++) {
		if (temporary[i].dirfd >= 0)
			continue;
		memcpy(temporary[i].name, name, strlen(name) + 1);
		temporary[i].dirfd = dirfd;
		temporary_owner = getpid();
		break;
	}
}

void
guard_unlink(int dirfd, const char *name)
{
	sigset_t all, old;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	remember(dirfd, name);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

int
guard_create(int dirfd, const char *name, int flags, mode_t mode)
{
	sigset_t all, old;
	int fd;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	do
		fd = openat(dirfd, name, flags | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	int error = errno;
	if (fd >= 0)
		remember(dirfd, name);
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = error;
	return fd;
}

void
guard_keep(int dirfd, const char *name)
{
	for (size_t i = 0; i < GUARD_FILES; i++)
		if (temporary[i].dirfd == dirfd && strcmp(temporary[i].name, name) == 0)
			temporary[i].dirfd = -1;
}

/* Would this signal end us, and can we say 75 instead? */
static bool
is_fatal(int number)
{
	switch (number) {
	case SIGKILL:
	case SIGSTOP:
	case SIGCHLD:
	case SIGCONT:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGURG:
	case SIGWINCH:
		return false;
#ifdef WITH_SANITIZERS
	case SIGSEGV:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
		return false;
#endif
	default:
		return true;
	}
}

static void
set_signals(void)
{
	static char stack[16384] __attribute__((aligned(16)));
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
	struct sigaction action;
	sigset_t none;

	memset(&action, 0, sizeof action);
	(void)sigaltstack(&alternate, NULL);
	action.sa_flags = SA_ONSTACK;
	sigfillset(&action.sa_mask);
	action.sa_handler = on_signal;
	for (int number = 1; number < NSIG; number++)
		if (is_fatal(number))
			(void)sigaction(number, &action, NULL);
	/*
	 * A broken pipe and a file that may not grow are errors of write(),
	 * whatever the caller left us.
	 */
	action.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &action, NULL);
	(void)sigaction(SIGXFSZ, &action, NULL);
	action.sa_handler = SIG_DFL;
	(void)sigaction(SIGCHLD, &action, NULL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * 0 to 2 open, so that no file of ours ever gets one of their numbers; a closed
 *   one is made
 * unusable, not harmless.
 */
static void
set_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		/*
		 * stdin for writing only, stdout for reading only: using them
		 * is an error, as it was.
		 */
		if (open("/dev/null", fd == 0 ? O_WRONLY : fd == 1 ? O_RDONLY : O_WRONLY) != fd)
			guard_tempfail("a standard descriptor is closed and /dev/null cannot take "
				       "its place");
	}
#ifdef HAVE_CLOSE_RANGE
	if (close_range(3, ~0U, 0) == 0)
		return;
#endif
	for (int fd = 3; fd < 256; fd++)
		(void)close(fd);
}

/*
 * The values stay where the kernel put them: clearenv(3) forgets the way to
 * them, not the texts.
 */
static void
set_environment(void)
{
	for (size_t i = 0; i < KEPT; i++) {
		const char *value = getenv(kept[i].name);

		if (value != NULL && strnlen(value, TEXT_MAX) < TEXT_MAX)
			kept[i].value = value;
	}
	if (clearenv() != 0)
		guard_tempfail("the environment cannot be cleared");
}

const char *
guard_env(const char *name)
{
	for (size_t i = 0; i < KEPT; i++)
		if (strcmp(name, kept[i].name) == 0)
			return kept[i].value;
	return NULL;
}

void
guard_install(void)
{
	const struct rlimit none = {0, 0};

	set_signals();
	set_descriptors();
	if (atexit(on_exit_called) != 0)
		guard_tempfail("out of memory");
	set_environment();
	(void)umask(077);
	(void)setrlimit(RLIMIT_CORE, &none);
}
