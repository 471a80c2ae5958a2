/*
 * memory.h - small files that remember what happened already: messages seen
 * (duplicate), replies sent (vacation), messages passed on (redirect).
 *
 * Each is one file in the user's mailbox or home, at most MEMORY_ENTRIES_MAX
 * lines "WHEN UNTIL KEY" (seconds and the key in hexadecimal), replaced as a
 * whole under a lock, so that it is never half written. Lines that are not so
 * are dropped, as are those that have expired. What cannot be read is an error:
 * each caller knows which side is the safe one.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "filter/store/deliver.h"
#include "filter/base/err.h"
#include "filter/base/span.h"

#include <stdint.h>

#define MEMORY_ENTRIES_MAX 4096
#define MEMORY_DAY         86400

/*
 * What is remembered of a text: 128 bits, so that two texts by accident never
 * have the same. Not meant to resist somebody who looks for one.
 */
struct memory_key {
	uint64_t half[2];
};

struct memory_entry {
	struct memory_key key;
	int64_t when, until; /* seconds since 1970 */
};

struct memory {
	int dirfd; /* owned */
	int fd;    /* owned; locked where it was opened for writing */
	char name[64];
	struct memory_entry *entry; /* owned */
	size_t n;
	int64_t now; /* of memory_open() */
};

/*
 * Begins and goes on with a key: parts are told apart ("a" and "bc" is another
 * key than "ab" and "c").
 */
void memory_key_init(struct memory_key *key);
void memory_key_add(struct memory_key *key, struct span part);

/*
 * Opens the file called name ("seen") of the user that this delivery is for, in
 * the Maildir if it is one, else in the home (with a dot). With write set it is
 * created where there is none, and locked until memory_close(). 0; -1 and why.
 * memory_close() only after 0.
 */
int memory_open(struct memory *memory, const struct delivery *delivery, const char *name,
		bool write, struct err *err);

/* The newest entry with this key that has not expired, or NULL. */
const struct memory_entry *memory_find(const struct memory *memory, const struct memory_key *key);

/* How many entries are younger than seconds. */
size_t memory_count(const struct memory *memory, int64_t seconds);

/*
 * Puts in an entry of now, valid for seconds, in place of an older one with
 * this key; where the file is full, of the oldest one.
 */
void memory_put(struct memory *memory, const struct memory_key *key, int64_t seconds);

/* Writes the file anew; durable when it returns 0. */
int memory_save(struct memory *memory, struct err *err);
void memory_close(struct memory *memory);

#endif
