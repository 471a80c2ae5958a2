#include "sieve/script/check.h"

#include "sieve/script/warn/hint.h"
#include "sieve/script/language.h"
#include "sieve/script/program.h"

#include <stdarg.h>
#include <stdio.h>

/* The commands of these run programs, and can be tests elsewhere. */
#define PROGRAMS (EXT(PIPE) | EXT(EXECUTE) | EXT(FILTER))

/* What an ihave makes certain of a test. */
enum certain { UNCERTAIN, CERTAIN_TRUE, CERTAIN_FALSE };

const struct argument *
node_tag(const struct node *node, int tag)
{
	for (size_t i = 0; i < node->arguments; i++)
		if (node->argument[i].tag == tag)
			return &node->argument[i];
	return NULL;
}

void
check_unknown(struct check *check, struct place at, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	check->off_unknown = check->off_unknown || check->off;
	if (check->off)
		report_warning(check->report, at, "%s (in a rule that is off)", text);
	else
		report_error(check->report, at, "%s", text);
}

/* An unknown name, with the sentence that helps or else with what there is. */
static void
unknown(struct check *check, struct place at, const char *kind, struct span name, const char *hint,
	const char *otherwise)
{
	check_unknown(check, at, "unknown %s \"%s\": %s", kind, report_quote(name),
		      hint == NULL ? otherwise : hint);
}

static enum certain check_test(struct check *check, struct node *node);

static void
kill_tests(struct node *node)
{
	for (; node != NULL; node = node->next)
		node->dead = true;
}

/* allof and anyof: what stands behind a test that decides is never asked. */
static enum certain
check_tests(struct check *check, struct node *first, enum certain decides)
{
	enum certain all = decides == CERTAIN_FALSE ? CERTAIN_TRUE : CERTAIN_FALSE;

	for (struct node *test = first; test != NULL; test = test->next) {
		enum certain one = check_test(check, test);

		if (one == decides) {
			kill_tests(test->next);
			return decides;
		}
		if (one == UNCERTAIN)
			all = UNCERTAIN;
	}
	return all;
}

/* A test, or what was read as one, behind a command or test that takes none. */
static void
surplus_test(struct check *check, const struct node *node, const struct node *test)
{
	const char *hint = hint_behind(node->command, test->name),
		   *mark = language_is_test(node->command) ? "\",\" or \"{\"" : "\";\"";

	if (hint != NULL)
		report_error(check->report, test->at, "unexpected \"%s\" behind \"%s\": %s",
			     report_quote(test->name), node->command->name, hint);
	else if (test->at.line > node->at.line && !language_is_test(node->command))
		report_error(check->report, test->at,
			     "expected %s before \"%s\": it is missing at the end of the command "
			     "on line %u",
			     mark, report_quote(test->name), node->at.line);
	else
		report_error(check->report, test->at, "expected %s before \"%s\"", mark,
			     report_quote(test->name));
}

/* The number and form of the tests that a node has. */
static int
check_shape(struct check *check, struct node *node, bool list, bool one)
{
	const char *name = node->command->name;

	if (list && !node->test_list) {
		report_error(check->report, node->at,
			     "\"%s\" needs a list of tests in parentheses: expected %s", name,
			     node->command->usage);
		return -1;
	}
	if (one && (node->tests != 1 || node->test_list)) {
		report_error(check->report, node->at,
			     "\"%s\" needs exactly one test%s: expected %s", name,
			     node->test_list ? ", without parentheses unless they are those of "
					       "\"allof (TEST, TEST)\" or \"anyof (TEST, TEST)\""
					     : "",
			     node->command->usage);
		return -1;
	}
	if (!list && !one && node->tests > 0) {
		if (node->test_list)
			report_error(check->report, node->test->at,
				     "\"%s\" takes no tests: expected %s", name,
				     node->command->usage);
		else
			surplus_test(check, node, node->test);
		return -1;
	}
	return 0;
}

static enum certain
check_test(struct check *check, struct node *node)
{
	node->command = language_command_find(node->name, true);
	if (node->command == NULL) {
		const struct language_command *other = language_command_find(node->name, false);

		if (other != NULL)
			report_error(check->report, node->at, "\"%s\" is a command: %s",
				     report_quote(node->name),
				     (other->needs & PROGRAMS) == 0
					     ? "expected a test"
					     : "no script runs a program here, and what it would "
					       "answer is not known");
		else
			unknown(check, node->at, "test", node->name, hint_name(node->name, true),
				"expected address, allof, anyof, exists, header, not, size, true, "
				"false or a test of an extension");
		return UNCERTAIN;
	}
	enum command command = node->command->command;
	check_require_command(check, node);
	if (check_shape(check, node, command == TEST_ALLOF || command == TEST_ANYOF,
			command == TEST_NOT) != 0 ||
	    check_arguments(check, node) != 0)
		return UNCERTAIN;
	check_values(check, node);
	if (command == TEST_IHAVE)
		return check_require_ihave(check, node->positional[0]) ? CERTAIN_TRUE
								       : CERTAIN_FALSE;
	if (command == TEST_ALLOF)
		return check_tests(check, node->test, CERTAIN_FALSE);
	if (command == TEST_ANYOF)
		return check_tests(check, node->test, CERTAIN_TRUE);
	if (command == TEST_NOT) {
		enum certain one = check_test(check, node->test);

		return one == CERTAIN_TRUE    ? CERTAIN_FALSE
		       : one == CERTAIN_FALSE ? CERTAIN_TRUE
					      : UNCERTAIN;
	}
	/*
	 * also true and false: `if false` is how webmail turns a rule off, and
	 * the rule is still checked
	 */
	return UNCERTAIN;
}

static void check_block(struct check *check, struct node *first);

/* How webmail turns a rule off: if false # anyof (...) */
static bool
is_off(const struct node *node)
{
	return node->tests == 1 && !node->test_list &&
	       span_equal_case(node->test->name, SPAN("false"));
}

static bool
has_off(const struct node *first)
{
	for (const struct node *node = first; node != NULL; node = node->next)
		if (node->has_block && (is_off(node) || has_off(node->block)))
			return true;
	return false;
}

static void
check_off(struct check *check, struct node *node)
{
	bool off = check->off, unknown_before = check->off_unknown;

	check->off = true;
	check->off_unknown = false;
	check_block(check, node->block);
	node->dead = check->off_unknown;
	check->off = off;
	check->off_unknown = check->off_unknown || unknown_before;
}

/*
 * if, elsif, else. *before: what is certain about the tests of the chain so
 * far; CERTAIN_TRUE: this branch never runs.
 */
static void
check_branch(struct check *check, struct node *node, const struct node *previous,
	     enum certain *before)
{
	if (node->command->command == COMMAND_ELSE && node->tests == 1 && !node->test_list &&
	    span_equal_case(node->test->name, SPAN("if"))) {
		report_error(check->report, node->at, "\"else if\" is written \"elsif\"");
		node->command = language_command_find(SPAN("elsif"), false);
		/*
		 * the if's own test, if it has one: what is wrong there is
		 * told, too
		 */
		node->tests = node->test->tests;
		node->test_list = node->test->test_list;
		node->test = node->test->test;
	}
	enum command command = node->command->command;
	bool follows = previous != NULL && previous->command != NULL &&
		       (previous->command->command == COMMAND_IF ||
			previous->command->command == COMMAND_ELSIF);

	if (command == COMMAND_IF)
		*before = UNCERTAIN;
	else if (!follows)
		report_error(check->report, node->at,
			     "\"%s\" has to follow the block of an \"if\" or \"elsif\"",
			     node->command->name);
	if (command != COMMAND_ELSE && node->arguments > 0) {
		report_error(check->report, node->argument[0].at,
			     "too many arguments, found one where a test belongs, such as header "
			     ":contains \"Subject\" \"TEXT\"");
		return;
	}
	/* a surplus test is told of as what it is */
	if (!node->has_block && (node->test == NULL || node->test->test == NULL))
		report_error(check->report, node->at, "\"%s\" needs a block: expected %s",
			     node->command->name, node->command->usage);
	node->dead = *before == CERTAIN_TRUE;
	if (node->dead || check_shape(check, node, false, command != COMMAND_ELSE) != 0 ||
	    check_arguments(check, node) != 0)
		return;
	enum certain test = command == COMMAND_ELSE ? CERTAIN_TRUE : check_test(check, node->test);
	if (test == CERTAIN_TRUE)
		*before = CERTAIN_TRUE;
	if (test == CERTAIN_FALSE)
		node->dead = true;
	else if (is_off(node))
		check_off(check, node);
	else
		check_block(check, node->block);
}

/* foreverypart (RFC 5703 3.1): a block that knows its loops. */
static void
check_loop(struct check *check, struct node *node)
{
	const struct argument *name = node_tag(node, TAG_NAME);
	struct check_loop loop = {.name = SPAN(""), .outer = check->loop};
	unsigned depth = 1;

	if (!node->has_block)
		report_error(check->report, node->at, "\"%s\" needs a block: expected %s",
			     node->command->name, node->command->usage);
	if (name != NULL && check_constant(check, &name->value->string[0], "the name of a loop"))
		loop.name = name->value->string[0].text;
	for (const struct check_loop *outer = check->loop; outer != NULL; outer = outer->outer)
		depth++;
	if (depth == PROGRAM_LOOPS_MAX + 1)
		report_error(check->report, node->at,
			     "too many loops in one another: expected at most %d",
			     PROGRAM_LOOPS_MAX);
	check->loop = &loop;
	check_block(check, node->block);
	check->loop = loop.outer;
}

static void
check_command(struct check *check, struct node *node, const struct node *previous,
	      enum certain *before)
{
	node->command = language_command_find(node->name, false);
	if (node->command == NULL) {
		if (language_command_find(node->name, true) != NULL)
			report_error(
				check->report, node->at,
				"\"%s\" is a test: expected a command such as \"if\" before it",
				report_quote(node->name));
		else
			unknown(check, node->at, "command", node->name,
				hint_name(node->name, false),
				"expected if, require, stop, keep, discard, redirect or a command "
				"of an extension");
		return;
	}
	if (node->command->command == COMMAND_NOTIFY &&
	    (check->extensions & (EXT(ENOTIFY) | EXT(NOTIFY))) == EXT(NOTIFY))
		node->command = language_command_old_notify();
	check_require_command(check, node);
	enum command command = node->command->command;
	if (command != COMMAND_REQUIRE)
		check->no_more_requires = true;
	if (command == COMMAND_IF || command == COMMAND_ELSIF || command == COMMAND_ELSE) {
		check_branch(check, node, previous, before);
		return;
	}
	/* with a test, a semicolon is what is missing: check_shape() */
	bool loops = command == COMMAND_FOREVERYPART;
	if (node->has_block && node->tests == 0 && !loops)
		report_error(check->report, node->at, "\"%s\" takes no block: expected %s",
			     node->command->name, node->command->usage);
	if (check_shape(check, node, false, false) != 0 || check_arguments(check, node) != 0)
		return;
	if (command == COMMAND_REQUIRE)
		check_require(check, node);
	else if (loops)
		check_loop(check, node);
	else
		check_values(check, node);
}

static void
check_block(struct check *check, struct node *first)
{
	enum certain before = UNCERTAIN;
	const struct node *previous = NULL;

	for (struct node *node = first; node != NULL; previous = node, node = node->next)
		check_command(check, node, previous, &before);
}

/*
 * Included scripts are not known here; a run that gets too large with them has
 * no plan.
 */
static void
check_size(struct pool *pool, struct report *report, const struct script *script)
{
	struct program program;
	struct err err;

	if (program_build(&program, pool, script, NULL, NULL, &err) != 0)
		report_error(report, program.too_large->at, "%s", err.why);
	program_free(&program);
}

int
check_read(struct pool *pool, struct report *report, struct span source, struct script *script)
{
	struct check check = {.pool = pool, .report = report};

	*script = (struct script){.name = report->name, .source = source};
	if (source.n > SCRIPT_MAX) {
		report_error(report, (struct place){1, 1},
			     "the script is too large: expected at most %u bytes", SCRIPT_MAX);
		return -1;
	}
	if (tree_parse(pool, report, source, &script->first) != 0)
		return -1;
	check.has_off = has_off(script->first);
	check_block(&check, script->first);
	script->extensions = check.extensions;
	script->regexes = check.regexes;
	if (report->errors == 0)
		check_size(pool, report, script);
	return report->errors == 0 ? 0 : -1;
}
