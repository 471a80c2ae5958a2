#include "filter/verdict/allow_file.h"

#include "filter/base/copy.h"
#include "filter/base/guard.h"
#include "filter/base/user.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_TRIES 100 /* of 50 ms */

static void
begin(struct allow_file *file, const char *path)
{
	*file = (struct allow_file){.fd = -1, .dirfd = -1};
	(void)snprintf(file->path, sizeof file->path, "%s", path);
	buf_init(&file->text, ALLOW_FILE_MAX);
}

/*
 * A lock over NFS asks for a descriptor that can write. The one that was
 * checked stays where there is none, or where the name means another file by
 * now.
 */
static void
open_for_writing(struct allow_file *file)
{
	int fd = open(file->path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat checked, now;

	if (fd < 0)
		return;
	if (fstat(file->fd, &checked) == 0 && fstat(fd, &now) == 0 &&
	    checked.st_dev == now.st_dev && checked.st_ino == now.st_ino) {
		(void)close(file->fd);
		file->fd = fd;
	} else {
		(void)close(fd);
	}
}

/* Opened and checked; 1: there is none. */
static int
open_believed(struct allow_file *file, struct err *err)
{
	file->fd = user_open(file->path, err);
	if (file->fd == USER_ABSENT)
		return 1;
	return file->fd < 0 ? -1 : 0;
}

static int
read_file(struct allow_file *file, struct err *err)
{
	if (!buf_read(&file->text, file->fd))
		return err_set(err, "%.300s: %s", file->path,
			       file->text.full
				       ? "longer than 1 MiB; expected a list that a person keeps"
				       : strerror(errno));
	return 0;
}

int
allow_file_read(struct allow_file *file, const char *path, struct err *err)
{
	begin(file, path);
	int status = open_believed(file, err);
	return status != 0 ? (status > 0 ? 0 : -1) : read_file(file, err);
}

/*
 * The lock, and that the file which we hold is still the one of that name:
 * another change may have put a new one in its place. 1: it has.
 */
static int
lock(struct allow_file *file, struct err *err)
{
	const struct timespec pause = {0, 50000000};
	struct stat held, named;
	int tries = 0;

	while (flock(file->fd, LOCK_EX | LOCK_NB) != 0) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || ++tries == LOCK_TRIES)
			return err_set(err, "%.300s: %s", file->path,
				       errno == EWOULDBLOCK
					       ? "somebody else is changing it; try again"
					       : strerror(errno));
		(void)nanosleep(&pause, NULL);
	}
	if (fstat(file->fd, &held) != 0)
		return err_set(err, "%.300s: %s", file->path, strerror(errno));
	return lstat(file->path, &named) != 0 || named.st_ino != held.st_ino ||
	       named.st_dev != held.st_dev;
}

static int
open_folder(struct allow_file *file, struct err *err)
{
	char folder[sizeof file->path];
	char *slash;

	memcpy(folder, file->path, sizeof folder);
	slash = strrchr(folder, '/');
	if (slash == NULL || slash[1] == '\0')
		return err_set(err, "%.300s: an absolute path to a file is expected in allow.file",
			       file->path);
	file->name = file->path + (slash - folder) + 1;
	slash[slash == folder] = '\0';
	file->dirfd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return file->dirfd < 0 ? err_set(err, "%.300s: %s", folder, strerror(errno)) : 0;
}

/* Creates an empty file, unless somebody else just did. */
static int
create(struct allow_file *file, struct err *err)
{
	int fd = openat(file->dirfd, file->name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0 && errno != EEXIST)
		return err_set(err, "%.300s: %s", file->path, strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	return 0;
}

/* The version that the first line says, 1 where it says none. */
static unsigned long
version_of(struct span text)
{
	static const struct span begin = SPAN(ALLOW_FILE_BEGIN);
	unsigned long version = 0;

	if (!span_starts_case(text, begin))
		return 1;
	text = span_skip(text, begin.n);
	for (size_t i = 0; i < text.n && i < 9 && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		version = version * 10 + (unsigned long)(text.p[i] - '0');
	return version;
}

static bool
is_damaged(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' && text.p[i] != '\t' && text.p[i] != '\r' &&
		    text.p[i] != '\n')
			return true;
	return false;
}

/* The lines of text that are text. */
static void
salvage(struct span text, struct buf *to)
{
	while (text.n > 0) {
		const char *lf = memchr(text.p, '\n', text.n);
		size_t n = lf == NULL ? text.n : (size_t)(lf - text.p) + 1;

		if (!is_damaged((struct span){text.p, n}))
			(void)buf_add(to, (struct span){text.p, n});
		text = span_skip(text, n);
	}
}

/*
 * Keeps the damaged file under another name beside it, and puts what of it can
 * be read in its place.
 */
static int
put_aside(struct allow_file *file, struct err *err)
{
	const char *name;
	struct buf good;

	(void)snprintf(file->aside, sizeof file->aside, "%s.damaged.%ld", file->path,
		       (long)time(NULL));
	name = file->aside + (file->name - file->path);
	if (linkat(file->dirfd, file->name, file->dirfd, name, 0) != 0 && errno != EEXIST)
		return err_set(err, "%.300s: it is damaged, and cannot be put aside: %s",
			       file->path, strerror(errno));
	buf_init(&good, ALLOW_FILE_MAX);
	salvage(buf_span(&file->text), &good);
	int status = allow_file_replace(file, buf_span(&good), err);
	buf_free(&good);
	return status;
}

/* 1: there is another file now. */
static int
take_in(struct allow_file *file, struct err *err)
{
	if (read_file(file, err) != 0)
		return -1;
	if (version_of(buf_span(&file->text)) > ALLOW_FILE_VERSION)
		return err_set(err,
			       "%.300s: a later version of spamcop-filter wrote it; this one uses "
			       "its entries, but does not change it",
			       file->path);
	if (!is_damaged(buf_span(&file->text)))
		return 0;
	return put_aside(file, err) != 0 ? -1 : 1;
}

int
allow_file_open(struct allow_file *file, const char *path, struct err *err)
{
	int status;

	begin(file, path);
	if (open_folder(file, err) != 0)
		return -1;
	do {
		if (file->fd >= 0)
			(void)close(file->fd);
		file->text.n = 0;
		status = open_believed(file, err);
		if (status > 0 && create(file, err) != 0)
			return -1;
		if (status == 0) {
			open_for_writing(file);
			status = lock(file, err);
		}
		if (status == 0)
			status = take_in(file, err);
	} while (status > 0);
	return status;
}

void
allow_file_close(struct allow_file *file)
{
	buf_free(&file->text);
	if (file->fd >= 0)
		(void)close(file->fd);
	if (file->dirfd >= 0)
		(void)close(file->dirfd);
	file->fd = file->dirfd = -1;
}

/* ---- entries */

bool
allow_file_next(struct span text, size_t *at, struct allow_entry *entry, struct span *line)
{
	while (*at < text.n) {
		const char *lf = memchr(text.p + *at, '\n', text.n - *at);

		*line = (struct span){text.p + *at,
				      lf == NULL ? text.n - *at : (size_t)(lf - text.p) - *at + 1};
		*at += line->n;
		if (allow_entry_read(allow_entry_of_line(*line), entry) != ALLOW_NONE)
			return true;
	}
	return false;
}

bool
allow_file_has(struct span text, const struct allow_entry *entry)
{
	struct allow_entry other;
	struct span line;
	size_t at = 0;

	while (allow_file_next(text, &at, &other, &line))
		if (allow_entry_same(&other, entry))
			return true;
	return false;
}

/* ---- changes */

int
allow_file_replace(struct allow_file *file, struct span text, struct err *err)
{
	char name[200];
	struct stat st;
	int fd = -1;
	bool done = false;

	if (text.n > ALLOW_FILE_MAX)
		return err_set(err, "%.300s: would be longer than 1 MiB", file->path);
	(void)snprintf(name, sizeof name, ".spamcop-allow.%ld.%d", (long)time(NULL), (int)getpid());
	if (fstat(file->fd, &st) != 0)
		goto out;
	fd = guard_create(file->dirfd, name, O_WRONLY, 0600);
	if (fd < 0)
		goto out;
	if (copy_write_all(fd, text) != 0 || fchmod(fd, st.st_mode & 0777) != 0 || fsync(fd) != 0 ||
	    renameat(file->dirfd, name, file->dirfd, file->name) != 0)
		goto out;
	guard_keep(file->dirfd, name);
	done = true;
out:
	if (!done)
		err_set(err, "%.300s: %s", file->path, strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	if (!done && fd >= 0) {
		(void)unlinkat(file->dirfd, name, 0);
		guard_keep(file->dirfd, name);
	}
	if (done && fsync(file->dirfd) != 0)
		return err_set(err, "%.300s: the change may not survive a power cut: %s",
			       file->path, strerror(errno));
	return done ? 0 : -1;
}
