/*
 * span.h - a stretch of bytes that somebody else owns.
 *
 * Message text is never a C string: it may hold NULs, and it has no end mark.
 * Everything that looks at it takes spans into the buffer of struct message
 * (message.h), which outlives them all.
 */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/types.h>

/* Nearly every file includes this one: none may see another size of file. */
_Static_assert(sizeof(off_t) == 8, "compile with -D_FILE_OFFSET_BITS=64, as Makefile.am does");

struct span {
	const char *p; /* may be NULL when n is 0 */
	size_t n;      /* bytes */
};

/* A span over a string literal. */
#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})

static inline struct span
span_of(const char *string)
{
	return (struct span){string, string == NULL ? 0 : strlen(string)};
}

static inline char
span_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline bool
span_equal(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Equal but for the case of ASCII letters; no locale. */
static inline bool
span_equal_case(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (a.p[i] != b.p[i] && span_lower(a.p[i]) != span_lower(b.p[i]))
			return false;
	return true;
}

/* Does s begin with prefix, but for the case of ASCII letters? */
static inline bool
span_starts_case(struct span s, struct span prefix)
{
	return s.n >= prefix.n && span_equal_case((struct span){s.p, prefix.n}, prefix);
}

/* What remains of s after its first n bytes; empty where s is shorter. */
static inline struct span
span_skip(struct span s, size_t n)
{
	return n >= s.n ? (struct span){s.p == NULL ? NULL : s.p + s.n, 0}
			: (struct span){s.p + n, s.n - n};
}

static inline bool
span_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* s without the white space (space, TAB, CR, LF) at both ends. */
static inline struct span
span_trim(struct span s)
{
	while (s.n > 0 && span_is_space(s.p[0]))
		s = span_skip(s, 1);
	while (s.n > 0 && span_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* The byte that two hexadecimal digits at s.p[at] stand for, or -1. */
static inline int
span_hex(struct span s, size_t at)
{
	int byte = 0;

	for (size_t i = at; i < at + 2; i++) {
		char c = i < s.n ? span_lower(s.p[i]) : '\0';

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return -1;
		byte = byte * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return byte;
}

static inline bool
span_is_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 128)
			return false;
	return true;
}

#endif
