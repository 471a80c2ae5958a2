/*
 * variables.h - variables of a script: references in strings, values, scopes
 * (RFC 5229, 6609 3.4).
 */
#ifndef VARIABLES_H
#define VARIABLES_H

#include "sieve/match/match.h"
#include "sieve/text/pool.h"

#define VARIABLE_NAME_MAX 64 /* bytes of a name */
/* bytes of a value; longer ones are cut at a character (RFC 5229 6) */
#define VARIABLE_VALUE_MAX  (64U << 10)
#define VARIABLES_MAX       512        /* of one scope; more cannot be set */
#define VARIABLE_STRING_MAX (1U << 20) /* bytes of one string after expansion */

/* A reference ${...} in a string. */
struct variable_reference {
	size_t start, end;    /* in the string: from "$" to behind "}" */
	struct span space;    /* what stands before the last dot, or empty */
	struct span name;     /* what stands behind it */
	bool is_number;       /* the name is digits: a match variable */
	unsigned long number; /* its value, at most 1,000,000 */
};

/*
 * The next reference at or behind *at, which moves behind it. false: no more.
 * Linear.
 */
bool variables_next(struct span text, size_t *at, struct variable_reference *reference);

/*
 * May this name be set: an identifier of at most VARIABLE_NAME_MAX bytes, or
 * with namespaces also "global.IDENTIFIER"?
 */
bool variables_name_valid(struct span name, bool namespaces);

struct variable {
	struct span name;
	struct span value;
	bool global; /* declared with `global`: the value is in the global scope */
};

struct scope {
	struct variable *variable; /* in the pool */
	size_t n;
};

/*
 * What the names in one script mean: its own variables, those that it shares,
 * and what it matched last.
 */
struct variables {
	struct scope own;
	struct scope *global;
	size_t captures; /* match variables that are set */
	struct span capture[MATCH_CAPTURES_MAX];
};

/* The value of a variable, empty where it is unknown. */
struct span variables_get(const struct variables *variables, struct span name);

/*
 * name may begin with "global.". The value is copied and cut where it is too
 * long. Past VARIABLES_MAX nothing is set: false.
 */
bool variables_set(struct variables *variables, struct pool *pool, struct span name,
		   struct span value);

/*
 * `global`: false where the script has set the name as its own already (RFC
 * 6609 3.4.1: an error).
 */
bool variables_share(struct variables *variables, struct pool *pool, struct span name);

/* text with its references replaced; text itself where there are none. */
struct span variables_expand(const struct variables *variables, struct pool *pool,
			     struct span text);

/* Remembers what matched last, as copies. */
void variables_capture(struct variables *variables, struct pool *pool,
		       const struct match_captures *captures);

#endif
