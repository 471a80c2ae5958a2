/* copy.h: every kind of descriptor to every kind, byte for byte. */
#include "filter/base/copy.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE (3U << 20)

static char *bytes;

static int
file_with(const char *contents, size_t n, int flags)
{
	char name[] = "/tmp/test_copy.XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	assert_int_equal(copy_write_all(fd, (struct span){contents, n}), 0);
	int again = open(name, flags);
	assert_true(again >= 0);
	(void)unlink(name);
	close(fd);
	return again;
}

/* A pipe that a child fills with bytes. */
static int
pipe_with(pid_t *child)
{
	int fd[2];

	assert_int_equal(pipe(fd), 0);
	*child = fork();
	assert_true(*child >= 0);
	if (*child == 0) {
		close(fd[0]);
		_exit(copy_write_all(fd[1], (struct span){bytes, SIZE}) == 0 ? 0 : 1);
	}
	close(fd[1]);
	return fd[0];
}

static void
assert_file_holds_bytes(int fd)
{
	char *got = malloc(SIZE + 1);
	size_t n = 0;
	ssize_t more;

	assert_non_null(got);
	while ((more = pread(fd, got + n, SIZE + 1 - n, (off_t)n)) > 0)
		n += (size_t)more;
	assert_int_equal(n, SIZE);
	assert_memory_equal(got, bytes, SIZE);
	free(got);
}

static void
test_to_file(void **state)
{
	static const int flags[] = {O_RDWR, O_RDWR | O_APPEND};
	struct err err;

	(void)state;
	for (int from_pipe = 0; from_pipe <= 1; from_pipe++)
		for (size_t i = 0; i < 2; i++) {
			pid_t child = -1;
			int from = from_pipe ? pipe_with(&child) : file_with(bytes, SIZE, O_RDONLY);
			int to = file_with("", 0, flags[i]);

			assert_int_equal(copy_rest(from, to, &err), 0);
			assert_file_holds_bytes(to);
			close(from);
			close(to);
			if (from_pipe)
				assert_int_equal(waitpid(child, NULL, 0), child);
		}
}

/*
 * A caller's descriptors may not block: a pipe of that kind, filled and emptied
 * slowly from the other side.
 */
static void
test_not_blocking(void **state)
{
	struct err err;
	int in[2], out[2], to = file_with("", 0, O_RDWR), status;

	(void)state;
	assert_int_equal(pipe2(in, O_NONBLOCK), 0);
	assert_int_equal(pipe2(out, O_NONBLOCK), 0);
	pid_t copier = fork();
	if (copier == 0) {
		close(in[1]);
		close(out[0]);
		_exit(copy_rest(in[0], out[1], &err) == 0 ? 0 : 1);
	}
	close(in[0]);
	close(out[1]);
	pid_t writer = fork();
	if (writer == 0) {
		close(out[0]);
		_exit(copy_write_all(in[1], (struct span){bytes, SIZE}) == 0 ? 0 : 1);
	}
	close(in[1]);
	assert_int_equal(copy_rest(out[0], to, &err), 0);
	assert_int_equal(waitpid(copier, &status, 0), copier);
	assert_int_equal(status, 0);
	assert_int_equal(waitpid(writer, &status, 0), writer);
	assert_int_equal(status, 0);
	assert_file_holds_bytes(to);
	close(out[0]);
	close(to);
}

static void
test_to_pipe(void **state)
{
	struct err err;
	int fd[2], to = file_with("", 0, O_RDWR), status;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	pid_t reader = fork();
	if (reader == 0) {
		close(fd[1]);
		_exit(copy_rest(fd[0], to, &err) == 0 ? 0 : 1);
	}
	close(fd[0]);
	int from = file_with(bytes, SIZE, O_RDONLY);
	assert_int_equal(copy_rest(from, fd[1], &err), 0);
	close(fd[1]);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_int_equal(status, 0);
	assert_file_holds_bytes(to);
	close(from);
	close(to);
}

static void
test_writer(void **state)
{
	struct writer writer;
	int to = file_with("", 0, O_RDWR), full = open("/dev/full", O_WRONLY);

	(void)state;
	writer_init(&writer, to);
	for (size_t at = 0, piece = 1; at < SIZE; at += piece, piece = piece * 3 % 300000 + 1) {
		if (piece > SIZE - at)
			piece = SIZE - at;
		assert_int_equal(writer_add(&writer, (struct span){bytes + at, piece}), 0);
	}
	assert_int_equal(writer_flush(&writer), 0);
	assert_file_holds_bytes(to);
	close(to);
	writer_init(&writer, full);
	assert_int_equal(writer_add(&writer, SPAN("x")), 0);
	assert_int_equal(writer_flush(&writer), -1);
	assert_int_equal(writer.error, ENOSPC);
	close(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_to_file), cmocka_unit_test(test_to_pipe),
		cmocka_unit_test(test_not_blocking), cmocka_unit_test(test_writer)};

	bytes = malloc(SIZE);
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (char)(i * 2654435761U >> 13);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(bytes);
	return failed;
}
