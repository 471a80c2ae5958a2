/*
 * inspect.h - `spamcop-sieve check`: what is wrong with these scripts, and with
 * those that they include?
 */
#ifndef INSPECT_H
#define INSPECT_H

#include "sieve/try.h"

#define INSPECT_FILES_MAX 256

/*
 * Reports on each file, on standard output. Included scripts are looked for
 * where try says, else in the folder of the script; one that is not there is
 * told of, and is no error. The scripts are read by a sealed process. Returns
 * the exit status: 1 when a script has an error or cannot be read.
 */
int inspect_files(struct try *try, char **names, int n);

#endif
