/*
 * The disk's bad days: linked with ld's --wrap, so that calls of our own code
 * fail and nobody else's.
 */
#include "tests/fuzz/delivery/delivery.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

static enum fault kind; /* FAULT_NONE: not now */
static unsigned left;   /* calls before the first that fails */
static int error;
static enum { ONCE, FOR_GOOD, DONE } manner;
static unsigned made;
static bool running, asleep;

void
faults_begin(const struct input *input)
{
	static const int errors[] = {ENOSPC, EIO,   EDQUOT, EACCES, EINTR,
				     ENOMEM, EROFS, EPERM,  EINVAL, EMFILE};

	kind = (enum fault)input->choice[FAULT];
	left = input->choice[NTH];
	error = errors[input->choice[ERRNO]];
	manner = input->choice[MANNER];
	/* what is retried until it works cannot fail for good */
	if (manner == FOR_GOOD && error == EINTR)
		manner = ONCE;
	made = 0;
	synced_begin();
	asleep = false;
	running = true;
}

void
faults_end(void)
{
	kind = FAULT_NONE;
	running = false;
}

unsigned
faults_made(void)
{
	return made;
}

bool
faults_pause(bool paused)
{
	bool before = asleep;

	asleep = paused;
	return before;
}

/* Does this call fail? */
static bool
fails(enum fault call)
{
	if (asleep || (kind != call && kind != FAULT_ANY))
		return false;
	if (left > 0) {
		left--;
		return false;
	}
	if (manner != FOR_GOOD)
		kind = FAULT_NONE;
	made++;
	return true;
}

/*
 * A disk that cannot sync, or any other error: there is no sync here, and no
 * later try will find one.
 */
static bool
is_of_disk(int number)
{
	return number == ENOSPC || number == EIO || number == EDQUOT || number == EINTR ||
	       number == ENOMEM || number == EMFILE;
}

/* The same for a call that gives a file a name. */
static bool
naming_fails(enum fault call, int from_dir, const char *from, int to_dir, const char *to)
{
	bool failed = fails(call);

	if (running && (!failed || manner == DONE))
		synced_name(from_dir, from, to_dir, to, made > 0);
	return failed;
}

/* The result of a call that fails, though it may have been carried out. */
#define FAIL(done)                                                                                 \
	do {                                                                                       \
		if (manner == DONE)                                                                \
			(void)(done);                                                              \
		errno = error;                                                                     \
		return -1;                                                                         \
	} while (0)

ssize_t __real_write(int fd, const void *from, size_t size);
ssize_t __wrap_write(int fd, const void *from, size_t size);
ssize_t
__wrap_write(int fd, const void *from, size_t size)
{
	if (fd == STDERR_FILENO && running)
		return (ssize_t)size; /* the guard says why: too often to read */
	if (!fails(FAULT_WRITE))
		return __real_write(fd, from, size);
	if (manner == DONE && size > 1) /* a short one, and no failure */
		return __real_write(fd, from, size / 2);
	errno = error;
	return -1;
}

ssize_t __real_read(int fd, void *to, size_t size);
ssize_t __wrap_read(int fd, void *to, size_t size);
ssize_t
__wrap_read(int fd, void *to, size_t size)
{
	if (!fails(FAULT_READ))
		return __real_read(fd, to, size);
	if (manner == DONE && size > 1)
		return __real_read(fd, to, size / 2);
	errno = error;
	return -1;
}

ssize_t __real_copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t size,
			       unsigned flags);
ssize_t __wrap_copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t size,
			       unsigned flags);
ssize_t
__wrap_copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t size,
		       unsigned flags)
{
	if (!fails(FAULT_COPY))
		return __real_copy_file_range(from, from_at, to, to_at, size, flags);
	if (manner == DONE)
		return __real_copy_file_range(from, from_at, to, to_at, 7, flags);
	errno = error;
	return -1;
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int
__wrap_fsync(int fd)
{
	bool failed = fails(FAULT_SYNC);

	if (!failed || !is_of_disk(error))
		synced_file(fd);
	if (failed)
		FAIL(__real_fsync(fd));
	return __real_fsync(fd);
}

int __real_linkat(int from_dir, const char *from, int to_dir, const char *to, int flags);
int __wrap_linkat(int from_dir, const char *from, int to_dir, const char *to, int flags);
int
__wrap_linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	if (naming_fails(FAULT_LINK, from_dir, from, to_dir, to))
		FAIL(__real_linkat(from_dir, from, to_dir, to, flags));
	return __real_linkat(from_dir, from, to_dir, to, flags);
}

int __real_renameat(int from_dir, const char *from, int to_dir, const char *to);
int __wrap_renameat(int from_dir, const char *from, int to_dir, const char *to);
int
__wrap_renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	if (naming_fails(FAULT_RENAME, from_dir, from, to_dir, to))
		FAIL(__real_renameat(from_dir, from, to_dir, to));
	return __real_renameat(from_dir, from, to_dir, to);
}

int __real_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags);
int __wrap_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags);
int
__wrap_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	if (naming_fails(FAULT_RENAME, from_dir, from, to_dir, to))
		FAIL(__real_renameat2(from_dir, from, to_dir, to, flags));
	return __real_renameat2(from_dir, from, to_dir, to, flags);
}

int __real_mkdirat(int dirfd, const char *name, mode_t mode);
int __wrap_mkdirat(int dirfd, const char *name, mode_t mode);
int
__wrap_mkdirat(int dirfd, const char *name, mode_t mode)
{
	if (fails(FAULT_MKDIR))
		FAIL(__real_mkdirat(dirfd, name, mode));
	return __real_mkdirat(dirfd, name, mode);
}

/* Only what creates a file: there is nobody else whose file it could be. */
#define OPENAT(name)                                                                               \
	int __real_##name(int dirfd, const char *path, int flags, ...);                            \
	int __wrap_##name(int dirfd, const char *path, int flags, ...);                            \
	int __wrap_##name(int dirfd, const char *path, int flags, ...)                             \
	{                                                                                          \
		va_list ap;                                                                        \
		va_start(ap, flags);                                                               \
		mode_t mode = (flags & O_CREAT) != 0 ? (mode_t)va_arg(ap, int) : 0;                \
		va_end(ap);                                                                        \
		if ((flags & O_CREAT) != 0 && fails(FAULT_CREATE)) {                               \
			errno = error;                                                             \
			return -1;                                                                 \
		}                                                                                  \
		return __real_##name(dirfd, path, flags, mode);                                    \
	}

OPENAT(openat)
OPENAT(openat64)
