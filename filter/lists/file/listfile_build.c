#include "filter/lists/file/listfile_build.h"
#include "filter/lists/file/listfile_index.h"
#include "filter/lists/file/listfile_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SETTLED_SECONDS 2 /* the coarsest clock of a file system that Debian has */
#define TRIES           3 /* of a list that is changed while it is read */

/* A table that grows. */
struct table {
	char *p;
	size_t n, size, width; /* entries, room for, bytes of one */
};

struct build {
	struct listfile_watch watch; /* first */
	const char *text;
	struct table settings, ranges, networks;
	struct listfile_index_header header;
	bool no_memory;
};

static void
table_add(struct build *build, struct table *table, const void *entry)
{
	if (table->n == table->size) {
		size_t size = table->size == 0 ? 1024 : 2 * table->size;
		char *p = reallocarray(table->p, size, table->width);

		if (p == NULL) {
			build->no_memory = true;
			return;
		}
		table->p = p;
		table->size = size;
	}
	memcpy(table->p + table->n++ * table->width, entry, table->width);
}

/* ---- what the reader of lines tells */

static void
setting(struct listfile_watch *watch, const char *line, size_t number)
{
	struct build *build = (struct build *)watch;
	struct listfile_place place = {(uint32_t)(line - build->text), (uint32_t)number};

	table_add(build, &build->settings, &place);
}

static void
range(struct listfile_watch *watch, const char *line, uint32_t low, uint32_t high)
{
	struct build *build = (struct build *)watch;
	struct listfile_range4 entry = {low, high, (uint32_t)(line - build->text)};

	table_add(build, &build->ranges, &entry);
}

static void
network(struct listfile_watch *watch, const char *line, const struct network *network)
{
	struct build *build = (struct build *)watch;
	struct listfile_range6 entry = {network->addr, network->addr,
					(uint32_t)(line - build->text)};

	for (unsigned bit = network->prefix; bit < 128; bit++)
		entry.high.b[bit / 8] |= (uint8_t)(0x80U >> bit % 8);
	table_add(build, &build->networks, &entry);
}

/* ---- the tables as they are written */

static int
compare_ranges(const void *a, const void *b)
{
	const struct listfile_range4 *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return x->offset < y->offset ? -1 : 1;
}

static int
compare_networks(const void *a, const void *b)
{
	const struct listfile_range6 *x = a, *y = b;
	int order = memcmp(x->low.b, y->low.b, sizeof x->low.b);

	return order != 0 ? order : x->offset < y->offset ? -1 : 1;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The blocks of the ranges and of the networks, into *to. */
static void
make_blocks(struct build *build, struct table *to4, struct table *to6)
{
	const struct listfile_range4 *ranges = (const void *)build->ranges.p;
	const struct listfile_range6 *networks = (const void *)build->networks.p;

	for (size_t i = 0; i < build->ranges.n; i += LISTFILE_INDEX_BLOCK) {
		size_t n = least(build->ranges.n - i, LISTFILE_INDEX_BLOCK);
		struct listfile_block4 block = {
			.first = ranges[i].low,
			.check = listfile_index_sum(0, ranges + i, n * sizeof ranges[0])};

		for (size_t k = i; k < i + n; k++)
			if (ranges[k].high > block.last)
				block.last = ranges[k].high;
		table_add(build, to4, &block);
	}
	for (size_t i = 0; i < build->networks.n; i += LISTFILE_INDEX_BLOCK) {
		size_t n = least(build->networks.n - i, LISTFILE_INDEX_BLOCK);
		struct listfile_block6 block = {
			.first = networks[i].low,
			.check = listfile_index_sum(0, networks + i, n * sizeof networks[0])};

		for (size_t k = i; k < i + n; k++)
			if (memcmp(networks[k].high.b, block.last.b, sizeof block.last.b) > 0)
				block.last = networks[k].high;
		table_add(build, to6, &block);
	}
}

/* Writes all of it to fd; false: errno says why. */
static bool
write_tables(struct build *build, int fd)
{
	struct table blocks4 = {.width = sizeof(struct listfile_block4)};
	struct table blocks6 = {.width = sizeof(struct listfile_block6)};
	const struct table *tables[] = {&build->settings, &blocks4, &blocks6, &build->ranges,
					&build->networks};
	struct listfile_index_header *header = &build->header;
	FILE *file = fdopen(dup(fd), "w");
	bool good = file != NULL;

	make_blocks(build, &blocks4, &blocks6);
	header->settings = (uint32_t)build->settings.n;
	header->ranges = (uint32_t)build->ranges.n;
	header->networks = (uint32_t)build->networks.n;
	for (size_t i = 0; i < 3; i++)
		header->check_tables = listfile_index_sum(header->check_tables, tables[i]->p,
							  tables[i]->n * tables[i]->width);
	header->check =
		listfile_index_sum(0, header, offsetof(struct listfile_index_header, check));
	errno = ENOMEM;
	good = good && !build->no_memory && fwrite(header, sizeof *header, 1, file) == 1;
	for (size_t i = 0; i < 5 && good; i++)
		good = tables[i]->n == 0 ||
		       fwrite(tables[i]->p, tables[i]->width, tables[i]->n, file) == tables[i]->n;
	if (file != NULL && fclose(file) != 0)
		good = false;
	free(blocks4.p);
	free(blocks6.p);
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
	if (build->settings.n >= LISTFILE_INDEX_PLACES / 2)
		return err_set(err, "%s: more than %d lines of settings: an index would not help",
			       path, LISTFILE_INDEX_PLACES / 2);
	if (build->ranges.n > 0)
		qsort(build->ranges.p, build->ranges.n, build->ranges.width, compare_ranges);
	if (build->networks.n > 0)
		qsort(build->networks.p, build->networks.n, build->networks.width,
		      compare_networks);
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
	void *text = n == 0 ? NULL : malloc(n);
	int status = n > 0 && text == NULL ? err_set(err, "%s: not enough memory", path) : 0;
	ssize_t got = 1;
	for (size_t have = 0; status == 0 && have < n && got > 0; have += (size_t)got) {
		got = pread(fd, (char *)text + have, n - have, (off_t)have);
		if (got < 0)
			status = err_set(err, "%s: %s", path, strerror(errno));
	}
	if (status == 0)
		status = read_text(build, path, format, (struct span){text, n}, err);
	build->header.of = listfile_index_identity(&st);
	if (status == 0 && (got == 0 || fstat(fd, &after) != 0))
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
			      .settings = {.width = sizeof(struct listfile_place)},
			      .ranges = {.width = sizeof(struct listfile_range4)},
			      .networks = {.width = sizeof(struct listfile_range6)}};
	int status = 1;

	memcpy(build.header.magic, LISTFILE_INDEX_MAGIC, sizeof build.header.magic);
	build.header.order = LISTFILE_INDEX_ORDER;
	build.header.format = (uint32_t)listfile_scan_format(span_of(format));
	for (int i = 0; i < TRIES && status == 1; i++)
		status = build_once(&build, path, format, err);
	if (status == 1)
		status = err_set(err, "%s: it is changed again and again while it is read", path);
	*entries = (size_t)build.header.entries;
	free(build.settings.p);
	free(build.ranges.p);
	free(build.networks.p);
	return status;
}
