/*
 * memory.h - small files that remember what happened already: messages seen
 * (duplicate), replies sent (vacation), messages passed on (redirect).
 *
 * Each is one file in the user's mailbox or home, replaced as a whole under a
 * lock, so that it is never half written:
 *
 *	# spamcop-filter memory, version 1
 *	WHEN UNTIL KEY
 *
 * Every line has 67 bytes, the first one by blanks at its end. Behind it come
 * at most MEMORY_ENTRIES_MAX, each of two times (seconds since 1970, 16
 * hexadecimal digits) and a key (32). A file without the first line is of
 * version 0, which had none; it gets one when it is written next. A file of a
 * later version cannot be opened, and is left as it is. In a damaged one
 * (whatever else is found there, or more of it) the lines that can be read
 * count; it is put aside as NAME.broken, in place of an earlier one, when it is
 * opened for writing, and the log says so. What cannot be opened is an error:
 * each caller knows which side is the safe one.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "filter/store/deliver.h"
#include "filter/base/err.h"
#include "filter/base/span.h"

#include <stdint.h>

#define MEMORY_VERSION     1
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
	int64_t now;  /* of memory_open() */
	bool damaged; /* as it was found; never behind memory_open() for writing */
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
 * created where there is none, locked until memory_close(), and put aside where
 * it is damaged. 0; -1 and why: it cannot be had, is no file of this user's, is
 * of a later version, or is damaged and cannot be written anew. memory_close()
 * only after 0.
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

/*
 * Writes the file anew; durable when it returns 0. The lock is over with it:
 * it was one of the file that has been replaced.
 */
int memory_save(struct memory *memory, struct err *err);
void memory_close(struct memory *memory);

/*
 * For a person who asks what is wrong: changes nothing. 0: the file is well, or
 * there is none. -1: a sentence, also where one was put aside and is still
 * there.
 */
int memory_look(const struct delivery *delivery, const char *name, struct err *said);

#endif
