/*
 * The seal: what a sealed process can still do, and that all else fails without
 * ending it.
 */
#include "config.h"

#include "unit.h"

#include "sieve/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct seal limits = {.seconds = 1};

/* Runs what() sealed, in a process of its own; its exit status, or -signal. */
static int
sealed(int (*what)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct err err;

		_exit(seal(&limits, &err) != 0 ? 99 : what());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

#ifndef WITH_SANITIZERS

static int
refused(long result)
{
	return result == -1 && errno == EPERM ? 0 : 1;
}

static int
try_open(void)
{
	return refused(open("/etc/passwd", O_RDONLY));
}

static int
try_create(void)
{
	return refused(open("/tmp/spamcop-sieve-seal", O_CREAT | O_WRONLY, 0600));
}

static int
try_socket(void)
{
	return refused(socket(AF_INET, SOCK_STREAM, 0)) | refused(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int
try_fork(void)
{
	return refused(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

static int
try_exec(void)
{
	char *const arguments[] = {NULL};

	return refused(execve("/bin/true", arguments, arguments));
}

static int
try_kill(void)
{
	return refused(kill(getppid(), 0)) | refused(syscall(SYS_getppid));
}

static int
try_files(void)
{
	struct stat st;

	return refused(unlink("/tmp/spamcop-sieve-seal")) | refused(rename("/tmp/a", "/tmp/b")) |
	       refused(mkdir("/tmp/spamcop-sieve-seal", 0700)) | refused(stat("/etc/passwd", &st)) |
	       refused(chdir("/")) | refused(ftruncate(0, 0)) | refused(dup(0));
}

/* No path can be looked at, whatever the flags say of empty ones. */
static int
try_look(void)
{
	static char room[512];
	int result = refused(access("/etc/passwd", F_OK)) |
		     refused(readlink("/proc/self/exe", room, sizeof room));

#ifdef SYS_newfstatat
	for (int flags = 0; flags <= AT_EMPTY_PATH; flags += AT_EMPTY_PATH)
		result |= refused(syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", room, flags)) |
			  refused(syscall(SYS_newfstatat, 0, "", room, flags));
#endif
#ifdef SYS_statx
	for (int flags = 0; flags <= AT_EMPTY_PATH; flags += AT_EMPTY_PATH)
		result |= refused(syscall(SYS_statx, AT_FDCWD, "/etc/passwd", flags, 0xfff, room));
#endif
#ifdef SYS_fstatat64
	result |= refused(syscall(SYS_fstatat64, AT_FDCWD, "/etc/passwd", room, AT_EMPTY_PATH));
#endif
	return result;
}

static int
try_trace(void)
{
	return refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL)) |
	       refused(syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0));
}

static int
try_execute_memory(void)
{
	void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return 2;
	return refused(mprotect(memory, 4096, PROT_READ | PROT_EXEC)) |
	       refused((long)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
				  -1, 0)) |
	       refused((long)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0));
}

static int
use_memory(void)
{
	size_t got = 0;
	void *volatile p; /* seen to be used: clang leaves out what is not */

	while (got < 1024 && (p = malloc(1 << 20)) != NULL)
		got++;
	(void)p;
	return got > 100 && got < 256 ? 0 : 1; /* MiB: enough for the worst message, and no more */
}

/* What a run needs. */
static int
work(void)
{
	struct timespec now;
	char *p = malloc(3 << 20);
	char c;

	if (p == NULL || (p = realloc(p, 6 << 20)) == NULL)
		return 1;
	free(p);
	return clock_gettime(CLOCK_REALTIME, &now) != 0 || pread(100, &c, 1, 0) != 1 || c != 'x' ||
	       write(101, "y", 1) != 1;
}

static int
spin(void)
{
	for (volatile unsigned i = 0;; i++)
		;
	return 0;
}

static void
refuses(void **unused)
{
	static const struct {
		const char *name;
		int (*what)(void);
	} tries[] = {
		{"open", try_open},     {"create", try_create},
		{"socket", try_socket}, {"fork", try_fork},
		{"exec", try_exec},     {"kill", try_kill},
		{"files", try_files},   {"look", try_look},
		{"trace", try_trace},   {"execute memory", try_execute_memory},
		{"memory", use_memory},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		int status = sealed(tries[i].what);

		if (status != 0)
			print_error("%s: %d\n", tries[i].name, status);
		assert_int_equal(status, 0);
	}
}

static void
allows(void **unused)
{
	int file = memfd_create("x", 0), pipes[2];

	(void)unused;
	assert_true(file >= 0 && pipe(pipes) == 0 && write(file, "x", 1) == 1);
	assert_true(dup2(file, 100) == 100 && dup2(pipes[1], 101) == 101);
	assert_int_equal(sealed(work), 0);
	(void)close(file);
	(void)close(100);
	(void)close(101);
	(void)close(pipes[0]);
	(void)close(pipes[1]);
}

static bool
has_line(pid_t pid, const char *name, const char *line)
{
	char path[64], text[8192];

	(void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
	if (fd >= 0)
		close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return strstr(text, line) != NULL;
}

/* As the kernel tells of a process that is sealed. */
static void
is_limited(void **unused)
{
	const struct seal all = {.seconds = 7, .only_pipes = true, .with_parent = true};
	int ready[2], go[2], status;
	char byte;

	(void)unused;
	if (access("/proc/self/limits", R_OK) != 0)
		skip();
	assert_int_equal(pipe(ready) + pipe(go), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct err err;

		if (seal(&all, &err) != 0 || write(ready[1], "", 1) != 1)
			_exit(99);
		_exit(read(go[0], &byte, 1) == 1 ? 0 : 98);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_true(has_line(pid, "limits", "Max core file size        0                    0 "));
	assert_true(has_line(pid, "limits", "Max file size             0                    0 "));
	assert_true(has_line(pid, "limits", "Max cpu time              7                    7 "));
	assert_true(has_line(pid, "status", "NoNewPrivs:\t1\n"));
	assert_true(has_line(pid, "status", "Seccomp:\t2\n"));
	assert_int_equal(write(go[1], "", 1), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* A sealed process whose parent ends without a word goes with it. */
static void
goes_with_its_parent(void **unused)
{
	const struct seal with_parent = {.with_parent = true};
	int ends[2], status;
	char byte;

	(void)unused;
	assert_int_equal(pipe(ends), 0);
	pid_t parent = fork();
	assert_true(parent >= 0);
	if (parent == 0) {
		int ready[2], never[2];

		if (pipe(ready) != 0 || pipe(never) != 0)
			_exit(99);
		if (fork() == 0) {
			(void)alarm(60); /* at any rate */
			struct err err;

			if (seal(&with_parent, &err) != 0 || write(ready[1], "", 1) != 1)
				_exit(99);
			_exit((int)read(never[0], &byte, 1)); /* it has the other end, too */
		}
		_exit(read(ready[0], &byte, 1) == 1 ? 0 : 98);
	}
	close(ends[1]);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	assert_int_equal(status, 0);
	/* Nobody holds the other end: the process is gone. */
	struct pollfd poll_fd = {.fd = ends[0], .events = POLLIN};
	assert_int_equal(poll(&poll_fd, 1, 20000), 1);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
}

#ifdef __x86_64__

/* getpid() as a program for i386 asks for it: 1 refused, 2 answered. */
static int
ask_as_i386(void)
{
	long result = 20;

	__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
	return result == -EPERM ? 1 : result > 0 ? 2 : 3;
}

static void
refuses_other_processors(void **unused)
{
	int status;
	pid_t pid = fork();

	(void)unused;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(ask_as_i386());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 2)
		skip(); /* a kernel without the calls of i386 */
	assert_int_equal(sealed(ask_as_i386), 1);
}

#endif

static void
ends_a_loop(void **unused)
{
	(void)unused;
	assert_in_set(sealed(spin) + 100, ((const uintmax_t[]){100 - SIGXCPU, 100 - SIGKILL}), 2);
}

#else

static int
nothing(void)
{
	return 0;
}

static void
harmless(void **unused)
{
	(void)unused;
	assert_int_equal(sealed(nothing), 0);
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
#ifndef WITH_SANITIZERS
		cmocka_unit_test(refuses),
		cmocka_unit_test(allows),
		cmocka_unit_test(is_limited),
		cmocka_unit_test(goes_with_its_parent),
#ifdef __x86_64__
		cmocka_unit_test(refuses_other_processors),
#endif
		cmocka_unit_test(ends_a_loop),
#else
		cmocka_unit_test(harmless),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
