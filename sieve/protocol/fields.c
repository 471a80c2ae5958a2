#include "sieve/protocol/fields.h"

bool
fields_protected(struct span name)
{
	static const char *const names[] = {"received", "return-path", "delivered-to",
					    "auto-submitted"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_equal_case(name, span_of(names[i])))
			return true;
	return span_starts_case(name, SPAN("x-spamcop-"));
}
