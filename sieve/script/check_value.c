/*
 * What the arguments of commands and tests may say. A string with variables is
 * known only in a run, and is looked at then.
 */
#include "sieve/script/check.h"

#include "sieve/mail/address.h"
#include "sieve/mail/date.h"
#include "sieve/script/language.h"
#include "sieve/mail/mail.h"
#include "sieve/mail/mailto.h"
#include "sieve/protocol/fields.h"
#include "sieve/protocol/folder.h"
#include "sieve/protocol/special.h"
#include "sieve/text/text.h"
#include "sieve/script/variables.h"

#include <ctype.h>

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

/*
 * RFC 5228 5.1: only fields that hold addresses; of those of ids Cyrus compares
 * the parts as well.
 */
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
					    "return-receipt-requested",
					    "message-id",
					    "references",
					    "in-reply-to"};

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
		    /* of a login that is not known here: it has no value */
		    !span_equal_case(parts->string[i].text, SPAN("auth")) &&
		    !span_equal_case(parts->string[i].text, SPAN("to")))
			report_error(check->report, parts->string[i].at,
				     "unknown envelope part \"%s\": expected \"from\" or \"to\"",
				     report_quote(parts->string[i].text));
}

static void
check_address(struct check *check, const struct argument *argument)
{
	char address[PROTOCOL_ADDRESS_MAX];

	for (size_t i = 0; argument != NULL && i < argument->n; i++) {
		struct span text = argument->string[i].text;

		if (argument->string[i].variable)
			continue;
		if (!address_is_one(text, address, sizeof address))
			report_error(
				check->report, argument->string[i].at,
				"\"%s\" is no mail address: expected one such as user@example.org",
				report_quote(text));
		else if (!span_is_ascii(span_of(address)))
			report_error(check->report, argument->string[i].at,
				     "\"%s\" is no mail address here: they are in ASCII",
				     report_quote(text));
	}
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

/* RFC 8579: "\\Sent" and the like. */
static void
check_uses(struct check *check, const struct argument *uses)
{
	for (size_t i = 0; i < uses->n; i++)
		if (!uses->string[i].variable && !special_is_use(uses->string[i].text))
			report_error(check->report, uses->string[i].at,
				     "\"%s\" is no special use: expected one such as \"\\\\Junk\", "
				     "\"\\\\Sent\" or \"\\\\Archive\"",
				     report_quote(uses->string[i].text));
}

/* RFC 5435 3.2: what is wrong in a script's text is wrong for every message. */
static void
check_method(struct check *check, const struct string *method)
{
	struct mailto mailto;

	if (method->variable || mailto_read(check->pool, method->text, &mailto))
		return;
	(mailto.valid ? report_warning : report_error)(
		check->report, method->at,
		"\"%s\" notifies nobody: the one method is \"mailto:ADDRESS\"",
		report_quote(method->text));
}

/* RFC 5435 3.7: NAME=VALUE, on one line. Roundcube writes "" where none is. */
static void
check_options(struct check *check, const struct argument *options)
{
	for (size_t i = 0; options != NULL && i < options->n; i++) {
		struct span text = options->string[i].text;
		size_t n = 0;

		while (n < text.n && (isalnum((unsigned char)text.p[n]) ||
				      (n > 0 && strchr("._-", text.p[n]) != NULL)))
			n++;
		if (!options->string[i].variable && text.n > 0 &&
		    (n == 0 || n == text.n || text.p[n] != '=' ||
		     memchr(text.p, '\n', text.n) != NULL || memchr(text.p, '\r', text.n) != NULL))
			report_error(check->report, options->string[i].at,
				     "\"%s\" is no option: expected \"NAME=VALUE\"",
				     report_quote(text));
	}
}

/* RFC 5435 3.3 and 3.4. */
static void
check_notify(struct check *check, const struct node *node)
{
	const struct argument *from = node_tag(node, TAG_FROM),
			      *importance = node_tag(node, TAG_IMPORTANCE),
			      *options = node_tag(node, TAG_OPTIONS);

	check_method(check, &node->positional[0]->string[0]);
	if (from != NULL)
		check_address(check, from->value);
	if (options != NULL)
		check_options(check, options->value);
	if (importance == NULL || importance->value == NULL ||
	    importance->value->string[0].variable)
		return;
	struct span text = importance->value->string[0].text;
	if (text.n != 1 || text.p[0] < '1' || text.p[0] > '3')
		report_error(check->report, importance->value->at,
			     "\"%s\" is no importance: expected \"1\" (high), \"2\" or \"3\" (low)",
			     report_quote(text));
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

	if (!check_constant(check, name, "the name of an included script"))
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
		(void)check_constant(check, &node->positional[0]->string[i],
				     "the name of an extension");
}

/* RFC 5703 3.2: break ends a loop that it stands in. */
static void
check_break(struct check *check, const struct node *node)
{
	const struct argument *name = node_tag(node, TAG_NAME);
	const struct check_loop *loop = check->loop;

	if (name != NULL && !check_constant(check, &name->value->string[0], "the name of a loop"))
		return;
	while (loop != NULL && name != NULL && !span_equal(loop->name, name->value->string[0].text))
		loop = loop->outer;
	if (loop == NULL)
		report_error(check->report, node->at,
			     "\"break\" has to stand in the block of a \"foreverypart\"%s",
			     name == NULL ? "" : " of that name");
}

/* RFC 5703 7: without a current part there is nothing to extract. */
static void
check_extracttext(struct check *check, const struct node *node)
{
	check_needs(check, node->at, EXT(VARIABLES), "\"extracttext\"");
	check_names(check, node->positional[0], true);
	if (check->loop == NULL)
		report_warning(check->report, node->at,
			       "\"extracttext\" outside of a \"foreverypart\" sets the "
			       "variable to nothing");
}

/* RFC 5703 4: what goes with :mime only. */
static void
check_part_tags(struct check *check, const struct node *node)
{
	static const int tags[] = {TAG_ANYCHILD, TAG_TYPE, TAG_SUBTYPE, TAG_CONTENTTYPE, TAG_PARAM};

	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
		const struct argument *tag = node_tag(node, tags[i]);

		if (tag != NULL && node_tag(node, TAG_MIME) == NULL)
			report_error(check->report, tag->at, "\":%s\" needs \":mime\"",
				     language_tag_name((enum tag)tags[i]));
	}
}

static void
test_values(struct check *check, struct node *node)
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
	case TEST_SPECIALUSE_EXISTS:
		check_folders(check, node->positional[0]);
		check_uses(check, node->positional[1]);
		break;
	default:
		break;
	}
}

static void
command_values(struct check *check, struct node *node)
{
	switch (node->command->command) {
	case COMMAND_FILEINTO:
		check_folders(check, node->positional[0]);
		if (node_tag(node, TAG_SPECIALUSE) != NULL)
			check_uses(check, node_tag(node, TAG_SPECIALUSE)->value);
		break;
	case COMMAND_NOTIFY:
		check_notify(check, node);
		break;
	case COMMAND_REDIRECT:
		check_address(check, node->positional[0]);
		break;
	case COMMAND_SET:
		check_names(check, node->positional[0], true);
		break;
	case COMMAND_BREAK:
		check_break(check, node);
		break;
	case COMMAND_EXTRACTTEXT:
		check_extracttext(check, node);
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
	check_match(check, node);
	if ((node->command->groups & GROUP(INDEX)) != 0)
		check_index(check, node);
	if ((node->command->groups & GROUP(PART)) != 0)
		check_part_tags(check, node);
	if (language_is_test(node->command))
		test_values(check, node);
	else
		command_values(check, node);
}
