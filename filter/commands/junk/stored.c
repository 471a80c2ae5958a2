#include "filter/commands/junk/stored.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STORED_MAX 100000

const char *
stored_place(const struct stored *stored)
{
	return stored->fresh ? "new" : "cur";
}

static void
add(struct stored_list *list, size_t *room, const struct stored *stored)
{
	if (list->n == *room) {
		*room = *room == 0 ? 64 : *room * 2;
		list->stored = realloc(list->stored, *room * sizeof *stored);
		if (list->stored == NULL)
			abort();
	}
	list->stored[list->n++] = *stored;
}

static DIR *
open_place(const char *folder, bool fresh)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/%s", folder, fresh ? "new" : "cur") >=
	    (int)sizeof path) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	return opendir(path);
}

static int
newest_first(const void *a, const void *b)
{
	const struct stored *x = a, *y = b;

	return x->when != y->when ? (x->when < y->when ? 1 : -1) : strcmp(y->name, x->name);
}

int
stored_find(struct stored_list *list, const char *folder, time_t oldest, struct err *err)
{
	size_t room = 0;

	*list = (struct stored_list){.n = 0};
	for (int fresh = 1; fresh >= 0; fresh--) {
		DIR *dir = open_place(folder, fresh == 1);
		const struct dirent *entry;

		if (dir == NULL)
			return err_set(err, "%.300s: %s", folder, strerror(errno));
		while ((entry = readdir(dir)) != NULL && list->n < STORED_MAX) {
			struct stored stored = {.fresh = fresh == 1};
			struct stat status;

			if (entry->d_name[0] == '.' ||
			    fstatat(dirfd(dir), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
			    !S_ISREG(status.st_mode) || status.st_mtime < oldest)
				continue;
			stored.when = status.st_mtime;
			(void)snprintf(stored.name, sizeof stored.name, "%s", entry->d_name);
			add(list, &room, &stored);
		}
		(void)closedir(dir);
	}
	if (list->n > 0)
		qsort(list->stored, list->n, sizeof *list->stored, newest_first);
	return 0;
}

void
stored_free(struct stored_list *list)
{
	free(list->stored);
	*list = (struct stored_list){.n = 0};
}

/* The same message under the name that it has by now. */
static bool
find_again(struct stored *stored, const char *folder)
{
	size_t n = strcspn(stored->name, ":");
	bool found = false;

	for (int fresh = 1; fresh >= 0 && !found; fresh--) {
		DIR *dir = open_place(folder, fresh == 1);
		const struct dirent *entry;

		while (dir != NULL && !found && (entry = readdir(dir)) != NULL) {
			found = strcspn(entry->d_name, ":") == n &&
				memcmp(entry->d_name, stored->name, n) == 0;
			if (!found)
				continue;
			stored->fresh = fresh == 1;
			(void)snprintf(stored->name, sizeof stored->name, "%s", entry->d_name);
		}
		if (dir != NULL)
			(void)closedir(dir);
	}
	return found;
}

int
stored_open(struct stored *stored, const char *folder)
{
	for (int tries = 0; tries < 3; tries++) {
		char path[PATH_MAX + NAME_MAX];
		struct stat status;

		(void)snprintf(path, sizeof path, "%s/%s/%s", folder, stored_place(stored),
			       stored->name);
		int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
			return fd;
		if (fd >= 0)
			(void)close(fd);
		if (fd >= 0 || errno != ENOENT || !find_again(stored, folder))
			return -1;
	}
	return -1;
}
