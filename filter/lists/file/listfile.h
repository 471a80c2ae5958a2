/*
 * listfile.h - a list that is a file of rbldnsd(8): its texts of addresses, as
 * rbldnsd reads them.
 *
 * One pass over the file for all addresses of a message; nothing is stored for
 * an entry, so memory does not grow with the list. Where FILE.index is of this
 * state of the file, only the lines that it names are read (listfile_index.h).
 *
 *     # comment                  ; comment
 *     :127.0.0.2:See https://example.org/?$
 *                                the default answer and text from here on
 *     192.0.2.1                  one address
 *     192.0.2, 192.0.2.0/24      a network
 *     192.0.2.1-9, 192.0.2.1-192.0.2.9
 *                                a range
 *     192.0.2.9 :127.0.0.3:text  an answer and text of its own; ":3:text" is
 *                                127.0.0.3, "text" keeps the default answer
 *     !192.0.2.7                 not listed, whatever stands behind it
 *     2001:db8::/32, 2001:db8/32 IPv6
 *     $TIMESTAMP, $MAXRANGE4, $1 to $9, $=, $DATASET
 *                                listfile_special.h
 *
 * The closest entries decide. Which ones are the closest, and what is an entry,
 * is a matter of the dataset (rbldnsd(8), "Dataset types"):
 *
 *     ip4set   by whole octets; all of the closest; an exclusion wins
 *     ip4trie  networks, by their length; the first of the closest
 *     ip4tset  addresses only; one answer for all, the first default
 *     ip6trie  as ip4trie
 *     ip6tset  networks of four groups, exclusions of single addresses; one
 *              answer for all
 *
 * Without a word about it, IPv4 is read as ip4set and IPv6 as ip6trie.
 */
#ifndef LISTFILE_H
#define LISTFILE_H

#include "filter/base/addr.h"
#include "filter/base/err.h"

#define LISTFILE_HITS_MAX     64 /* addresses looked up in one pass; more are left alone */
#define LISTFILE_ANSWERS_MAX  8
#define LISTFILE_TEXT_MAX     200  /* bytes of a text kept */
#define LISTFILE_TEMPLATE_MAX 255  /* bytes of a template, as in rbldnsd */
#define LISTFILE_LINE_MAX     4096 /* bytes of a line; of a longer one the rest is left out */

/* What the file says about one address. */
struct listfile_hit {
	struct addr addr;                      /* given */
	uint32_t answer[LISTFILE_ANSWERS_MAX]; /* host order; each once */
	size_t answers;                        /* 0: not listed */
	size_t text_n;                         /* of the first entry that has a text */
	char text[LISTFILE_TEXT_MAX];

	/* The entries of the dataset that is being read, while it is read. */
	struct {
		unsigned level; /* how closely they fit: 0 none */
		bool excluded;
		uint32_t answer[LISTFILE_ANSWERS_MAX];
		size_t answers;
		size_t template_n;
		char template[LISTFILE_TEMPLATE_MAX];
	} now;
};

/* What is wrong with the file's lines. */
struct listfile_bad {
	size_t lines;     /* how many lines are bad */
	struct err first; /* "FILE:LINE: what was expected" */
	size_t entries;   /* lines that are good and name addresses */
};

enum listfile_status {
	LISTFILE_READ = 0,
	LISTFILE_UNREADABLE, /* no regular file, no permission, data of the future, ... */
	LISTFILE_EXPIRED     /* its $TIMESTAMP says that its time is over */
};

/*
 * Looks hit[0..n-1].addr up in the file at path. format: one of the names
 * above, or NULL. Where it is not LISTFILE_READ, err says why and nothing is
 * known about any of them. bad may be NULL.
 */
enum listfile_status listfile_match(const char *path, const char *format, struct listfile_hit *hit,
				    size_t n, struct listfile_bad *bad, struct err *err);

/*
 * The same over bytes in memory, for tests; name is what messages call it.
 */
enum listfile_status listfile_match_text(const char *name, const char *format, struct span text,
					 struct listfile_hit *hit, size_t n,
					 struct listfile_bad *bad, struct err *err);

struct listfile_watch;
struct stat;

/* The same, and watch is told what each line is (listfile_scan.h). */
enum listfile_status listfile_watch_text(const char *name, const char *format, struct span text,
					 struct listfile_watch *watch, struct listfile_bad *bad,
					 struct err *err);

/*
 * Opens the file at path, and st is what it is. -1: err says why it is no list
 * that can be read.
 */
int listfile_open(const char *path, struct stat *st, struct err *err);

/*
 * Is there an index beside the file, and would it be believed? 1 yes, 0 there
 * is none, -1 err says why it is not.
 */
int listfile_has_index(const char *path, const char *format, struct err *err);

/* "unreadable", "expired": the cause of a lookup that failed. */
const char *listfile_cause(enum listfile_status status);

#endif
