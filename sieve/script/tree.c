#include "sieve/script/tree.h"

#include <stdio.h>

struct parser {
	struct lexer lexer;
	struct pool *pool;
	struct report *report;
	struct token token; /* the next one */
	unsigned line;      /* where the last one ends */
	char mark;          /* the last one, if it was a mark */
	size_t commands, tests;
};

static bool
is_mark(const struct parser *parser, char mark)
{
	return parser->token.kind == TOKEN_MARK && parser->token.mark == mark;
}

static void
advance(struct parser *parser)
{
	parser->line = parser->lexer.at.line;
	parser->mark = parser->token.mark;
	parser->token = lexer_next(&parser->lexer);
}

static const char *
hint_word(struct span word, const char *what)
{
	if (strcmp(what, "a string") == 0)
		return ": quotes are missing, or these are tests, which stand in \"(\" and \")\"";
	if (strcmp(what, "\"{\" behind the test") != 0)
		return "";
	return span_equal_case(word, SPAN("and"))
		       ? ": \"allof (TEST, TEST)\" joins tests that all have to be true"
	       : span_equal_case(word, SPAN("or"))
		       ? ": \"anyof (TEST, TEST)\" joins tests one of which has to be true"
		       : "";
}

/* What to say of a token that is not expected, behind the error. */
static const char *
hint(const struct parser *parser, const char *what)
{
	bool string = strstr(what, "string") != NULL;

	if (parser->token.kind == TOKEN_IDENTIFIER)
		return hint_word(parser->token.text, what);

	if (parser->token.kind == TOKEN_STRING && !string &&
	    (parser->mark == '(' || parser->mark == '{'))
		return ": a list of strings stands in \"[\" and \"]\"";

	switch (parser->token.kind == TOKEN_MARK ? parser->token.mark : '\0') {
	case ';':
		return strcmp(what, "a command") == 0 || strcmp(what, "a command or \"}\"") == 0
			       ? ": there is a \";\" too many"
			       : "";
	case '}':
		return strcmp(what, "a command") == 0 ? ": no block is open here" : "";
	case '(':
	case '{':
		if (strcmp(what, "a command") == 0 && parser->mark == ';')
			return ": no \";\" stands between a test and its block";
		return string || strcmp(what, "\";\"") == 0
			       ? ": a list of strings stands in \"[\" and \"]\""
			       : "";
	case ')':
	case ']':
		return strcmp(what, "a string") != 0 && strcmp(what, "a test") != 0 ? ""
		       : parser->mark == ','
			       ? ": there is a \",\" too many"
			       : ": commands such as \"discard;\" have no parentheses";
	case ',':
		if (strcmp(what, "\";\"") == 0)
			return ": several strings stand in \"[\" and \"]\"";
		return strcmp(what, "\"{\" behind the test") == 0
			       ? ": \"allof (TEST, TEST)\" or \"anyof (TEST, TEST)\" joins tests, "
				 "and "
				 "arguments have none between them"
			       : "";
	default:
		return "";
	}
}

static int
expected(struct parser *parser, const char *what)
{
	char missing[60] = "";

	if (parser->token.kind == TOKEN_BAD)
		return -1;
	if (strcmp(what, "\";\"") == 0 && parser->line < parser->token.at.line)
		(void)snprintf(missing, sizeof missing, ": it is missing at the end of line %u",
			       parser->line);
	lexer_error(&parser->lexer, parser->token.at, "expected %s, found %s%s", what,
		    lexer_describe(&parser->token),
		    missing[0] != '\0' ? missing : hint(parser, what));
	return -1;
}

/* The same, where what is open began at a place of its own. */
static int
expected_end(struct parser *parser, const char *what, char open, struct place began)
{
	char text[120];

	if (parser->token.kind == TOKEN_BAD)
		return -1;
	(void)snprintf(text, sizeof text, ": the \"%c\" on line %u, column %u is open", open,
		       began.line, began.column);
	lexer_error(&parser->lexer, parser->token.at, "expected %s, found %s%s", what,
		    lexer_describe(&parser->token),
		    parser->token.kind == TOKEN_END || began.line != parser->token.at.line
			    ? text
			    : hint(parser, what));
	return -1;
}

static void
add_string(struct parser *parser, struct argument *argument)
{
	argument->string =
		pool_grow(parser->pool, argument->string, argument->n, sizeof *argument->string);
	argument->string[argument->n++] =
		(struct string){.text = parser->token.text, .at = parser->token.at};
	advance(parser);
}

/* Behind "[". */
static int
parse_strings(struct parser *parser, struct argument *argument)
{
	struct place began = argument->at;

	argument->list = true;
	if (is_mark(parser, ']'))
		return expected(parser, "at least one string in this list");
	for (;;) {
		if (parser->token.kind != TOKEN_STRING)
			return expected(parser, "a string");
		add_string(parser, argument);
		if (is_mark(parser, ']')) {
			advance(parser);
			return 0;
		}
		if (!is_mark(parser, ','))
			return expected_end(parser, "\",\" or \"]\" in this list of strings", '[',
					    began);
		advance(parser);
	}
}

/* Every argument here; 0 at the first token that is none. */
static int
parse_arguments(struct parser *parser, struct node *node)
{
	for (;;) {
		struct token *token = &parser->token;
		struct argument argument = {
			.at = token->at, .text = token->text, .number = token->number, .tag = -1};
		int result = 0;

		if (token->kind == TOKEN_NUMBER || token->kind == TOKEN_TAG) {
			argument.kind =
				token->kind == TOKEN_NUMBER ? ARGUMENT_NUMBER : ARGUMENT_TAG;
			advance(parser);
		} else if (token->kind == TOKEN_STRING) {
			argument.kind = ARGUMENT_STRINGS;
			add_string(parser, &argument);
		} else if (is_mark(parser, '[')) {
			argument.kind = ARGUMENT_STRINGS;
			advance(parser);
			result = parse_strings(parser, &argument);
		} else
			return token->kind == TOKEN_BAD ? -1 : 0;
		if (result != 0)
			return -1;
		node->argument = pool_grow(parser->pool, node->argument, node->arguments,
					   sizeof *node->argument);
		node->argument[node->arguments++] = argument;
	}
}

static int parse_test(struct parser *parser, struct node **test, unsigned depth);

/* What stands in "(" and ")" is no test. */
static int
no_test(struct parser *parser)
{
	if (is_mark(parser, ')') || parser->token.kind == TOKEN_STRING)
		return expected(parser, "a test");
	return 0;
}

/* At "(". */
static int
parse_test_list(struct parser *parser, struct node *node, unsigned depth)
{
	struct place began = parser->token.at;
	struct node **last = &node->test;

	advance(parser);
	node->test_list = true;
	if (no_test(parser) != 0)
		return -1;
	for (;;) {
		if (parse_test(parser, last, depth) != 0)
			return -1;
		last = &(*last)->next;
		node->tests++;
		if (is_mark(parser, ')')) {
			advance(parser);
			return 0;
		}
		if (!is_mark(parser, ','))
			return expected_end(parser, "\",\" or \")\" in this list of tests", '(',
					    began);
		advance(parser);
	}
}

/* Arguments and tests of a command or test. */
static int
parse_rest(struct parser *parser, struct node *node, unsigned depth)
{
	node->at = parser->token.at;
	node->name = parser->token.text;
	advance(parser);
	if (parse_arguments(parser, node) != 0)
		return -1;
	if (is_mark(parser, '('))
		return parse_test_list(parser, node, depth + 1);
	if (parser->token.kind == TOKEN_IDENTIFIER) {
		if (parse_test(parser, &node->test, depth + 1) != 0)
			return -1;
		node->tests = 1;
	}
	return 0;
}

static int
parse_test(struct parser *parser, struct node **test, unsigned depth)
{
	if (parser->token.kind != TOKEN_IDENTIFIER)
		return expected(parser, "a test");
	if (depth > TREE_NESTING_MAX) {
		report_error(parser->report, parser->token.at,
			     "tests are nested too deeply: expected at most %d levels",
			     TREE_NESTING_MAX);
		return -1;
	}
	if (++parser->tests > TREE_TESTS_MAX) {
		report_error(parser->report, parser->token.at,
			     "too many tests: expected at most %d in one script", TREE_TESTS_MAX);
		return -1;
	}
	*test = pool_alloc(parser->pool, sizeof **test);
	return parse_rest(parser, *test, depth);
}

static int parse_commands(struct parser *parser, struct node **last, unsigned depth);

static int
parse_command(struct parser *parser, struct node **command, unsigned depth)
{
	struct node *node = pool_alloc(parser->pool, sizeof *node);

	*command = node;
	if (++parser->commands > TREE_COMMANDS_MAX) {
		report_error(parser->report, parser->token.at,
			     "too many commands: expected at most %d in one script",
			     TREE_COMMANDS_MAX);
		return -1;
	}
	if (parse_rest(parser, node, 0) != 0)
		return -1;
	if (is_mark(parser, ';')) {
		advance(parser);
		return 0;
	}
	if (!is_mark(parser, '{'))
		return expected(parser, node->tests > 0 ? "\"{\" behind the test" : "\";\"");
	if (depth >= TREE_NESTING_MAX) {
		report_error(parser->report, parser->token.at,
			     "blocks are nested too deeply: expected at most %d levels",
			     TREE_NESTING_MAX);
		return -1;
	}
	struct place began = parser->token.at;
	node->has_block = true;
	advance(parser);
	if (parse_commands(parser, &node->block, depth + 1) != 0)
		return -1;
	if (!is_mark(parser, '}'))
		return parser->token.kind == TOKEN_END
			       ? expected_end(parser, "a command or \"}\"", '{', began)
			       : expected(parser, "a command or \"}\"");
	advance(parser);
	return 0;
}

static int
parse_commands(struct parser *parser, struct node **last, unsigned depth)
{
	while (parser->token.kind == TOKEN_IDENTIFIER) {
		if (parse_command(parser, last, depth) != 0)
			return -1;
		last = &(*last)->next;
	}
	return parser->token.kind == TOKEN_BAD ? -1 : 0;
}

int
tree_parse(struct pool *pool, struct report *report, struct span source, struct node **first)
{
	struct parser parser = {.pool = pool, .report = report};

	*first = NULL;
	lexer_init(&parser.lexer, pool, report, source);
	advance(&parser);
	if (parse_commands(&parser, first, 0) != 0)
		return -1;
	if (parser.token.kind != TOKEN_END)
		return expected(&parser, "a command");
	return 0;
}
