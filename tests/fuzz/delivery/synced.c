/*
 * A power cut at any moment: what gets its name is on disk before, and the name
 * before exit 0 is. Told by the wrapped calls of faults.c, those that fail
 * included.
 */
#include "tests/fuzz/delivery/delivery.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 128

static struct file {
	ino_t inode;
	off_t size;
	char name[PATH_MAX]; /* of a folder: what in it is not on disk yet */
} files[FILES_MAX];
static size_t n;

void
synced_begin(void)
{
	n = 0;
}

static struct file *
find(ino_t inode)
{
	for (size_t i = 0; i < n; i++)
		if (files[i].inode == inode)
			return &files[i];
	if (n == FILES_MAX)
		return NULL;
	files[n] = (struct file){.inode = inode, .size = -1};
	return &files[n++];
}

void
synced_file(int fd)
{
	struct stat st;
	struct file *file = fstat(fd, &st) != 0 ? NULL : find(st.st_ino);

	if (file != NULL)
		*file = (struct file){.inode = st.st_ino, .size = st.st_size};
}

/* The path of what is called so in the folder dir; false: it is too long. */
static bool
path_of(char to[PATH_MAX], int dir, const char *name)
{
	char link[64], folder[PATH_MAX];

	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
	ssize_t size = readlink(link, folder, sizeof folder - 1);
	if (size < 0)
		broken("the test itself: %s: %m", link);
	folder[size] = '\0';
	int length = snprintf(to, PATH_MAX, "%s/%s", folder, name);
	return length > 0 && length < PATH_MAX;
}

/* Is this where messages lie? All else may get lost where the disk is bad. */
static bool
is_message(const char *path)
{
	return strstr(path, "/new/") != NULL || strstr(path, "/cur/") != NULL;
}

void
synced_name(int from_dir, const char *from, int to_dir, const char *to, bool faulty)
{
	char path[PATH_MAX];
	struct stat st, dir;

	if (fstatat(from_dir, from, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode) ||
	    fstat(to_dir, &dir) != 0 || !path_of(path, to_dir, to) || (faulty && !is_message(path)))
		return;
	struct file *file = find(st.st_ino), *folder = find(dir.st_ino);
	if (file != NULL && file->size != st.st_size)
		broken("%s gets the name %s before its bytes are on disk", from, path);
	/* a subscription is no promise */
	if (folder != NULL && strcmp(to, "subscriptions") != 0)
		(void)strcpy(folder->name, path);
}

void
synced_all(bool faulty)
{
	for (size_t i = 0; i < n; i++)
		if (files[i].name[0] != '\0' && (!faulty || is_message(files[i].name)) &&
		    access(files[i].name, F_OK) == 0)
			broken("the message is taken before the name %s is on disk", files[i].name);
}
