/*
 * listgen.h - random list files of every construct that rbldnsd(8) knows, and
 * addresses to look up in them.
 */
#ifndef LISTGEN_H
#define LISTGEN_H

#include <stdint.h>
#include <stdio.h>

#include "filter/base/addr.h"

/* rbldnsd's name for the kind of file: "ip4set", ..., "combined". */
const char *listgen_kind(uint64_t seed, unsigned file);

/* Writes the file of that number; the same for the same seed. */
void listgen_write(uint64_t seed, unsigned file, FILE *to);

/* An address that may well be in such a file. */
struct addr listgen_address(uint64_t seed, unsigned file, unsigned i);

#endif
