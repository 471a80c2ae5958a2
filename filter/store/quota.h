/*
 * quota.h - the quota of a Maildir++: maildirsize
 * (http://www.inter7.com/courierimap/README.maildirquota.html).
 *
 * The file's first line says what is allowed ("1000000S,1000C": bytes,
 * messages), each other line what was added or taken away ("3072 1"). Where
 * there is no file there is no quota.
 */
#ifndef QUOTA_H
#define QUOTA_H

#include "filter/base/err.h"
#include "filter/base/span.h"

#include <stdint.h>

#define QUOTA_FILE_MAX 5120 /* a longer file is due for a recount, says the format */
#define QUOTA_FRESH    900  /* seconds: a recount that says "full" is believed that long */

struct quota {
	int fd;              /* of maildirsize, for appending; -1: no quota */
	long long max_bytes; /* 0: no limit */
	long long max_messages;
	long long bytes, messages; /* in use */
	unsigned entries;          /* lines behind the first */
	int64_t until;             /* clock_ms(): no recount goes on beyond it */
	bool given_up;             /* one would have */
};

/*
 * Reads the text of a maildirsize. false: not in the format, or too long to
 * believe.
 */
bool quota_parse(struct span text, struct quota *quota);

/*
 * What the mailbox allows and holds. Recounts, and writes the file anew, where
 * it has no entry yet, is too long or broken, or has no room for n messages of
 * that size by entries that may be out of date. A recount that is not done at
 * clock_ms() `until` is dropped, and what the file says holds. Trouble with the
 * file means no quota: mail first.
 */
void quota_open(struct quota *quota, int mailbox, long long size, unsigned n, int64_t until);

/* Is there room for n messages of that size? */
bool quota_allows(const struct quota *quota, long long size, unsigned n);

/*
 * A message of that size has been stored. Allocates nothing; an entry that
 * cannot be written is made good by the next recount.
 */
void quota_add(struct quota *quota, long long size);

void quota_close(struct quota *quota);

#endif
