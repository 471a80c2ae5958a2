#include "filter/store/quota.h"
#include "filter/base/clock.h"
#include "filter/base/copy.h"
#include "filter/base/guard.h"
#include "filter/store/modes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* a quadrillion: larger numbers are no sizes, and sums cannot overflow */
#define VALUE_MAX 1000000000000000LL

/*
 * A number at the beginning of *text, which moves behind it. false where there
 * is none, or one that cannot be.
 */
static bool
take_number(struct span *text, long long *number)
{
	bool minus = text->n > 0 && text->p[0] == '-';
	size_t digits = 0;

	if (minus)
		*text = span_skip(*text, 1);
	for (*number = 0;
	     text->n > 0 && text->p[0] >= '0' && text->p[0] <= '9' && *number < VALUE_MAX;
	     digits++) {
		*number = *number * 10 + (text->p[0] - '0');
		*text = span_skip(*text, 1);
	}
	if (minus)
		*number = -*number;
	return digits > 0 && *number<VALUE_MAX && * number> - VALUE_MAX;
}

/* "1000000S,1000C"; limits of other kinds are none of ours. */
static bool
parse_limits(struct span line, struct quota *quota)
{
	long long number;

	while (line.n > 0) {
		if (!take_number(&line, &number) || number < 0 || line.n == 0)
			return false;
		if (line.p[0] == 'S')
			quota->max_bytes = number;
		else if (line.p[0] == 'C')
			quota->max_messages = number;
		line = span_skip(line, 1);
		if (line.n > 0 && line.p[0] != ',')
			return false;
		line = span_skip(line, 1);
	}
	return true;
}

static bool
parse_entry(struct span line, struct quota *quota)
{
	long long bytes, messages;

	if (!take_number(&line, &bytes) || line.n == 0 || line.p[0] != ' ')
		return false;
	while (line.n > 0 && line.p[0] == ' ')
		line = span_skip(line, 1);
	if (!take_number(&line, &messages) || span_trim(line).n != 0)
		return false;
	quota->bytes += bytes;
	quota->messages += messages;
	quota->entries++;
	return true;
}

bool
quota_parse(struct span text, struct quota *quota)
{
	bool first = true;

	*quota = (struct quota){.fd = -1};
	if (text.n > QUOTA_FILE_MAX)
		return false;
	while (text.n > 0) {
		const char *lf = memchr(text.p, '\n', text.n);
		struct span line = span_trim(
			(struct span){text.p, lf == NULL ? text.n : (size_t)(lf - text.p)});

		if (first ? !parse_limits(line, quota) : line.n > 0 && !parse_entry(line, quota))
			return false;
		first = false;
		text = span_skip(text, lf == NULL ? text.n : (size_t)(lf - text.p) + 1);
	}
	return !first;
}

/* ---- the recount */

/* Is the message flagged as trash? Those do not count. */
static bool
is_trashed(const char *name)
{
	const char *flags = strstr(name, ":2,");

	return flags != NULL && strchr(flags, 'T') != NULL;
}

static void
count_message(int directory, const char *name, struct quota *quota)
{
	const char *exact = strstr(name, ",S=");
	struct span number = span_of(exact == NULL ? NULL : exact + 3);
	struct stat st;
	long long size;

	if (name[0] == '.' || is_trashed(name))
		return;
	if (exact == NULL || !take_number(&number, &size) || size < 0) {
		if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			return;
		size = st.st_size;
	}
	quota->bytes += size;
	quota->messages++;
}

/*
 * May the recount go on? A mailbox of a million messages on a slow disk takes
 * minutes to count, and nobody waits that long for a delivery.
 */
static bool
is_in_time(struct quota *quota)
{
	quota->given_up = quota->given_up || clock_ms() >= quota->until;
	return !quota->given_up;
}

typedef void each_entry(int directory, const char *name, struct quota *quota);

static void
walk(int dirfd, const char *name, each_entry *each, struct quota *quota)
{
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (directory != NULL && is_in_time(quota) && (entry = readdir(directory)) != NULL)
		each(fd, entry->d_name, quota);
	if (directory != NULL)
		(void)closedir(directory);
	else if (fd >= 0)
		(void)close(fd);
}

/*
 * Everything in a directory whose name begins with a dot is a folder; what is
 * in the trash does not count.
 */
static void
count_folder(int mailbox, const char *name, struct quota *quota)
{
	if (name[0] != '.' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    strcmp(name, ".Trash") == 0)
		return;
	int folder = openat(mailbox, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return;
	walk(folder, "new", count_message, quota);
	walk(folder, "cur", count_message, quota);
	(void)close(folder);
}

/*
 * Counts all messages. false: not to the end within the time; the file's own
 * sums stand.
 */
static bool
count(struct quota *quota, int mailbox)
{
	const struct quota before = *quota;

	quota->bytes = quota->messages = 0;
	walk(mailbox, "new", count_message, quota);
	walk(mailbox, "cur", count_message, quota);
	walk(mailbox, ".", count_folder, quota);
	if (!quota->given_up)
		return true;
	*quota = before;
	return false;
}

/*
 * Counts anew, and writes the file with the result as its one entry. Where that
 * fails, the count still holds for this run.
 */
static void
recount(struct quota *quota, int mailbox)
{
	char text[160], name[64];

	if (!count(quota, mailbox))
		return;
	quota->entries = 1;
	int n = snprintf(text, sizeof text, "%lldS,%lldC\n%lld %lld\n", quota->max_bytes,
			 quota->max_messages, quota->bytes, quota->messages);
	(void)snprintf(name, sizeof name, "tmp/maildirsize.%ld.%ld", (long)time(NULL),
		       (long)getpid());
	int fd = guard_create(mailbox, name, O_RDWR | O_APPEND, 0600);
	if (fd >= 0)
		modes_keep(fd, quota->fd);
	if (fd >= 0 && copy_write_all(fd, (struct span){text, (size_t)n}) == 0 &&
	    renameat(mailbox, name, mailbox, "maildirsize") == 0) {
		(void)close(quota->fd);
		quota->fd = fd;
	} else if (fd >= 0) {
		(void)unlinkat(mailbox, name, 0);
		(void)close(fd);
	}
	guard_keep(mailbox, name);
}

/* ---- */

bool
quota_allows(const struct quota *quota, long long size, unsigned n)
{
	if (quota->fd < 0)
		return true;
	if (quota->max_bytes > 0 &&
	    (size > VALUE_MAX || quota->bytes + size * (long long)n > quota->max_bytes))
		return false;
	return quota->max_messages == 0 || quota->messages + (long long)n <= quota->max_messages;
}

void
quota_open(struct quota *quota, int mailbox, long long size, unsigned messages, int64_t until)
{
	static char text[QUOTA_FILE_MAX + 1];
	struct stat st;
	ssize_t got;

	*quota = (struct quota){.fd = -1};
	int fd = openat(mailbox, "maildirsize",
			O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    (got = copy_read_at(fd, text, sizeof text, 0)) < 0 ||
	    span_trim((struct span){text, (size_t)got}).n == 0) {
		(void)close(fd); /* an empty one says nothing, and stays so */
		return;
	}
	size_t n = (size_t)got;
	bool fine = quota_parse((struct span){text, n}, quota);
	if (!fine) { /* the limits may still be readable, and only they matter now */
		const char *lf = memchr(text, '\n', n);

		*quota = (struct quota){.fd = -1};
		if (!parse_limits(
			    span_trim((struct span){text, lf == NULL ? n : (size_t)(lf - text)}),
			    quota)) {
			(void)close(fd);
			return;
		}
	}
	quota->fd = fd;
	quota->until = until;
	bool old = quota->entries != 1 || st.st_mtime + QUOTA_FRESH < time(NULL);
	if ((quota->max_bytes > 0 || quota->max_messages > 0) &&
	    (!fine || quota->entries == 0 || n >= QUOTA_FILE_MAX ||
	     (old && !quota_allows(quota, size, messages))))
		recount(quota, mailbox);
}

void
quota_add(struct quota *quota, long long size)
{
	char text[64];

	if (quota->fd < 0)
		return;
	int n = snprintf(text, sizeof text, "%lld 1\n", size);
	quota->bytes += size;
	quota->messages++;
	(void)copy_write_all(quota->fd, (struct span){text, (size_t)n});
}

void
quota_close(struct quota *quota)
{
	if (quota->fd >= 0)
		(void)close(quota->fd);
	quota->fd = -1;
}
