/*
 * tree.h - a script as a tree with places, and the parser that makes it (RFC
 * 5228 8.2).
 *
 * The parser knows the grammar only; which commands, tests and tags exist, and
 * what their arguments mean, is the checker's (check.h), which fills in the
 * second half of each struct.
 */
#ifndef TREE_H
#define TREE_H

#include "sieve/script/lexer.h"

#define TREE_NESTING_MAX  32    /* blocks in blocks, tests in tests */
#define TREE_COMMANDS_MAX 50000 /* of one script; how many may follow one another: program.h */
#define TREE_TESTS_MAX    50000

enum argument_kind { ARGUMENT_NUMBER, ARGUMENT_STRINGS, ARGUMENT_TAG };

struct string {
	struct span text; /* encoded characters replaced by the checker */
	struct place at;
	/*
	 * has at least one ${...} that is a reference (RFC 5229 3): its value
	 * is known only in a run
	 */
	bool variable;
	/*
	 * a regular expression without variables, compiled by the checker; else
	 * NULL
	 */
	struct match *match;
};

struct argument {
	enum argument_kind kind;
	struct place at;
	struct span text; /* of a tag: its name; of a number: as written */
	uint64_t number;
	/*
	 * at least 1 of ARGUMENT_STRINGS, but for "[]", which is 0 and an error
	 * to the checker
	 */
	struct string *string;
	size_t n;
	bool list; /* written in brackets */

	int tag;                /* enum tag of a tag, set by the checker; -1 else */
	struct argument *value; /* a tag's own value, or NULL */
};

/* A command or a test. */
struct node {
	struct place at;
	struct span name;
	struct argument *argument;
	size_t arguments;
	struct node *test; /* the first test, linked by next */
	size_t tests;
	bool test_list; /* tests in parentheses */
	bool has_block;
	struct node *block; /* the first command of the block, linked by next */
	struct node *next;

	const struct language_command *command; /* NULL: unknown */
	struct argument *positional[3];         /* by their order; NULL where left out */
	/* of tests: enums of match.h and address.h */
	unsigned match_type, comparator, relation, address_part;
	bool dead; /* an ihave makes sure that this never runs: not checked */
};

/*
 * Parses the script. 0, or -1 with at least one error reported. The tree lives
 * in pool and points into source.
 */
int tree_parse(struct pool *pool, struct report *report, struct span source, struct node **first);

#endif
