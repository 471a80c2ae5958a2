/*
 * conf_text.h - inside conf/: the bytes of a configuration file, made safe for
 * libconfig.
 *
 * libconfig 1.5 by itself opens any file that `@include` names (and waits for
 * ever on a FIFO), and whole numbers that do not fit become others (99999999999
 * is 1215752191). So it gets the text only after these two have looked at it. A
 * comment costs it 35 instructions a byte, and most of a file is comments.
 */
#ifndef CONF_TEXT_H
#define CONF_TEXT_H

#include "filter/base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define TEXT_MAX (1U << 20) /* bytes of a configuration file */

/*
 * The text of a regular file as a string without NULs inside, to be freed; NULL
 * and a sentence that begins with the file's name.
 *
 * *anybody is set where everybody on the host may write the file.
 */
char *conf_text_read(const char *file, bool *anybody, struct err *err);

/*
 * Leaves out the comments, but not their lines; turns whole numbers beyond 32
 * bits into huge floating-point ones of the same length, which every range
 * check refuses. To be called first.
 */
void conf_text_prepare(char *text);

/*
 * The line (from 1) that would make libconfig read another file, wherever it
 * stands; 0 if there is none.
 */
int conf_text_include(const char *text);

#endif
