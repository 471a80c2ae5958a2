/*
 * user.h - who we are, and which files are ours to believe.
 *
 * A mail system starts us as the recipient, or as root with -d RECIPIENT. In
 * the second case we become that user for good, before anything of the user's
 * is looked at. Every trouble with that is 75: a user database that does not
 * answer is no reason to bounce.
 */
#ifndef USER_H
#define USER_H

#include "filter/base/err.h"

#include <stdbool.h>
#include <sys/types.h>

#define USER_PATH_MAX 4096 /* PATH_MAX */

struct user {
	uid_t uid;
	bool home_given;          /* by --home */
	bool from_root;           /* root started us */
	bool asked;               /* the user database was, whatever it said */
	char name[256];           /* login name; "" unknown */
	char home[USER_PATH_MAX]; /* absolute; "" unknown */
};

/*
 * Becomes name (-d) with setgroups(2), setgid(2) and setuid(2), and makes sure
 * that there is no way back; with NULL stays who we are. Only root can become
 * another user; the own name is always fine. storing: the caller is about to
 * store mail, which is never done as root. The home is the user database's for
 * -d, else home (of --home, or NULL), else $HOME where that is absolute, else
 * the user database's, which is not asked where one of the others is given: it
 * may be far away. Call it once, after guard_install(). -1: 75, and nothing was
 * read or written.
 */
int user_become(struct user *user, const char *name, const char *home, bool storing,
		struct err *err);

/*
 * With -d: goes where the user may be, home or "/". What we start must not find
 * itself in a folder of root's.
 */
void user_leave_folder(const struct user *user);

/*
 * The name, where somebody needs it: $LOGNAME or $USER have it where the home
 * was given, else the user database is asked now.
 */
void user_find_name(struct user *user);

/*
 * --home: from now on this folder is what "~" means. -1: it is not absolute,
 * too long, or not straight (below).
 */
int user_set_home(struct user *user, const char *home, struct err *err);

/*
 * A path that somebody else may have made of an address: -1 where a component
 * of it is "." or "..", which would lead out of the folder that was meant, or
 * where one is empty: "//", or a slash at the end (but for "Maildir/", as
 * people write it). option: for the sentence.
 */
int user_check_path(const char *option, const char *path, struct err *err);

/*
 * path with a leading "~/" (or "~" alone) replaced by home. -1: too long, or
 * home is needed and NULL or "".
 */
int user_path(const char *home, const char *path, char to[USER_PATH_MAX], struct err *err);

#define USER_ABSENT (-1) /* there is no such file: mostly no reason for a word */
/*
 * there is one, and it must not be believed or cannot be read: err is for the
 * log
 */
#define USER_REFUSED (-2)

/*
 * Opens a file that the user may write and we obey (a script, the allow list)
 * for reading: a regular file, no symbolic link, owned by the user we run as,
 * writable by nobody else but the user's own group. Never waits, whatever path
 * names. Returns a descriptor (close-on-exec), USER_ABSENT or USER_REFUSED.
 */
int user_open(const char *path, struct err *err);

/* The same through a symbolic link of the user's, or of root's. */
int user_open_linked(const char *path, struct err *err);

#endif
