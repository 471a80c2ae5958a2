/*
 * listfile_index.h - where in a list file the lines are that an address needs:
 * FILE.index beside FILE, written by the index command, never at a delivery.
 *
 * The text stays the source: the index names lines, and these are read from the
 * text as without it. It is believed where it is whole, of this format, and of
 * the very file that is read: its size, number, and times of change.
 *
 *   struct listfile_index_header
 *   settings    { offset, line } of each line that is no entry and no remark
 *   blocks      { low, high, sum } of 256 entries each: IPv4, then IPv6
 *   entries     { low, high, offset }, by low; IPv4, then IPv6
 *
 * in the processor's own order of bytes. Whatever is read of it is checked by a
 * sum first: of the header, of settings and blocks, and of each block.
 */
#ifndef LISTFILE_INDEX_H
#define LISTFILE_INDEX_H

#include "filter/lists/file/listfile_scan.h"

#include <sys/stat.h>

#define LISTFILE_INDEX_SUFFIX ".index"
#define LISTFILE_INDEX_MAGIC  "spamcop-index 1\n"
#define LISTFILE_INDEX_ORDER  0x01020304U
#define LISTFILE_INDEX_BLOCK  256U
#define LISTFILE_INDEX_PLACES 4096 /* lines of one pass; all are read if more fit */

/* Which file an index is of. */
struct listfile_identity {
	uint64_t size, inode;
	int64_t modified, changed; /* seconds */
	uint32_t modified_ns, changed_ns;
};

struct listfile_index_header {
	char magic[16];
	uint32_t order;
	uint32_t format; /* enum listfile_format that the lines were read as */
	struct listfile_identity of;
	uint32_t settings, ranges, networks; /* how many */
	uint32_t check_tables;
	uint64_t bad_lines, entries;
	char first_bad[512]; /* struct listfile_bad's, from behind the file's name */
	uint32_t zero;
	uint32_t check; /* of all before it */
};

struct listfile_place {
	uint32_t offset, line; /* line: its number, of a setting only */
};

/*
 * An entry, and the offset of its line; or a block of them, from the lowest low
 * to the highest high, and the sum of its bytes.
 */
struct listfile_range4 {
	uint32_t low, high, number;
};

struct listfile_range6 {
	struct addr low, high;
	uint32_t number;
};

/* The sum, begun with 0, over more bytes, in however many pieces. */
uint32_t listfile_index_sum(uint32_t sum, const void *bytes, size_t n);

struct listfile_identity listfile_index_identity(const struct stat *st);

/* Where the index of path is. -1: the name is too long. */
int listfile_index_path(const char *path, char *to, size_t size);

/*
 * The places in the file at path that scan's addresses need, and its settings,
 * in the file's order. bad is filled. Returns how many; -1: there is no index
 * to believe, and err says why, or is empty where there is none at all.
 */
ssize_t listfile_index_find(const struct listfile_scan *scan, const char *path,
			    const struct stat *st, struct listfile_place *places,
			    struct listfile_bad *bad, struct err *err);

#endif
