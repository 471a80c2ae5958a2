/*
 * guard.h - whatever goes wrong in this process, it ends in exit 75.
 *
 * Mail systems bounce a message when the program that takes it exits with an
 * unexpected status or dies of a signal; 75 (EX_TEMPFAIL) makes all of them
 * keep it and try again. So the first thing that main does is to install a
 * guard: after that, failed allocations, abort(), fatal signals that can be
 * caught and exit() called inside a library end in 75, with the temporary files
 * of the delivery removed; and in 0 once guard_taken() was told that the
 * message is safe.
 */
#ifndef GUARD_H
#define GUARD_H

#include <sys/types.h>

#define GUARD_TEMPFAIL 75 /* EX_TEMPFAIL of sysexits.h */

/*
 * First line of main: signal dispositions, descriptors 0 to 2 open, no
 * descriptor inherited above them, umask 077, no core, a clean environment
 * (only what guard_env() can be asked for survives), and the promise above.
 */
void guard_install(void);

/*
 * SENDER, RECIPIENT, LOCAL_PART, EXTENSION, FROM, HOME, USER, LOGNAME as the
 * caller gave them, or NULL. The environment itself is cleared.
 */
const char *guard_env(const char *name);

/*
 * Says why on stderr (never starting with a digit), removes what guard_unlink()
 * knows, and ends the process with 75. Async-signal-safe.
 */
_Noreturn void guard_tempfail(const char *why);

/*
 * The message is stored or taken, and durably so: whatever happens from here on
 * (no memory, a signal, exit() in a library) ends in 0, for 75 would have it
 * delivered a second time.
 */
void guard_taken(void);

/*
 * The one regular way out: flushes stdout (75 if that fails and status is 0)
 * and ends with status.
 */
_Noreturn void guard_exit(int status);

/*
 * Creates a file (open(2): O_CREAT, O_EXCL, O_NOFOLLOW and O_CLOEXEC besides
 * flags) and remembers it as guard_unlink() does, with no moment between at
 * which a signal could leave it behind, or remove one that is somebody else's.
 * A descriptor, or -1 and errno.
 */
int guard_create(int dirfd, const char *name, int flags, mode_t mode);

/*
 * Remember a temporary file, to be removed if this process fails; at most
 * GUARD_FILES at a time. dirfd must stay open, name is copied (at most 255
 * bytes). guard_keep() forgets it, after it has its final name or was removed.
 * A child of fork(2) never removes them.
 */
#define GUARD_FILES 4
void guard_unlink(int dirfd, const char *name);
void guard_keep(int dirfd, const char *name);

#endif
