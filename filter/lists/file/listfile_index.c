#include "filter/lists/file/listfile_index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What is wrong with it, for a person: behind "FILE.index: ". */
#define STALE  "it is of another state of the list: run spamcop-filter index"
#define BROKEN "it is damaged: run spamcop-filter index"

struct search {
	int fd;
	off_t at; /* where the next table begins */
	struct listfile_index_header header;
	const struct listfile_scan *scan;
	struct listfile_place *places;
	size_t n;
	uint32_t sum; /* of the tables so far */
};

uint32_t
listfile_index_sum(uint32_t sum, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (sum ^= 2166136261U; n > 0; n--) /* FNV-1a */
		sum = (sum ^ *p++) * 16777619U;
	return sum ^ 2166136261U;
}

struct listfile_identity
listfile_index_identity(const struct stat *st)
{
	return (struct listfile_identity){.size = (uint64_t)st->st_size,
					  .inode = (uint64_t)st->st_ino,
					  .modified = st->st_mtim.tv_sec,
					  .changed = st->st_ctim.tv_sec,
					  .modified_ns = (uint32_t)st->st_mtim.tv_nsec,
					  .changed_ns = (uint32_t)st->st_ctim.tv_nsec};
}

int
listfile_index_path(const char *path, char *to, size_t size)
{
	int n = snprintf(to, size, "%s" LISTFILE_INDEX_SUFFIX, path);

	return n < 0 || (size_t)n >= size ? -1 : 0;
}

/* All n bytes at this place. false: they are not there. */
static bool
read_at(int fd, void *to, size_t n, off_t at)
{
	char *p = to;

	while (n > 0) {
		ssize_t got = pread(fd, p, n, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

/* The next n bytes of the tables, summed up. */
static bool
read_table(struct search *search, void *to, size_t n)
{
	if (!read_at(search->fd, to, n, search->at))
		return false;
	search->at += (off_t)n;
	search->sum = listfile_index_sum(search->sum, to, n);
	return true;
}

static bool
add_place(struct search *search, uint32_t offset)
{
	if (search->n == LISTFILE_INDEX_PLACES)
		return false;
	search->places[search->n++] = (struct listfile_place){.offset = offset};
	return true;
}

/* ---- the two families: the same but for the type of an address */

static bool
within4(const struct listfile_scan *scan, uint32_t low, uint32_t high)
{
	for (size_t i = 0; i < scan->n; i++)
		if (scan->number[i] >= low && scan->number[i] <= high &&
		    addr_is_ipv4(&scan->hit[i].addr))
			return true;
	return false;
}

static bool
within6(const struct listfile_scan *scan, const struct addr *low, const struct addr *high)
{
	for (size_t i = 0; i < scan->n; i++)
		if (memcmp(scan->hit[i].addr.b, low->b, sizeof low->b) >= 0 &&
		    memcmp(scan->hit[i].addr.b, high->b, sizeof high->b) <= 0 &&
		    !addr_is_ipv4(&scan->hit[i].addr))
			return true;
	return false;
}

static size_t
blocks_of(uint32_t entries)
{
	return (entries + LISTFILE_INDEX_BLOCK - 1) / LISTFILE_INDEX_BLOCK;
}

/* How many entries block i of them has. */
static size_t
block_size(uint32_t entries, size_t i)
{
	size_t left = entries - i * LISTFILE_INDEX_BLOCK;

	return left < LISTFILE_INDEX_BLOCK ? left : LISTFILE_INDEX_BLOCK;
}

#define TABLE_STEP 512 /* blocks of one read */

static bool
search4(struct search *search, off_t entries_at)
{
	static struct listfile_block4 block[TABLE_STEP];
	static struct listfile_range4 range[LISTFILE_INDEX_BLOCK];
	uint32_t entries = search->header.ranges;
	size_t blocks = blocks_of(entries);

	for (size_t from = 0; from < blocks; from += TABLE_STEP) {
		size_t step = blocks - from < TABLE_STEP ? blocks - from : TABLE_STEP;

		if (!read_table(search, block, step * sizeof block[0]))
			return false;
		for (size_t i = 0; i < step; i++) {
			if (!within4(search->scan, block[i].first, block[i].last))
				continue;
			size_t n = block_size(entries, from + i);
			off_t at = entries_at + (off_t)((from + i) * sizeof range);

			if (!read_at(search->fd, range, n * sizeof range[0], at) ||
			    listfile_index_sum(0, range, n * sizeof range[0]) != block[i].check)
				return false;
			for (size_t k = 0; k < n; k++)
				if (within4(search->scan, range[k].low, range[k].high) &&
				    !add_place(search, range[k].offset))
					return false;
		}
	}
	return true;
}

static bool
search6(struct search *search, off_t entries_at)
{
	static struct listfile_block6 block[TABLE_STEP];
	static struct listfile_range6 range[LISTFILE_INDEX_BLOCK];
	uint32_t entries = search->header.networks;
	size_t blocks = blocks_of(entries);

	for (size_t from = 0; from < blocks; from += TABLE_STEP) {
		size_t step = blocks - from < TABLE_STEP ? blocks - from : TABLE_STEP;

		if (!read_table(search, block, step * sizeof block[0]))
			return false;
		for (size_t i = 0; i < step; i++) {
			if (!within6(search->scan, &block[i].first, &block[i].last))
				continue;
			size_t n = block_size(entries, from + i);
			off_t at = entries_at + (off_t)((from + i) * sizeof range);

			if (!read_at(search->fd, range, n * sizeof range[0], at) ||
			    listfile_index_sum(0, range, n * sizeof range[0]) != block[i].check)
				return false;
			for (size_t k = 0; k < n; k++)
				if (within6(search->scan, &range[k].low, &range[k].high) &&
				    !add_place(search, range[k].offset))
					return false;
		}
	}
	return true;
}

static int
by_offset(const void *a, const void *b)
{
	uint32_t x = ((const struct listfile_place *)a)->offset;
	uint32_t y = ((const struct listfile_place *)b)->offset;

	return (x > y) - (x < y);
}

static bool
search_all(struct search *search)
{
	const struct listfile_index_header *header = &search->header;
	off_t tables = (off_t)(header->settings * sizeof(struct listfile_place) +
			       blocks_of(header->ranges) * sizeof(struct listfile_block4) +
			       blocks_of(header->networks) * sizeof(struct listfile_block6));
	off_t ranges_at = (off_t)sizeof *header + tables;
	off_t networks_at = ranges_at + (off_t)(header->ranges * sizeof(struct listfile_range4));

	search->at = (off_t)sizeof *header;
	search->n = header->settings;
	if (!read_table(search, search->places, search->n * sizeof search->places[0]) ||
	    !search4(search, ranges_at) || !search6(search, networks_at) ||
	    search->sum != header->check_tables)
		return false;
	qsort(search->places, search->n, sizeof search->places[0], by_offset);
	/* no place is outside of the text, and none comes twice */
	for (size_t i = 0; i < search->n; i++)
		if (search->places[i].offset >= header->of.size ||
		    (i > 0 && search->places[i].offset == search->places[i - 1].offset))
			return false;
	return true;
}

/* NULL, or why this is no index of the file that st is of. */
static const char *
distrust(struct search *search, const struct stat *st)
{
	struct listfile_index_header *header = &search->header;
	struct listfile_identity of = listfile_index_identity(st);
	struct stat own;

	if (fstat(search->fd, &own) != 0 || !S_ISREG(own.st_mode) ||
	    !read_at(search->fd, header, sizeof *header, 0))
		return BROKEN;
	if (own.st_uid != 0 && own.st_uid != geteuid() && own.st_uid != st->st_uid)
		return "it belongs to neither root nor the list's owner";
	if ((own.st_mode & (S_IWGRP | S_IWOTH) & ~st->st_mode) != 0)
		return "others can write it than the list (chmod go-w)";
	if (memcmp(header->magic, LISTFILE_INDEX_MAGIC, sizeof header->magic) != 0 ||
	    header->order != LISTFILE_INDEX_ORDER)
		return "it is of another version or kind of machine: run spamcop-filter index";
	if (header->check !=
		    listfile_index_sum(0, header, offsetof(struct listfile_index_header, check)) ||
	    memchr(header->first_bad, '\0', sizeof header->first_bad) == NULL ||
	    header->settings > LISTFILE_INDEX_PLACES)
		return BROKEN;
	if (memcmp(&of, &header->of, sizeof of) != 0 ||
	    header->format != (uint32_t)search->scan->format)
		return STALE;
	return NULL;
}

ssize_t
listfile_index_find(const struct listfile_scan *scan, const char *path, const struct stat *st,
		    struct listfile_place *places, struct listfile_bad *bad, struct err *err)
{
	static struct search search;
	char name[4096];

	*err = (struct err){""};
	if (listfile_index_path(path, name, sizeof name) != 0)
		return -1;
	search = (struct search){.scan = scan, .places = places};
	search.fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	if (search.fd < 0)
		return errno == ENOENT ? -1 : err_set(err, "%s: %s", name, strerror(errno));
	const char *why = distrust(&search, st);
	if (why == NULL && !search_all(&search))
		why = search.n == LISTFILE_INDEX_PLACES ? "too many entries fit" : BROKEN;
	(void)close(search.fd);
	if (why != NULL)
		return err_set(err, "%s: %s", name, why);
	*bad = (struct listfile_bad){.lines = (size_t)search.header.bad_lines,
				     .entries = (size_t)search.header.entries};
	if (bad->lines > 0)
		err_set(&bad->first, "%s%s", path, search.header.first_bad);
	return (ssize_t)search.n;
}
