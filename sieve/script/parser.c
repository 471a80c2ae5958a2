#include "sieve/script/tree.h"

struct parser {
	struct lexer lexer;
	struct pool *pool;
	struct report *report;
	struct token token; /* the next one */
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
	parser->token = lexer_next(&parser->lexer);
}

static int
expected(struct parser *parser, const char *what)
{
	if (parser->token.kind != TOKEN_BAD)
		report_error(parser->report, parser->token.at, "expected %s, found %s", what,
			     lexer_describe(&parser->token));
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
			return expected(parser, "\",\" or \"]\" in this list of strings");
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

/* Behind "(". */
static int
parse_test_list(struct parser *parser, struct node *node, unsigned depth)
{
	struct node **last = &node->test;

	node->test_list = true;
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
			return expected(parser, "\",\" or \")\" in this list of tests");
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
	if (is_mark(parser, '(')) {
		advance(parser);
		return parse_test_list(parser, node, depth + 1);
	}
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
	node->has_block = true;
	advance(parser);
	if (parse_commands(parser, &node->block, depth + 1) != 0)
		return -1;
	if (!is_mark(parser, '}'))
		return expected(parser, "a command or \"}\"");
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
