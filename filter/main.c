/* spamcop-filter: the whole sequence. */
#include "guard.h"
#include "message.h"

#include <unistd.h>

int
main(void)
{
	struct message message;
	struct err err;

	guard_install();
	if (message_read(&message, STDIN_FILENO, &err) != 0)
		guard_tempfail(err.why);
	guard_exit(GUARD_TEMPFAIL); /* nothing can be written yet */
}
