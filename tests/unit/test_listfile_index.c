/*
 * listfile_index.h: with an index the answers are those of the text alone, and
 * an index that is not whole, or of another file, is not believed.
 */
#include "filter/lists/file/listfile_build.h"
#include "filter/lists/file/listfile_index.h"
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/test_listfile_index.XXXXXX";
static char path[64], index_path[80], new_path[90];

static const char small[] = "# an own remark\n"
			    "192.0.2.9 before :5:any default\n"
			    ":127.0.0.4:default $\n"
			    "$1 a text\n"
			    "11.22.33.0/24\n"
			    "!11.22.33.7\n"
			    "11.22.33.9 $1\n"
			    "nonsense\n"
			    "11.23 :5:wide $\n"
			    ":127.0.0.6:another default\n"
			    "11.23.4.0-11.23.5.9\n"
			    "2001:db8::/32\n"
			    "!2001:db8:7::/48\n"
			    "2001:db8:7:1::/64 :3:inner\n"
			    "2001:db8::1\n"
			    "12.0/9 :7:half\n"
			    "11.22.33.9 :8:a second\n"
			    "$MAXRANGE4 /30\n"
			    "13.1.1.0/24\n"
			    "13.1.1.0/30";

static const char *const addresses[] = {
	"192.0.2.9",   "192.0.2.8",     "11.22.33.1",      "11.22.33.7",  "11.22.33.9",
	"11.23.1.1",   "11.23.4.0",     "11.23.5.9",       "11.23.5.10",  "12.1.1.1",
	"12.128.1.1",  "13.1.1.3",      "13.1.1.9",        "0.0.0.0",     "255.255.255.255",
	"2001:db8::1", "2001:db8:7::1", "2001:db8:7:1::9", "2001:db9::1", "::1"};

#define COUNT (sizeof addresses / sizeof addresses[0])

static void
write_file(const char *name, const void *bytes, size_t n)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	assert_int_equal(close(fd), 0);
}

static char *
read_file(const char *name, size_t *n)
{
	struct stat st;
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	char *bytes = malloc((size_t)st.st_size + 1);
	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	(void)close(fd);
	*n = (size_t)st.st_size;
	return bytes;
}

/* All that the file says about the addresses is what its bytes say. */
static void
same_as_text(const char *what)
{
	static struct listfile_hit hit[COUNT], want[COUNT];
	struct listfile_bad bad, want_bad;
	struct err err;
	size_t n;
	char *text = read_file(path, &n);

	for (size_t i = 0; i < COUNT; i++) {
		assert_true(addr_parse(span_of(addresses[i]), &hit[i].addr));
		want[i].addr = hit[i].addr;
	}
	assert_int_equal(listfile_match(path, NULL, hit, COUNT, &bad, &err), LISTFILE_READ);
	assert_int_equal(listfile_match_text(path, NULL, (struct span){text, n}, want, COUNT,
					     &want_bad, &err),
			 LISTFILE_READ);
	for (size_t i = 0; i < COUNT; i++)
		if (hit[i].answers != want[i].answers || hit[i].text_n != want[i].text_n ||
		    memcmp(hit[i].answer, want[i].answer,
			   want[i].answers * sizeof want[i].answer[0]) != 0 ||
		    memcmp(hit[i].text, want[i].text, want[i].text_n) != 0)
			fail_msg("%s: %s: %zu answers, want %zu", what, addresses[i],
				 hit[i].answers, want[i].answers);
	assert_int_equal(bad.lines, want_bad.lines);
	assert_int_equal(bad.entries, want_bad.entries);
	if (want_bad.lines > 0)
		assert_string_equal(bad.first.why, want_bad.first.why);
	free(text);
}

static void
build(const char *format)
{
	struct err err = {""};
	size_t entries;

	if (listfile_build(path, format, &entries, &err) != 0)
		fail_msg("%s", err.why);
	assert_int_equal(listfile_has_index(path, format, &err), 1);
}

static void
refused(const char *format, const char *why)
{
	char want[256];
	struct err err;

	assert_int_equal(listfile_has_index(path, format, &err), -1);
	(void)snprintf(want, sizeof want, "%s: %s", index_path, why);
	assert_string_equal(err.why, want);
	if (format == NULL)
		same_as_text(why);
}

/* Each byte of it changed, and each length that it could be cut to. */
static void
test_damage(void **state)
{
	struct err err;
	size_t n;

	(void)state;
	write_file(path, small, sizeof small - 1);
	assert_int_equal(listfile_has_index(path, NULL, &err), 0);
	same_as_text("no index");
	build(NULL);
	same_as_text("an index");
	char *bytes = read_file(index_path, &n);
	for (size_t i = 0; i < n; i++) {
		bytes[i] = (char)(bytes[i] ^ (1 << i % 8));
		write_file(index_path, bytes, n);
		same_as_text("a changed byte");
		bytes[i] = (char)(bytes[i] ^ (1 << i % 8));
	}
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(truncate(index_path, (off_t)(n - 1 - i)), 0);
		same_as_text("a part");
	}
	refused(NULL, "it is damaged: run spamcop-filter index");
	write_file(index_path, bytes, n);
	assert_int_equal(listfile_has_index(path, NULL, &err), 1);
	free(bytes);
}

static void
test_another_file(void **state)
{
	static const char stale[] = "it is of another state of the list: run spamcop-filter index";
	struct timespec times[2];
	char copy[80];
	struct stat st;
	size_t n;

	(void)state;
	refused("ip4trie", stale);
	/* the same bytes and times, but another file */
	assert_int_equal(stat(path, &st), 0);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	(void)snprintf(copy, sizeof copy, "%s.copy", path);
	char *text = read_file(path, &n);
	write_file(copy, text, n);
	assert_int_equal(utimensat(AT_FDCWD, copy, times, 0), 0);
	assert_int_equal(rename(copy, path), 0);
	refused(NULL, stale);
	build(NULL);
	/* a byte of it, in place, with the time of before */
	assert_int_equal(stat(path, &st), 0);
	times[1] = st.st_mtim;
	text[n - 1] = '1';
	write_file(path, text, n);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	refused(NULL, stale);
	free(text);
	build(NULL);
}

static void
test_whose_it_is(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(chmod(index_path, 0664), 0);
	refused(NULL, "others can write it than the list (chmod go-w)");
	assert_int_equal(chmod(index_path, 0644), 0);
	assert_int_equal(listfile_has_index(path, NULL, &err), 1);
	if (geteuid() == 0) {
		assert_int_equal(chown(index_path, 12345, (gid_t)-1), 0);
		refused(NULL, "it belongs to neither root nor the list's owner");
		/* the owner's own is as good as root's */
		assert_int_equal(chown(path, 12345, (gid_t)-1), 0);
		build(NULL);
		assert_int_equal(chown(index_path, 12345, (gid_t)-1), 0);
		assert_int_equal(listfile_has_index(path, NULL, &err), 1);
		assert_int_equal(chown(path, 0, (gid_t)-1), 0);
		build(NULL);
	}
	/* no link is followed */
	char other[90];
	(void)snprintf(other, sizeof other, "%s/elsewhere", folder);
	assert_int_equal(rename(index_path, other), 0);
	assert_int_equal(symlink(other, index_path), 0);
	assert_int_equal(listfile_has_index(path, NULL, &err), -1);
	same_as_text("a link");
	assert_int_equal(unlink(index_path), 0);
	assert_int_equal(unlink(other), 0);
}

/* What stands in the way of a new one leaves the old one as it is. */
static void
test_not_built(void **state)
{
	char want[128];
	struct err err;
	size_t entries;
	struct stat before, after;

	(void)state;
	build(NULL);
	assert_int_equal(stat(index_path, &before), 0);
	int fd = open(new_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && flock(fd, LOCK_EX) == 0);
	assert_int_equal(listfile_build(path, NULL, &entries, &err), -1);
	(void)snprintf(want, sizeof want, "%s: another index command is writing it", new_path);
	assert_string_equal(err.why, want);
	(void)close(fd);
	assert_int_equal(unlink(new_path), 0);
	assert_int_equal(symlink(path, new_path), 0);
	assert_int_equal(listfile_build(path, NULL, &entries, &err), -1);
	assert_int_equal(unlink(new_path), 0);
	assert_int_equal(stat(index_path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(listfile_build("/nonexistent/list", NULL, &entries, &err), -1);
	assert_string_equal(err.why, "/nonexistent/list: No such file or directory");
}

/* Many that fit: more than an index is good for. And many that do not. */
static void
test_large(void **state)
{
	(void)state;
	for (int all = 0; all < 2; all++) {
		FILE *to = fopen(path, "we");

		assert_non_null(to);
		for (unsigned i = 0; i < 20000; i++)
			if (all)
				(void)fprintf(to, "11.0.0.0-11.%u.%u.255\n", i / 256, i % 256);
			else
				(void)fprintf(to, "11.%u.%u.%u\n2001:db8:%x::/48\n", i % 200,
					      i / 7 % 200, i % 256, i);
		assert_int_equal(fclose(to), 0);
		build(NULL);
		same_as_text(all ? "wide ones" : "single ones");
	}
	write_file(path, "", 0);
	build(NULL);
	same_as_text("nothing");
}

static int
set_up(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/list", folder);
	(void)snprintf(index_path, sizeof index_path, "%s.index", path);
	(void)snprintf(new_path, sizeof new_path, "%s.new", index_path);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	(void)unlink(index_path);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damage), cmocka_unit_test(test_another_file),
		cmocka_unit_test(test_whose_it_is), cmocka_unit_test(test_not_built),
		cmocka_unit_test(test_large)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
