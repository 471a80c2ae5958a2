#include "alloc.h"

#include <string.h>
#include <unistd.h>

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
