#include "filter/base/users/database.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <unistd.h>

#define ASK_SECONDS 5 /* for one answer of the user database; callers wait ten for all of it */

const struct passwd *
database_ask(const char *name)
{
	(void)alarm(ASK_SECONDS);
	errno = 0;
	const struct passwd *passwd = name != NULL ? getpwnam(name) : getpwuid(geteuid());
	int error = errno;
	(void)alarm(0);
	errno = error;
	return passwd;
}

bool
database_is_own_group(gid_t gid)
{
	(void)alarm(ASK_SECONDS);
	const struct group *group = getgrgid(gid);
	(void)alarm(0);
	if (group == NULL)
		return gid == geteuid();
	const struct passwd *passwd = database_ask(NULL);
	const char *name = passwd == NULL ? "" : passwd->pw_name;
	if (gid != geteuid() && strcmp(group->gr_name, name) != 0)
		return false;
	for (char **member = group->gr_mem; member != NULL && *member != NULL; member++)
		if (strcmp(*member, name) != 0)
			return false;
	return true;
}
