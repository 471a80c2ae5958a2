/* What is valid and may still not be what the author meant. */
#include "check.h"

#include "language.h"

void
script_warn(struct report *report, const struct script *script)
{
	(void)report;
	(void)script;
}
