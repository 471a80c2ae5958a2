/*
 * charset.h - character sets, turned into UTF-8.
 *
 * A fixed table of sets and their names. iconv loads a set's module when it is
 * opened, which a sealed process cannot do (FIELD.md's measurement: a late
 * iconv_open fails), so the filter looks through the message for the names that
 * it holds (charset_scan), tells the child, and the child opens those before
 * its seal (charset_open_set). UTF-8, US-ASCII and ISO-8859-1 need no module
 * and always work.
 *
 * charset_names.c has the table and the scan and does not use iconv: the filter
 * links only that. charset.c converts.
 */
#ifndef CHARSET_H
#define CHARSET_H

#include "filter/base/buf.h"
#include "filter/base/span.h"

#include <stdint.h>

#define CHARSET_MAX      64   /* sets in the table: one bit each */
#define CHARSET_NAME_MAX 40   /* bytes of a name that is looked up */
#define CHARSET_LIST_MAX 1024 /* bytes of a --charsets list, with its NUL */
/* bytes of a message worth scanning: no later part is decoded (mime.h) */
#define CHARSET_SCAN_MAX (16U << 20)

enum { CHARSET_UNKNOWN = -1, CHARSET_ASCII = 0, CHARSET_UTF8 = 1, CHARSET_LATIN1 = 2 };

/*
 * The set called name (or by one of its aliases; ASCII case, hyphens and
 * underscores do not matter, quotes around it neither), CHARSET_UNKNOWN if we
 * have none.
 */
int charset_find(struct span name);

/* The first name of a set, which is what iconv_open(3) is given. Returns to. */
const char *charset_name(int charset, char to[CHARSET_NAME_MAX + 1]);
size_t charset_count(void);

/*
 * Looks for the names of character sets where messages say them: in encoded
 * words (`=?NAME?`) and parameters (`charset=NAME`, `charset="NAME"`,
 * `charset*=NAME`, `filename*=NAME'language'...`), in a stretch of a message.
 * Adds a bit for each set of the table to *found. A message may be given in
 * pieces: the return value says how many bytes at the end of this piece (less
 * than CHARSET_SCAN_TAIL) have to be repeated in front of the next. Linear.
 */
#define CHARSET_SCAN_TAIL 64
size_t charset_scan(const char *bytes, size_t n, uint64_t *found);

/*
 * The same over the first `most` bytes of a file. A message made to have very
 * many names is looked at for `ms` milliseconds: what is not found is not
 * decoded. An honest one of 16 MiB takes 20.
 */
uint64_t charset_scan_file(int fd, off_t most, int ms);

/*
 * A set of character sets as "a,b,c" for --charsets and back; sets that need no
 * opening are left out. Names that are not in the table are skipped. Returns
 * to.
 */
const char *charset_print_set(uint64_t set, char to[CHARSET_LIST_MAX]);
uint64_t charset_parse_set(struct span list);

/*
 * Opens these sets, for the life of the process. Call before the seal. A set
 * whose module this system lacks stays unopened. ~0: all of them.
 */
void charset_open_set(uint64_t set);

/*
 * Appends text in this set to `to` as valid UTF-8. Bytes that are none in it,
 * and all above 127 of a set that is unknown or not open, become U+FFFD (one
 * for each run of them). Never fails; stops where `to` is full. Stateful sets
 * begin in their initial state.
 */
void charset_to_utf8(int charset, struct span text, struct buf *to);

#endif
