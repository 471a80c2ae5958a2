/*
 * How a test compares: comparator, match type and the parts of an address; and
 * the expressions, compiled.
 */
#include "sieve/script/check.h"

#include "sieve/mail/address.h"
#include "sieve/match/match.h"
#include "sieve/script/language.h"

struct script_regex {
	struct match match;
	struct script_regex *next;
};

void
check_free(struct script *script)
{
	for (struct script_regex *regex = script->regexes; regex != NULL; regex = regex->next)
		match_free(&regex->match);
	script->regexes = NULL;
}

static void
comparator(struct check *check, struct node *node)
{
	const struct argument *tag = node_tag(node, TAG_COMPARATOR);
	enum match_comparator comparator = MATCH_ASCII_CASEMAP;

	if (tag != NULL &&
	    check_constant(check, &tag->value->string[0], "the name of a comparator")) {
		const struct string *name = &tag->value->string[0];

		if (!match_comparator_find(name->text, &comparator))
			report_error(check->report, name->at,
				     "unknown comparator \"%s\"; known are: i;octet, "
				     "i;ascii-casemap, i;ascii-numeric, i;unicode-casemap",
				     report_quote(name->text));
		else if (comparator == MATCH_ASCII_NUMERIC)
			check_needs(check, name->at, EXT(COMPARATOR_NUMERIC), "this comparator");
		else if (comparator == MATCH_UNICODE_CASEMAP)
			check_needs(check, name->at, EXT(COMPARATOR_UNICODE), "this comparator");
	}
	node->comparator = comparator;
}

static void
match_type(struct check *check, struct node *node)
{
	static const struct {
		enum tag tag;
		enum match_type type;
	} types[] = {{TAG_IS, MATCH_IS},           {TAG_CONTAINS, MATCH_CONTAINS},
		     {TAG_MATCHES, MATCH_MATCHES}, {TAG_REGEX, MATCH_REGEX},
		     {TAG_VALUE, MATCH_VALUE},     {TAG_COUNT, MATCH_COUNT}};
	const struct argument *tag = NULL;
	enum match_relation relation = MATCH_EQ;

	node->match_type = MATCH_IS;
	for (size_t i = 0; i < sizeof types / sizeof types[0] && tag == NULL; i++)
		if ((tag = node_tag(node, types[i].tag)) != NULL)
			node->match_type = types[i].type;
	if (tag != NULL && tag->value != NULL &&
	    check_constant(check, &tag->value->string[0], "a relation") &&
	    !match_relation_find(tag->value->string[0].text, &relation))
		report_error(check->report, tag->value->at,
			     "unknown relation \"%s\": expected \"gt\", \"ge\", \"lt\", \"le\", "
			     "\"eq\" or \"ne\"",
			     report_quote(tag->value->string[0].text));
	node->relation = relation;
	if (!match_allowed((enum match_type)node->match_type,
			   (enum match_comparator)node->comparator))
		report_error(
			check->report, tag == NULL ? node->at : tag->at,
			"the comparator \"%s\" cannot be used with \":%s\"",
			report_quote(
				node_tag(node, TAG_COMPARATOR) == NULL
					? SPAN("i;ascii-casemap")
					: node_tag(node, TAG_COMPARATOR)->value->string[0].text),
			tag == NULL ? "is" : language_tag_name((enum tag)tag->tag));
}

/* The keys of a :regex: compiled now, so that a wrong one has a place. */
static void
regexes(struct check *check, const struct node *node, const struct argument *keys)
{
	for (size_t i = 0; keys != NULL && i < keys->n; i++) {
		struct string *key = &keys->string[i];
		struct script_regex *regex = pool_alloc(check->pool, sizeof *regex);
		size_t where = 0;
		struct err err;

		if (key->variable)
			continue;
		if (match_init(&regex->match, MATCH_REGEX, (enum match_comparator)node->comparator,
			       MATCH_EQ, key->text, &where, &err) != 0)
			report_error(check->report, key->at,
				     "this is no regular expression: %s, at its character %zu",
				     err.why, where + 1);
		regex->next = check->regexes;
		check->regexes = regex;
		key->match = &regex->match;
	}
}

static void
which_part(struct node *node)
{
	static const struct {
		enum tag tag;
		enum address_part part;
	} parts[] = {{TAG_ALL, ADDRESS_ALL},
		     {TAG_LOCALPART, ADDRESS_LOCALPART},
		     {TAG_DOMAIN, ADDRESS_DOMAIN},
		     {TAG_USER, ADDRESS_USER},
		     {TAG_DETAIL, ADDRESS_DETAIL}};

	node->address_part = ADDRESS_ALL;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (node_tag(node, parts[i].tag) != NULL)
			node->address_part = parts[i].part;
}

/* The keys of a test or command that matches. */
static const struct argument *
keys_of(const struct node *node)
{
	switch (node->command->command) {
	case TEST_BODY:
	case TEST_SPAMTEST:
	case TEST_VIRUSTEST:
	case COMMAND_DENOTIFY:
		return node->positional[0];
	case TEST_DATE:
	case TEST_NOTIFY_METHOD_CAPABILITY:
	case TEST_METADATA:
		return node->positional[2];
	default:
		return node->positional[1];
	}
}

void
check_match(struct check *check, struct node *node)
{
	if ((node->command->groups & GROUP(MATCH)) != 0) {
		comparator(check, node);
		match_type(check, node);
		if (node->match_type == MATCH_REGEX)
			regexes(check, node, keys_of(node));
	}
	if ((node->command->groups & GROUP(ADDRESS)) != 0)
		which_part(node);
}
