/*
 * Any bytes as a folder's name: what comes of it is one directory name that
 * stays in the mailbox, or a refusal.
 */
#include "sieve/protocol/folder.h"
#include "fuzz.h"

#include <stdlib.h>

static void
check(bool truth)
{
	if (!truth)
		abort();
}

static void
try(struct span name, char separator)
{
	char disk[FOLDER_DISK_MAX], line[FOLDER_DISK_MAX];
	struct err err;

	if (folder_disk_name(name, separator, disk, &err) != 0) {
		check(disk[0] == '\0' && err.why[0] != '\0');
		return;
	}
	size_t n = strlen(disk);
	check(n < FOLDER_DISK_MAX && strchr(disk, '/') == NULL && strstr(disk, "..") == NULL);
	check(n == 0 || (n > 1 && disk[0] == '.' && disk[n - 1] != '.'));
	for (size_t i = 0; i < n; i++)
		check(disk[i] >= ' ' && disk[i] <= '~');
	folder_subscription(disk, true, line);
	check(strlen(line) == (n == 0 ? 0 : n - 1) && strchr(line, '\n') == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span name = {(const char *)data, size};

	try(name, '.');
	try(name, '/');
	return 0;
}
