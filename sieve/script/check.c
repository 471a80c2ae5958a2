#include "sieve/script/check.h"

#include "sieve/script/hint.h"
#include "sieve/script/language.h"
#include "sieve/script/program.h"

#include <stdio.h>

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

static const char *
names_of(uint64_t extensions, const char *between)
{
	static char text[128];
	size_t n = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < 64; i++)
		if (extensions >> i & 1)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s\"%s\"",
					      n == 0 ? "" : between, language_extension_name(i));
	return text;
}

void
check_needs(struct check *check, struct place at, uint64_t needs, const char *what)
{
	uint64_t missing = needs & ~check->extensions;

	if (missing != 0)
		report_error(check->report, at, "%s needs require %s at the start of the script",
			     what, names_of(missing, ", "));
}

/* A command or test needs one of some extensions; each lack is told once. */
static void
check_command_needs(struct check *check, struct node *node)
{
	const struct language_command *command = node->command;

	if (command->needs == 0 || (command->needs & check->extensions) != 0)
		return;
	for (size_t i = 0; i < check->n_missing; i++)
		if (check->missing[i] == command)
			return;
	if (check->n_missing < sizeof check->missing / sizeof check->missing[0])
		check->missing[check->n_missing++] = command;
	report_error(check->report, node->at, "\"%s\" needs require %s at the start of the script",
		     command->name, names_of(command->needs, " or "));
}

static void
enable(struct check *check, enum extension extension)
{
	check->extensions |= UINT64_C(1) << extension;
	if (extension == EXT_VACATION_SECONDS) /* RFC 6131: implies it */
		check->extensions |= EXT(VACATION);
	if (extension == EXT_SPAMTESTPLUS)
		check->extensions |= EXT(SPAMTEST);
}

/* An unknown name, with the sentence that helps or else with what there is. */
static void
unknown(struct check *check, struct place at, const char *kind, struct span name, const char *hint,
	const char *otherwise)
{
	report_error(check->report, at, "unknown %s \"%s\": %s", kind, report_quote(name),
		     hint == NULL ? otherwise : hint);
}

/* What was meant counts as required, so that each slip is told of once. */
static void
unknown_extension(struct check *check, const struct string *string)
{
	const char *near = language_extension_guess(string->text);

	unknown(check, string->at, "extension", string->text, hint_extension(string->text),
		"spamcop-sieve(1) lists those that there are");
	if (near != NULL)
		enable(check, language_extension_find(span_of(near))->extension);
}

static void
check_require(struct check *check, struct node *node)
{
	const struct argument *names = node->positional[0];

	if (check->no_more_requires)
		report_error(check->report, node->at,
			     "\"require\" has to come before all other commands");
	for (size_t i = 0; names != NULL && i < names->n; i++) {
		const struct string *string = &names->string[i];
		const struct language_extension *extension = language_extension_find(string->text);
		const char *why = language_refused(string->text);

		if (extension != NULL)
			enable(check, extension->extension);
		else if (why != NULL)
			report_error(check->report, string->at,
				     "extension \"%s\" is not supported: %s",
				     report_quote(string->text), why);
		else
			unknown_extension(check, string);
	}
}

bool
check_ihave(struct check *check, const struct argument *names)
{
	/* RFC 5463 4: change how a script is read */
	uint64_t grammar = EXT(ENCODED_CHARACTER) | EXT(VARIABLES);

	for (size_t i = 0; i < names->n; i++) {
		const struct language_extension *extension =
			language_extension_find(names->string[i].text);

		if (extension == NULL ||
		    ((UINT64_C(1) << extension->extension & grammar) != 0 &&
		     (UINT64_C(1) << extension->extension & ~check->extensions) != 0))
			return false;
	}
	for (size_t i = 0; i < names->n; i++)
		enable(check, language_extension_find(names->string[i].text)->extension);
	return true;
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
		if (language_command_find(node->name, false) != NULL)
			report_error(check->report, node->at,
				     "\"%s\" is a command: expected a test",
				     report_quote(node->name));
		else
			unknown(check, node->at, "test", node->name, hint_name(node->name, true),
				"expected address, allof, anyof, exists, header, not, size, true, "
				"false or a test of an extension");
		return UNCERTAIN;
	}
	enum command command = node->command->command;
	check_command_needs(check, node);
	if (check_shape(check, node, command == TEST_ALLOF || command == TEST_ANYOF,
			command == TEST_NOT) != 0 ||
	    check_arguments(check, node) != 0)
		return UNCERTAIN;
	check_values(check, node);
	if (command == TEST_IHAVE)
		return check_ihave(check, node->positional[0]) ? CERTAIN_TRUE : CERTAIN_FALSE;
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
	else
		check_block(check, node->block);
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
	check_command_needs(check, node);
	enum command command = node->command->command;
	if (command != COMMAND_REQUIRE)
		check->no_more_requires = true;
	if (command == COMMAND_IF || command == COMMAND_ELSIF || command == COMMAND_ELSE) {
		check_branch(check, node, previous, before);
		return;
	}
	/* with a test, a semicolon is what is missing: check_shape() */
	if (node->has_block && node->tests == 0)
		report_error(check->report, node->at, "\"%s\" takes no block: expected %s",
			     node->command->name, node->command->usage);
	if (check_shape(check, node, false, false) != 0 || check_arguments(check, node) != 0)
		return;
	if (command == COMMAND_REQUIRE)
		check_require(check, node);
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
	check_block(&check, script->first);
	script->extensions = check.extensions;
	script->regexes = check.regexes;
	if (report->errors == 0)
		check_size(pool, report, script);
	return report->errors == 0 ? 0 : -1;
}
