/*
 * listfile_build.h - makes the index of a list file (listfile_index.h).
 */
#ifndef LISTFILE_BUILD_H
#define LISTFILE_BUILD_H

#include "filter/lists/file/listfile.h"

/*
 * Writes FILE.index of the file at path, read as format (listfile.h; NULL: not
 * said), in place of the one that is there, with the list's owner (as root) and
 * permissions. Waits until the list has been as it is for two seconds, so that
 * no later change can look like none. *entries: how many it has. -1: err says
 * why, and an old index stays.
 */
int listfile_build(const char *path, const char *format, size_t *entries, struct err *err);

#endif
