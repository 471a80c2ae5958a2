#include "filter/store/memory.h"

#include "filter/base/buf.h"
#include "filter/base/copy.h"
#include "filter/base/clock.h"
#include "filter/base/log.h"
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
#define BEGIN      "# spamcop-filter memory, version "
#define BROKEN     ".broken"
#define TEXT_MAX   ((size_t)(MEMORY_ENTRIES_MAX + 1) * LINE_SIZE)

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

static bool
read_line(struct span line, struct memory_entry *entry)
{
	uint64_t when, until;

	if (line.n != LINE_SIZE || !read_hex(line.p, 16, &when) ||
	    !read_hex(line.p + 17, 16, &until) || !read_hex(line.p + 34, 16, &entry->key.half[0]) ||
	    !read_hex(line.p + 50, 16, &entry->key.half[1]) || line.p[16] != ' ' ||
	    line.p[33] != ' ' || line.p[66] != '\n')
		return false;
	if (when > INT64_MAX / 2 || until > INT64_MAX / 2)
		return false;
	entry->when = (int64_t)when;
	entry->until = (int64_t)until;
	return true;
}

/*
 * An entry from the future is no memory: the clock was wrong then, or is now.
 */
static void
take_line(struct memory *memory, struct span line)
{
	struct memory_entry entry;

	if (!read_line(line, &entry) || memory->n == MEMORY_ENTRIES_MAX)
		memory->damaged = true;
	else if (entry.when <= memory->now + MEMORY_DAY && live(memory, &entry))
		memory->entry[memory->n++] = entry;
}

static struct span
line_of(struct span text)
{
	const char *lf = memchr(text.p, '\n', text.n);

	return (struct span){text.p, lf == NULL ? text.n : (size_t)(lf - text.p) + 1};
}

/* The version that a file's first line says; 0: it is no such line. */
static unsigned long
version_of(struct span line)
{
	static const struct span begin = SPAN(BEGIN);
	unsigned long version = 0;
	size_t i = begin.n;

	if (!span_starts_case(line, begin))
		return 0;
	for (; i < line.n && i < begin.n + 9 && line.p[i] >= '0' && line.p[i] <= '9'; i++)
		version = version * 10 + (unsigned long)(line.p[i] - '0');
	return i < line.n && (line.p[i] == ' ' || line.p[i] == '\n') ? version : 0;
}

static int
read_all(struct memory *memory)
{
	static char bytes[TEXT_MAX + 1];
	ssize_t got = copy_read_at(memory->fd, bytes, sizeof bytes, 0);

	if (got < 0)
		return -1;
	struct span text = {bytes, (size_t)got};
	struct span first = text.n == 0 ? text : line_of(text);
	unsigned long version = version_of(first);
	memory->damaged = text.n > TEXT_MAX;
	if (version > MEMORY_VERSION) {
		errno = ENOTSUP;
		return -1;
	}
	memory->entry = calloc(MEMORY_ENTRIES_MAX, sizeof *memory->entry);
	if (memory->entry == NULL)
		abort();
	if (version > 0 && first.p[first.n - 1] == '\n')
		text = span_skip(text, first.n);
	while (text.n > 0) {
		struct span line = line_of(text);

		take_line(memory, line);
		text = span_skip(text, line.n);
	}
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

static int
open_once(struct memory *memory, bool write, int64_t deadline, struct err *err)
{
	if (open_file(memory, write, deadline) == 0 && read_all(memory) == 0)
		return 0;
	return err_set(err, "%s: %s", memory->name,
		       errno == ENOTSUP ? "a later version of spamcop-filter wrote it; this one "
					  "neither uses nor changes it"
					: strerror(errno));
}

/*
 * Keeps the damaged file under another name, and puts what of it can be read in
 * its place.
 */
static int
put_aside(struct memory *memory, struct err *err)
{
	char broken[sizeof memory->name + sizeof BROKEN];
	struct err why;

	(void)snprintf(broken, sizeof broken, "%s%s", memory->name, BROKEN);
	(void)unlinkat(memory->dirfd, broken, 0);
	int kept = linkat(memory->dirfd, memory->name, memory->dirfd, broken, 0);
	int error = errno;
	if (memory_save(memory, &why) != 0)
		return err_set(err, "%s: it is damaged; %s", memory->name, why.why);
	log_line(LOG_WARNING, "%s: it is damaged; %s%s; %zu of its entries go on", memory->name,
		 kept == 0 ? "it was put aside as " : "it could not be put aside: ",
		 kept == 0 ? broken : strerror(error), memory->n);
	return 0;
}

static void
forget(struct memory *memory)
{
	free(memory->entry);
	memory->entry = NULL;
	memory->n = 0;
}

int
memory_open(struct memory *memory, const struct delivery *delivery, const char *name, bool write,
	    struct err *err)
{
	int64_t deadline = deliver_until(delivery, LOCK_WAIT, LOCK_LEAST);

	*memory = (struct memory){.dirfd = -1, .fd = -1, .now = (int64_t)time(NULL)};
	if (open_folder(memory, delivery, name, err) != 0)
		return -1;
	int result = open_once(memory, write, deadline, err);
	if (result == 0 && write && memory->damaged) {
		result = put_aside(memory, err);
		forget(memory);
		if (result == 0)
			result = open_once(memory, write, deadline, err);
		if (result == 0 && memory->damaged)
			result = err_set(err, "%s: it is damaged again and again", memory->name);
	}
	if (result != 0)
		memory_close(memory);
	return result;
}

int
memory_look(const struct delivery *delivery, const char *name, struct err *said)
{
	struct memory memory = {.dirfd = -1, .fd = -1, .now = (int64_t)time(NULL)};
	char broken[sizeof memory.name + sizeof BROKEN];
	struct stat status;
	struct err none;

	if (open_folder(&memory, delivery, name, &none) != 0)
		return 0;
	(void)snprintf(broken, sizeof broken, "%s%s", memory.name, BROKEN);
	int result = 0;
	if (fstatat(memory.dirfd, broken, &status, AT_SYMLINK_NOFOLLOW) == 0)
		result = err_set(said,
				 "%s  it was damaged; deliveries go on with %s, which has what "
				 "could be read of it. Remove it.",
				 broken, memory.name);
	else if (fstatat(memory.dirfd, memory.name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		result = open_once(&memory, false, INT64_MAX, said);
	if (result == 0 && memory.damaged)
		result = err_set(said,
				 "%s  it is damaged, and will be put aside when it is next used.",
				 memory.name);
	memory_close(&memory);
	return result;
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

	buf_init(&text, TEXT_MAX + 1); /* and the NUL of buf_addf() */
	buf_addf(&text, BEGIN "%-*d\n", (int)(LINE_SIZE - sizeof BEGIN), MEMORY_VERSION);
	for (size_t i = 0; i < memory->n; i++) {
		const struct memory_entry *e = &memory->entry[i];

		buf_addf(&text, "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 "%016" PRIx64 "\n",
			 (uint64_t)e->when, (uint64_t)e->until, e->key.half[0], e->key.half[1]);
	}
	errno = ENOMEM;
	result = text.full ? -1 : copy_write_all(fd, buf_span(&text));
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
	forget(memory);
}
