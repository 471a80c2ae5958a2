/*
 * The bytes choose a receiving server, what its clients, senders, identds and
 * resolvers say, and where the line is folded: it is read as if they had said
 * something harmless.
 */
#include "fuzz.h"
#include "tests/unit/forge.h"

#include <stdio.h>
#include <stdlib.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct forge_source source = {.bytes = {(const char *)data, size}};

	for (int lines = 0; lines < 8 && (lines == 0 || source.bytes.n > 0); lines++) {
		const char *wrong = forge_check(&source);

		if (wrong != NULL) {
			fprintf(stderr, "%s\n", wrong);
			abort();
		}
	}
	return 0;
}
