#include "filter/lists/file/listfile_index.h"

#include "filter/base/copy.h"

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
	return copy_read_at(fd, to, n, at) == (ssize_t)n;
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

/* Is one of the addresses that are looked up in a range, or block? */
struct family {
	size_t width; /* bytes of a range; its number comes last */
	bool (*holds_one)(const struct listfile_scan *scan, const char *bytes);
};

static bool
holds_ipv4(const struct listfile_scan *scan, const char *bytes)
{
	struct listfile_range4 range;

	memcpy(&range, bytes, sizeof range);
	for (size_t i = 0; i < scan->n; i++)
		if (scan->number[i] >= range.low && scan->number[i] <= range.high &&
		    addr_is_ipv4(&scan->hit[i].addr))
			return true;
	return false;
}

static bool
holds_ipv6(const struct listfile_scan *scan, const char *bytes)
{
	struct listfile_range6 range;

	memcpy(&range, bytes, sizeof range);
	for (size_t i = 0; i < scan->n; i++)
		if (memcmp(scan->hit[i].addr.b, range.low.b, sizeof range.low.b) >= 0 &&
		    memcmp(scan->hit[i].addr.b, range.high.b, sizeof range.high.b) <= 0 &&
		    !addr_is_ipv4(&scan->hit[i].addr))
			return true;
	return false;
}

static const struct family ipv4 = {sizeof(struct listfile_range4), holds_ipv4};
static const struct family ipv6 = {sizeof(struct listfile_range6), holds_ipv6};

#define WIDEST sizeof(struct listfile_range6)

static uint32_t
number_of(const struct family *family, const char *bytes)
{
	uint32_t number;

	memcpy(&number, bytes + family->width - sizeof number, sizeof number);
	return number;
}

static size_t
blocks_of(size_t entries)
{
	return (entries + LISTFILE_INDEX_BLOCK - 1) / LISTFILE_INDEX_BLOCK;
}

/* Of the n entries of a block with this sum: the lines that are needed. */
static bool
search_block(struct search *search, const struct family *family, size_t n, off_t at, uint32_t sum)
{
	static char ranges[LISTFILE_INDEX_BLOCK * WIDEST];

	if (!read_at(search->fd, ranges, n * family->width, at) ||
	    listfile_index_sum(0, ranges, n * family->width) != sum)
		return false;
	for (const char *range = ranges; n > 0; n--, range += family->width)
		if (family->holds_one(search->scan, range) &&
		    !add_place(search, number_of(family, range)))
			return false;
	return true;
}

#define TABLE_STEP 512 /* blocks of one read */

/* The family's blocks are the next table; its entries are at that place. */
static bool
search_family(struct search *search, const struct family *family, size_t entries, off_t entries_at)
{
	static char blocks[TABLE_STEP * WIDEST];
	const size_t whole = LISTFILE_INDEX_BLOCK * family->width;
	const char *block = NULL;

	for (size_t i = 0; entries > 0; i++, entries_at += (off_t)whole) {
		size_t n = entries < LISTFILE_INDEX_BLOCK ? entries : LISTFILE_INDEX_BLOCK;

		if (i % TABLE_STEP == 0) {
			size_t left = blocks_of(entries);

			left = left < TABLE_STEP ? left : TABLE_STEP;
			if (!read_table(search, blocks, left * family->width))
				return false;
			block = blocks;
		}
		if (family->holds_one(search->scan, block) &&
		    !search_block(search, family, n, entries_at, number_of(family, block)))
			return false;
		block += family->width;
		entries -= n;
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
			       blocks_of(header->ranges) * ipv4.width +
			       blocks_of(header->networks) * ipv6.width);
	off_t ranges_at = (off_t)sizeof *header + tables;
	off_t networks_at = ranges_at + (off_t)(header->ranges * ipv4.width);

	search->at = (off_t)sizeof *header;
	search->n = header->settings;
	if (!read_table(search, search->places, search->n * sizeof search->places[0]) ||
	    !search_family(search, &ipv4, header->ranges, ranges_at) ||
	    !search_family(search, &ipv6, header->networks, networks_at) ||
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
