#include "filter/lists/listfile.h"

#include "filter/lists/listfile_line.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK          (64U << 10)  /* bytes of one read */
#define FILE_MAX_BYTES (256L << 20) /* a larger one would cost more time than a delivery has */

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

enum listfile_status
listfile_match_text(const char *name, const char *format, struct span text,
		    struct listfile_hit *hit, size_t n, struct listfile_bad *bad, struct err *err)
{
	static struct listfile_scan scan;

	listfile_scan_begin(&scan, name, format, hit, n, bad);
	size_t left = text.n == 0 ? 0 : lines(&scan, text.p, text.n);
	if (left > 0)
		listfile_line(&scan, text.p + text.n - left, text.p + text.n);
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
		if (first && got >= 2 && memcmp(buffer, "\x1f\x8b", 2) == 0)
			return err_set(err, "%s: compressed with gzip; plain text is expected",
				       scan->name);
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

/* -1: err says why the file is none of ours. */
static int
check_file(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_set(err, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, "%s: a regular file is expected", path);
	if (st.st_size > FILE_MAX_BYTES)
		return err_set(err,
			       "%s: larger than 256 MiB: serve it with rbldnsd and make it a zone",
			       path);
	return 0;
}

enum listfile_status
listfile_match(const char *path, const char *format, struct listfile_hit *hit, size_t n,
	       struct listfile_bad *bad, struct err *err)
{
	static struct listfile_scan scan;
	int status, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	listfile_scan_begin(&scan, path, format, hit, n, bad);
	if (fd < 0) {
		err_set(err, "%s: %s", path, strerror(errno));
		return LISTFILE_UNREADABLE;
	}
	status = check_file(fd, path, err);
	if (status == 0)
		status = scan_file(&scan, fd, err);
	(void)close(fd);
	if (status == 0)
		return finish(&scan, err);
	for (size_t i = 0; i < n && i < LISTFILE_HITS_MAX; i++)
		hit[i] = (struct listfile_hit){.addr = hit[i].addr};
	return LISTFILE_UNREADABLE;
}
