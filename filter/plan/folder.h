/*
 * folder.h - names of folders: UTF-8 in scripts, modified UTF-7 on disk
 * (Maildir++; RFC
 * 3501 5.1.3).
 */
#ifndef FOLDER_H
#define FOLDER_H

#include "filter/base/err.h"
#include "filter/base/span.h"

#define FOLDER_DISK_MAX 256 /* bytes of a folder's directory name, with its NUL (NAME_MAX) */

/*
 * The directory of a folder below the mailbox: "Junk" is ".Junk", "Lists.C" is
 * ".Lists.C", "Späm" is ".Sp&AOQ-m", and INBOX (in any case) is "". A leading
 * INBOX and separator is dropped. separator divides levels in name; on disk it
 * is always the dot. The result is one directory name: it begins with a dot,
 * has no slash, and is neither "." nor "..". -1: no usable name: empty, an
 * empty level, one that begins with "~", a slash or a dot that does not divide
 * levels, control characters, invalid UTF-8 or a longer name than a directory
 * can have.
 */
int folder_disk_name(struct span name, char separator, char disk[FOLDER_DISK_MAX], struct err *err);

/*
 * The line of a subscriptions file that stands for a folder, without line end:
 * "Lists.C", or its levels with TABs between them for the format of version 2.
 */
void folder_subscription(const char *disk, bool version2, char line[FOLDER_DISK_MAX]);

#endif
