#include "config.h"

#include "filter/store/maildir.h"
#include "filter/base/copy.h"
#include "filter/base/guard.h"
#include "filter/message/host.h"
#include "filter/store/maildir_folder.h"
#include "filter/store/modes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NAME_TRIES 8 /* names that exist already before we give up; one in four billion does */

/*
 * What a name needs of the host: no slash, no colon (flags begin there),
 * nothing that is not graphic.
 */
static void
file_host(char to[HOST_NAME_MAX_BYTES])
{
	(void)host_name(to);
	for (char *c = to; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~' || *c == '/' || *c == ':')
			*c = '_';
}

/*
 * TIME.MmicrosecondsPpid_random.host: the random part tells apart runs with the
 * same pid in containers that share a host name.
 */
static void
make_name(char name[MAILDIR_NAME_MAX])
{
	struct timespec now;
	unsigned random = 0;
	char host[HOST_NAME_MAX_BYTES];

	file_host(host);
	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (getrandom(&random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random)
		random ^= (unsigned)now.tv_nsec;
	(void)snprintf(name, MAILDIR_NAME_MAX, "%lld.M%06ldP%ld_%u.%.63s", (long long)now.tv_sec,
		       now.tv_nsec / 1000, (long)getpid(), random, host);
}

/*
 * A new file below dirfd, name "tmp/NAME"; the guard removes it if the process
 * fails.
 */
static int
create_temporary(int dirfd, char name[MAILDIR_NAME_MAX + 4], struct err *err)
{
	char unique[MAILDIR_NAME_MAX];
	struct modes modes;
	int fd = -1;

	modes_of(dirfd, &modes);
	for (int i = 0; i < NAME_TRIES; i++) {
		make_name(unique);
		(void)snprintf(name, MAILDIR_NAME_MAX + 4, "tmp/%s", unique);
		fd = guard_create(dirfd, name, O_RDWR, modes.create & 0666);
		if (fd >= 0) {
			modes_give(fd, &modes, false);
			return fd;
		}
		if (errno != EEXIST)
			break;
	}
	name[0] = '\0';
	return err_set(err, "a file in tmp/ of the mailbox cannot be created: %s", strerror(errno));
}

int
maildir_spool(struct maildir *maildir, struct err *err)
{
	maildir->spool = create_temporary(maildir->fd, maildir->spool_name, err);
	return maildir->spool < 0 ? -1 : 0;
}

static int
sync_retried(int fd)
{
	int got;

	do
		got = fsync(fd);
	while (got != 0 && errno == EINTR);
	return got;
}

/*
 * There is no such sync here, or we may not ask for it, and no later try will
 * find one: network and user-space file systems, security modules. Errors of
 * the disk are others.
 */
static bool
sync_impossible(int error)
{
	return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP || error == EROFS ||
	       error == EBADF || error == EPERM || error == EACCES || error == ENOTTY;
}

int
maildir_sync(int fd)
{
	int got = sync_retried(fd);

	return got != 0 && sync_impossible(errno) ? 0 : got;
}

/* Is name, below dirfd, the file that is open as fd? */
static bool
is_same_file(int fd, int dirfd, const char *name)
{
	struct stat open_file, named;

	return fstat(fd, &open_file) == 0 &&
	       fstatat(dirfd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

/*
 * rename(2) that replaces nothing. Where that cannot be had, a look first has
 * to do: no other run makes the same name.
 */
static int
rename_new(int from_dir, const char *from, int to_dir, const char *to)
{
	struct stat st;

#ifdef HAVE_RENAMEAT2
	if (renameat2(from_dir, from, to_dir, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno == EEXIST)
		return -1;
#endif
	if (fstatat(to_dir, to, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return -1;
	}
	return renameat(from_dir, from, to_dir, to);
}

/* What a temporary file is to become. */
struct placing {
	int fd; /* the file, open */
	int from_dir;
	const char *from; /* its name below from_dir */
	int to_dir;       /* new/ or cur/ of the folder */
	const char *flags;
	char to[MAILDIR_NAME_MAX + 16]; /* the final name, once it has one */
};

/*
 * Gives the file its final name by link, or by rename where by_rename is set.
 * Over NFS both may fail though they were carried out: the answer got lost.
 */
static int
place(struct placing *placing, bool by_rename)
{
	char unique[MAILDIR_NAME_MAX];

	for (int i = 0; i < NAME_TRIES; i++) {
		make_name(unique);
		(void)snprintf(placing->to, sizeof placing->to, "%s%s%s", unique,
			       placing->flags == NULL ? "" : ":2,",
			       placing->flags == NULL ? "" : placing->flags);
		int got = by_rename ? rename_new(placing->from_dir, placing->from, placing->to_dir,
						 placing->to)
				    : linkat(placing->from_dir, placing->from, placing->to_dir,
					     placing->to, 0);
		int error = errno;
		if (got == 0 || is_same_file(placing->fd, placing->to_dir, placing->to))
			return 0;
		errno = error;
		if (error != EEXIST && error != EINTR)
			break;
	}
	return -1;
}

/*
 * The directory has to be on disk as well. A message that we report as not
 * stored must not stay there.
 */
static int
finish(const struct placing *placing, struct err *err)
{
	if (maildir_sync(placing->to_dir) == 0)
		return 0;
	int error = errno;
	(void)unlinkat(placing->to_dir, placing->to, 0);
	return err_set(err, "the folder cannot be synced to disk: %s", strerror(error));
}

/*
 * By link, else by rename, else (1) a copy has to do: file systems and security
 * modules refuse these with any error they like.
 */
static int
store_spool(struct maildir *maildir, int to_dir, const char *flags, struct err *err)
{
	struct placing placing = {.fd = maildir->spool,
				  .from_dir = maildir->fd,
				  .from = maildir->spool_name,
				  .to_dir = to_dir,
				  .flags = flags};

	if (maildir->spool_name[0] == '\0')
		return 1;
	if (place(&placing, false) == 0)
		return finish(&placing, err);
	if (place(&placing, true) != 0)
		return 1;
	guard_keep(maildir->fd, maildir->spool_name);
	maildir->spool_name[0] = '\0';
	return finish(&placing, err);
}

/*
 * A copy of its own, made in tmp/ of the folder, or of the mailbox, so that a
 * rename can give it its name; a link where that is refused.
 */
static int
store_copy(const struct maildir *maildir, int folder, int to_dir, const struct content *content,
	   const char *flags, struct err *err)
{
	char name[MAILDIR_NAME_MAX + 4];
	struct placing placing = {
		.from_dir = folder, .from = name, .to_dir = to_dir, .flags = flags};
	int tmp = maildir_subdirectory(folder, "tmp", err);
	bool linked = false;

	if (tmp >= 0)
		maildir_clean(tmp);
	placing.fd = create_temporary(placing.from_dir, name, err);
	if (placing.fd < 0) {
		placing.from_dir = maildir->fd; /* where the spool could be, too */
		placing.fd = create_temporary(placing.from_dir, name, err);
	}
	if (placing.fd < 0)
		return -1;
	int got = content_write(content, placing.fd, err);
	if (got == 0 && maildir_sync(placing.fd) != 0)
		got = err_set(err, "the message cannot be synced to disk: %s", strerror(errno));
	if (got == 0 && place(&placing, true) != 0 && !(linked = place(&placing, false) == 0))
		got = err_set(err, "the message cannot be moved into the folder: %s",
			      strerror(errno));
	else if (got == 0)
		got = finish(&placing, err);
	if (got != 0 || linked)
		(void)unlinkat(placing.from_dir, name, 0);
	guard_keep(placing.from_dir, name);
	(void)close(placing.fd);
	return got;
}

static int
store(struct maildir *maildir, int folder, const struct content *content, const char *flags,
      struct err *err)
{
	bool as_spooled =
		content->fd == maildir->spool && content->head.n == 0 && content->from == 0;
	int to_dir = maildir_subdirectory(folder, flags == NULL ? "new" : "cur", err);
	int got = 1;

	if (to_dir < 0)
		return -1;
	if (as_spooled)
		got = store_spool(maildir, to_dir, flags, err);
	if (got > 0)
		got = store_copy(maildir, folder, to_dir, content, flags, err);
	(void)close(to_dir);
	return got;
}

/*
 * The name with flags may be one that cannot be: exFAT and NTFS take no colon.
 */
int
maildir_store(struct maildir *maildir, int folder, const struct content *content, const char *flags,
	      struct err *err)
{
	int got = store(maildir, folder, content, flags, err);

	if (got != 0 && flags != NULL)
		got = store(maildir, folder, content, NULL, err);
	return got;
}

void
maildir_close(struct maildir *maildir)
{
	if (maildir->spool_name[0] != '\0') {
		(void)unlinkat(maildir->fd, maildir->spool_name, 0);
		guard_keep(maildir->fd, maildir->spool_name);
	}
	if (maildir->spool >= 0)
		(void)close(maildir->spool);
	if (maildir->fd >= 0)
		(void)close(maildir->fd);
	*maildir = (struct maildir){.fd = -1, .spool = -1};
}
