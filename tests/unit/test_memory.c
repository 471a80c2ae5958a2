/*
 * memory.h: what a file may have become, and that the next version reads what
 * this one wrote.
 */
#include "remembering.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

static bool broken_disk;

/* In place of the C library's. */
ssize_t
pread(int fd, void *to, size_t size, off_t at)
{
	errno = EIO;
	return broken_disk ? -1 : syscall(SYS_pread64, fd, to, size, at);
}

/* As it is written; doc: memory.h. */
static void
test_form(void **state)
{
	char text[1024], want[2 * LINE + 1];
	const struct memory_key key = key_of(0);
	struct place place;
	unsigned long long when, until;

	(void)state;
	place_open(&place);
	put_all(&place, 1);
	size_t n = read_file(&place, SEEN, text, sizeof text);
	assert_int_equal(n, 2 * LINE);
	text[n] = '\0';
	assert_int_equal(sscanf(text + LINE, "%16llx %16llx", &when, &until), 2);
	assert_int_equal(until - when, 3600);
	(void)snprintf(want, sizeof want, "%-66s\n%016llx %016llx %016llx%016llx\n",
		       "# spamcop-filter memory, version 1", when, until,
		       (unsigned long long)key.half[0], (unsigned long long)key.half[1]);
	assert_string_equal(text, want);
	struct stat status;
	(void)snprintf(text, sizeof text, "%s/Maildir/" SEEN, place.home);
	assert_int_equal(stat(text, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	place_close(&place);
}

/*
 * Keys are the same in every version, and one that is only half the same is
 * another.
 */
static void
test_keys(void **state)
{
	struct memory_key key, other;
	struct memory memory;
	struct place place;
	struct err err;

	(void)state;
	memory_key_init(&key);
	memory_key_add(&key, SPAN("a@b"));
	assert_true(key.half[0] == UINT64_C(0x4d657a2d8d650291) &&
		    key.half[1] == UINT64_C(0xef0c3e27e92361cd));
	place_open(&place);
	assert_int_equal(memory_open(&memory, &place.delivery, "seen", true, &err), 0);
	for (int half = 0; half < 2; half++) {
		other = key;
		other.half[half]++;
		memory_put(&memory, &other, 3600);
		assert_null(memory_find(&memory, &key));
	}
	assert_int_equal(memory.n, 2);
	memory_close(&memory);
	place_close(&place);
}

/* A file that the disk does not give is not taken for an empty one. */
static void
test_read_error(void **state)
{
	char text[1024];
	struct place place;

	(void)state;
	place_open(&place);
	put_all(&place, 1);
	size_t n = read_file(&place, SEEN, text, sizeof text);
	broken_disk = true;
	assert_int_equal(put(&place, 2), -1);
	broken_disk = false;
	assert_int_equal(read_file(&place, SEEN, text, sizeof text), n);
	assert_int_equal(known(&place, 3, true), 1);
	place_close(&place);
}

/* Version 0 had no first line: it is read, and written as version 1. */
static void
test_upgrade(void **state)
{
	static char text[1024], again[1024];
	struct place place;
	struct err err;

	(void)state;
	place_open(&place);
	put_all(&place, 3);
	size_t n = read_file(&place, SEEN, text, sizeof text);
	write_file(&place, SEEN, text + LINE, n - LINE);
	assert_int_equal(known(&place, 3, false), 3);
	assert_int_equal(known(&place, 3, true), 3);
	assert_int_equal(memory_look(&place.delivery, "seen", &err), 0);
	assert_int_equal(put(&place, 2), 0);
	assert_int_equal(read_file(&place, SEEN, again, sizeof again), n);
	assert_memory_equal(again, text, LINE);
	assert_false(is_there(&place, SEEN ".broken"));
	place_close(&place);
}

/* A later version's file is neither used nor changed, whatever it says. */
static void
test_later(void **state)
{
	static const char *const later[] = {
		"# spamcop-filter memory, version 2\n",
		"# spamcop-filter memory, version 2 and what it says\nother lines\n",
		"# spamcop-filter memory, version 10 on one line",
		"# spamcop-filter memory, version 99999999\n",
	};
	char text[1024];
	struct place place;
	struct err err;

	(void)state;
	place_open(&place);
	for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
		struct memory memory;

		write_file(&place, SEEN, later[i], strlen(later[i]));
		for (int write = 0; write < 2; write++) {
			assert_int_equal(memory_open(&memory, &place.delivery, "seen", write, &err),
					 -1);
			assert_non_null(strstr(err.why, "later version"));
		}
		assert_int_equal(put(&place, 1), -1);
		assert_int_equal(memory_look(&place.delivery, "seen", &err), -1);
		assert_non_null(strstr(err.why, "later version"));
		assert_int_equal(read_file(&place, SEEN, text, sizeof text), strlen(later[i]));
		assert_memory_equal(text, later[i], strlen(later[i]));
		assert_false(is_there(&place, SEEN ".broken"));
	}
	place_close(&place);
}

/* Cut off behind each byte: what is whole goes on, the file is put aside. */
static void
test_truncated(void **state)
{
	static char whole[1024], aside[1024];
	struct place place;
	struct err err;

	(void)state;
	place_open(&place);
	put_all(&place, 3);
	size_t n = read_file(&place, SEEN, whole, sizeof whole);
	assert_int_equal(n, 4 * LINE);
	for (size_t cut = 0; cut <= n; cut++) {
		unsigned lines = cut < LINE ? 0 : (unsigned)(cut / LINE - 1);
		bool damaged = cut % LINE != 0;

		remove_file(&place, SEEN ".broken");
		write_file(&place, SEEN, whole, cut);
		assert_int_equal(known(&place, 3, false), lines);
		assert_int_equal(memory_look(&place.delivery, "seen", &err), damaged ? -1 : 0);
		assert_int_equal(known(&place, 3, true), lines);
		assert_int_equal(is_there(&place, SEEN ".broken"), damaged);
		assert_int_equal(memory_look(&place.delivery, "seen", &err), damaged ? -1 : 0);
		if (damaged) {
			assert_int_equal(read_file(&place, SEEN ".broken", aside, sizeof aside),
					 cut);
			assert_memory_equal(aside, whole, cut);
			assert_int_equal(read_file(&place, SEEN, aside, sizeof aside),
					 (lines + 1) * LINE);
		}
		assert_int_equal(put(&place, 2), 0);
		assert_int_equal(known(&place, 3, true), lines < 3 ? lines + 1 : 3);
	}
	place_close(&place);
}

/* Each byte replaced: what is not hit goes on. */
static void
test_garbage(void **state)
{
	static const char *const others[] = {
		"\n",
		"\n\n",
		"x",
		"# spamcop-filter memory, version \n",
		"# spamcop-filter memory, version 1",
		"# spamcop-filter memory, version x                                \n",
		"# spamcop-filter memory, version 0                                \n",
		"From: somebody\n\nelse\n"};
	static char whole[1024], text[1024];
	struct place place;

	(void)state;
	place_open(&place);
	put_all(&place, 3);
	size_t n = read_file(&place, SEEN, whole, sizeof whole);
	for (size_t at = LINE; at < n; at++)
		for (const char *byte = "x\n\xff"; *byte != '\0'; byte++) {
			memcpy(text, whole, n);
			if (text[at] == *byte)
				continue;
			text[at] = *byte;
			write_file(&place, SEEN, text, n);
			/* with its end gone, the next line is hit too */
			unsigned hit = at % LINE == LINE - 1 && at < n - 1 ? 2 : 1;
			assert_int_equal(known(&place, 3, true), 3 - hit);
			assert_true(is_there(&place, SEEN ".broken"));
			remove_file(&place, SEEN ".broken");
		}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		write_file(&place, SEEN, others[i], strlen(others[i]));
		assert_int_equal(known(&place, 3, true), 0);
		assert_true(is_there(&place, SEEN ".broken"));
		assert_int_equal(put(&place, 1), 0);
		assert_int_equal(known(&place, 3, true), 1);
	}
	/* As a file system leaves it after a crash. */
	memset(text, 0, sizeof text);
	write_file(&place, SEEN, text, sizeof text);
	assert_int_equal(known(&place, 3, true), 0);
	place_close(&place);
}

/* At most so many entries, and of a longer file the first ones. */
static void
test_bounds(void **state)
{
	enum { MANY = MEMORY_ENTRIES_MAX + 5 };
	static char text[(MANY + 1) * LINE + 1], after[(MANY + 1) * LINE];
	struct place place;
	int64_t now = (int64_t)time(NULL);

	(void)state;
	place_open(&place);
	put_all(&place, 1);
	size_t n = read_file(&place, SEEN, text, LINE);
	for (unsigned i = 0; i < MANY; i++) {
		const struct memory_key key = key_of(i);

		/* the second one is the oldest */
		n += (size_t)snprintf(text + n, sizeof text - n, "%016llx %016llx %016llx%016llx\n",
				      (unsigned long long)(now - (i == 1 ? 100 : 50)),
				      (unsigned long long)(now + 3600),
				      (unsigned long long)key.half[0],
				      (unsigned long long)key.half[1]);
	}
	write_file(&place, SEEN, text, n);
	assert_int_equal(known(&place, MANY, false), MEMORY_ENTRIES_MAX);
	assert_int_equal(known(&place, MANY, true), MEMORY_ENTRIES_MAX);
	assert_true(is_there(&place, SEEN ".broken"));
	remove_file(&place, SEEN ".broken");
	/* Full, and well. */
	n = read_file(&place, SEEN, after, sizeof after);
	assert_int_equal(n, (MEMORY_ENTRIES_MAX + 1) * LINE);
	assert_int_equal(put(&place, MANY), 0);
	assert_false(is_there(&place, SEEN ".broken"));
	assert_int_equal(read_file(&place, SEEN, after, sizeof after), n);
	assert_int_equal(known(&place, MANY + 1, true), MEMORY_ENTRIES_MAX);
	assert_int_equal(known(&place, 2, true), 1);
	place_close(&place);
}

/* Many writers at once: nobody's entry is lost, the file is whole. */
static void
test_writers(void **state)
{
	enum { WRITERS = 4, EACH = 10 };
	struct place place;

	(void)state;
	place_open(&place);
	write_file(&place, SEEN, "damaged", 7);
	for (unsigned i = 0; i < WRITERS; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid > 0)
			continue;
		for (unsigned k = 0; k < EACH; k++)
			/* until it gets the lock within its time */
			while (put(&place, i * EACH + k) != 0)
				;
		_exit(0);
	}
	for (int status = 1; wait(&status) > 0;)
		assert_int_equal(status, 0);
	assert_int_equal(known(&place, WRITERS * EACH, true), WRITERS * EACH);
	assert_true(is_there(&place, SEEN ".broken"));
	assert_false(is_there(&place, SEEN ".tmp"));
	place_close(&place);
}

/* Has the process opened the file by now? */
static bool
has_open(pid_t pid, const char *name)
{
	char folder[64], path[320], to[256];
	bool found = false;

	(void)snprintf(folder, sizeof folder, "/proc/%ld/fd", (long)pid);
	DIR *fds = opendir(folder);
	assert_non_null(fds);
	for (struct dirent *entry; (entry = readdir(fds)) != NULL;) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		ssize_t n = readlink(path, to, sizeof to - 1);
		to[n < 0 ? 0 : n] = '\0';
		found = found || strstr(to, name) != NULL;
	}
	closedir(fds);
	return found;
}

/*
 * Somebody replaces the file while another waits for its lock: the lock of the
 * old file is worth nothing.
 */
static void
test_replaced(void **state)
{
	const struct memory_key key = key_of(1);
	struct memory memory;
	struct place place;
	struct err err;
	int status, go[2];

	(void)state;
	place_open(&place);
	put_all(&place, 1);
	assert_int_equal(pipe(go), 0);
	pid_t pid = fork(); /* without the descriptors of the memory */
	assert_true(pid >= 0);
	if (pid == 0) {
		char byte;

		while (read(go[0], &byte, 1) != 1 || put(&place, 2) != 0)
			;
		_exit(0);
	}
	assert_int_equal(memory_open(&memory, &place.delivery, "seen", true, &err), 0);
	memory_put(&memory, &key, 3600);
	/* Bytes enough for as often as it gives up waiting. */
	assert_int_equal(write(go[1], "bytes to go on with", 19), 19);
	while (!has_open(pid, SEEN))
		(void)poll(NULL, 0, 1);
	assert_int_equal(memory_save(&memory, &err), 0);
	memory_close(&memory);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(known(&place, 3, true), 3);
	close(go[0]);
	close(go[1]);
	place_close(&place);
}

/* No room: an error, and the file is as it was. */
static void
test_no_room(void **state)
{
	static char before[1024], after[1024];
	struct rlimit was, little = {100, 100};
	struct place place;

	(void)state;
	place_open(&place);
	put_all(&place, 3);
	size_t n = read_file(&place, SEEN, before, sizeof before);
	for (int damaged = 0; damaged < 2; damaged++) {
		n -= (size_t)damaged;
		write_file(&place, SEEN, before, n);
		assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
		little.rlim_max = was.rlim_max;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
		int result = put(&place, 7);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
		assert_int_equal(result, -1);
		assert_int_equal(read_file(&place, SEEN, after, sizeof after), n);
		assert_memory_equal(after, before, n);
		assert_false(is_there(&place, SEEN ".tmp"));
	}
	assert_int_equal(known(&place, 3, true), 2);
	place_close(&place);
}

/* What is no file, and what cannot be put aside. */
static void
test_odd(void **state)
{
	char path[256];
	struct memory memory;
	struct place place;
	struct err err;

	(void)state;
	place_open(&place);
	make_folder(place.home, "Maildir/" SEEN ".broken");
	write_file(&place, SEEN, "damaged", 7);
	write_file(&place, SEEN ".tmp", "of a run that died", 18);
	assert_int_equal(put(&place, 1), 0);
	assert_int_equal(known(&place, 2, true), 1);
	remove_file(&place, SEEN);
	(void)snprintf(path, sizeof path, "%s/Maildir/" SEEN, place.home);
	assert_int_equal(mkfifo(path, 0600), 0);
	for (int write = 0; write < 2; write++)
		assert_int_equal(memory_open(&memory, &place.delivery, "seen", write, &err), -1);
	assert_int_equal(memory_look(&place.delivery, "seen", &err), -1);
	remove_file(&place, SEEN);
	make_folder(place.home, "Maildir/" SEEN);
	for (int write = 0; write < 2; write++)
		assert_int_equal(memory_open(&memory, &place.delivery, "seen", write, &err), -1);
	place_close(&place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),    cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_later),   cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_garbage), cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_writers), cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_keys),    cmocka_unit_test(test_read_error),
		cmocka_unit_test(test_no_room), cmocka_unit_test(test_odd),
	};

	(void)signal(SIGXFSZ, SIG_IGN); /* as the filter has it */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
