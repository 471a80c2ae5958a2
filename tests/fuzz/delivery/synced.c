/*
 * A power cut at any moment: what gets its name is on disk before, and the name
 * before exit 0 is. Told by the wrapped calls of faults.c.
 */
#include "tests/fuzz/delivery/delivery.h"

#include <fcntl.h>
#include <sys/stat.h>

#define FILES_MAX 256

static struct file {
	ino_t inode;
	off_t size;
	char name[64]; /* of a folder: what in it is not on disk yet */
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

void
synced_name(int from_dir, const char *from, int to_dir, const char *to)
{
	struct stat st, dir;

	if (fstatat(from_dir, from, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode) ||
	    fstat(to_dir, &dir) != 0)
		return;
	struct file *file = find(st.st_ino), *folder = find(dir.st_ino);
	if (file != NULL && file->size != st.st_size)
		broken("%s gets the name %s before its bytes are on disk", from, to);
	/* a subscription is no promise */
	if (folder != NULL && strcmp(to, "subscriptions") != 0)
		(void)snprintf(folder->name, sizeof folder->name, "%s", to);
}

void
synced_all(void)
{
	for (size_t i = 0; i < n; i++)
		if (files[i].name[0] != '\0')
			broken("the message is taken before the name %s is on disk", files[i].name);
}
