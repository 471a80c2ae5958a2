/*
 * seal.h - before a byte of script or message is looked at, this process gives
 * up what it does not need.
 *
 * After seal() it can read what is open, write to what is open, take memory and
 * end: no file can be opened, no program started, no connection made. A call
 * that is not on the list fails, it does not kill: whatever tries one sees an
 * error. fstat() is none of them: lseek() tells how long a file is. Memory, CPU
 * time, stack and core files are limited.
 */
#ifndef SEAL_H
#define SEAL_H

#include "filter/base/err.h"

#include <stdbool.h>

#define SEAL_MEMORY  ((unsigned long)256 << 20)
#define SEAL_STACK   ((unsigned long)4 << 20)
#define SEAL_SECONDS 2 /* of CPU, where nobody says otherwise */

struct seal {
	unsigned seconds; /* of CPU; 0: no limit */
	bool only_pipes;  /* nothing that is written is a file: no file may grow */
	bool with_parent; /* end when the process that started this one ends */
};

/*
 * -1: the kernel would not do it; nothing may be looked at then. In builds with
 * sanitizers, which need more calls and more memory, only the harmless part is
 * done.
 */
int seal(const struct seal *seal, struct err *err);

#endif
