/*
 * report_items.h - what the doctor says: sections of items, each well or a
 * fault, with advice; for a person ("! " marks a fault, 80 columns) or as JSON
 * (doc/json.md).
 */
#ifndef REPORT_ITEMS_H
#define REPORT_ITEMS_H

#include <stdbool.h>

/* Before anything else is said; json: not for a person. */
void report_items_begin(bool json);

/* A new section. */
void report_items_section(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * A line: a name, two blanks, what is to say about it. Returns wrong, to be
 * added up.
 */
int report_items_add(bool wrong, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* More about the last item, as sentences. */
void report_items_advise(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The end; wrong: how many faults there were. */
void report_items_end(int wrong);

#endif
