#include "filter/store/memory.h"

#include "filter/base/buf.h"
#include "filter/base/copy.h"
#include "filter/base/clock.h"
#include "filter/base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE  67   /* "%016x %016x %016x%016x\n" */
#define LOCK_WAIT  1000 /* ms */
#define LOCK_LEAST 100
#define FNV_PRIME  UINT64_C(0x100000001b3)

void
memory_key_init(struct memory_key *key)
{
	*key = (struct memory_key){{UINT64_C(0xcbf29ce484222325), UINT64_C(0x6c62272e07bb0142)}};
}

/*
 * FNV-1a in each half; the second one turns its state as well, so that the two
 * do not move together.
 */
static void
add_byte(struct memory_key *key, unsigned char byte)
{
	key->half[0] = (key->half[0] ^ byte) * FNV_PRIME;
	key->half[1] = (key->half[1] ^ byte) * FNV_PRIME;
	key->half[1] ^= key->half[1] >> 29;
}

void
memory_key_add(struct memory_key *key, struct span part)
{
	for (size_t i = 0; i < part.n; i++)
		add_byte(key, (unsigned char)part.p[i]);
	for (size_t n = part.n, i = 0; i < sizeof n; i++, n >>= 8)
		add_byte(key, (unsigned char)n);
}

static bool
same_key(const struct memory_key *a, const struct memory_key *b)
{
	return a->half[0] == b->half[0] && a->half[1] == b->half[1];
}

static bool
live(const struct memory *memory, const struct memory_entry *entry)
{
	return entry->until > memory->now || entry->when > memory->now - MEMORY_DAY;
}

static bool
read_hex(const char *p, size_t n, uint64_t *value)
{
	*value = 0;
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
						   : -1;

		if (digit < 0)
			return false;
		*value = *value << 4 | (unsigned)digit;
	}
	return true;
}

/*
 * An entry from the future is no memory: the clock was wrong then, or is now.
 */
static bool
read_line(const struct memory *memory, const char *line, struct memory_entry *entry)
{
	uint64_t when, until;

	if (!read_hex(line, 16, &when) || !read_hex(line + 17, 16, &until) ||
	    !read_hex(line + 34, 16, &entry->key.half[0]) ||
	    !read_hex(line + 50, 16, &entry->key.half[1]) || line[16] != ' ' || line[33] != ' ' ||
	    line[66] != '\n')
		return false;
	if (when > INT64_MAX / 2 || until > INT64_MAX / 2)
		return false;
	entry->when = (int64_t)when;
	entry->until = (int64_t)until;
	return entry->when <= memory->now + MEMORY_DAY && live(memory, entry);
}

static int
read_all(struct memory *memory)
{
	static char text[(MEMORY_ENTRIES_MAX + 1) * LINE_SIZE];
	ssize_t got = copy_read_at(memory->fd, text, sizeof text, 0);

	if (got < 0)
		return -1;
	size_t n = (size_t)got;
	memory->entry = calloc(MEMORY_ENTRIES_MAX, sizeof *memory->entry);
	if (memory->entry == NULL)
		abort();
	for (size_t at = 0; at + LINE_SIZE <= n && memory->n < MEMORY_ENTRIES_MAX; at += LINE_SIZE)
		memory->n += read_line(memory, text + at, &memory->entry[memory->n]);
	return 0;
}

/*
 * Locks *fd, waiting a little. 1: somebody has replaced the file meanwhile, so
 * that this lock is worth nothing.
 */
static int
lock(const struct memory *memory, int64_t deadline)
{
	struct stat ours, theirs;

	while (flock(memory->fd, LOCK_EX | LOCK_NB) != 0) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || clock_left(deadline) == 0)
			return -1;
		(void)poll(NULL, 0, 5);
	}
	if (fstat(memory->fd, &ours) != 0 ||
	    fstatat(memory->dirfd, memory->name, &theirs, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 1 : -1;
	return ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev;
}

static int
open_file(struct memory *memory, bool write, int64_t deadline)
{
	const int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	struct stat status;
	int again = 1;

	while (again == 1) {
		process_close(&memory->fd);
		if (clock_left(deadline) == 0)
			errno = EAGAIN;
		memory->fd = clock_left(deadline) == 0
				     ? -1
				     : openat(memory->dirfd, memory->name,
					      flags | (write ? O_RDWR | O_CREAT : O_RDONLY), 0600);
		if (memory->fd < 0)
			return -1;
		again = write ? lock(memory, deadline) : 0;
	}
	errno = again != 0 && errno == 0 ? EAGAIN : errno;
	if (again != 0 || fstat(memory->fd, &status) != 0)
		return -1;
	errno = EPERM;
	return S_ISREG(status.st_mode) && status.st_uid == geteuid() ? 0 : -1;
}

/* Where the user's memory is kept. */
static int
open_folder(struct memory *memory, const struct delivery *delivery, const char *name,
	    struct err *err)
{
	bool maildir = delivery->maildir.fd >= 0;

	if (!maildir && delivery->user->home[0] != '/')
		return err_set(err, "nothing can be remembered: neither a Maildir nor a home "
				    "directory is known");
	(void)snprintf(memory->name, sizeof memory->name, "%sspamcop-%s", maildir ? "" : ".", name);
	memory->dirfd =
		maildir ? openat(delivery->maildir.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
			: open(delivery->user->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return memory->dirfd >= 0
		       ? 0
		       : err_set(err, "%s: %s", maildir ? "the Maildir" : delivery->user->home,
				 strerror(errno));
}

int
memory_open(struct memory *memory, const struct delivery *delivery, const char *name, bool write,
	    struct err *err)
{
	*memory = (struct memory){.dirfd = -1, .fd = -1, .now = (int64_t)time(NULL)};
	if (open_folder(memory, delivery, name, err) != 0)
		return -1;
	if (open_file(memory, write, deliver_until(delivery, LOCK_WAIT, LOCK_LEAST)) == 0 &&
	    read_all(memory) == 0)
		return 0;
	(void)err_set(err, "%s: %s", memory->name, strerror(errno));
	memory_close(memory);
	return -1;
}

const struct memory_entry *
memory_find(const struct memory *memory, const struct memory_key *key)
{
	const struct memory_entry *found = NULL;

	for (size_t i = 0; i < memory->n; i++) {
		const struct memory_entry *entry = &memory->entry[i];

		if (same_key(&entry->key, key) && entry->until > memory->now &&
		    (found == NULL || entry->when > found->when))
			found = entry;
	}
	return found;
}

size_t
memory_count(const struct memory *memory, int64_t seconds)
{
	size_t n = 0;

	for (size_t i = 0; i < memory->n; i++)
		n += memory->entry[i].when > memory->now - seconds;
	return n;
}

void
memory_put(struct memory *memory, const struct memory_key *key, int64_t seconds)
{
	size_t at = 0;

	while (at < memory->n && !same_key(&memory->entry[at].key, key))
		at++;
	if (at == MEMORY_ENTRIES_MAX) {
		at = 0;
		for (size_t i = 1; i < memory->n; i++)
			if (memory->entry[i].when < memory->entry[at].when)
				at = i;
	}
	memory->n += at == memory->n;
	memory->entry[at] = (struct memory_entry){*key, memory->now, memory->now + seconds};
}

static int
write_all(const struct memory *memory, int fd)
{
	struct buf text;
	int result;

	buf_init(&text, (MEMORY_ENTRIES_MAX + 1) * LINE_SIZE);
	for (size_t i = 0; i < memory->n; i++) {
		const struct memory_entry *e = &memory->entry[i];

		buf_addf(&text, "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 "%016" PRIx64 "\n",
			 (uint64_t)e->when, (uint64_t)e->until, e->key.half[0], e->key.half[1]);
	}
	result = copy_write_all(fd, buf_span(&text));
	buf_free(&text);
	return result == 0 ? fsync(fd) : -1;
}

int
memory_save(struct memory *memory, struct err *err)
{
	char temporary[sizeof memory->name + 8];

	(void)snprintf(temporary, sizeof temporary, "%s.tmp", memory->name);
	/* of a process that ended; whoever lives waits for our lock */
	(void)unlinkat(memory->dirfd, temporary, 0);
	int fd = openat(memory->dirfd, temporary,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool good = fd >= 0 && write_all(memory, fd) == 0;
	int error = errno;
	if (fd >= 0 && close(fd) != 0 && good) {
		good = false;
		error = errno;
	}
	if (good && (renameat(memory->dirfd, temporary, memory->dirfd, memory->name) != 0 ||
		     fsync(memory->dirfd) != 0)) {
		good = false;
		error = errno;
	}
	if (good)
		return 0;
	(void)unlinkat(memory->dirfd, temporary, 0);
	return err_set(err, "%s: cannot be written: %s", memory->name, strerror(error));
}

void
memory_close(struct memory *memory)
{
	process_close(&memory->fd);
	process_close(&memory->dirfd);
	free(memory->entry);
	memory->entry = NULL;
	memory->n = 0;
}
