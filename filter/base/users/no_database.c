/* For spamcop-tag: users are what the environment and the options say. */
#include "filter/base/users/database.h"

#include <errno.h>
#include <stddef.h>

const struct passwd *
database_ask(const char *name)
{
	/* EOPNOTSUPP: -d cannot work here, and says so */
	errno = name != NULL ? EOPNOTSUPP : 0;
	return NULL;
}

/* Who is in it cannot be told, so what the group can write is not obeyed. */
bool
database_is_own_group(gid_t gid)
{
	(void)gid;
	return false;
}
