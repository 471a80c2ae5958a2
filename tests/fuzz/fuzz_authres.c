/*
 * Any bytes as an Authentication-Results field: within its bounds, the same
 * with white space around it, and nothing proven by a field that cannot be
 * read.
 */
#include "fuzz.h"
#include "filter/verdict/authres.h"

#include <stdlib.h>

static void
check(bool truth)
{
	if (!truth)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct authres results, again;
	struct span value = {(const char *)data, size};
	char id[AUTHRES_DOMAIN_MAX], *padded = malloc(size + 4);

	if (padded == NULL)
		return 0;
	(void)authres_id(value, id, sizeof id);
	check(strlen(id) < sizeof id);
	bool good = authres_read(value, &results);
	check(results.n <= AUTHRES_PASSES_MAX && (good || results.n == 0));
	for (size_t i = 0; i < results.n; i++) {
		struct span domain = span_of(results.pass[i].domain);

		check(domain.n > 0 && domain.n < AUTHRES_DOMAIN_MAX);
		for (size_t k = 0; k < domain.n; k++)
			check(domain.p[k] > ' ' && domain.p[k] < '\x7f');
		(void)authres_covers(&results, domain);
	}
	padded[0] = ' ';
	memcpy(padded + 1, data, size);
	memcpy(padded + 1 + size, "\r\n", 2);
	/* A backslash at the end would take the white space with it. */
	if (size > 0 && data[size - 1] != '\\') {
		check(authres_read((struct span){padded, size + 3}, &again) == good);
		check(again.n == results.n);
	}
	free(padded);
	return 0;
}
