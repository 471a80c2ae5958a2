/*
 * err.h - why something failed, as one sentence for a person.
 *
 * A function that can fail returns 0 or -1 and fills a struct err; only main
 * turns one into an exit status. The text names where, what, and what was
 * expected, has no line end and no untrusted bytes that are not printable
 * ASCII.
 */
#ifndef ERR_H
#define ERR_H

struct err {
	char why[512];
};

/*
 * Stores the sentence, cut where it is too long, unprintable bytes as '?'.
 * Returns -1, so that callers can "return err_set(...)".
 */
int err_set(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
