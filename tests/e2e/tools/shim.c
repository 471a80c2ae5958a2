/*
 * shim.c - a library to preload: makes calls of the C library go as they may go
 * on a bad day. $SHIM is a list of words, separated by commas:
 *
 *     short       reads, writes and copies move a third of what they could, and
 *                 every other call is interrupted first (EINTR)
 *     nolink      linkat() fails with EPERM: a file system without hard links
 *     norename    renameat2() fails with EINVAL: one that cannot rename without
 *                 replacing
 *     lostlink    linkat() links, and fails with EIO: the answer of an NFS
 *                 server was lost
 *     lostrename  the same with renameat2()
 *     nocolon     linkat() and renameat*() fail with EINVAL for a name with a
 *                 colon: exFAT, NTFS, SMB
 *     nodirsync   fsync() of a directory does nothing and succeeds
 *     notmp       nowhere can a file without a name be made, but in memory: a
 *                 small container
 *     nousers     the user database never answers
 *     malloc=N    the N-th allocation behind the one that main's guard makes
 *                 possible to tell fails
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static bool short_calls, nolink_set, nocolon, norename, lostlink, lostrename, nodirsync, notmp,
	nousers;
static long fail_at, allocations;

/* As text, once: the program clears its environment. */
static void __attribute__((constructor)) read_wishes(void)
{
	const char *wishes = getenv("SHIM");

	if (wishes == NULL)
		return;
	short_calls = strstr(wishes, "short") != NULL;
	nolink_set = strstr(wishes, "nolink") != NULL;
	norename = strstr(wishes, "norename") != NULL;
	nocolon = strstr(wishes, "nocolon") != NULL;
	lostlink = strstr(wishes, "lostlink") != NULL;
	lostrename = strstr(wishes, "lostrename") != NULL;
	nodirsync = strstr(wishes, "nodirsync") != NULL;
	notmp = strstr(wishes, "notmp") != NULL;
	nousers = strstr(wishes, "nousers") != NULL;
	const char *number = strstr(wishes, "malloc=");
	fail_at = number == NULL ? 0 : strtol(number + 7, NULL, 10);
	allocations = 0;
}

/* Fewer bytes, or an interruption; size 0 then, with errno set. */
static bool
shorten(size_t *size)
{
	static unsigned calls;

	if (!short_calls)
		return true;
	if (calls++ % 2 == 0) {
		errno = EINTR;
		return false;
	}
	*size = *size < 3 ? *size : *size / 3;
	return true;
}

ssize_t
read(int fd, void *to, size_t size)
{
	return shorten(&size) ? syscall(SYS_read, fd, to, size) : -1;
}

ssize_t __read_chk(int fd, void *to, size_t size, size_t room);
ssize_t
__read_chk(int fd, void *to, size_t size, size_t room)
{
	(void)room;
	return read(fd, to, size);
}

ssize_t
write(int fd, const void *from, size_t size)
{
	return shorten(&size) ? syscall(SYS_write, fd, from, size) : -1;
}

ssize_t
copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t size, unsigned flags)
{
	return shorten(&size) ? syscall(SYS_copy_file_range, from, from_at, to, to_at, size, flags)
			      : -1;
}

ssize_t
splice(int from, off64_t *from_at, int to, off64_t *to_at, size_t size, unsigned flags)
{
	return shorten(&size) ? syscall(SYS_splice, from, from_at, to, to_at, size, flags) : -1;
}

int
linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	if (nolink_set || (nocolon && strchr(to, ':') != NULL)) {
		errno = nolink_set ? EPERM : EINVAL;
		return -1;
	}
	long got = syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
	if (lostlink) {
		errno = EIO;
		return -1;
	}
	return (int)got;
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	if (nocolon && strchr(to, ':') != NULL) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
}

int
renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	if (norename || (nocolon && strchr(to, ':') != NULL)) {
		errno = EINVAL;
		return -1;
	}
	long got = syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
	if (lostrename) {
		errno = EIO;
		return -1;
	}
	return (int)got;
}

int
fsync(int fd)
{
	struct stat st;

	if (nodirsync && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	return (int)syscall(SYS_fsync, fd);
}

/* ---- allocations; the program's own malloc() is built on these */

static bool
fails(void)
{
	if (fail_at == 0 || ++allocations != fail_at)
		return false;
	errno = ENOMEM;
	return true;
}

int open64(const char *path, int flags, ...);
int
open64(const char *path, int flags, ...)
{
	va_list ap;

	va_start(ap, flags);
	int mode = va_arg(ap, int);
	va_end(ap);
	if (notmp && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EROFS;
		return -1;
	}
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int mkostemp64(char *template, int flags);
int
mkostemp64(char *template, int flags)
{
	static int (*real)(char *, int);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "mkostemp64");
	errno = EROFS;
	return notmp ? -1 : real(template, flags);
}

struct passwd *
getpwnam(const char *name)
{
	static struct passwd *(*real)(const char *);

	while (nousers)
		(void)pause();
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "getpwnam");
	return real(name);
}

struct passwd *
getpwuid(uid_t uid)
{
	static struct passwd *(*real)(uid_t);

	while (nousers)
		(void)pause();
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "getpwuid");
	return real(uid);
}

typedef void *malloc_function(size_t);
typedef void *calloc_function(size_t, size_t);
typedef void *realloc_function(void *, size_t);

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

void *
__libc_malloc(size_t size)
{
	static malloc_function *real;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "__libc_malloc");
	return fails() ? NULL : real(size);
}

void *
__libc_calloc(size_t n, size_t size)
{
	static calloc_function *real;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "__libc_calloc");
	return fails() ? NULL : real(n, size);
}

void *
__libc_realloc(void *p, size_t size)
{
	static realloc_function *real;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "__libc_realloc");
	return fails() ? NULL : real(p, size);
}
