/*
 * report.h - what check says about a script: FILE:LINE:COLUMN: error|warning:
 * TEXT, for a person with an editor.
 */
#ifndef REPORT_H
#define REPORT_H

#include "filter/base/span.h"

#include <stdio.h>

/*
 * A place in a script. Lines and columns count from 1; a column is a character,
 * not a byte.
 */
struct place {
	unsigned line, column;
};

struct report {
	FILE *to;           /* where lines go; NULL: nowhere, they are only counted */
	const char *name;   /* of the script, as it was given */
	struct span source; /* its text, for the caret line */
	bool caret;         /* show the line and a caret below the place */
	bool quiet;         /* errors only */
	char separator;     /* of folder levels, where the script is to run; "." at first */
	unsigned errors, warnings;
	const char *told; /* the last warning that is said once, not at every rule */
	char first[512];  /* the first error's line, for the log */
};

#define REPORT_ERRORS_MAX   20 /* errors printed for one script; the rest is counted */
#define REPORT_WARNINGS_MAX 50

void report_init(struct report *report, FILE *to, const char *name, struct span source);

/* Untrusted text must go in through report_quote(). */
void report_error(struct report *report, struct place at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void report_warning(struct report *report, struct place at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Text of a script, safe for a terminal: printable ASCII and whole UTF-8 as
 * they are, all else as '?', cut to a readable length. Valid until 8 calls
 * later.
 */
const char *report_quote(struct span text);

#endif
