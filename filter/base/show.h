/*
 * show.h - text that somebody else chose, for a terminal, a log or a field.
 *
 * What could control a terminal, end a line or turn the order of what is read
 * never gets through: C0, DEL, C1 (U+0080 to U+009F, which a terminal takes
 * from UTF-8 as well), line and paragraph separators, the controls of
 * bidirectional text, and characters that cannot be seen.
 */
#ifndef SHOW_H
#define SHOW_H

#include "filter/base/buf.h"

#include <stdint.h>

/* A byte as it is where it is printable ASCII, else '?'. */
static inline char
show_byte(char c)
{
	return c >= ' ' && c <= '~' ? c : '?';
}

/* May this character be shown? Not the kinds above. */
bool show_is_plain(uint32_t character);

/*
 * Appends text in one line: white space at its ends dropped, other white space
 * as one blank, printable ASCII, '?' for any other byte; where it is longer
 * than most bytes, cut there and "..." behind it.
 */
void show_ascii(struct span text, size_t most, struct buf *to);

/*
 * The same with the characters of valid UTF-8 that may be shown left as they
 * are; '?' for each other one, and for each byte that is none.
 */
void show_utf8(struct span text, size_t most, struct buf *to);

/*
 * Printable ASCII, any other byte and the backslash as \xHH, cut to fit;
 * NUL-terminated. Returns to. For logs.
 */
char *show_escaped(struct span text, char *to, size_t size);

/*
 * The same as one word, for KEY=VALUE: blanks and double quotes are escaped as
 * well, and "-" stands for no text at all.
 */
char *show_word(struct span text, char *to, size_t size);

/*
 * The columns that text takes on a terminal: one a character, two for wide ones
 * (East Asian, most emoji), none for those that combine. An estimate: terminals
 * differ.
 */
size_t show_width(struct span text);

#endif
