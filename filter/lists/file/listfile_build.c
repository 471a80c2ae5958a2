#include "filter/lists/file/listfile_build.h"

#include "filter/base/buf.h"
#include "filter/base/copy.h"
#include "filter/lists/file/listfile_index.h"
#include "filter/lists/file/listfile_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define SETTLED_SECONDS 2 /* the coarsest clock of a file system that Debian has */
#define TRIES           3 /* of a list that is changed while it is read */
#define TABLE_MAX       (SIZE_MAX / 2)

struct build {
	struct listfile_watch watch; /* first */
	const char *text;
	struct buf settings, ranges, networks;
	struct listfile_index_header header;
};

/* Where there is no memory for it, the program ends (buf.h). */
static void
add(struct buf *table, const void *entry, size_t width)
{
	(void)buf_add(table, (struct span){entry, width});
}

/* ---- what the reader of lines tells */

static void
setting(struct listfile_watch *watch, const char *line, size_t number)
{
	struct build *build = (struct build *)watch;
	struct listfile_place place = {(uint32_t)(line - build->text), (uint32_t)number};

	add(&build->settings, &place, sizeof place);
}

static void
range(struct listfile_watch *watch, const char *line, uint32_t low, uint32_t high)
{
	struct build *build = (struct build *)watch;
	struct listfile_range4 entry = {low, high, (uint32_t)(line - build->text)};

	add(&build->ranges, &entry, sizeof entry);
}

static void
network(struct listfile_watch *watch, const char *line, const struct network *network)
{
	struct build *build = (struct build *)watch;
	struct listfile_range6 entry = {network->addr, network->addr,
					(uint32_t)(line - build->text)};

	for (unsigned bit = network->prefix; bit < 128; bit++)
		entry.high.b[bit / 8] |= (uint8_t)(0x80U >> bit % 8);
	add(&build->networks, &entry, sizeof entry);
}

/* ---- the tables as they are written */

static int
compare_ranges(const void *a, const void *b)
{
	const struct listfile_range4 *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

static int
compare_networks(const void *a, const void *b)
{
	const struct listfile_range6 *x = a, *y = b;
	int order = memcmp(x->low.b, y->low.b, sizeof x->low.b);

	return order != 0 ? order : x->number < y->number ? -1 : 1;
}

static void
sort(struct buf *table, size_t width, int (*compare)(const void *, const void *))
{
	if (table->n > 0)
		qsort(table->p, table->n / width, width, compare);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* A block's end, where that of a range is higher. */
static void
widen4(void *block, const void *range)
{
	struct listfile_range4 *wide = block;
	const struct listfile_range4 *one = range;

	if (one->high > wide->high)
		wide->high = one->high;
}

static void
widen6(void *block, const void *range)
{
	struct listfile_range6 *wide = block;
	const struct listfile_range6 *one = range;

	if (memcmp(one->high.b, wide->high.b, sizeof one->high.b) > 0)
		wide->high = one->high;
}

/* The blocks of ranges, which are sorted; block: one of theirs. */
static void
make_blocks(const struct buf *ranges, void *block, size_t width,
	    void (*widen)(void *block, const void *range), struct buf *to)
{
	const size_t whole = LISTFILE_INDEX_BLOCK * width;

	for (size_t at = 0, n; at < ranges->n; at += n) {
		n = least(ranges->n - at, whole);
		uint32_t sum = listfile_index_sum(0, ranges->p + at, n);

		memcpy(block, ranges->p + at, width);
		for (size_t i = 0; i < n; i += width)
			widen(block, ranges->p + at + i);
		memcpy((char *)block + width - sizeof sum, &sum, sizeof sum);
		add(to, block, width);
	}
}

/* Writes all of it to fd; false: errno says why. */
static bool
write_tables(struct build *build, int fd)
{
	struct listfile_index_header *header = &build->header;
	struct listfile_range4 block4;
	struct listfile_range6 block6;
	struct buf blocks;
	bool good = true;

	buf_init(&blocks, TABLE_MAX);
	add(&blocks, build->settings.p, build->settings.n);
	make_blocks(&build->ranges, &block4, sizeof block4, widen4, &blocks);
	make_blocks(&build->networks, &block6, sizeof block6, widen6, &blocks);
	header->settings = (uint32_t)(build->settings.n / sizeof(struct listfile_place));
	header->ranges = (uint32_t)(build->ranges.n / sizeof block4);
	header->networks = (uint32_t)(build->networks.n / sizeof block6);
	header->check_tables = listfile_index_sum(0, blocks.p, blocks.n);
	header->check =
		listfile_index_sum(0, header, offsetof(struct listfile_index_header, check));
	const struct span parts[] = {{(const char *)header, sizeof *header},
				     buf_span(&blocks),
				     buf_span(&build->ranges),
				     buf_span(&build->networks)};
	for (size_t i = 0; i < 4 && good; i++)
		good = copy_write_all(fd, parts[i]) == 0;
	buf_free(&blocks);
	return good && fsync(fd) == 0;
}

/* ---- the file */

/*
 * The new file, which nobody else is writing: the lock is of the file that has
 * the name. -1: errno says why.
 */
static int
open_new(const char *name, const struct stat *list)
{
	struct stat opened, named;
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &opened) == 0 &&
	    lstat(name, &named) == 0 && opened.st_ino == named.st_ino &&
	    opened.st_dev == named.st_dev && S_ISREG(opened.st_mode) && opened.st_nlink == 1 &&
	    (geteuid() != 0 || fchown(fd, list->st_uid, list->st_gid) == 0) &&
	    fchmod(fd, list->st_mode & 0666) == 0 && ftruncate(fd, 0) == 0)
		return fd;
	if (errno == 0)
		errno = EAGAIN;
	(void)close(fd);
	return -1;
}

static int
replace(struct build *build, const char *path, const struct stat *list, struct err *err)
{
	char name[4096], new[4096];

	if (listfile_index_path(path, name, sizeof name) != 0 ||
	    listfile_index_path(name, new, sizeof new) != 0)
		return err_set(err, "%s: the name is too long", path);
	(void)memcpy(new + strlen(name), ".new", sizeof ".new");
	errno = 0;
	int fd = open_new(new, list);
	if (fd < 0)
		return err_set(err, "%s: %s", new,
			       errno == EWOULDBLOCK ? "another index command is writing it"
						    : strerror(errno));
	bool good = write_tables(build, fd) && rename(new, name) == 0;
	if (!good) {
		err_set(err, "%s: %s", new, strerror(errno));
		(void)unlink(new);
	}
	(void)close(fd);
	return good ? 0 : -1;
}

/* Reads the text into the tables. */
static int
read_text(struct build *build, const char *path, const char *format, struct span text,
	  struct err *err)
{
	static struct listfile_bad bad;

	build->text = text.p;
	build->settings.n = build->ranges.n = build->networks.n = 0;
	enum listfile_status status =
		listfile_watch_text(path, format, text, &build->watch, &bad, err);
	if (status == LISTFILE_UNREADABLE)
		return -1;
	if (build->settings.n >= LISTFILE_INDEX_PLACES / 2 * sizeof(struct listfile_place))
		return err_set(err, "%s: more than %d lines of settings: an index would not help",
			       path, LISTFILE_INDEX_PLACES / 2);
	sort(&build->ranges, sizeof(struct listfile_range4), compare_ranges);
	sort(&build->networks, sizeof(struct listfile_range6), compare_networks);
	build->header.bad_lines = bad.lines;
	build->header.entries = bad.entries;
	if (bad.lines > 0)
		(void)snprintf(build->header.first_bad, sizeof build->header.first_bad, "%s",
			       bad.first.why + least(strlen(path), strlen(bad.first.why)));
	return 0;
}

/* Waits until a change of the list would show in its times. */
static void
settle(const struct stat *st)
{
	struct timespec now, left = {0, 100000000};

	for (int i = 0; i < 10 * SETTLED_SECONDS; i++) {
		(void)clock_gettime(CLOCK_REALTIME, &now);
		if (now.tv_sec - st->st_ctim.tv_sec > SETTLED_SECONDS ||
		    now.tv_sec < st->st_ctim.tv_sec)
			return;
		(void)nanosleep(&left, NULL);
	}
}

/* 0 done, 1 the list changed meanwhile, -1 err says why. */
static int
build_once(struct build *build, const char *path, const char *format, struct err *err)
{
	struct stat st, after;
	int fd = listfile_open(path, &st, err);

	if (fd < 0)
		return -1;
	settle(&st);
	size_t n = (size_t)st.st_size;
	char *text = malloc(n + 1);
	int status = text == NULL ? err_set(err, "%s: not enough memory", path) : 0;
	ssize_t got = status == 0 ? copy_read_at(fd, text, n, 0) : 0;
	if (got < 0)
		status = err_set(err, "%s: %s", path, strerror(errno));
	if (status == 0)
		status = read_text(build, path, format, (struct span){text, (size_t)got}, err);
	build->header.of = listfile_index_identity(&st);
	if (status == 0 && ((size_t)got != n || fstat(fd, &after) != 0))
		status = 1;
	if (status == 0) {
		struct listfile_identity is = listfile_index_identity(&after);

		status = memcmp(&is, &build->header.of, sizeof is) == 0
				 ? replace(build, path, &st, err)
				 : 1;
	}
	free(text);
	(void)close(fd);
	return status;
}

int
listfile_build(const char *path, const char *format, size_t *entries, struct err *err)
{
	struct build build = {.watch = {setting, range, network},
			      .settings = {.max = TABLE_MAX},
			      .ranges = {.max = TABLE_MAX},
			      .networks = {.max = TABLE_MAX}};
	int status = 1;

	memcpy(build.header.magic, LISTFILE_INDEX_MAGIC, sizeof build.header.magic);
	build.header.order = LISTFILE_INDEX_ORDER;
	build.header.format = (uint32_t)listfile_scan_format(span_of(format));
	for (int i = 0; i < TRIES && status == 1; i++)
		status = build_once(&build, path, format, err);
	if (status == 1)
		status = err_set(err, "%s: it is changed again and again while it is read", path);
	*entries = (size_t)build.header.entries;
	buf_free(&build.settings);
	buf_free(&build.ranges);
	buf_free(&build.networks);
	return status;
}
