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
 * A lock over NFS asks for a descriptor that can write. The one that was checked
 * stays where there is none, or where the name means another file by now.
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
		status = open_believed(file, err);
		if (status > 0) {
			int created =
				openat(file->dirfd, file->name,
				       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

			if (created < 0 && errno != EEXIST)
				return err_set(err, "%.300s: %s", file->path, strerror(errno));
			if (created >= 0)
				(void)close(created);
			continue;
		}
		if (status == 0) {
			open_for_writing(file);
			status = lock(file, err);
		}
	} while (status > 0);
	return status != 0 ? -1 : read_file(file, err);
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
	fd = openat(file->dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		goto out;
	guard_unlink(file->dirfd, name);
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
