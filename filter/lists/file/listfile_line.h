/*
 * listfile_line.h - one line of a list file.
 */
#ifndef LISTFILE_LINE_H
#define LISTFILE_LINE_H

#include "filter/lists/file/listfile_scan.h"

/*
 * The line from p to end, without its line feed. What cannot be understood is
 * counted as bad and changes nothing.
 */
void listfile_line(struct listfile_scan *scan, const char *p, const char *end);

#endif
