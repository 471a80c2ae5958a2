/*
 * database.h - the user database (passwd, group) of the system. spamcop-tag,
 * which is linked statically and cannot load the modules of nsswitch.conf, has
 * none: no_database.c answers there.
 */
#ifndef DATABASE_H
#define DATABASE_H

#include <pwd.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * What is known of a name, or (NULL) of the effective user: libc's own, until
 * the next call. NULL, and errno as getpwnam(3) leaves it, where nothing is. It
 * may be far away: the guard ends us with 75 where it does not answer.
 */
const struct passwd *database_ask(const char *name);

/*
 * Is this group, of the number of the effective group, the effective user's
 * own: of the user's number or name, with nobody else in it?
 */
bool database_is_own_group(gid_t gid);

#endif
