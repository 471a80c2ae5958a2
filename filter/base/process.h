/*
 * process.h - starts another program with exactly the descriptors it is to
 * have, and waits for it no longer than a deadline.
 *
 * No shell, no search path, no environment but the given one. The signals of
 * the program are at their defaults.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include "filter/base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_FDS_MAX 64

/*
 * Both ends close-on-exec; the end that stays with us does not block. ours is 0
 * (we read) or 1 (we write). -1 and errno.
 */
int process_pipe(int ends[2], int ours);

/* Closes *fd where it is open, and makes it -1. */
void process_close(int *fd);

/*
 * Starts program (a path) with argv and envp, both ended by NULL. Its
 * descriptor i is fd[i], for i < n <= PROCESS_FDS_MAX; all others are closed.
 * The fds stay ours and stay open. -1: not started.
 */
int process_start(const char *program, char *const argv[], char *const envp[], const int *fd,
		  size_t n, pid_t *pid, struct err *err);

/*
 * Waits for the end of pid, at most until deadline (clock_ms()); then kills it.
 * 0 and status as of waitpid(2); -1: it had to be killed.
 */
int process_wait(pid_t pid, int64_t deadline, int *status);

/* Kills pid at once and takes its status, so that it leaves nothing behind. */
void process_kill(pid_t pid);

#endif
