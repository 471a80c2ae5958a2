/*
 * listfile_special.h - the lines of a list file that begin with "$" (or "#$",
 * ";$", ":$"), as in rbldnsd(8), "Special Entries".
 *
 *     $SOA, $NS, $TTL      of use to a server only
 *     $TIMESTAMP 2026:11:25:12:00:00 +7d
 *                          data of the future, or whose time is over, is not
 *                          used
 *     $MAXRANGE4 /24       larger IPv4 entries are left out; can only become
 *                          less
 *     $1 text, $= text     for the texts (listfile_scan.h); the first one
 *                          counts
 *     $DATASET ip4set:name @ sub
 *                          a dataset of its own; it counts where "@", the list
 *                          itself, is among its subzones
 */
#ifndef LISTFILE_SPECIAL_H
#define LISTFILE_SPECIAL_H

#include "filter/lists/file/listfile_scan.h"

/* One such line from behind its "$". NULL, or what is wrong with it. */
const char *listfile_special(struct listfile_scan *scan, struct span line);

#endif
