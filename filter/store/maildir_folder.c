#include "filter/store/maildir_folder.h"
#include "filter/base/copy.h"
#include "filter/base/guard.h"
#include "sieve/protocol/folder.h"
#include "filter/store/maildir.h"
#include "filter/store/modes.h"
#include "filter/base/user.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CLEAN_MAX         1000       /* files looked at in tmp/ by one run */
#define SUBSCRIPTIONS_MAX (4U << 20) /* bytes of a subscriptions file that we rewrite */
#define LOCK_STALE        120        /* seconds; Dovecot waits as long for a lock */

static int
open_directory(int dirfd, const char *name)
{
	int fd;

	do
		fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/*
 * Opens a directory below dirfd, creates it where it is missing; *created says
 * so. dirfd is synced then: what is filed below must be found again.
 */
static int
open_or_create(int dirfd, const char *name, bool *created)
{
	int fd = open_directory(dirfd, name);
	struct modes modes;

	*created = false;
	if (fd >= 0 || errno != ENOENT)
		return fd;
	modes_of(dirfd, &modes);
	if (mkdirat(dirfd, name, modes.create) == 0)
		*created = true;
	else if (errno != EEXIST)
		return -1;
	if (maildir_sync(dirfd) != 0)
		return -1;
	fd = open_directory(dirfd, name);
	if (fd >= 0 && *created)
		modes_give(fd, &modes, true);
	return fd;
}

int
maildir_subdirectory(int folder, const char *name, struct err *err)
{
	bool created;
	int fd = open_or_create(folder, name, &created);

	return fd < 0 ? err_set(err, "%s/ of the folder cannot be used: %s", name, strerror(errno))
		      : fd;
}

/* All three, so that other programs know a Maildir when they see it. */
static int
create_subdirectories(int folder, struct err *err)
{
	static const char *const names[] = {"tmp", "new", "cur"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		int fd = maildir_subdirectory(folder, names[i], err);

		if (fd < 0)
			return -1;
		(void)close(fd);
	}
	return 0;
}

/* ---- the mailbox itself */

/*
 * Only below a directory of ours: where a home or a mail store is not mounted,
 * a mailbox in its place would hide the mail later.
 */
static int
create_mailbox(const char *path, struct err *err)
{
	char parent[USER_PATH_MAX];
	struct stat st;
	bool created;

	int n = snprintf(parent, sizeof parent, "%s", path);
	if (n < 0 || n >= (int)sizeof parent)
		return err_set(err, "mailbox: the path is too long");
	while (n > 1 && parent[n - 1] == '/')
		parent[--n] = '\0';
	char *slash = strrchr(parent, '/');
	if (slash == NULL || slash[1] == '\0')
		return err_set(err, "mailbox %.300s: expected an absolute path", path);
	const char *name = slash + 1;
	*slash = '\0';
	int fd = open_directory(AT_FDCWD, parent[0] == '\0' ? "/" : parent);
	if (fd < 0)
		return err_set(
			err, "mailbox %.300s: it does not exist, and its parent cannot be used: %s",
			path, strerror(errno));
	if (fstat(fd, &st) != 0 || st.st_uid != geteuid()) {
		(void)close(fd);
		return err_set(err,
			       "mailbox %.300s: it does not exist, and it is created only where "
			       "its parent is the user's own",
			       path);
	}
	int mailbox = open_or_create(fd, name, &created);
	if (mailbox < 0)
		(void)err_set(err, "mailbox %.300s: it cannot be created: %s", path,
			      strerror(errno));
	(void)close(fd);
	if (mailbox >= 0 && create_subdirectories(mailbox, err) != 0) {
		(void)close(mailbox);
		return -1;
	}
	return mailbox;
}

int
maildir_open(struct maildir *maildir, const char *path, struct err *err)
{
	*maildir = (struct maildir){.fd = open_directory(AT_FDCWD, path), .spool = -1};
	if (maildir->fd < 0 && errno == ENOENT)
		maildir->fd = create_mailbox(path, err);
	else if (maildir->fd < 0)
		return err_set(err, "mailbox %.300s: %s", path, strerror(errno));
	if (maildir->fd < 0)
		return -1;
	int tmp = open_directory(maildir->fd, "tmp");
	if (tmp < 0)
		return errno == ENOENT
			       ? create_subdirectories(maildir->fd, err)
			       : err_set(err, "mailbox %.300s: tmp/: %s", path, strerror(errno));
	maildir_clean(tmp);
	return 0;
}

void
maildir_clean(int tmp)
{
	DIR *directory = fdopendir(tmp);
	time_t oldest = time(NULL) - MAILDIR_STALE;
	struct dirent *entry;
	struct stat st;

	if (directory == NULL) {
		(void)close(tmp);
		return;
	}
	for (int n = 0; n < CLEAN_MAX && (entry = readdir(directory)) != NULL; n++) {
		if (entry->d_name[0] == '.' ||
		    fstatat(tmp, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISREG(st.st_mode) && st.st_mtime < oldest && st.st_atime < oldest)
			(void)unlinkat(tmp, entry->d_name, 0);
	}
	(void)closedir(directory);
}

/* ---- subscriptions */

/*
 * All of an open file of at most SUBSCRIPTIONS_MAX bytes, owned by the caller;
 * *fine false where it cannot be rewritten.
 */
static char *
read_subscriptions(int fd, size_t *n, bool *fine)
{
	struct stat st;

	*n = 0;
	*fine = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= SUBSCRIPTIONS_MAX;
	char *text = *fine && st.st_size > 0 ? malloc((size_t)st.st_size) : NULL;
	ssize_t got = text == NULL ? 0 : copy_read_at(fd, text, (size_t)st.st_size, 0);
	*fine = *fine && got >= 0;
	*n = got < 0 ? 0 : (size_t)got;
	return text;
}

static bool
has_line(struct span text, struct span line)
{
	while (text.n > 0) {
		const char *lf = memchr(text.p, '\n', text.n);
		size_t n = lf == NULL ? text.n : (size_t)(lf - text.p);

		if (span_equal((struct span){text.p, n}, line))
			return true;
		text = span_skip(text, n + 1);
	}
	return false;
}

static int
write_subscriptions(int fd, struct span old, struct span line)
{
	int got = old.n == 0 ? copy_write_all(fd, SPAN("V\t2\n\n")) : copy_write_all(fd, old);

	if (got == 0 && old.n > 0 && old.p[old.n - 1] != '\n')
		got = copy_write_all(fd, SPAN("\n"));
	if (got == 0)
		got = copy_write_all(fd, line);
	if (got == 0)
		got = copy_write_all(fd, SPAN("\n"));
	return got == 0 ? maildir_sync(fd) : got;
}

/*
 * Dovecot's lock, which is the new file. One that is older than LOCK_STALE is
 * of a run that died. -1: it is taken, or cannot be.
 */
static int
lock_subscriptions(int mailbox, const char *lock)
{
	struct modes modes;
	struct stat st;

	modes_of(mailbox, &modes);
	int fd = guard_create(mailbox, lock, O_WRONLY, modes.create & 0666);
	if (fd < 0 && errno == EEXIST) {
		if (fstatat(mailbox, lock, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    st.st_mtime + LOCK_STALE > time(NULL) || unlinkat(mailbox, lock, 0) != 0)
			return -1;
		fd = guard_create(mailbox, lock, O_WRONLY, modes.create & 0666);
	}
	if (fd >= 0)
		modes_give(fd, &modes, false);
	return fd;
}

/* With the lock held as fd. 0: the folder is subscribed, in the new file. */
static int
rewrite_subscriptions(int mailbox, int fd, const char *disk, bool *there)
{
	int old_fd =
		openat(mailbox, "subscriptions", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool fine = old_fd >= 0 || errno == ENOENT;
	char line[FOLDER_DISK_MAX], *text = NULL;
	size_t n = 0;
	int got = -1;

	if (old_fd >= 0)
		text = read_subscriptions(old_fd, &n, &fine);
	struct span old = {text, n};
	folder_subscription(disk, n == 0 || (n >= 2 && memcmp(text, "V\t", 2) == 0), line);
	*there = fine && has_line(old, span_of(line));
	if (old_fd >= 0)
		modes_keep(fd, old_fd);
	if (fine && !*there)
		got = write_subscriptions(fd, old, span_of(line));
	free(text);
	if (old_fd >= 0)
		(void)close(old_fd);
	return got;
}

/*
 * Adds the folder to the mailbox's subscriptions. A folder that is not
 * subscribed is shown by most clients all the same, so whatever goes wrong here
 * is left as it is. false: it may not be there.
 */
static bool
subscribe(int mailbox, const char *disk)
{
	static const char lock[] = "subscriptions.lock";
	bool there;
	int fd = lock_subscriptions(mailbox, lock);

	if (fd < 0)
		return false;
	bool renamed = rewrite_subscriptions(mailbox, fd, disk, &there) == 0 &&
		       renameat(mailbox, lock, mailbox, "subscriptions") == 0;
	if (!renamed)
		(void)unlinkat(mailbox, lock, 0);
	guard_keep(mailbox, lock);
	(void)close(fd);
	return renamed || there;
}

/* ---- folders */

/*
 * A file without content that says something by being there. It is made after
 * what it says has been done, so that a run that died on the way leaves none.
 */
static void
mark(int folder, const char *name)
{
	struct modes modes;

	modes_of(folder, &modes);
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
			modes.create & 0666);
	if (fd < 0)
		return;
	modes_give(fd, &modes, false);
	(void)close(fd);
}

static bool
is_marked(int folder, const char *name)
{
	return faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/*
 * What makes a directory a folder of Maildir++. A folder that somebody else
 * made is subscribed once where `always` asks for it, so that a user who
 * unsubscribes it is obeyed.
 */
static int
furnish(int mailbox, int folder, const char *disk, bool created, bool always, struct err *err)
{
	static const char subscribed[] = "spamcop-subscribed", furnished[] = "maildirfolder";
	bool made = !created && is_marked(folder, furnished);

	if (made && !(always && !is_marked(folder, subscribed)))
		return 0;
	if (!made && create_subdirectories(folder, err) != 0 && created)
		return -1;
	if (!made && !created)
		(void)maildir_sync(mailbox); /* a run that died may have created it */
	if (!made && maildir_sync(folder) != 0 && created)
		return err_set(err, "folder %s cannot be synced to disk: %s", disk,
			       strerror(errno));
	bool done = subscribe(mailbox, disk);
	if (always && done)
		mark(folder, subscribed);
	if (!made)
		mark(folder, furnished);
	return 0;
}

int
maildir_folder(const struct maildir *maildir, const char *disk, bool always, struct err *err)
{
	bool created = false;
	int folder = disk[0] == '\0' ? fcntl(maildir->fd, F_DUPFD_CLOEXEC, 3)
				     : open_or_create(maildir->fd, disk, &created);

	if (folder < 0)
		return err_set(err, "folder %s cannot be used: %s",
			       disk[0] == '\0' ? "INBOX" : disk, strerror(errno));
	if (disk[0] != '\0' && furnish(maildir->fd, folder, disk, created, always, err) != 0) {
		(void)close(folder);
		return -1;
	}
	return folder;
}
