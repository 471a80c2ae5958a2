/*
 * maildir.h - one Maildir++: the spool in its tmp/, folders, and the durable
 * way into new/ or cur/.
 *
 * Order (the one that survives a power cut): create with O_EXCL, write, fsync,
 * link or rename to the final name, fsync of the directory. Nothing here
 * allocates memory once a message has its final name.
 */
#ifndef MAILDIR_H
#define MAILDIR_H

#include "filter/base/err.h"
#include "filter/message/content.h"

#include <sys/types.h>

#define MAILDIR_NAME_MAX 160 /* bytes of a message's name without flags, with its NUL */
/*
 * seconds: 36 hours, as in maildir(5); older files in tmp/ are of runs that
 * died
 */
#define MAILDIR_STALE 129600

/* A message on its way into a mailbox. */
struct maildir {
	int fd;    /* of the mailbox; -1 */
	int spool; /* the spool, open for reading and writing; -1 */
	/* "tmp/NAME"; "" once it is gone or has another name */
	char spool_name[MAILDIR_NAME_MAX + 4];
};

/*
 * Opens the mailbox at path. Where it does not exist, it is created if its
 * parent exists and is our own. Whatever runs that died have left in its tmp/
 * is removed. -1: 75.
 */
int maildir_open(struct maildir *maildir, const char *path, struct err *err);

/*
 * Creates the spool and has the guard remember it. The caller writes it and
 * calls fsync(2).
 */
int maildir_spool(struct maildir *maildir, struct err *err);

/*
 * Opens the folder of that disk name (folder.h; "" is INBOX), creates and
 * subscribes it where it does not exist, or where a run that died began to;
 * with always set a folder of somebody else is subscribed as well, once. A
 * descriptor; -1: it cannot be used.
 */
int maildir_folder(const struct maildir *maildir, const char *disk, bool always, struct err *err);

/*
 * Stores content in the folder: in new/, or in cur/ with ":2," where flags is
 * set (letters, sorted; NULL: none) and such a name can be, else without them.
 * The spool gets another link where content is the spool as it is and links
 * work, becomes the message itself where they do not, and is copied else. 0: it
 * is on disk under its final name. -1: it is not there, as far as that can be
 * helped.
 */
int maildir_store(struct maildir *maildir, int folder, const struct content *content,
		  const char *flags, struct err *err);

/* Removes the spool, where it still has its name, and closes. */
void maildir_close(struct maildir *maildir);

/*
 * fsync(2), again after EINTR; where there is no such thing, or it is refused
 * for good, it counts as done. 0, or -1 and errno: the disk failed.
 */
int maildir_sync(int fd);

#endif
