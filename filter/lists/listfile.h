/*
 * listfile.h - a list that is a file: rbldnsd's ip4set text, with IPv6
 * addresses as in its ip6trie.
 *
 * One pass over the file for all addresses of a message; nothing is stored for
 * an entry, so memory does not grow with the list.
 *
 *     # comment                     ; comment
 *     :127.0.0.2:Listed, see https://example.org/?$  the default answer and
 *                                                    text from here on; $ is
 *                                                    the address
 *     192.0.2.1                     one address, 192.0.2 or 192.0.2.0/24 a
 *                                   network, 192.0.2.1-9 and
 *                                   192.0.2.1-192.0.2.9 a range
 *     192.0.2.9 :127.0.0.3:text     an answer and text of its own; ":3:text" is
 *                                   127.0.0.3, "text" keeps the default answer
 *     !192.0.2.7                    not listed
 *     2001:db8::/32                 IPv6
 *     $SOA ...                      for rbldnsd only: skipped
 *
 * As rbldnsd does it, the entries that fit an address most closely (by whole
 * octets for IPv4, by prefix length for IPv6) decide, and among those an
 * exclusion wins.
 */
#ifndef LISTFILE_H
#define LISTFILE_H

#include "filter/base/addr.h"
#include "filter/base/err.h"

#define LISTFILE_HITS_MAX    64 /* addresses looked up in one pass; more are left alone */
#define LISTFILE_ANSWERS_MAX 8
#define LISTFILE_TEXT_MAX    200  /* bytes of a text kept */
#define LISTFILE_LINE_MAX    4096 /* bytes of a line; a longer one is a bad line */

/* What the file says about one address. */
struct listfile_hit {
	struct addr addr;                      /* given */
	uint32_t answer[LISTFILE_ANSWERS_MAX]; /* host order; each once */
	size_t answers;                        /* 0: not listed */
	size_t text_n;                         /* of the first entry that has a text */
	char text[LISTFILE_TEXT_MAX];
	unsigned level; /* how closely the entries seen so far fit: 0 none */
	bool excluded;
};

/* What is wrong with the file's lines. */
struct listfile_bad {
	size_t lines;     /* how many lines are bad */
	struct err first; /* "FILE:LINE: what was expected" */
	size_t entries;   /* lines that are good and name addresses */
};

/*
 * Looks hit[0..n-1].addr up in the file at path. 0, or -1 with err when it
 * cannot be read (not a regular file, no permission, ...): then nothing is
 * known about any of them. bad may be NULL.
 */
int listfile_match(const char *path, struct listfile_hit *hit, size_t n, struct listfile_bad *bad,
		   struct err *err);

/*
 * The same over bytes in memory (whole lines), for tests; name is what messages
 * call it.
 */
void listfile_match_text(const char *name, struct span text, struct listfile_hit *hit, size_t n,
			 struct listfile_bad *bad);

#endif
