#include "config.h"

#include "sieve/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define OUR_ARCH AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OUR_ARCH AUDIT_ARCH_PPC64LE
#endif

static int
limit(int resource, rlim_t most)
{
	struct rlimit now;

	if (getrlimit((__rlimit_resource_t)resource, &now) != 0)
		return -1;
	if (now.rlim_max == RLIM_INFINITY || now.rlim_max > most)
		now.rlim_max = most;
	if (now.rlim_cur == RLIM_INFINITY || now.rlim_cur > most)
		now.rlim_cur = most;
	return setrlimit((__rlimit_resource_t)resource, &now);
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

#if defined(OUR_ARCH) && !defined(WITH_SANITIZERS)

#define FIELD(name)              (uint32_t) offsetof(struct seccomp_data, name)
#define LOAD(offset)             BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define IF_EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (yes), (no))
#define IF_BITS(value, yes, no)  BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (value), (yes), (no))
#define GIVE(value)              BPF_STMT(BPF_RET | BPF_K, (value))
#define ALLOW                    GIVE(SECCOMP_RET_ALLOW)
#define REFUSE                   GIVE(SECCOMP_RET_ERRNO | EPERM)
#define MAY(call)                IF_EQUAL(SYS_##call, 0, 1), ALLOW

/*
 * Where the low half of argument n is. All architectures above are
 * little-endian.
 */
#define ARGUMENT(n) (FIELD(args) + (n)*8)

static struct sock_filter calls[] = {
	LOAD(FIELD(arch)),
	IF_EQUAL(OUR_ARCH, 1, 0),
	REFUSE,
	LOAD(FIELD(nr)),
	MAY(read),
	MAY(pread64),
	MAY(write),
	MAY(writev),
	MAY(lseek),
	MAY(fstat),
	MAY(brk),
	MAY(munmap),
	MAY(mremap),
	MAY(madvise),
	MAY(clock_gettime),
	MAY(rt_sigprocmask),
	MAY(rt_sigreturn),
	MAY(futex),
	MAY(getrandom),
	MAY(exit),
	MAY(exit_group),
	/* mmap: memory only, and none that can be executed */
	IF_EQUAL(SYS_mmap, 0, 6),
	LOAD(ARGUMENT(3)),
	IF_BITS(MAP_ANONYMOUS, 0, 3),
	LOAD(ARGUMENT(2)),
	IF_BITS(PROT_EXEC, 1, 0),
	ALLOW,
	REFUSE,
	/* mprotect: what is not executable stays so */
	IF_EQUAL(SYS_mprotect, 0, 4),
	LOAD(ARGUMENT(2)),
	IF_BITS(PROT_EXEC, 1, 0),
	ALLOW,
	REFUSE,
#ifdef SYS_newfstatat
	/* fstat() of libc: only with AT_EMPTY_PATH, for what is open */
	IF_EQUAL(SYS_newfstatat, 0, 4),
	LOAD(ARGUMENT(3)),
	IF_BITS(AT_EMPTY_PATH, 0, 1),
	ALLOW,
	REFUSE,
#endif
	REFUSE,
};

static int
set_filter(struct err *err)
{
	struct sock_fprog program = {sizeof calls / sizeof calls[0], calls};

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		return err_set(err, "the kernel takes no filter of system calls (seccomp): %s",
			       strerror(errno));
	return 0;
}

#elif defined(WITH_SANITIZERS)

static int
set_filter(struct err *err)
{
	(void)err; /* a sanitizer opens files, asks for much memory and starts a symbolizer */
	return 0;
}

#else

static int
set_filter(struct err *err)
{
	return err_set(err, "there is no filter of system calls for this kind of processor");
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
