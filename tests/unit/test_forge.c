/*
 * forge.h: 100,000 hostile lines of every receiving server that is known, the
 * same ones each time. FORGE_LINES and FORGE_SEED ask for others.
 */
#include "forge.h"
#include "filter/relays/received.h"
#include "unit.h"

#include <stdlib.h>

static unsigned long
setting(const char *name, unsigned long otherwise)
{
	const char *value = getenv(name);

	return value == NULL ? otherwise : strtoul(value, NULL, 10);
}

static void
test_forge(void **state)
{
	struct forge_source source = {.state = setting("FORGE_SEED", 12)};
	unsigned long lines = setting("FORGE_LINES", 100000), wrong = 0;

	(void)state;
	for (unsigned long i = 0; i < lines; i++) {
		const char *what = forge_check(&source);

		if (what != NULL && wrong++ < setting("FORGE_SHOW", 20))
			print_message("line %lu: %s\n", i, what);
	}
	print_message("%lu lines of %zu servers, %lu read wrongly\n", lines, forge_n_servers,
		      wrong);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_forge)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
