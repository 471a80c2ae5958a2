/*
 * Any bytes as a script: read, checked, warned about, made into a program of
 * numbers; the verdict has a place, the program only its alphabet.
 */
#include "fuzz.h"

#include "sieve/script/check.h"
#include "sieve/script/warn/warn.h"
#include "sieve/script/program.h"

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
	struct span source = {(const char *)data, size};
	struct report report;
	struct script script;
	struct program program;
	struct pool pool;
	struct err err;

	pool_init(&pool);
	report_init(&report, NULL, "fuzz", source);
	if (check_read(&pool, &report, source, &script) != 0)
		check(report.errors > 0 && memcmp(report.first, "fuzz:", 5) == 0);
	else {
		check(report.errors == 0);
		warn_script(&report, &script);
		check(report.errors == 0);
		check(program_build(&program, &pool, &script, NULL, NULL, &err) == 0);
		check(strspn(program.text.p, PROGRAM_ALPHABET) == program.text.n - 1);
		program_free(&program);
	}
	check_free(&script);
	pool_free(&pool);
	return 0;
}
