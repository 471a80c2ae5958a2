/*
 * folder.h - which names folders may have, and where they are: UTF-8 in
 * scripts, modified UTF-7 on disk (Maildir++; RFC 3501 5.1.3).
 *
 * The one judge of folder names: the child leaves out an action whose folder
 * cannot be, the filter asks again before it files.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include "filter/base/err.h"
#include "filter/base/span.h"

#define FOLDER_DISK_MAX 256 /* bytes of a folder's directory name, with its NUL (NAME_MAX) */

/*
 * A message may choose names by the variables of a script: it makes no deep
 * trees.
 */
#define FOLDER_LEVELS_MAX 8

/*
 * The directory of a folder below the mailbox: "Junk" is ".Junk", "Lists.C" is
 * ".Lists.C", "Späm" is ".Sp&AOQ-m", and INBOX (in any case) is "". A leading
 * INBOX and separator is dropped. The slash divides levels in name, and
 * separator does; on disk it is always the dot. The result is one directory
 * name: it begins with a dot, has no slash, and is neither "." nor "..". -1: no
 * usable name: empty, an empty level, one that begins with "~", a dot that does
 * not divide levels, control characters (C1, U+2028 and U+2029 among them),
 * invalid UTF-8, more than FOLDER_LEVELS_MAX levels, more than
 * PROTOCOL_FOLDER_MAX bytes, or a longer name than a directory can have.
 */
int folder_disk_name(struct span name, char separator, char disk[FOLDER_DISK_MAX], struct err *err);

/*
 * Has this name no folder? *why says why not, in words that go on behind the
 * name.
 */
bool folder_refused(struct span name, char separator, struct err *why);

/*
 * Is this a folder's name on no server, whatever divides its levels there: what
 * a script that says it did not mean?
 */
bool folder_is_nowhere(struct span name);

/*
 * The line of a subscriptions file that stands for a folder, without line end:
 * "Lists.C", or its levels with TABs between them for the format of version 2.
 */
void folder_subscription(const char *disk, bool version2, char line[FOLDER_DISK_MAX]);

#endif
