#include "sieve/script/program.h"

#include "sieve/script/language.h"

#define TEXT_BYTES_MAX ((size_t)4 << 20)

static void put_block(struct program *program, struct frame *frame, struct node *first);

static void
put(struct program *program, const char *text)
{
	(void)buf_add(&program->text, span_of(text));
}

static size_t
add_step(struct program *program, struct step step)
{
	program->step = pool_grow(program->pool, program->step, program->n, sizeof *program->step);
	program->step[program->n] = step;
	return program->n++;
}

/*
 * A number, written without the help of printf so that it is plain what can
 * come out.
 */
static void
put_number(struct program *program, size_t n)
{
	char digits[24];
	size_t i = sizeof digits;

	do
		digits[--i] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	(void)buf_add(&program->text, (struct span){digits + i, sizeof digits - i});
}

static void
put_test_step(struct program *program, struct step step)
{
	put(program, "header \"");
	put_number(program, add_step(program, step));
	put(program, "\" \"1\"");
}

/* Is there room for this command or test? */
static bool
fits(struct program *program, const struct node *node)
{
	size_t most = program->blocks == 0 && !language_is_test(node->command)
			      ? PROGRAM_SEQUENCE_MAX
			      : PROGRAM_DEPTH_MAX;

	if (program->too_large == NULL &&
	    (program->depth > most || program->n >= PROGRAM_STEPS_MAX || program->text.full))
		program->too_large = node;
	return program->too_large == NULL;
}

static void
put_action_step(struct program *program, struct step step)
{
	put(program, "fileinto \"");
	put_number(program, add_step(program, step));
	put(program, "\";\n");
}

static void put_test(struct program *program, struct frame *frame, struct node *node);

/* A list of tests; a long one as a list of lists, which means the same. */
static void
put_tests(struct program *program, struct frame *frame, const char *name, struct node *first,
	  size_t n)
{
	size_t depth = program->depth, group = 1;
	bool comma = false;

	while (n / group > PROGRAM_LIST_MAX)
		group *= PROGRAM_LIST_MAX;
	put(program, name);
	put(program, " (");
	for (struct node *test = first; n > 0;) {
		size_t here = group < n ? group : n;

		program->depth += PROGRAM_TEST_DEPTH;
		put(program, comma ? ", " : "");
		comma = true;
		if (group == 1)
			put_test(program, frame, test);
		else
			put_tests(program, frame, name, test, here);
		for (n -= here; here > 0; here--)
			test = test->next;
	}
	put(program, ")");
	program->depth = depth;
}

static void
put_test(struct program *program, struct frame *frame, struct node *node)
{
	if (node->dead) {
		put(program, "false");
		return;
	}
	if (!fits(program, node))
		return;
	switch (node->command->command) {
	case TEST_TRUE:
	case TEST_FALSE:
		put(program, node->command->name);
		break;
	case TEST_NOT:
		put(program, "not ");
		put_test(program, frame, node->test);
		break;
	case TEST_ALLOF:
	case TEST_ANYOF:
		put_tests(program, frame, node->command->name, node->test, node->tests);
		break;
	default:
		put_test_step(program,
			      (struct step){.kind = STEP_TEST, .node = node, .frame = frame});
	}
}

/* Opens a block; put_close() closes it. */
static void
put_open(struct program *program)
{
	program->blocks++;
	program->depth += PROGRAM_BLOCK_DEPTH;
	put(program, " {\n");
}

static void
put_close(struct program *program)
{
	program->blocks--;
	program->depth -= PROGRAM_BLOCK_DEPTH;
	put(program, "}\n");
}

static void
put_if(struct program *program, struct frame *frame, struct node *node)
{
	if (node->command->command == COMMAND_ELSE && node->dead)
		return;
	put(program, node->command->name);
	if (node->command->command != COMMAND_ELSE) {
		put(program, " ");
		if (node->dead)
			put(program, "false");
		else
			put_test(program, frame, node->test);
	}
	put_open(program);
	size_t depth = program->depth;
	if (!node->dead)
		put_block(program, frame, node->block);
	program->depth = depth;
	put_close(program);
}

/*
 * Is this script under way already, so that including it again would never end?
 * Then the way there, else NULL.
 */
static const char *
circle(struct program *program, const struct frame *frame, const struct script *script)
{
	const char *way =
		pool_printf(program->pool, "\"%s\"", report_quote(span_of(script->name))).p;

	for (; frame != NULL; frame = frame->parent) {
		way = pool_printf(program->pool, "\"%s\", %s",
				  report_quote(span_of(frame->script->name)), way)
			      .p;
		if (frame->script == script)
			return way;
	}
	return NULL;
}

static void
put_included(struct program *program, struct frame *parent, struct node *node,
	     const struct script *script, bool *included)
{
	struct frame *frame = pool_alloc(program->pool, sizeof *frame);
	bool once = node_tag(node, TAG_ONCE) != NULL;

	*frame = (struct frame){.script = script,
				.parent = parent,
				.variables = {.global = program->global},
				.included = included};
	if (once) {
		put(program, "if ");
		put_test_step(program,
			      (struct step){.kind = STEP_ONCE, .node = node, .frame = frame});
		put_open(program);
	}
	put_action_step(program, (struct step){.kind = STEP_ENTER, .node = node, .frame = frame});
	program->includes++;
	put_block(program, frame, script->first);
	program->includes--;
	if (once)
		put_close(program);
}

static void
put_include(struct program *program, struct frame *frame, struct node *node)
{
	const char *why = NULL, *way;
	bool *included = NULL, missing = false;
	const struct script *script =
		program->include == NULL
			? NULL
			: program->include(program->context, node_tag(node, TAG_GLOBAL) != NULL,
					   node->positional[0]->string[0].text, &why, &included);

	if (script == NULL && why == NULL) {
		if (node_tag(node, TAG_OPTIONAL) != NULL)
			return;
		missing = true;
		why = "the included script does not exist";
	} else if (script != NULL && (way = circle(program, frame, script)) != NULL) {
		if (node_tag(node, TAG_ONCE) != NULL)
			return; /* RFC 6609 3.2: it counts as included already */
		why = pool_printf(program->pool, "the script includes itself: %s", way).p;
	} else if (script != NULL && program->includes >= PROGRAM_INCLUDES_MAX)
		why = "too many scripts include one another";
	if (why != NULL)
		put_action_step(program, (struct step){.kind = STEP_FAIL,
						       .node = node,
						       .frame = frame,
						       .why = why,
						       .missing = missing});
	else
		put_included(program, frame, node, script, included);
}

/*
 * foreverypart: a step, and the block as a text of its own, with a stack of its
 * own.
 */
static void
put_loop(struct program *program, struct frame *frame, struct node *node)
{
	struct program_loop loop = {program->n, node, frame, program->loop};
	struct buf around;
	size_t depth = program->depth;
	unsigned blocks = program->blocks;

	if (program->loops == PROGRAM_LOOPS_MAX) {
		put_action_step(program, (struct step){.kind = STEP_FAIL,
						       .node = node,
						       .frame = frame,
						       .why = "too many loops in one another"});
		return;
	}
	put_action_step(program, (struct step){.kind = STEP_LOOP, .node = node, .frame = frame});
	around = program->text;
	buf_init(&program->text, TEXT_BYTES_MAX);
	program->depth = program->blocks = 0;
	program->loop = &loop;
	program->loops++;
	put(program, "require [\"fileinto\"];\n");
	size_t empty = program->n;
	put_block(program, frame, node->block);
	(void)buf_addc(&program->text, '\0');
	/* libsieve takes a program without commands for an error */
	if (program->n > empty)
		program->step[loop.number].text =
			pool_copy(program->pool, buf_span(&program->text)).p;
	program->loops--;
	program->loop = loop.outer;
	program->depth = depth;
	program->blocks = blocks;
	buf_free(&program->text);
	program->text = around;
}

/* break, out of the innermost loop or that of a name (RFC 5703 3.2). */
static void
put_break(struct program *program, struct frame *frame, struct node *node)
{
	const struct argument *name = node_tag(node, TAG_NAME), *other;
	const struct program_loop *loop = program->loop;

	for (; name != NULL && loop != NULL; loop = loop->outer) {
		other = node_tag(loop->node, TAG_NAME);
		if (loop->frame == frame && other != NULL &&
		    span_equal(other->value->string[0].text, name->value->string[0].text))
			break;
	}
	put_action_step(program, (struct step){.kind = STEP_BREAK,
					       .node = node,
					       .frame = frame,
					       .loop = loop == NULL ? PROGRAM_STOP : loop->number});
}

/* stop, and what it is in the main script (RFC 6609 3.3): return. */
static void
put_stop(struct program *program, struct frame *frame, struct node *node)
{
	if (program->loop != NULL)
		put_action_step(program, (struct step){.kind = STEP_BREAK,
						       .node = node,
						       .frame = frame,
						       .loop = PROGRAM_STOP});
	put(program, "stop;\n");
}

/* return from an included script, out of all the loops that it began. */
static void
put_return(struct program *program, struct frame *frame, struct node *node)
{
	size_t outermost = PROGRAM_NO_LOOP;

	for (const struct program_loop *loop = program->loop; loop != NULL; loop = loop->outer)
		if (loop->frame == frame)
			outermost = loop->number;
	put_action_step(program, (struct step){.kind = STEP_RETURN,
					       .node = node,
					       .frame = frame,
					       .loop = outermost});
}

static void
put_command(struct program *program, struct frame *frame, struct node *node)
{
	switch (node->command->command) {
	case COMMAND_IF:
	case COMMAND_ELSIF:
	case COMMAND_ELSE:
		put_if(program, frame, node);
		break;
	case COMMAND_STOP:
		put_stop(program, frame, node);
		break;
	case COMMAND_RETURN:
		if (frame->parent != NULL)
			put_return(program, frame, node);
		else
			put_stop(program, frame, node);
		break;
	case COMMAND_FOREVERYPART:
		put_loop(program, frame, node);
		break;
	case COMMAND_BREAK:
		put_break(program, frame, node);
		break;
	case COMMAND_INCLUDE:
		put_include(program, frame, node);
		break;
	default:
		put_action_step(program,
				(struct step){.kind = STEP_ACTION, .node = node, .frame = frame});
	}
}

static bool
has_return(const struct node *first)
{
	for (const struct node *node = first; node != NULL; node = node->next)
		if (node->command != NULL &&
		    (node->command->command == COMMAND_RETURN || has_return(node->block)))
			return true;
	return false;
}

static bool
is_branch(const struct node *node)
{
	return node != NULL &&
	       (node->command->command == COMMAND_ELSIF || node->command->command == COMMAND_ELSE);
}

/*
 * libsieve has no `return`: behind a chain of branches that may return, the
 * rest of the block is asked whether it goes on. An included script's commands
 * follow one another in the including block, so the depth they leave behind
 * stays.
 */
static void
put_block(struct program *program, struct frame *frame, struct node *first)
{
	unsigned guards = 0;
	bool may_return = false;
	size_t branches = 0;

	for (struct node *node = first; node != NULL; node = node->next) {
		branches = is_branch(node) ? branches + PROGRAM_BRANCH_DEPTH : 0;
		if (node->command->command == COMMAND_REQUIRE)
			continue;
		program->depth += branches > 0 ? branches : 1;
		if (!fits(program, node))
			return;
		put_command(program, frame, node);
		program->depth -= branches;
		if (node->command->command == COMMAND_STOP ||
		    node->command->command == COMMAND_RETURN ||
		    node->command->command == COMMAND_BREAK)
			break; /* what follows never runs */
		may_return = may_return ||
			     (frame->parent != NULL && node->has_block && has_return(node->block));
		if (!may_return || node->next == NULL || is_branch(node->next))
			continue;
		may_return = false;
		put(program, "if ");
		put_test_step(program,
			      (struct step){.kind = STEP_GOES_ON, .node = node, .frame = frame});
		put_open(program);
		guards++;
	}
	while (guards-- > 0)
		put_close(program);
}

int
program_build(struct program *program, struct pool *pool, const struct script *script,
	      const struct script *(*include)(void *, bool, struct span, const char **, bool **),
	      void *context, struct err *err)
{
	*program = (struct program){.pool = pool, .include = include, .context = context};
	buf_init(&program->text, TEXT_BYTES_MAX);
	program->global = pool_alloc(pool, sizeof *program->global);
	program->main = pool_alloc(pool, sizeof *program->main);
	*program->main = (struct frame){.script = script, .variables = {.global = program->global}};
	put(program, "require [\"fileinto\"];\n");
	put_block(program, program->main, script->first);
	(void)buf_addc(&program->text, '\0');
	if (program->too_large != NULL)
		return err_set(err,
			       "too many commands follow one another: expected at most %d, where "
			       "an elsif counts as %d and a test in a list as %d",
			       PROGRAM_SEQUENCE_MAX, PROGRAM_BRANCH_DEPTH, PROGRAM_TEST_DEPTH);
	return 0;
}

void
program_free(struct program *program)
{
	buf_free(&program->text);
}
