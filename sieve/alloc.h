/*
 * alloc.h - memory that cannot be had ends the program.
 *
 * libsieve drops an action with status 0 when a malloc() fails (measured), so its failure must never reach a caller: alloc.c, linked into
 * the program only, replaces malloc() and its kin by ones that end it. The filter then has no plan, and keeps the message.
 */
#ifndef ALLOC_H
#define ALLOC_H

#define ALLOC_STATUS 71 /* EX_OSERR of sysexits.h: any status but 0 voids the plan */

/* Says why on stderr and ends the program. Async-signal-safe. */
_Noreturn void alloc_failed(const char *why);

#endif
