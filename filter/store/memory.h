/*
 * memory.h - small files that remember what happened already: messages seen
 * (duplicate), replies sent (vacation), messages passed on (redirect).
 *
 * Each is one file in the user's mailbox or home, at most TRACK_ENTRIES_MAX
 * lines "WHEN UNTIL KEY" (seconds and the key in hexadecimal), replaced as a
 * whole under a lock, so that it is never half written. Lines that are not so
 * are dropped, as are those that have expired. What cannot be read is an error:
 * each caller knows which side is the safe one.
 */
#ifndef TRACK_H
#define TRACK_H

#include "filter/store/deliver.h"
#include "filter/base/err.h"
#include "filter/base/span.h"

#include <stdint.h>

#define TRACK_ENTRIES_MAX 4096
#define TRACK_DAY         86400

/*
 * What is remembered of a text: 128 bits, so that two texts by accident never
 * have the same. Not meant to resist somebody who looks for one.
 */
struct track_key {
	uint64_t half[2];
};

struct track_entry {
	struct track_key key;
	int64_t when, until; /* seconds since 1970 */
};

struct track {
	int dirfd; /* owned */
	int fd;    /* owned; locked where it was opened for writing */
	char name[64];
	struct track_entry *entry; /* owned */
	size_t n;
	int64_t now; /* of track_open() */
};

/*
 * Begins and goes on with a key: parts are told apart ("a" and "bc" is another
 * key than "ab" and "c").
 */
void track_key_init(struct track_key *key);
void track_key_add(struct track_key *key, struct span part);

/*
 * Opens the file called name ("seen") of the user that this delivery is for, in
 * the Maildir if it is one, else in the home (with a dot). With write set it is
 * created where there is none, and locked until track_close(). 0; -1 and why.
 * track_close() only after 0.
 */
int track_open(struct track *track, const struct delivery *delivery, const char *name, bool write,
	       struct err *err);

/* The newest entry with this key that has not expired, or NULL. */
const struct track_entry *track_find(const struct track *track, const struct track_key *key);

/* How many entries are younger than seconds. */
size_t track_count(const struct track *track, int64_t seconds);

/*
 * Puts in an entry of now, valid for seconds, in place of an older one with
 * this key; where the file is full, of the oldest one.
 */
void track_put(struct track *track, const struct track_key *key, int64_t seconds);

/* Writes the file anew; durable when it returns 0. */
int track_save(struct track *track, struct err *err);
void track_close(struct track *track);

#endif
