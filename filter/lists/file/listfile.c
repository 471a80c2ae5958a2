#include "filter/lists/file/listfile.h"

#include "filter/lists/file/listfile_index.h"
#include "filter/lists/file/listfile_line.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK          (64U << 10)  /* bytes of one read */
#define FILE_MAX_BYTES (256L << 20) /* a larger one would cost more time than a delivery has */
#define GZIP           "\x1f\x8b"   /* what its files begin with */

const char *
listfile_cause(enum listfile_status status)
{
	return status == LISTFILE_EXPIRED ? "expired" : "unreadable";
}

/* The last dataset, and whether the file is good for anything. */
static enum listfile_status
finish(struct listfile_scan *scan, struct err *err)
{
	listfile_scan_settle(scan);
	if (scan->status == LISTFILE_READ)
		return LISTFILE_READ;
	for (size_t i = 0; i < scan->n; i++)
		scan->hit[i].answers = scan->hit[i].text_n = 0;
	*err = scan->why;
	return scan->status;
}

/* All whole lines of text; returns the bytes of the one that has no end yet. */
static size_t
lines(struct listfile_scan *scan, const char *p, size_t n)
{
	const char *end = p + n, *lf;

	while (p < end && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		listfile_line(scan, p, lf);
		p = lf + 1;
	}
	return (size_t)(end - p);
}

static void
scan_text(struct listfile_scan *scan, struct span text)
{
	size_t left = text.n == 0 ? 0 : lines(scan, text.p, text.n);

	if (left > 0)
		listfile_line(scan, text.p + text.n - left, text.p + text.n);
}

static int
gzip_found(const char *name, struct err *err)
{
	return err_set(err, "%s: compressed with gzip; plain text is expected", name);
}

enum listfile_status
listfile_match_text(const char *name, const char *format, struct span text,
		    struct listfile_hit *hit, size_t n, struct listfile_bad *bad, struct err *err)
{
	static struct listfile_scan scan;

	listfile_scan_begin(&scan, name, format, hit, n, bad);
	scan_text(&scan, text);
	return finish(&scan, err);
}

enum listfile_status
listfile_watch_text(const char *name, const char *format, struct span text,
		    struct listfile_watch *watch, struct listfile_bad *bad, struct err *err)
{
	static struct listfile_scan scan;

	listfile_scan_begin(&scan, name, format, NULL, 0, bad);
	if (text.n >= 2 && memcmp(text.p, GZIP, 2) == 0) {
		gzip_found(name, err);
		return LISTFILE_UNREADABLE;
	}
	scan.watch = watch;
	scan_text(&scan, text);
	return finish(&scan, err);
}

/*
 * Keeps what is left of the buffer at its front. A line that does not end
 * within LISTFILE_LINE_MAX is read as far as it is there, and the rest of it
 * dropped as it comes.
 */
static int
scan_file(struct listfile_scan *scan, int fd, struct err *err)
{
	static char buffer[CHUNK + LISTFILE_LINE_MAX];
	size_t kept = 0;
	bool dropping = false, first = true;
	ssize_t got;

	while ((got = read(fd, buffer + kept, CHUNK)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(err, "%s: %s", scan->name, strerror(errno));
		if (first && got >= 2 && memcmp(buffer, GZIP, 2) == 0)
			return gzip_found(scan->name, err);
		first = false;
		size_t n = kept + (size_t)got, from = 0;
		if (dropping) {
			const char *lf = memchr(buffer, '\n', n);

			from = lf == NULL ? n : (size_t)(lf - buffer) + 1;
			dropping = lf == NULL;
		}
		kept = lines(scan, buffer + from, n - from);
		if (kept > LISTFILE_LINE_MAX) {
			listfile_line(scan, buffer + n - kept, buffer + n);
			dropping = true;
			kept = 0;
		}
		memmove(buffer, buffer + n - kept, kept);
	}
	if (kept > 0)
		listfile_line(scan, buffer, buffer + kept);
	return 0;
}

int
listfile_open(const char *path, struct stat *st, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int status = 0;

	if (fd < 0 || fstat(fd, st) != 0)
		status = err_set(err, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st->st_mode))
		status = err_set(err, "%s: a regular file is expected", path);
	else if (st->st_size > FILE_MAX_BYTES)
		status = err_set(
			err, "%s: larger than 256 MiB: serve it with rbldnsd and make it a zone",
			path);
	if (status == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

/* The line that begins at offset, as far as it counts. false: none does. */
static bool
line_at(struct listfile_scan *scan, int fd, off_t offset)
{
	static char buffer[LISTFILE_LINE_MAX + 1];
	ssize_t got;

	do
		got = pread(fd, buffer, sizeof buffer, offset);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return false;
	const char *lf = memchr(buffer, '\n', (size_t)got);
	listfile_line(scan, buffer, lf == NULL ? buffer + got : lf);
	return true;
}

/*
 * Reads what the index names. false: there is none to believe, or the file
 * changed meanwhile; scan is spoilt then.
 */
static bool
scan_by_index(struct listfile_scan *scan, int fd, const struct stat *st, struct listfile_bad *bad)
{
	static struct listfile_place place[LISTFILE_INDEX_PLACES];
	struct stat after;
	struct err unused;
	ssize_t n = listfile_index_find(scan, scan->name, st, place, bad, &unused);
	bool good = n >= 0;

	scan->bad = NULL; /* the index knows of all bad lines, not only of these */
	for (ssize_t i = 0; i < n && good; i++) {
		scan->line = place[i].line == 0 ? 0 : place[i].line - 1;
		good = line_at(scan, fd, place[i].offset);
	}
	if (!good || fstat(fd, &after) != 0)
		return false;
	struct listfile_identity is = listfile_index_identity(&after),
				 was = listfile_index_identity(st);
	return memcmp(&is, &was, sizeof is) == 0;
}

int
listfile_has_index(const char *path, const char *format, struct err *err)
{
	static struct listfile_place place[LISTFILE_INDEX_PLACES];
	static struct listfile_scan scan;
	static struct listfile_bad bad;
	struct stat st;
	int fd = listfile_open(path, &st, err);

	if (fd < 0)
		return 0;
	listfile_scan_begin(&scan, path, format, NULL, 0, NULL);
	ssize_t n = listfile_index_find(&scan, path, &st, place, &bad, err);
	(void)close(fd);
	return n >= 0 ? 1 : err->why[0] == '\0' ? 0 : -1;
}

enum listfile_status
listfile_match(const char *path, const char *format, struct listfile_hit *hit, size_t n,
	       struct listfile_bad *bad, struct err *err)
{
	static struct listfile_scan scan;
	static struct listfile_bad by_index;
	struct stat st;
	int status = -1, fd = listfile_open(path, &st, err);

	listfile_scan_begin(&scan, path, format, hit, n, bad);
	if (fd < 0)
		return LISTFILE_UNREADABLE;
	if (scan_by_index(&scan, fd, &st, &by_index)) {
		status = 0;
		if (bad != NULL)
			*bad = by_index;
	} else {
		listfile_scan_begin(&scan, path, format, hit, n, bad);
		status = scan_file(&scan, fd, err);
	}
	(void)close(fd);
	if (status == 0)
		return finish(&scan, err);
	for (size_t i = 0; i < n && i < LISTFILE_HITS_MAX; i++)
		hit[i] = (struct listfile_hit){.addr = hit[i].addr};
	return LISTFILE_UNREADABLE;
}
