/*
 * print.h - what commands print on standard output.
 */
#ifndef PRINT_H
#define PRINT_H

#include "filter/base/span.h"

/* show_ascii() and show_utf8() (show.h), on standard output. */
void print_ascii(struct span text, size_t most);
void print_utf8(struct span text, size_t most);

#endif
