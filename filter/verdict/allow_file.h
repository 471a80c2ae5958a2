/*
 * allow_file.h - changes the user's allow file: one at a time, whole or not at
 * all, and only the lines that are meant.
 */
#ifndef ALLOW_FILE_H
#define ALLOW_FILE_H

#include "filter/verdict/allow.h"
#include "filter/verdict/allow_entry.h"
#include "filter/base/buf.h"

/*
 * The first line of a file that is made here. A file of a later version is
 * used, but not changed.
 */
#define ALLOW_FILE_VERSION 1
#define ALLOW_FILE_BEGIN   "# spamcop-filter allow list, version "

/* An allow file that is open for a change. */
struct allow_file {
	char path[4096];
	/*
	 * where the file is kept as it was found, for it was no text (after a
	 * crash, say); "": it was. Its entries that could be read are in text.
	 */
	char aside[4200];
	struct buf text;  /* as it is; "" where there was none */
	int fd;           /* locked; -1 */
	int dirfd;        /* of its folder */
	const char *name; /* in the folder */
};

/*
 * Opens, locks and reads the file; creates an empty one (0600) where there is
 * none. Waits a few seconds for somebody else's change. A file that is damaged
 * is put aside. -1: it cannot be had, or is not to be believed (user.h), is
 * longer than ALLOW_FILE_MAX or of a later version.
 * allow_file_close() in either case.
 */
int allow_file_open(struct allow_file *file, const char *path, struct err *err);
void allow_file_close(struct allow_file *file);

/* Reads the file without changing anything; no file is an empty one. */
int allow_file_read(struct allow_file *file, const char *path, struct err *err);

/*
 * The next entry of text at or behind *at (begins as 0), and the bytes of its
 * line. false at the end. Other lines are skipped.
 */
bool allow_file_next(struct span text, size_t *at, struct allow_entry *entry, struct span *line);

/* Is the same entry among the lines? */
bool allow_file_has(struct span text, const struct allow_entry *entry);

/*
 * Puts text in the place of the file's: a temporary file beside it, synced,
 * renamed, and the folder synced. The mode stays. -1: the file is as it was.
 */
int allow_file_replace(struct allow_file *file, struct span text, struct err *err);

#endif
