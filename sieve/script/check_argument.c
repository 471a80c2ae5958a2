/*
 * The arguments of a command: tags first, in any order, each at most once, then
 * the positional ones with their types.
 */
#include "sieve/script/check.h"

#include "sieve/script/warn/hint.h"
#include "sieve/script/language.h"

#include <stdio.h>

static const char *
kind_name(const struct argument *argument)
{
	static char text[96];

	if (argument->kind == ARGUMENT_NUMBER)
		return "a number";
	if (argument->kind == ARGUMENT_STRINGS)
		return argument->list ? "a list of strings" : "a string";
	(void)snprintf(text, sizeof text, "the tag \":%s\"", report_quote(argument->text));
	return text;
}

static const char *
type_name(char type)
{
	return type == 'n'                                 ? "a number"
	       : type == 'S' || type == 'F' || type == 'V' ? "a string or a list of strings"
							   : "a string";
}

static bool
has_type(const struct argument *argument, char type)
{
	if (type == 'n')
		return argument->kind == ARGUMENT_NUMBER;
	if (type == 'S' || type == 'F' || type == 'V')
		return argument->kind == ARGUMENT_STRINGS;
	return argument->kind == ARGUMENT_STRINGS && !argument->list;
}

/*
 * The extensions that a tag needs in this command; the same word can mean
 * something of the command's own.
 */
static uint64_t
tag_needs(const struct language_tag *tag, const struct language_command *command)
{
	enum command in = command->command;

	if (tag->group == GROUP_INDEX || tag->group == GROUP_LAST)
		return in == TEST_ADDRESS || in == TEST_HEADER || in == TEST_DATE ? EXT(INDEX) : 0;
	return tag->tag == TAG_SECONDS && in == TEST_DUPLICATE ? 0 : tag->needs;
}

static const struct language_tag *
find_tag(const struct node *node, struct span name)
{
	const struct language_tag *tag = language_tag_find(name, node->command);
	enum command in = node->command->command;

	if (tag == NULL || (tag->tag == TAG_DAYS && in == TEST_DUPLICATE) ||
	    (tag->tag == TAG_ORIGINALZONE && in == TEST_CURRENTDATE))
		return NULL;
	return tag;
}

/* The tag at *i and its value. */
static int
take_tag(struct check *check, struct node *node, size_t *i, const struct argument **group)
{
	struct argument *argument = &node->argument[*i];
	const struct language_tag *tag = find_tag(node, argument->text);
	char what[80];

	if (tag == NULL) {
		const char *hint = hint_tag(argument->text, node->command);

		check_unknown(check, argument->at, "\"%s\" has no tag \":%s\": %s%s",
			      node->command->name, report_quote(argument->text),
			      hint == NULL ? "expected " : hint,
			      hint == NULL ? node->command->usage : "");
		return -1;
	}
	argument->tag = (int)tag->tag;
	(void)snprintf(what, sizeof what, "\":%s\"", tag->name);
	check_needs(check, argument->at, tag_needs(tag, node->command), what);
	if (group[tag->group] != NULL) {
		if (group[tag->group]->tag == argument->tag)
			report_error(check->report, argument->at, "\":%s\" is here twice",
				     tag->name);
		else
			report_error(check->report, argument->at,
				     "\":%s\" and \":%s\" exclude each other",
				     language_tag_name((enum tag)group[tag->group]->tag),
				     tag->name);
		return -1;
	}
	group[tag->group] = argument;
	if (tag->value == 0)
		return 0;
	if (++*i == node->arguments || !has_type(&node->argument[*i], tag->value)) {
		struct place at = *i == node->arguments ? argument->at : node->argument[*i].at;

		report_error(check->report, at, "\":%s\" needs %s behind it%s%s", tag->name,
			     type_name(tag->value), *i == node->arguments ? "" : ", found ",
			     *i == node->arguments ? "" : kind_name(&node->argument[*i]));
		return -1;
	}
	argument->value = &node->argument[*i];
	return 0;
}

static int
wrong_count(struct check *check, const struct node *node, const struct argument *surplus)
{
	if (surplus != NULL)
		report_error(check->report, surplus->at,
			     "too many arguments, found %s: expected %s", kind_name(surplus),
			     node->command->usage);
	else
		report_error(check->report, node->at, "\"%s\" lacks an argument: expected %s",
			     node->command->name, node->command->usage);
	return -1;
}

/* The positional arguments from number i on. */
static int
take_positional(struct check *check, struct node *node, size_t i)
{
	const char *types = node->command->positional;
	size_t given = node->arguments - i, wanted = strlen(types), position = 0;

	for (size_t j = i; j < node->arguments; j++)
		if (node->argument[j].kind == ARGUMENT_TAG) {
			report_error(check->report, node->argument[j].at,
				     "the tag \":%s\" has to stand before the other arguments: "
				     "expected %s",
				     report_quote(node->argument[j].text), node->command->usage);
			return -1;
		}
	/* the first one was left out */
	if ((types[0] == 'f' || types[0] == 'F') && given + 1 == wanted)
		position = 1;
	for (; position < wanted; position++, i++) {
		if (i == node->arguments) {
			if (types[position] == 'V')
				return 0;
			return wrong_count(check, node, NULL);
		}
		if (!has_type(&node->argument[i], types[position])) {
			report_error(check->report, node->argument[i].at,
				     "found %s where %s is needed: expected %s",
				     kind_name(&node->argument[i]), type_name(types[position]),
				     node->command->usage);
			return -1;
		}
		node->positional[position] = &node->argument[i];
	}
	return i < node->arguments ? wrong_count(check, node, &node->argument[i]) : 0;
}

int
check_arguments(struct check *check, struct node *node)
{
	const struct argument *group[64] = {NULL};
	size_t i = 0;

	for (; i < node->arguments && node->argument[i].kind == ARGUMENT_TAG; i++)
		if (take_tag(check, node, &i, group) != 0)
			return -1;
	if (take_positional(check, node, i) != 0)
		return -1;
	/* the strings of require come before what they switch on */
	bool constant = node->command->command == COMMAND_REQUIRE;
	for (i = 0; i < node->arguments && !constant; i++)
		for (size_t j = 0; j < node->argument[i].n; j++)
			check_string(check, &node->argument[i].string[j]);
	return 0;
}
