/* unit.h - cmocka with its prerequisites, and comparisons of spans. */
#ifndef UNIT_H
#define UNIT_H

#include "filter/base/span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define assert_span(what, got, want) unit_assert_span((what), (got), (want), __FILE__, __LINE__)

static inline void
unit_assert_span(const char *what, struct span got, struct span want, const char *file, int line)
{
	if (span_equal(got, want))
		return;
	print_error("%s: got [%.*s] (%zu), want [%.*s] (%zu)\n", what, (int)got.n,
		    got.p == NULL ? "" : got.p, got.n, (int)want.n, want.p == NULL ? "" : want.p,
		    want.n);
	_fail(file, line);
}

#endif
