/* lines.h - lines of a header, read without the code that is judged. */
#ifndef LINES_H
#define LINES_H

#include "filter/base/span.h"

#include <stdbool.h>

/* How many bytes the first line of text has, its end included. */
static inline size_t
line_of(struct span text)
{
	const char *lf = text.n == 0 ? NULL : memchr(text.p, '\n', text.n);

	return lf == NULL ? text.n : (size_t)(lf + 1 - text.p);
}

static inline bool
starts(struct span text, const char *with)
{
	size_t n = strlen(with);

	return text.n >= n && strncasecmp(text.p, with, n) == 0;
}

static inline bool
is_fold(struct span line)
{
	return line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t');
}

static inline bool
ends_in_crlf(struct span line)
{
	return line.n > 1 && line.p[line.n - 2] == '\r' && line.p[line.n - 1] == '\n';
}

static inline bool
is_empty_line(struct span line)
{
	return (line.n == 1 && line.p[0] == '\n') ||
	       (line.n == 2 && line.p[0] == '\r' && line.p[1] == '\n');
}

static inline bool
is_field(struct span line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] != ':' && line.p[n] != 127 &&
	       ((unsigned char)line.p[n] > ' ' || line.p[n] == '\0'))
		n++;
	size_t name = n;
	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return name > 0 && n < line.n && line.p[n] == ':';
}

/* Is it anywhere in there, in letters of any size? */
static inline bool
has_word(struct span text, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= text.n; i++)
		if (strncasecmp(text.p + i, word, n) == 0)
			return true;
	return false;
}

#endif
