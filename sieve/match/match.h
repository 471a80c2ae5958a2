/*
 * match.h - comparators and match types: does this value match that key?
 *
 * Comparators by RFC 4790 and 5051, match types by RFC 5228 2.7.1, 5231 and the
 * regex draft. Values and keys are bytes with lengths; NULs are bytes like
 * others. `?` is one octet with i;octet and i;ascii-casemap (RFC 5228 2.7.1),
 * one character with i;unicode-casemap. All but :regex and `?`-ridden :matches
 * are linear in value and key together; those two are limited: a match that
 * takes more than MATCH_STEPS_MAX steps gives MATCH_LIMIT, and whoever gets
 * that cannot know the answer: the run has to end, the message is kept.
 */
#ifndef MATCH_H
#define MATCH_H

#include "filter/base/err.h"
#include "filter/base/span.h"

#define MATCH_CAPTURES_MAX 100 /* ${0} to ${99} */

enum match_type { MATCH_IS, MATCH_CONTAINS, MATCH_MATCHES, MATCH_REGEX, MATCH_VALUE, MATCH_COUNT };
enum match_relation { MATCH_GT, MATCH_GE, MATCH_LT, MATCH_LE, MATCH_EQ, MATCH_NE };
enum match_comparator {
	MATCH_OCTET,
	MATCH_ASCII_CASEMAP,
	MATCH_ASCII_NUMERIC,
	MATCH_UNICODE_CASEMAP
};
enum match_result { MATCH_LIMIT = -1, MATCH_NO = 0, MATCH_YES = 1 };

/*
 * "i;octet" and so on; "gt" and so on (case does not matter). false: no such
 * one.
 */
bool match_comparator_find(struct span name, enum match_comparator *comparator);
bool match_relation_find(struct span name, enum match_relation *relation);

/*
 * May this comparator be used with this match type (RFC 4790: i;ascii-numeric
 * has no substring operation; :regex goes with i;octet, i;ascii-casemap and
 * i;unicode-casemap)?
 */
bool match_allowed(enum match_type type, enum match_comparator comparator);

/*
 * What a test compares with: type, comparator and one key, prepared once and
 * used for any number of values.
 */
struct match {
	enum match_type type;
	enum match_comparator comparator;
	enum match_relation relation; /* of :value and :count */
	struct span key;              /* not owned */
	/*
	 * owned: the key folded, the pattern divided, the expression compiled
	 */
	struct match_ready *ready;
};

/*
 * The strings that ${0}, ${1} ... stand for (RFC 5229 3.2): spans into the
 * value. [0] is the matched part.
 */
struct match_captures {
	size_t n;
	struct span capture[MATCH_CAPTURES_MAX];
};

/*
 * Prepares a key, which must outlive match. -1: it is no regular expression;
 * err says why and *where (bytes into the key) it goes wrong. match_free()
 * afterwards in either case.
 */
int match_init(struct match *match, enum match_type type, enum match_comparator comparator,
	       enum match_relation relation, struct span key, size_t *where, struct err *err);
void match_free(struct match *match);

/*
 * One value. captures (may be NULL) is written only by :matches and :regex, and
 * only on MATCH_YES. For :count, value is the count as decimal digits.
 */
enum match_result match_run(const struct match *match, struct span value,
			    struct match_captures *captures);

/* :count. */
enum match_result match_count(const struct match *match, size_t count);

/* Less than 0, 0, more than 0: a sorts before, with, after b. */
int match_compare(enum match_comparator comparator, struct span a, struct span b);

/*
 * The steps that all matches of this process have taken so far, for tests that
 * show them linear.
 */
#define MATCH_STEPS_MAX 50000000U
unsigned long match_steps(void);

#endif
