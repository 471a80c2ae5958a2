#include "filter/base/alloc.h"

#include <string.h>
#include <unistd.h>

/*
 * EX_OSERR of sysexits.h: any status but 0 voids the plan, and the filter keeps
 * the message
 */
#define ALLOC_STATUS 71

static void
say(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return; /* nobody to tell */
}

void
alloc_failed(const char *why)
{
	say("spamcop-sieve: ");
	say(why);
	say("\n");
	_exit(ALLOC_STATUS);
}
