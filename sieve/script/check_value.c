/*
 * What the arguments of commands and tests may say. A string with variables is
 * known only in a run, and is looked at then.
 */
#include "sieve/script/check.h"

#include "sieve/mail/address.h"
#include "sieve/mail/date.h"
#include "sieve/script/language.h"
#include "sieve/mail/mail.h"
#include "sieve/match/match.h"
#include "sieve/protocol/fields.h"
#include "sieve/protocol/folder.h"
#include "sieve/text/text.h"
#include "sieve/script/variables.h"

#include <stdlib.h>

struct script_regex {
	struct match match;
	struct script_regex *next;
};

void
script_free(struct script *script)
{
	for (struct script_regex *regex = script->regexes; regex != NULL; regex = regex->next)
		match_free(&regex->match);
	script->regexes = NULL;
}

void
check_string(struct check *check, struct string *string)
{
	struct variable_reference reference;
	size_t at = 0, where;
	struct err err;

	if ((check->extensions & EXT(ENCODED_CHARACTER)) != 0 &&
	    memmem(string->text.p == NULL ? "" : string->text.p, string->text.n, "${", 2) != NULL) {
		struct buf buf;

		buf_init(&buf, string->text.n + 1);
		if (text_encoded_character(string->text, &buf, &where, &err) != 0)
			report_error(check->report, string->at, "%s", err.why);
		else
			string->text = pool_copy(check->pool, buf_span(&buf));
		buf_free(&buf);
	}
	if ((check->extensions & EXT(VARIABLES)) == 0)
		return;
	while (variables_next(string->text, &at, &reference)) {
		string->variable = true;
		if (reference.name.n > VARIABLE_NAME_MAX)
			report_error(check->report, string->at,
				     "the variable name \"%s\" is too long: expected at most %d "
				     "characters",
				     report_quote(reference.name), VARIABLE_NAME_MAX);
		else if (reference.is_number && reference.number >= MATCH_CAPTURES_MAX)
			report_error(check->report, string->at,
				     "there is no match variable ${%s}: expected 0 to %d",
				     report_quote(reference.name), MATCH_CAPTURES_MAX - 1);
		if (reference.space.n == 0)
			continue;
		if (!span_equal_case(reference.space, SPAN("global")) || reference.is_number)
			report_error(check->report, string->at,
				     "unknown variable \"%s.%s\": expected a name without a dot, "
				     "or \"global.NAME\"",
				     report_quote(reference.space), report_quote(reference.name));
		else
			check_needs(check, string->at, EXT(INCLUDE), "the name space \"global\"");
	}
}

/* A string that has to be known before the run. */
static bool
is_constant(struct check *check, const struct string *string, const char *what)
{
	if (string->variable)
		report_error(check->report, string->at,
			     "%s has to be a constant string, without variables", what);
	return !string->variable;
}

static void
check_comparator(struct check *check, struct node *node)
{
	const struct argument *tag = node_tag(node, TAG_COMPARATOR);
	enum match_comparator comparator = MATCH_ASCII_CASEMAP;

	if (tag != NULL && is_constant(check, &tag->value->string[0], "the name of a comparator")) {
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
check_match_type(struct check *check, struct node *node)
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
	    is_constant(check, &tag->value->string[0], "a relation") &&
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
check_regexes(struct check *check, const struct node *node, const struct argument *keys)
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
check_address_part(struct node *node)
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

/*
 * Of the fields that editheader adds and deletes (RFC 5293 4). In tests a wrong
 * name must be no error (RFC 5228 2.4.2.2): warn_test.c.
 */
static void
check_field_name(struct check *check, const struct string *name)
{
	if (!name->variable && !mail_is_field_name(name->text))
		report_error(check->report, name->at,
			     "\"%s\" is no field name: expected printable ASCII without white "
			     "space and colon",
			     report_quote(name->text));
}

/* RFC 5228 5.1: only fields that hold addresses. */
static bool
holds_addresses(struct span name)
{
	static const char *const names[] = {"from",
					    "to",
					    "cc",
					    "bcc",
					    "sender",
					    "resent-from",
					    "resent-to",
					    "resent-cc",
					    "resent-bcc",
					    "resent-sender",
					    "return-path",
					    "for-approval",
					    "for-handling",
					    "for-comment",
					    "list-post",
					    "list-owner",
					    "registered-mail-reply-requested-by",
					    "return-receipt-requested"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_equal_case(name, span_of(names[i])))
			return true;
	return span_starts_case(name, SPAN("x-")) ||
	       (name.n > 3 && span_equal_case(span_skip(name, name.n - 3), SPAN("-to"))) ||
	       (name.n > 5 && span_equal_case(span_skip(name, name.n - 5), SPAN("-from")));
}

static void
check_address_fields(struct check *check, const struct argument *names)
{
	for (size_t i = 0; names != NULL && i < names->n; i++) {
		const struct string *name = &names->string[i];

		if (!name->variable && mail_is_field_name(name->text) &&
		    !holds_addresses(name->text))
			report_error(check->report, name->at,
				     "\"%s\" holds no addresses: expected From, To, Cc, Sender and "
				     "the like; \"header\" compares all fields",
				     report_quote(name->text));
	}
}

static void
check_envelope_parts(struct check *check, const struct argument *parts)
{
	for (size_t i = 0; parts != NULL && i < parts->n; i++)
		if (!parts->string[i].variable &&
		    !span_equal_case(parts->string[i].text, SPAN("from")) &&
		    !span_equal_case(parts->string[i].text, SPAN("to")))
			report_error(check->report, parts->string[i].at,
				     "unknown envelope part \"%s\": expected \"from\" or \"to\"",
				     report_quote(parts->string[i].text));
}

static void
check_address(struct check *check, const struct argument *argument)
{
	for (size_t i = 0; argument != NULL && i < argument->n; i++)
		if (!argument->string[i].variable &&
		    !address_is_one(argument->string[i].text, NULL, 0))
			report_error(
				check->report, argument->string[i].at,
				"\"%s\" is no mail address: expected one such as user@example.org",
				report_quote(argument->string[i].text));
}

static void
check_folders(struct check *check, const struct argument *folders)
{
	for (size_t i = 0; folders != NULL && i < folders->n; i++) {
		const struct string *folder = &folders->string[i];
		struct err why;

		if (folder->variable ||
		    !folder_refused(folder->text, check->report->separator, &why))
			continue;
		if (folder_is_nowhere(folder->text))
			report_error(check->report, folder->at, "\"%s\" is no folder name: %s",
				     report_quote(folder->text), why.why);
		else
			report_warning(check->report, folder->at,
				       "\"%s\" cannot be a folder: %s; this is not carried out",
				       report_quote(folder->text), why.why);
	}
}

static void
check_names(struct check *check, const struct argument *names, bool namespaces)
{
	for (size_t i = 0; names != NULL && i < names->n; i++) {
		const struct string *name = &names->string[i];

		if (!is_constant(check, name, "the name of a variable"))
			continue;
		if (!variables_name_valid(name->text, namespaces))
			report_error(check->report, name->at,
				     "\"%s\" is no name of a variable: expected letters, digits "
				     "and underscores, not beginning with a "
				     "digit, at most %d",
				     report_quote(name->text), VARIABLE_NAME_MAX);
		else if (memchr(name->text.p, '.', name->text.n) != NULL)
			check_needs(check, name->at, EXT(INCLUDE), "the name space \"global\"");
	}
}

static void
check_flag_variables(struct check *check, const struct argument *names)
{
	if (names == NULL)
		return;
	check_needs(check, names->at, EXT(VARIABLES), "a flag variable");
	check_names(check, names, true);
}

static void
check_include(struct check *check, const struct node *node)
{
	const struct string *name = &node->positional[0]->string[0];

	if (!is_constant(check, name, "the name of an included script"))
		return;
	if (name->text.n == 0 || name->text.n > 255 || name->text.p[0] == '.' ||
	    memchr(name->text.p, '/', name->text.n) != NULL || !text_utf8_valid(name->text))
		report_error(check->report, name->at,
			     "\"%s\" is no name of a script: expected 1 to 255 bytes of UTF-8 "
			     "without slash, not beginning with a dot",
			     report_quote(name->text));
	for (size_t i = 0; i < name->text.n; i++)
		if ((unsigned char)name->text.p[i] < ' ' || name->text.p[i] == 0x7f) {
			report_error(check->report, name->at,
				     "the name of a script holds a control character");
			return;
		}
}

static void
check_date(struct check *check, const struct node *node)
{
	const struct argument *zone = node_tag(node, TAG_ZONE);
	int minutes;

	if (zone != NULL && !zone->value->string[0].variable &&
	    !date_zone_parse(zone->value->string[0].text, &minutes))
		report_error(check->report, zone->value->at,
			     "\"%s\" is no time zone: expected \"+hhmm\" or \"-hhmm\"",
			     report_quote(zone->value->string[0].text));
}

static void
check_index(struct check *check, const struct node *node)
{
	const struct argument *index = node_tag(node, TAG_INDEX), *last = node_tag(node, TAG_LAST);

	if (last != NULL && index == NULL)
		report_error(check->report, last->at, "\":last\" needs \":index\"");
	if (index != NULL && index->value->number == 0)
		report_error(check->report, index->value->at, "fields are counted from 1");
}

static void
check_editheader(struct check *check, const struct node *node)
{
	const struct string *name = &node->positional[0]->string[0];

	check_field_name(check, name);
	/* RFC 5293 6: ignored silently, when it runs */
	if (!name->variable && fields_protected(name->text))
		report_warning(check->report, name->at,
			       "scripts cannot edit the field \"%s\": this does nothing",
			       report_quote(name->text));
}

/* The keys of a test or command that matches. */
static const struct argument *
keys_of(const struct node *node)
{
	switch (node->command->command) {
	case TEST_BODY:
	case TEST_SPAMTEST:
		return node->positional[0];
	case TEST_DATE:
		return node->positional[2];
	default:
		return node->positional[1];
	}
}

static void
check_require_one(struct check *check, const struct node *node, const char *what, bool there)
{
	if (!there)
		report_error(check->report, node->at, "\"%s\" needs %s: expected %s",
			     node->command->name, what, node->command->usage);
}

static void
check_ihave_names(struct check *check, const struct node *node)
{
	for (size_t i = 0; i < node->positional[0]->n; i++)
		(void)is_constant(check, &node->positional[0]->string[i],
				  "the name of an extension");
}

static void
check_test_values(struct check *check, struct node *node)
{
	switch (node->command->command) {
	case TEST_ADDRESS:
		check_address_fields(check, node->positional[0]);
		break;
	case TEST_ENVELOPE:
		check_envelope_parts(check, node->positional[0]);
		break;
	case TEST_SIZE:
		check_require_one(check, node, ":over or :under",
				  node_tag(node, TAG_OVER) != NULL ||
					  node_tag(node, TAG_UNDER) != NULL);
		break;
	case TEST_DATE:
	case TEST_CURRENTDATE:
		check_date(check, node);
		break;
	case TEST_HASFLAG:
		check_flag_variables(check, node->positional[0]);
		break;
	case TEST_IHAVE:
		check_ihave_names(check, node);
		break;
	case TEST_MAILBOXEXISTS:
		check_folders(check, node->positional[0]);
		break;
	default:
		break;
	}
}

static void
check_command_values(struct check *check, struct node *node)
{
	switch (node->command->command) {
	case COMMAND_FILEINTO:
		check_folders(check, node->positional[0]);
		break;
	case COMMAND_REDIRECT:
		check_address(check, node->positional[0]);
		break;
	case COMMAND_SET:
		check_names(check, node->positional[0], true);
		break;
	case COMMAND_GLOBAL:
		check_needs(check, node->at, EXT(VARIABLES), "\"global\"");
		check_names(check, node->positional[0], false);
		break;
	case COMMAND_SETFLAG:
	case COMMAND_ADDFLAG:
	case COMMAND_REMOVEFLAG:
		check_flag_variables(check, node->positional[0]);
		break;
	case COMMAND_INCLUDE:
		check_include(check, node);
		break;
	case COMMAND_VACATION:
		if (node_tag(node, TAG_FROM) != NULL)
			check_address(check, node_tag(node, TAG_FROM)->value);
		break;
	case COMMAND_ADDHEADER:
	case COMMAND_DELETEHEADER:
		check_editheader(check, node);
		break;
	default:
		break;
	}
}

void
check_values(struct check *check, struct node *node)
{
	if ((node->command->groups & GROUP(MATCH)) != 0) {
		check_comparator(check, node);
		check_match_type(check, node);
		if (node->match_type == MATCH_REGEX)
			check_regexes(check, node, keys_of(node));
	}
	if ((node->command->groups & GROUP(ADDRESS)) != 0)
		check_address_part(node);
	if ((node->command->groups & GROUP(INDEX)) != 0)
		check_index(check, node);
	if (language_is_test(node->command))
		check_test_values(check, node);
	else
		check_command_values(check, node);
}
