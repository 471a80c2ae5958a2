#include "config.h"

#include "sieve/seal.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static int
limit(int resource, rlim_t most)
{
	struct rlimit now;

	if (getrlimit(resource, &now) != 0)
		return -1;
	if (now.rlim_max == RLIM_INFINITY || now.rlim_max > most)
		now.rlim_max = most;
	if (now.rlim_cur == RLIM_INFINITY || now.rlim_cur > most)
		now.rlim_cur = most;
	return setrlimit(resource, &now);
}

static int
set_limits(const struct seal *seal)
{
	int result = limit(RLIMIT_CORE, 0);

#ifndef WITH_SANITIZERS
	result |= limit(RLIMIT_AS, SEAL_MEMORY) | limit(RLIMIT_STACK, SEAL_STACK);
	if (seal->only_pipes)
		result |= limit(RLIMIT_FSIZE, 0);
#endif
	if (seal->seconds > 0)
		result |= limit(RLIMIT_CPU, seal->seconds);
	return result;
}

#ifndef WITH_SANITIZERS

/*
 * What is allowed whatever its arguments are. No kind of stat is among them:
 * newfstatat and statx take a path as well, which a filter cannot read, and a
 * libc's fstat() may be either. Names that a kind of processor does not have
 * count for nothing there; a 32-bit one has two of some calls.
 */
static const int calls[] = {
	SCMP_SYS(read),
	SCMP_SYS(pread64),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(lseek),
	SCMP_SYS(_llseek),
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_gettime64),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigreturn),
	SCMP_SYS(futex),
	SCMP_SYS(futex_time64),
	SCMP_SYS(getrandom),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/*
 * The call behind mmap() that has its arguments in registers. On s390 they are
 * in memory, where a filter cannot look: without it malloc() lives on brk.
 */
#if defined(__s390__)
#define MMAP -1
#elif defined(SYS_mmap2)
#define MMAP SCMP_SYS(mmap2)
#else
#define MMAP SCMP_SYS(mmap)
#endif

/* Memory only, and none that can be executed. */
static int
allow_memory(scmp_filter_ctx filter)
{
	int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				      SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

	if (MMAP >= 0)
		result |= seccomp_rule_add(
			filter, SCMP_ACT_ALLOW, MMAP, 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
			SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
	return result;
}

static int
set_filter(struct err *err)
{
	const uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
	scmp_filter_ctx filter = seccomp_init(refuse);

	if (filter == NULL)
		return err_set(err,
			       "there is no filter of system calls for this kind of processor");
	/* Calls of another kind of processor, where the kernel knows two. */
	int result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, refuse);
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
		if (calls[i] >= 0)
			result |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	result |= allow_memory(filter);
	int loaded = result == 0 ? seccomp_load(filter) : result;
	seccomp_release(filter);
	return loaded == 0
		       ? 0
		       : err_set(err, "the kernel takes no filter of system calls (seccomp): %s",
				 strerror(loaded < 0 ? -loaded : loaded));
}

#else

static int
set_filter(struct err *err)
{
	(void)err; /* a sanitizer opens files, asks for much memory and starts a symbolizer */
	return 0;
}

#endif

int
seal(const struct seal *seal, struct err *err)
{
	if (seal->with_parent && prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		return err_set(err, "prctl(PR_SET_PDEATHSIG): %s", strerror(errno));
	if (set_limits(seal) != 0)
		return err_set(err, "the limits cannot be set: %s", strerror(errno));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(err, "prctl(PR_SET_NO_NEW_PRIVS): %s", strerror(errno));
	return set_filter(err);
}
