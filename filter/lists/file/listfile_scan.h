/*
 * listfile_scan.h - inside a list file: what has been read so far, and which
 * entries fit the addresses that are looked up.
 */
#ifndef LISTFILE_SCAN_H
#define LISTFILE_SCAN_H

#include "filter/lists/file/listfile.h"

/* What the lines of a dataset are: see listfile.h. */
enum listfile_format {
	LISTFILE_ANY, /* IPv4 as LISTFILE_IP4SET, and IPv6 as LISTFILE_IP6TRIE */
	LISTFILE_IP4SET,
	LISTFILE_IP4TRIE,
	LISTFILE_IP4TSET,
	LISTFILE_IP6TRIE,
	LISTFILE_IP6TSET,
};

#define LISTFILE_VARIABLES 11 /* $0 to $9, $= */
#define LISTFILE_BASE      10 /* $= */

/* $1 to $9 and $=; length 0: not set. */
struct listfile_variables {
	struct {
		size_t n;
		char text[LISTFILE_TEMPLATE_MAX];
	} variable[LISTFILE_VARIABLES];
};

/* Who is told what each line is, while an index is made; line: its begin. */
struct listfile_watch {
	void (*setting)(struct listfile_watch *watch, const char *line, size_t number);
	void (*range)(struct listfile_watch *watch, const char *line, uint32_t low, uint32_t high);
	void (*network)(struct listfile_watch *watch, const char *line,
			const struct network *network);
};

struct listfile_scan {
	const char *name;
	size_t line;
	const char *at;               /* where it begins */
	struct listfile_watch *watch; /* NULL for most */
	bool told;                    /* this line is bad already */
	struct listfile_hit *hit;
	uint32_t number[LISTFILE_HITS_MAX]; /* of the IPv4 ones */
	size_t n;
	struct listfile_bad *bad;

	/* of the whole file */
	uint32_t max_range;               /* $MAXRANGE4: addresses of one entry; 0 for any */
	struct listfile_variables common; /* set before the first $DATASET */
	enum listfile_status status;
	struct err why; /* of status */

	/* of the dataset that is being read */
	enum listfile_format format;
	bool begun;     /* by a $DATASET line */
	bool elsewhere; /* its entries are not of this list */
	bool default_set;
	uint32_t answer; /* of the default in force */
	size_t template_n;
	char template[LISTFILE_TEMPLATE_MAX];
	struct listfile_variables variables;
};

#define LISTFILE_DEFAULT_ANSWER 0x7f000002U /* 127.0.0.2, rbldnsd's own */

/* The format of that name ("ip4set"); LISTFILE_ANY for another. */
enum listfile_format listfile_scan_format(struct span name);

/* Begins a scan for hit[0..n-1]; format, bad may be NULL. */
void listfile_scan_begin(struct listfile_scan *scan, const char *name, const char *format,
			 struct listfile_hit *hit, size_t n, struct listfile_bad *bad);

/* Counts the line as bad, once. */
void listfile_scan_bad(struct listfile_scan *scan, const char *why);

/*
 * An entry of the dataset covers the address of hit, this closely (from 1).
 * first: the first of several that are as close counts, else all of them.
 */
void listfile_scan_cover(struct listfile_hit *hit, unsigned level, bool first, bool exclusion,
			 uint32_t answer, struct span template);

/* The end of a dataset: what its entries say goes to the hits. */
void listfile_scan_settle(struct listfile_scan *scan);

/*
 * The text that a template makes of an address, cut to size bytes; returns its
 * length. "$" is the address, "$$" a dollar sign, "$1" a variable; where "$="
 * is set it is the template and "$=" in it the entry's own, unless that begins
 * with "=".
 */
size_t listfile_scan_expand(const struct listfile_variables *variables, struct span template,
			    const struct addr *addr, char *to, size_t size);

#endif
