#include "sieve/match/match.h"

#include "sieve/match/fold.h"
#include "sieve/match/glob.h"
#include "sieve/match/ere.h"

#include <stdio.h>
#include <stdlib.h>

struct match_ready {
	struct folded key;
	struct glob glob;
	struct ere *ere;
};

static unsigned long steps_taken;

unsigned long
match_steps(void)
{
	return steps_taken;
}

/* ---- names */

bool
match_comparator_find(struct span name, enum match_comparator *comparator)
{
	static const struct span names[] = {SPAN("i;octet"), SPAN("i;ascii-casemap"),
					    SPAN("i;ascii-numeric"), SPAN("i;unicode-casemap")};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_equal_case(name, names[i])) {
			*comparator = (enum match_comparator)i;
			return true;
		}
	return false;
}

bool
match_relation_find(struct span name, enum match_relation *relation)
{
	static const struct span names[] = {SPAN("gt"), SPAN("ge"), SPAN("lt"),
					    SPAN("le"), SPAN("eq"), SPAN("ne")};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_equal_case(name, names[i])) {
			*relation = (enum match_relation)i;
			return true;
		}
	return false;
}

bool
match_allowed(enum match_type type, enum match_comparator comparator)
{
	return comparator != MATCH_ASCII_NUMERIC || type == MATCH_IS || type == MATCH_VALUE ||
	       type == MATCH_COUNT;
}

/* ---- comparing */

/*
 * The digits that a string begins with, without leading zeros; *infinite: there
 * are none (RFC
 * 4790 9.1.1: positive infinity).
 */
static struct span
number_of(struct span s, bool *infinite)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	*infinite = n == 0;
	s.n = n;
	while (s.n > 0 && s.p[0] == '0')
		s = span_skip(s, 1);
	return s;
}

static int
compare_octets(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

static int
compare_numbers(struct span a, struct span b)
{
	bool a_infinite, b_infinite;

	a = number_of(a, &a_infinite);
	b = number_of(b, &b_infinite);
	if (a_infinite || b_infinite)
		return a_infinite - b_infinite;
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return compare_octets(a, b);
}

/*
 * i;ascii-casemap folds to upper case where order matters (RFC 4790 9.2.1): '_'
 * sorts behind the letters.
 */
static int
compare_upper(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)a.p[i], y = (unsigned char)b.p[i];

		x -= x >= 'a' && x <= 'z' ? 'a' - 'A' : 0;
		y -= y >= 'a' && y <= 'z' ? 'a' - 'A' : 0;
		if (x != y)
			return x < y ? -1 : 1;
	}
	return (a.n > b.n) - (a.n < b.n);
}

int
match_compare(enum match_comparator comparator, struct span a, struct span b)
{
	struct folded x, y;

	if (comparator == MATCH_ASCII_NUMERIC)
		return compare_numbers(a, b);
	if (comparator == MATCH_ASCII_CASEMAP)
		return compare_upper(a, b);
	fold_init(&x, comparator, a);
	fold_init(&y, comparator, b);
	int order = compare_octets(x.text, y.text);
	fold_free(&x);
	fold_free(&y);
	return order;
}

static bool
relation_holds(enum match_relation relation, int order)
{
	switch (relation) {
	case MATCH_GT:
		return order > 0;
	case MATCH_GE:
		return order >= 0;
	case MATCH_LT:
		return order < 0;
	case MATCH_LE:
		return order <= 0;
	case MATCH_EQ:
		return order == 0;
	case MATCH_NE:
		return order != 0;
	}
	return false;
}

/* ---- match types */

int
match_init(struct match *match, enum match_type type, enum match_comparator comparator,
	   enum match_relation relation, struct span key, size_t *where, struct err *err)
{
	struct match_ready *ready = calloc(1, sizeof *ready);

	if (ready == NULL)
		abort();
	*match = (struct match){type, comparator, relation, key, ready};
	switch (type) {
	case MATCH_MATCHES:
		glob_init(&ready->glob, comparator, key);
		break;
	case MATCH_REGEX:
		ready->ere = ere_compile(key, comparator != MATCH_OCTET, where, err);
		return ready->ere == NULL ? -1 : 0;
	case MATCH_IS:
	case MATCH_CONTAINS:
		fold_init(&ready->key, comparator, key);
		break;
	case MATCH_VALUE:
	case MATCH_COUNT:
		break;
	}
	return 0;
}

void
match_free(struct match *match)
{
	if (match->ready == NULL)
		return;
	fold_free(&match->ready->key);
	glob_free(&match->ready->glob);
	ere_free(match->ready->ere);
	free(match->ready);
	match->ready = NULL;
}

static enum match_result
run_is(const struct match *match, struct span value)
{
	if (match->comparator == MATCH_ASCII_NUMERIC)
		return compare_numbers(value, match->key) == 0 ? MATCH_YES : MATCH_NO;
	if (match->comparator == MATCH_ASCII_CASEMAP)
		return span_equal_case(value, match->key) ? MATCH_YES : MATCH_NO;
	struct folded folded;
	fold_init(&folded, match->comparator, value);
	bool equal = span_equal(folded.text, match->ready->key.text);
	fold_free(&folded);
	return equal ? MATCH_YES : MATCH_NO;
}

static enum match_result
run_contains(const struct match *match, struct span value)
{
	struct span key = match->ready->key.text;
	struct folded folded;

	if (key.n == 0)
		return MATCH_YES;
	fold_init(&folded, match->comparator, value);
	bool found = folded.text.n >= key.n &&
		     memmem(folded.text.p, folded.text.n, key.p, key.n) != NULL;
	fold_free(&folded);
	return found ? MATCH_YES : MATCH_NO;
}

/*
 * Offsets into the folded value become spans into the value. They ascend when
 * begins and ends of [1] and up are interleaved.
 */
static void
set_captures(const struct match *match, struct span value, const struct glob_found *found,
	     struct match_captures *captures)
{
	size_t offset[2 * MATCH_CAPTURES_MAX];

	for (size_t i = 1; i < found->n; i++) {
		offset[2 * i] = found->begin[i];
		offset[2 * i + 1] = found->end[i];
	}
	if (found->n > 1)
		fold_unmap(match->comparator, value, offset + 2, 2 * (found->n - 1));
	captures->n = found->n;
	captures->capture[0] = value;
	for (size_t i = 1; i < found->n; i++)
		captures->capture[i] = (struct span){value.p == NULL ? "" : value.p + offset[2 * i],
						     offset[2 * i + 1] - offset[2 * i]};
}

static enum match_result
run_matches(const struct match *match, struct span value, struct match_captures *captures)
{
	struct glob_found found;
	struct folded folded;

	fold_init(&folded, match->comparator, value);
	enum match_result result = glob_run(&match->ready->glob, folded.text,
					    captures == NULL ? NULL : &found, &steps_taken);
	fold_free(&folded);
	if (result == MATCH_YES && captures != NULL)
		set_captures(match, value, &found, captures);
	return result;
}

enum match_result
match_run(const struct match *match, struct span value, struct match_captures *captures)
{
	switch (match->type) {
	case MATCH_IS:
		return run_is(match, value);
	case MATCH_CONTAINS:
		return run_contains(match, value);
	case MATCH_MATCHES:
		return run_matches(match, value, captures);
	case MATCH_REGEX:
		return ere_run(match->ready->ere, value, captures);
	case MATCH_VALUE:
	case MATCH_COUNT:
		return relation_holds(match->relation,
				      match_compare(match->comparator, value, match->key))
			       ? MATCH_YES
			       : MATCH_NO;
	}
	return MATCH_NO;
}

enum match_result
match_count(const struct match *match, size_t count)
{
	char digits[24];
	int n = snprintf(digits, sizeof digits, "%zu", count);

	return match_run(match, (struct span){digits, (size_t)n}, NULL);
}
