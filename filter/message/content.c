#include "filter/message/content.h"
#include "filter/base/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int
content_write(const struct content *content, int to, struct err *err)
{
	if (copy_write_all(to, content->head) != 0)
		return err_set(err, "writing the message: %s", strerror(errno));
	if (lseek(content->fd, content->from, SEEK_SET) < 0)
		return err_set(err, "reading the spool: %s", strerror(errno));
	return copy_rest(content->fd, to, err);
}

int
content_unnamed_file(struct err *err)
{
	static const char *const places[] = {"/var/tmp", "/tmp"};

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		char name[64];
		int fd = open(places[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

		if (fd >= 0)
			return fd;
		(void)snprintf(name, sizeof name, "%s/spamcop-filter.XXXXXX", places[i]);
		fd = mkostemp(name, O_CLOEXEC);
		if (fd >= 0) {
			(void)unlink(name);
			return fd;
		}
	}
	/* Read-only or not there, in a small container: in memory. */
	int fd = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd >= 0)
		return fd;
	return err_set(err, "no file can be created in /var/tmp or /tmp: %s", strerror(errno));
}

bool
content_is_in_memory(int fd)
{
	/* files of a tmpfs have seals as well, but cannot be given others */
	return fcntl(fd, F_GET_SEALS) == 0;
}
