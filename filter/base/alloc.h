/*
 * alloc.h - memory that cannot be had ends the program.
 *
 * alloc.c, linked into both programs and into no unit test, replaces malloc()
 * and its kin for the libraries as well: libconfig and c-ares crash or end with
 * a wrong status when memory runs out (measured: 101 of 230 injected failures),
 * and libsieve drops an action with status 0.
 */
#ifndef ALLOC_H
#define ALLOC_H

/*
 * Says why on stderr and ends the program: the filter with 75 (guard.c), the
 * Sieve child so that its plan is void (alloc_failed.c). Async-signal-safe.
 */
_Noreturn void alloc_failed(const char *why);

#endif
