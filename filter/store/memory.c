#include "filter/store/memory.h"

#include "filter/base/buf.h"
#include "filter/base/copy.h"
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

#define LINE_SIZE 67  /* "%016x %016x %016x%016x\n" */
#define LOCK_WAIT 1.0 /* seconds */
#define FNV_PRIME UINT64_C(0x100000001b3)

void
track_key_init(struct track_key *key)
{
	*key = (struct track_key){{UINT64_C(0xcbf29ce484222325), UINT64_C(0x6c62272e07bb0142)}};
}

/*
 * FNV-1a in each half; the second one turns its state as well, so that the two
 * do not move together.
 */
static void
add_byte(struct track_key *key, unsigned char byte)
{
	key->half[0] = (key->half[0] ^ byte) * FNV_PRIME;
	key->half[1] = (key->half[1] ^ byte) * FNV_PRIME;
	key->half[1] ^= key->half[1] >> 29;
}

void
track_key_add(struct track_key *key, struct span part)
{
	for (size_t i = 0; i < part.n; i++)
		add_byte(key, (unsigned char)part.p[i]);
	for (size_t n = part.n, i = 0; i < sizeof n; i++, n >>= 8)
		add_byte(key, (unsigned char)n);
}

static bool
same_key(const struct track_key *a, const struct track_key *b)
{
	return a->half[0] == b->half[0] && a->half[1] == b->half[1];
}

static bool
live(const struct track *track, const struct track_entry *entry)
{
	return entry->until > track->now || entry->when > track->now - TRACK_DAY;
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
read_line(const struct track *track, const char *line, struct track_entry *entry)
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
	return entry->when <= track->now + TRACK_DAY && live(track, entry);
}

static int
read_all(struct track *track)
{
	static char text[(TRACK_ENTRIES_MAX + 1) * LINE_SIZE];
	size_t n = 0;

	while (n < sizeof text) {
		ssize_t got = read(track->fd, text + n, sizeof text - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	track->entry = calloc(TRACK_ENTRIES_MAX, sizeof *track->entry);
	if (track->entry == NULL)
		abort();
	for (size_t at = 0; at + LINE_SIZE <= n && track->n < TRACK_ENTRIES_MAX; at += LINE_SIZE)
		track->n += read_line(track, text + at, &track->entry[track->n]);
	return 0;
}

/*
 * Locks *fd, waiting a little. 1: somebody has replaced the file meanwhile, so
 * that this lock is worth nothing.
 */
static int
lock(const struct track *track, double deadline)
{
	struct stat ours, theirs;

	while (flock(track->fd, LOCK_EX | LOCK_NB) != 0) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || process_left(deadline) == 0)
			return -1;
		(void)poll(NULL, 0, 5);
	}
	if (fstat(track->fd, &ours) != 0 ||
	    fstatat(track->dirfd, track->name, &theirs, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 1 : -1;
	return ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev;
}

static int
open_file(struct track *track, bool write)
{
	const int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	double deadline = process_now() + LOCK_WAIT;
	struct stat status;
	int again = 1;

	while (again == 1) {
		process_close(&track->fd);
		if (process_left(deadline) == 0)
			errno = EAGAIN;
		track->fd = process_left(deadline) == 0
				    ? -1
				    : openat(track->dirfd, track->name,
					     flags | (write ? O_RDWR | O_CREAT : O_RDONLY), 0600);
		if (track->fd < 0)
			return -1;
		again = write ? lock(track, deadline) : 0;
	}
	errno = again != 0 && errno == 0 ? EAGAIN : errno;
	if (again != 0 || fstat(track->fd, &status) != 0)
		return -1;
	errno = EPERM;
	return S_ISREG(status.st_mode) && status.st_uid == geteuid() ? 0 : -1;
}

/* Where the user's memory is kept. */
static int
open_folder(struct track *track, const struct delivery *delivery, const char *name, struct err *err)
{
	bool maildir = delivery->dirfd >= 0;

	if (!maildir && (delivery->home == NULL || delivery->home[0] != '/'))
		return err_set(err, "nothing can be remembered: neither a Maildir nor a home "
				    "directory is known");
	(void)snprintf(track->name, sizeof track->name, "%sspamcop-%s", maildir ? "" : ".", name);
	track->dirfd = maildir ? openat(delivery->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
			       : open(delivery->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return track->dirfd >= 0 ? 0
				 : err_set(err, "%s: %s", maildir ? "the Maildir" : delivery->home,
					   strerror(errno));
}

int
track_open(struct track *track, const struct delivery *delivery, const char *name, bool write,
	   struct err *err)
{
	*track = (struct track){.dirfd = -1, .fd = -1, .now = (int64_t)time(NULL)};
	if (open_folder(track, delivery, name, err) != 0)
		return -1;
	if (open_file(track, write) == 0 && read_all(track) == 0)
		return 0;
	(void)err_set(err, "%s: %s", track->name, strerror(errno));
	track_close(track);
	return -1;
}

const struct track_entry *
track_find(const struct track *track, const struct track_key *key)
{
	const struct track_entry *found = NULL;

	for (size_t i = 0; i < track->n; i++) {
		const struct track_entry *entry = &track->entry[i];

		if (same_key(&entry->key, key) && entry->until > track->now &&
		    (found == NULL || entry->when > found->when))
			found = entry;
	}
	return found;
}

size_t
track_count(const struct track *track, int64_t seconds)
{
	size_t n = 0;

	for (size_t i = 0; i < track->n; i++)
		n += track->entry[i].when > track->now - seconds;
	return n;
}

void
track_put(struct track *track, const struct track_key *key, int64_t seconds)
{
	size_t at = 0;

	while (at < track->n && !same_key(&track->entry[at].key, key))
		at++;
	if (at == TRACK_ENTRIES_MAX) {
		at = 0;
		for (size_t i = 1; i < track->n; i++)
			if (track->entry[i].when < track->entry[at].when)
				at = i;
	}
	track->n += at == track->n;
	track->entry[at] = (struct track_entry){*key, track->now, track->now + seconds};
}

static int
write_all(const struct track *track, int fd)
{
	struct buf text;
	int result;

	buf_init(&text, (TRACK_ENTRIES_MAX + 1) * LINE_SIZE);
	for (size_t i = 0; i < track->n; i++) {
		const struct track_entry *e = &track->entry[i];

		buf_addf(&text, "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 "%016" PRIx64 "\n",
			 (uint64_t)e->when, (uint64_t)e->until, e->key.half[0], e->key.half[1]);
	}
	result = copy_write_all(fd, buf_span(&text));
	buf_free(&text);
	return result == 0 ? fsync(fd) : -1;
}

int
track_save(struct track *track, struct err *err)
{
	char temporary[sizeof track->name + 8];

	(void)snprintf(temporary, sizeof temporary, "%s.tmp", track->name);
	/* of a process that ended; whoever lives waits for our lock */
	(void)unlinkat(track->dirfd, temporary, 0);
	int fd = openat(track->dirfd, temporary,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool good = fd >= 0 && write_all(track, fd) == 0;
	int error = errno;
	if (fd >= 0 && close(fd) != 0 && good) {
		good = false;
		error = errno;
	}
	if (good && (renameat(track->dirfd, temporary, track->dirfd, track->name) != 0 ||
		     fsync(track->dirfd) != 0)) {
		good = false;
		error = errno;
	}
	if (good)
		return 0;
	(void)unlinkat(track->dirfd, temporary, 0);
	return err_set(err, "%s: cannot be written: %s", track->name, strerror(error));
}

void
track_close(struct track *track)
{
	process_close(&track->fd);
	process_close(&track->dirfd);
	free(track->entry);
	track->entry = NULL;
	track->n = 0;
}
