/*
 * maildir_folder.h - directories of a Maildir++: what exists, what is created
 * on demand, what is swept. Used by maildir.c and maildir_folder.c only.
 */
#ifndef MAILDIR_FOLDER_H
#define MAILDIR_FOLDER_H

#include "filter/base/err.h"

/*
 * Opens tmp, new or cur of a folder; creates it where it is missing. A
 * descriptor or -1.
 */
int maildir_subdirectory(int folder, const char *name, struct err *err);

/*
 * Removes regular files from the open tmp/ that nobody has touched for
 * MAILDIR_STALE seconds. Closes the descriptor. What fails is left for the next
 * run.
 */
void maildir_clean(int tmp);

#endif
