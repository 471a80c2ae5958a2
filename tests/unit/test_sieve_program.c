/*
 * The program of numbers: libsieve does with it what the tree says, in the same
 * order, asking only what has to be asked, and sees nothing else.
 *
 * The second evaluator, which walks the tree, exists in this test only.
 */
#include "unit.h"

#include "sieve/run/interpreter.h"
#include "sieve/script/language.h"
#include "sieve/script/program.h"

#include <stdlib.h>

#define SCRIPTS    3000 /* random scripts */
#define EVENTS_MAX 4096
#define INCLUDED   4

static uint64_t state; /* of the generator: the same scripts in each run */

static unsigned
draw(unsigned below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(state >> 33) % below;
}

/* ---- random scripts */

static void
put(struct buf *buf, const char *text)
{
	assert_true(buf_add(buf, span_of(text)));
}

static void
put_test(struct buf *buf, unsigned depth)
{
	unsigned kind = draw(depth == 0 ? 5 : 9);

	if (kind < 3)
		assert_true(buf_addf(buf, "header :is \"Subject\" \"x%u\"", draw(1000)));
	else if (kind < 5)
		put(buf, kind == 3 ? "true" : "false");
	else if (kind < 7) {
		put(buf, "not ");
		put_test(buf, depth - 1);
	} else {
		put(buf, kind == 7 ? "allof (" : "anyof (");
		for (unsigned n = draw(4) + 1; n > 0; n--) {
			put_test(buf, depth - 1);
			put(buf, n == 1 ? ")" : ", ");
		}
	}
}

static void
put_commands(struct buf *buf, unsigned depth, int includes)
{
	static const char *const simple[] = {"keep;\n",           "discard;\n",
					     "fileinto \"a\";\n", "redirect \"a@example.org\";\n",
					     "stop;\n",           "return;\n"};

	for (unsigned n = draw(5); n > 0; n--) {
		unsigned kind = draw(depth == 0 ? 10 : 20);

		if (kind < 8)
			put(buf, simple[draw(4)]);
		else if (kind < 9)
			put(buf, simple[4 + draw(2)]);
		else if (kind < 10) {
			if (includes > 0)
				assert_true(buf_addf(buf, "include %s\"%u\";\n",
						     draw(3) == 0 ? ":once " : "",
						     draw((unsigned)includes)));
		} else {
			put(buf, "if ");
			put_test(buf, 3);
			put(buf, " {\n");
			put_commands(buf, depth - 1, includes);
			for (unsigned more = draw(3); more > 0; more--) {
				put(buf, "} elsif ");
				put_test(buf, 2);
				put(buf, " {\n");
				put_commands(buf, depth - 1, includes);
			}
			if (draw(2) == 0) {
				put(buf, "} else {\n");
				put_commands(buf, depth - 1, includes);
			}
			put(buf, "}\n");
		}
	}
}

/*
 * ---- a set of scripts that include one another downwards: script i includes
 * those below i
 */

struct set {
	struct pool pool;
	struct script script[INCLUDED];
	bool begun[INCLUDED];
	uint64_t truth; /* seed of what the tests say */
};

static void
make_set(struct set *set)
{
	pool_init(&set->pool);
	for (int i = 0; i < INCLUDED; i++) {
		struct report report;
		struct buf buf;

		buf_init(&buf, 1 << 20);
		put(&buf, "require [\"fileinto\", \"include\"];\n");
		put_commands(&buf, 3, i);
		struct span source = pool_copy(&set->pool, buf_span(&buf));
		buf_free(&buf);
		report_init(&report, stderr, "random", source);
		assert_int_equal(check_read(&set->pool, &report, source, &set->script[i]), 0);
		set->begun[i] = false;
	}
	set->truth = state;
}

static const struct script *
include(void *context, bool global, struct span name, const char **why, bool **begun)
{
	struct set *set = context;
	int i = name.p[0] - '0';

	(void)global;
	*why = NULL;
	*begun = &set->begun[i];
	return &set->script[i];
}

/*
 * What a test says: fixed for each node, so that both evaluators hear the same.
 */
static bool
truth(const struct set *set, const struct node *node)
{
	uint64_t h = set->truth ^ ((uint64_t)node->at.line << 20 | node->at.column) *
					  UINT64_C(0x9e3779b97f4a7c15);

	h = (h ^ h >> 31) * UINT64_C(0xbf58476d1ce4e5b9);
	return (h >> 40 & 1) != 0;
}

/* What happened, in order: tests asked and actions carried out. */
struct events {
	const struct node *node[EVENTS_MAX];
	size_t n;
};

static void
note(struct events *events, const struct node *node)
{
	assert_true(events->n < EVENTS_MAX);
	events->node[events->n++] = node;
}

/* ---- the tree's evaluator */

enum end { GOES_ON, RETURNS, STOPS };

struct walk {
	struct set *set;
	struct events *events;
};

static bool
walk_test(struct walk *walk, const struct node *node)
{
	switch (node->command->command) {
	case TEST_TRUE:
		return true;
	case TEST_FALSE:
		return false;
	case TEST_NOT:
		return !walk_test(walk, node->test);
	case TEST_ALLOF:
		for (const struct node *test = node->test; test != NULL; test = test->next)
			if (!walk_test(walk, test))
				return false;
		return true;
	case TEST_ANYOF:
		for (const struct node *test = node->test; test != NULL; test = test->next)
			if (walk_test(walk, test))
				return true;
		return false;
	default:
		note(walk->events, node);
		return truth(walk->set, node);
	}
}

static enum end walk_block(struct walk *walk, const struct node *first);

static enum end
walk_include(struct walk *walk, const struct node *node)
{
	int i = node->positional[0]->string[0].text.p[0] - '0';

	if (node_tag(node, TAG_ONCE) != NULL && walk->set->begun[i])
		return GOES_ON;
	walk->set->begun[i] = true;
	return walk_block(walk, walk->set->script[i].first) == STOPS ? STOPS : GOES_ON;
}

static enum end
walk_block(struct walk *walk, const struct node *first)
{
	bool done = false; /* a branch of the chain was taken */

	for (const struct node *node = first; node != NULL; node = node->next) {
		enum end end = GOES_ON;

		switch (node->command->command) {
		case COMMAND_IF:
			done = false;
			/* fall through */
		case COMMAND_ELSIF:
		case COMMAND_ELSE:
			if (done || (node->command->command != COMMAND_ELSE &&
				     !walk_test(walk, node->test)))
				break;
			done = true;
			end = walk_block(walk, node->block);
			break;
		case COMMAND_STOP:
			return STOPS;
		case COMMAND_RETURN:
			return RETURNS;
		case COMMAND_INCLUDE:
			end = walk_include(walk, node);
			break;
		case COMMAND_REQUIRE:
			break;
		default:
			note(walk->events, node);
		}
		if (end != GOES_ON)
			return end;
	}
	return GOES_ON;
}

/* ---- libsieve's side */

struct side {
	struct set *set;
	struct events *events;
	const struct program *program;
};

static bool
on_test(void *context, size_t number)
{
	struct side *side = context;
	const struct step *step = &side->program->step[number];

	if (step->kind == STEP_ONCE)
		return !*step->frame->included;
	if (step->kind == STEP_GOES_ON)
		return !step->frame->returned;
	assert_int_equal(step->kind, STEP_TEST);
	note(side->events, step->node);
	return truth(side->set, step->node);
}

static void
on_act(void *context, size_t number)
{
	struct side *side = context;
	const struct step *step = &side->program->step[number];

	if (step->kind == STEP_ENTER)
		*step->frame->included = true;
	else if (step->kind == STEP_RETURN)
		step->frame->returned = true;
	else {
		assert_int_equal(step->kind, STEP_ACTION);
		note(side->events, step->node);
	}
}

static void
same_order(void **unused)
{
	static struct events tree, numbers;
	size_t asked = 0, large = 0;

	(void)unused;
	state = 1;
	for (int i = 0; i < SCRIPTS; i++) {
		struct program program;
		struct set set;
		struct err err;

		make_set(&set);
		tree.n = numbers.n = 0;
		struct walk walk = {&set, &tree};
		(void)walk_block(&walk, set.script[INCLUDED - 1].first);
		memset(set.begun, 0, sizeof set.begun);
		if (program_build(&program, &set.pool, &set.script[INCLUDED - 1], include, &set,
				  &err) != 0) { /* too many includes in includes */
			large++;
			program_free(&program);
			pool_free(&set.pool);
			continue;
		}
		struct side side = {&set, &numbers, &program};
		struct interpreter interpreter = {on_test, on_act, &side, program.n};
		if (program.n > 0)
			assert_int_equal(interpreter_run(program.text.p, &interpreter, &err), 0);
		assert_int_equal(numbers.n, tree.n);
		assert_memory_equal(numbers.node, tree.node, tree.n * sizeof tree.node[0]);
		asked += tree.n;
		program_free(&program);
		pool_free(&set.pool);
	}
	assert_true(asked > SCRIPTS && large < SCRIPTS / 20); /* the scripts do something */
}

/* ---- no byte of a script is in a program */

static void
only_numbers(void **unused)
{
	static const char source[] =
		"require [\"fileinto\", \"include\", \"variables\", \"regex\"];\n"
		"if anyof (header :contains [\"Subject\", \"X-Zebra\"] \"QUARTZ\\\"; discard; #\", "
		"address :is \"From\" \"ZZ@example.org\",\n"
		"          header :regex \"Q\" \"[A-Z]%+\", not size :over 77K) {\n"
		"  fileinto \"QUARTZ\"; redirect text:\nZ@example.org\n.\n; set \"Quartz\" "
		"\"${1}\"; redirect \"Z@example.org\"; include \"ZEBRA\"; stop;\n"
		"} elsif exists \"\\*\" { keep; } else { discard; }\n";
	struct report report;
	struct script script;
	struct program program;
	struct pool pool;
	struct err err;

	(void)unused;
	pool_init(&pool);
	report_init(&report, stderr, "hostile", SPAN(source));
	assert_int_equal(check_read(&pool, &report, SPAN(source), &script), 0);
	assert_int_equal(program_build(&program, &pool, &script, NULL, NULL, &err), 0);
	assert_string_equal(program.text.p,
			    "require [\"fileinto\"];\n"
			    "if anyof (header \"0\" \"1\", header \"1\" \"1\", header "
			    "\"2\" \"1\", not header \"3\" \"1\") {\n"
			    "fileinto \"4\";\nfileinto \"5\";\nfileinto \"6\";\nfileinto "
			    "\"7\";\nfileinto \"8\";\nstop;\n}\n"
			    "elsif header \"9\" \"1\" {\nfileinto \"10\";\n}\nelse {\nfileinto "
			    "\"11\";\n}\n");
	assert_int_equal(strspn(program.text.p, PROGRAM_ALPHABET), program.text.n - 1);
	program_free(&program);
	check_free(&script);
	pool_free(&pool);
}

static bool
says_no(void *context, size_t number)
{
	(void)context;
	(void)number;
	return false;
}

static void
counts(void *context, size_t number)
{
	(void)number;
	++*(size_t *)context;
}

/*
 * The alphabet holds for every generated program, too, and what is as large as
 * may be runs.
 */
static void
largest(void **unused)
{
	static const struct {
		const char *first, *each, *last;
		unsigned n;
		size_t acts;
	} shapes[] = {
		{"", "if header :is \"a\" \"b\" { keep; stop; }\n", "", PROGRAM_SEQUENCE_MAX, 0},
		{"if anyof (", "header :is \"a\" \"b\",\n", "true) { keep; }", TREE_TESTS_MAX - 2,
		 1},
		{"if false { keep; }", "elsif header :is \"a\" \"b\" { keep; }\n", "else { keep; }",
		 PROGRAM_SEQUENCE_MAX / PROGRAM_BRANCH_DEPTH - 10, 1},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		struct report report;
		struct set set = {.truth = 1};
		struct program program;
		struct buf buf;
		struct err err;

		pool_init(&set.pool);
		buf_init(&buf, 4 << 20);
		put(&buf, shapes[i].first);
		for (unsigned n = 0; n < shapes[i].n; n++)
			put(&buf, shapes[i].each);
		put(&buf, shapes[i].last);
		report_init(&report, stderr, "large", buf_span(&buf));
		assert_int_equal(check_read(&set.pool, &report, buf_span(&buf), &set.script[0]), 0);
		assert_int_equal(
			program_build(&program, &set.pool, &set.script[0], NULL, NULL, &err), 0);
		assert_int_equal(strspn(program.text.p, PROGRAM_ALPHABET), program.text.n - 1);
		size_t acts = 0;
		struct interpreter interpreter = {says_no, counts, &acts, program.n};
		assert_int_equal(interpreter_run(program.text.p, &interpreter, &err), 0);
		assert_int_equal(acts, shapes[i].acts);
		program_free(&program);
		buf_free(&buf);
		pool_free(&set.pool);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_order),
		cmocka_unit_test(only_numbers),
		cmocka_unit_test(largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
