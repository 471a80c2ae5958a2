/*
 * modes.h: a file that replaces another has its rights, group and access list.
 */
#include "filter/store/modes.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static char given[64]; /* the access list that the new file got */
static size_t list_size;
static bool no_group;

/* In place of the C library's: not every file system has access lists. */
ssize_t
fgetxattr(int fd, const char *name, void *to, size_t size)
{
	(void)fd;
	assert_string_equal(name, "system.posix_acl_access");
	if (list_size == 0 || list_size > size) {
		errno = list_size == 0 ? ENODATA : ERANGE;
		return -1;
	}
	memset(to, 'x', list_size);
	return (ssize_t)list_size;
}

int
fsetxattr(int fd, const char *name, const void *list, size_t size, int flags)
{
	(void)fd;
	assert_string_equal(name, "system.posix_acl_access");
	assert_int_equal(flags, 0);
	assert_true(size < sizeof given);
	memcpy(given, list, size);
	given[size] = '\0';
	return 0;
}

int
fchown(int fd, uid_t uid, gid_t gid)
{
	if (!no_group)
		return fchownat(fd, "", uid, gid, AT_EMPTY_PATH);
	errno = EPERM;
	return -1;
}

static void
test_keep(void **state)
{
	static const struct {
		mode_t mode;
		bool other_group, no_group; /* only root has groups to choose from */
		size_t list;
		mode_t want;
		const char *list_want;
	} cases[] = {
		{0640, false, false, 0, 0640, ""},
		{0664, false, false, 10, 0664, "xxxxxxxxxx"},
		{0664, true, false, 1, 0664, "x"},
		{0664, true, true, 10, 0604, ""},     /* it was granted to another group */
		{0600, false, false, 5000, 0600, ""}, /* more than anybody has */
	};
	char old_name[] = "/tmp/test_modes.XXXXXX", name[] = "/tmp/test_modes.XXXXXX";
	int old = mkstemp(old_name), fd = mkstemp(name);
	struct stat st;

	(void)state;
	assert_true(old >= 0 && fd >= 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		list_size = cases[i].list;
		if (cases[i].other_group && geteuid() != 0)
			continue;
		gid_t gid = cases[i].other_group ? 65534 : getegid();
		assert_int_equal(fchownat(old, "", (uid_t)-1, gid, AT_EMPTY_PATH), 0);
		assert_int_equal(fchownat(fd, "", (uid_t)-1, getegid(), AT_EMPTY_PATH), 0);
		no_group = cases[i].no_group;
		given[0] = '\0';
		assert_int_equal(fchmod(old, cases[i].mode), 0);
		assert_int_equal(fchmod(fd, 0600), 0);
		modes_keep(fd, old);
		assert_int_equal(fstat(fd, &st), 0);
		assert_true((st.st_gid == gid) != cases[i].no_group);
		if ((st.st_mode & 07777) != cases[i].want || strcmp(given, cases[i].list_want) != 0)
			fail_msg("case %zu: %03o, list \"%s\"", i, st.st_mode & 07777, given);
	}
	close(old);
	close(fd);
	(void)unlink(old_name);
	(void)unlink(name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_keep)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
