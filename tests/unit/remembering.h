/*
 * remembering.h - a memory (filter/store/memory.h) called "seen" in a place's
 * Maildir, its file, and keys that are numbers.
 */
#ifndef REMEMBERING_H
#define REMEMBERING_H

#include "filter/store/memory.h"
#include "place.h"

#define LINE 67
#define SEEN "spamcop-seen"

static inline struct memory_key
key_of(unsigned n)
{
	struct memory_key key;

	memory_key_init(&key);
	memory_key_add(&key, (struct span){(const char *)&n, sizeof n});
	return key;
}

static inline bool
knows(const struct memory *memory, unsigned n)
{
	const struct memory_key key = key_of(n);

	return memory_find(memory, &key) != NULL;
}

/* Puts n in for an hour and writes the file. */
static inline int
put(struct place *place, unsigned n)
{
	const struct memory_key key = key_of(n);
	struct memory memory;
	struct err err;

	if (memory_open(&memory, &place->delivery, "seen", true, &err) != 0)
		return -1;
	memory_put(&memory, &key, 3600);
	int result = memory_save(&memory, &err);
	memory_close(&memory);
	return result;
}

static inline void
put_all(struct place *place, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(put(place, i), 0);
}

static inline size_t
read_file(const struct place *place, const char *name, char *to, size_t size)
{
	char path[256];

	(void)snprintf(path, sizeof path, "%s/Maildir/%s", place->home, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, to, size);
	if (fd >= 0)
		close(fd);
	return n < 0 ? 0 : (size_t)n;
}

static inline void
write_file(const struct place *place, const char *name, const char *text, size_t n)
{
	char path[256];

	(void)snprintf(path, sizeof path, "Maildir/%s", name);
	put_file(place->home, path, (struct span){text, n}, 0600);
}

static inline bool
is_there(const struct place *place, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof path, "%s/Maildir/%s", place->home, name);
	return access(path, F_OK) == 0;
}

static inline void
remove_file(const struct place *place, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof path, "%s/Maildir/%s", place->home, name);
	(void)unlink(path);
}

/* How many of the keys 0 to n-1 are known, opened for writing or not. */
static inline unsigned
known(struct place *place, unsigned n, bool write)
{
	struct memory memory;
	struct err err;
	unsigned sum = 0;

	if (memory_open(&memory, &place->delivery, "seen", write, &err) != 0)
		fail_msg("%s", err.why);
	assert_true(!write || !memory.damaged);
	for (unsigned i = 0; i < n; i++)
		sum += knows(&memory, i);
	memory_close(&memory);
	return sum;
}

#endif
