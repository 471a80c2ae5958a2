/*
 * unsealed.so, preloaded: the Sieve child does not give up what valgrind needs
 * to count its instructions. The filter of system calls is still built, which
 * is most of its cost; only the kernel does not get it.
 */
#include <stddef.h>
#include <sys/resource.h>

int seccomp_load(const void *filter);

int
seccomp_load(const void *filter)
{
	(void)filter;
	return 0;
}

int
setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
	(void)resource;
	(void)limit;
	return 0;
}

int
setrlimit64(__rlimit_resource_t resource, const struct rlimit64 *limit)
{
	(void)resource;
	(void)limit;
	return 0;
}
