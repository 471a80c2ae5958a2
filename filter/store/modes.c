#include "filter/store/modes.h"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ACL_MAX 4096 /* bytes of an access list; 64 KiB would be possible, 500 entries do */

void
modes_of(int dirfd, struct modes *modes)
{
	struct stat st;

	*modes = (struct modes){.create = 0700};
	if (fgetxattr(dirfd, "system.posix_acl_default", NULL, 0) > 0) {
		modes->create = 0777; /* the list takes away what it does not grant */
		return;
	}
	if (fstat(dirfd, &st) != 0)
		return;
	bool shared = (st.st_mode & S_IRWXO) == 0 || (st.st_mode & (S_IWGRP | S_ISGID)) != 0;
	modes->group = shared ? st.st_mode & S_IRWXG : 0;
	modes->gid = st.st_gid;
	modes->hands_on = (st.st_mode & S_ISGID) != 0;
}

void
modes_give(int fd, const struct modes *modes, bool directory)
{
	mode_t group = directory ? modes->group : modes->group & ~(mode_t)S_IXGRP;
	struct stat st;

	if (group == 0 || fstat(fd, &st) != 0)
		return;
	if (st.st_gid != modes->gid && fchown(fd, (uid_t)-1, modes->gid) != 0)
		return;
	(void)fchmod(fd,
		     (st.st_mode & S_IRWXU) | group | (directory && modes->hands_on ? S_ISGID : 0));
}

void
modes_keep(int fd, int old)
{
	static const char acl[] = "system.posix_acl_access";
	char list[ACL_MAX];
	struct stat st, now;

	if (fstat(old, &st) != 0 || fstat(fd, &now) != 0)
		return;
	/* another group must not get what was granted to the old one */
	bool same = st.st_gid == now.st_gid || fchown(fd, (uid_t)-1, st.st_gid) == 0;
	(void)fchmod(fd, st.st_mode & (same ? 0777 : 0707));
	ssize_t n = same ? fgetxattr(old, acl, list, sizeof list) : -1;
	if (n > 0)
		(void)fsetxattr(fd, acl, list, (size_t)n, 0);
}
