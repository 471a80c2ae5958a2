/*
 * program.h - the program of numbers that libsieve runs, and what its numbers
 * mean (doc/architecture.md, the Sieve child).
 *
 * The tree is the truth: the program has the same control flow, test by test
 * and action by action, but each leaf test is `header "N" "1"` and each
 * action `fileinto "N"`. libsieve has no loops: the block of a foreverypart is
 * a program of its own, whose numbers go on where those before it end, and
 * which is run once for each part. Its text is made of PROGRAM_ALPHABET and
 * nothing else, so no byte of a script can be in it. Included scripts are put
 * in where they are included, with frames of their own.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "filter/base/buf.h"
#include "sieve/script/check.h"
#include "sieve/script/variables.h"

/* Every byte that a program may have. */
#define PROGRAM_ALPHABET "0123456789\";:[](){}, \nabcdefghijklmnopqrstuvwxyz"

/*
 * libsieve's parser has a stack of 10,000 entries. What comes before a command
 * on its level, and on the levels around it, takes one entry each, an elsif 3,
 * a test in a list 2 (measured: it fails at 9,973 commands, 3,326 branches,
 * 4,959 tests). A program that would take more is refused.
 */
/* commands one after another outside of blocks; require does not count */
#define PROGRAM_SEQUENCE_MAX 9000
/* entries in all, with what is in the last one's tests and blocks */
#define PROGRAM_DEPTH_MAX    9900
#define PROGRAM_BRANCH_DEPTH 3
#define PROGRAM_TEST_DEPTH   2
#define PROGRAM_BLOCK_DEPTH  5
#define PROGRAM_LIST_MAX     500 /* tests of one list; longer ones are written as lists of lists */
#define PROGRAM_STEPS_MAX    100000 /* numbers of a program, included scripts and all */
#define PROGRAM_INCLUDES_MAX 10     /* scripts that include one another */
#define PROGRAM_LOOPS_MAX    8      /* loops in one another, those of included scripts among them */

/* One script in the run, at the place where it is included. */
struct frame {
	const struct script *script;
	struct frame *parent; /* who included it; NULL: the main script */
	struct variables variables;
	bool returned; /* a `return` was carried out */
	/*
	 * shared by all frames of one script: it has begun to run at least once
	 */
	bool *included;
};

enum step_kind {
	STEP_TEST,    /* node: a leaf test */
	STEP_ACTION,  /* node: an action, or a control command that acts (set, global, error) */
	STEP_ENTER,   /* an included script begins */
	STEP_ONCE,    /* a test: has the frame's script not been included yet? */
	STEP_GOES_ON, /* a test: has the frame's script not returned? */
	STEP_RETURN,
	STEP_FAIL, /* why: this run has no plan */
	STEP_LOOP, /* foreverypart */
	STEP_BREAK,
};

struct step {
	enum step_kind kind;
	struct node *node;
	struct frame *frame;
	const char *why;
	bool missing; /* STEP_FAIL: the included script is not there */
	/*
	 * STEP_LOOP: the program of its block, NUL-terminated; NULL: there is
	 * nothing in it
	 */
	const char *text;
	/*
	 * STEP_BREAK, STEP_RETURN: the number of the outermost STEP_LOOP that
	 * ends
	 */
	size_t loop;
};

#define PROGRAM_STOP    SIZE_MAX       /* all of them, and the script */
#define PROGRAM_NO_LOOP (SIZE_MAX - 1) /* a return that stands in none */

/* A loop whose block is being written. */
struct program_loop {
	size_t number; /* of its STEP_LOOP */
	const struct node *node;
	const struct frame *frame;
	struct program_loop *outer;
};

struct program {
	struct pool *pool;
	struct buf text;   /* owned */
	struct step *step; /* number n is step[n] */
	size_t n;
	struct frame *main;

	/* While it is built. */
	const struct script *(*include)(void *context, bool global, struct span name,
					const char **why, bool **included);
	void *context;
	size_t depth;      /* entries of libsieve's stack, at most */
	unsigned blocks;   /* open */
	unsigned includes; /* under way */
	struct scope *global;
	struct program_loop *loop; /* innermost; NULL: none */
	unsigned loops;
	const struct node *too_large; /* where it became so; NULL: it fits */
};

/*
 * Makes the program of a script. include (may be NULL: none can be) gives a
 * script that is included, already checked, or NULL and either why == NULL
 * (there is none) or why the run has to fail when it gets there. 0, or -1 and
 * err where it gets too large. program_free() in either case.
 */
int program_build(struct program *program, struct pool *pool, const struct script *script,
		  const struct script *(*include)(void *, bool, struct span, const char **,
						  bool **),
		  void *context, struct err *err);
void program_free(struct program *program);

#endif
