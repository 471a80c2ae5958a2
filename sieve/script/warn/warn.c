/*
 * What is valid and may still not be what its author meant: answers to senders,
 * commands that never run, mail that is filed twice.
 */
#include "sieve/script/check.h"
#include "sieve/script/warn/warn.h"

#include "sieve/mail/address.h"
#include "sieve/script/flags.h"
#include "sieve/script/language.h"

static void warn_block(struct report *report, const struct node *first);

static bool
ends(const struct node *node)
{
	return node->command->command == COMMAND_STOP || node->command->command == COMMAND_RETURN;
}

static void
warn_answer(struct report *report, const struct node *node)
{
	switch (node->command->command) {
	case COMMAND_REJECT:
	case COMMAND_EREJECT:
		report_warning(report, node->at,
			       "\"%s\" sends nothing here, the message goes to Junk: senders of "
			       "spam are forged, and misdirected bounces, "
			       "\"bounce emails sent after acceptance of "
			       "the email\", are what gets honest servers listed; \"discard\" or "
			       "\"fileinto\" does without an answer",
			       node->command->name);
		break;
	case COMMAND_VACATION:
		report_warning(report, node->at,
			       "\"vacation\" answers only where the site allows it, and never "
			       "listed, unknown, bulk or automatic mail: "
			       "\"auto-responses that are replying to spam "
			       "with forged spamtrap email addresses\" are what gets honest "
			       "servers listed");
		break;
	case COMMAND_NOTIFY:
		report_warning(report, node->at,
			       "\"notify\" sends only where the site allows it, and never of "
			       "listed or unknown mail");
		break;
	case COMMAND_NOTIFY_OLD:
	case COMMAND_DENOTIFY:
		report_warning(report, node->at, "\"%s\" is not carried out here: %s",
			       node->command->name, language_extension_idle(EXT_NOTIFY));
		break;
	case COMMAND_PIPE:
	case COMMAND_EXECUTE:
	case COMMAND_FILTER:
		report_warning(report, node->at, "\"%s\" is not carried out here: %s",
			       node->command->name, language_extension_idle(EXT_PIPE));
		break;
	case COMMAND_REPLACE:
	case COMMAND_ENCLOSE:
		report_warning(report, node->at, "\"%s\" is not carried out here: %s",
			       node->command->name, language_extension_idle(EXT_REPLACE));
		break;
	case COMMAND_DEBUG_LOG:
		report_warning(report, node->at, "\"debug_log\" is not carried out here: %s",
			       language_extension_idle(EXT_DEBUG));
		break;
	case COMMAND_REPORT:
		report_warning(report, node->at, "\"report\" is not carried out here: %s",
			       language_extension_idle(EXT_REPORT));
		break;
	default:
		break;
	}
}

/* setflag "Seen" sets a keyword that no mail reader looks at. */
static void
warn_flags(struct report *report, const struct argument *flags)
{
	static const char *const system[] = {"answered", "flagged", "deleted", "seen", "draft"};
	struct span word;

	for (size_t i = 0; flags != NULL && i < flags->n; i++) {
		if (flags->string[i].variable)
			continue;
		for (size_t at = 0; flags_next(flags->string[i].text, &at, &word);) {
			for (size_t j = 0; j < sizeof system / sizeof system[0]; j++)
				if (span_equal_case(word, span_of(system[j])))
					report_warning(report, flags->string[i].at,
						       "\"%s\" is a keyword of its own: the flag "
						       "of mail readers is \"\\\\%s\"",
						       report_quote(word), report_quote(word));
			if (!flags_valid(word))
				report_warning(report, flags->string[i].at,
					       "\"%s\" is no flag and is left out: expected "
					       "\\\\Answered, \\\\Flagged, \\\\Deleted, "
					       "\\\\Seen, \\\\Draft or a keyword",
					       report_quote(word));
		}
	}
}

/* A program that sends could take it for an option. */
static void
warn_redirect(struct report *report, const struct node *node)
{
	const struct string *address = &node->positional[0]->string[0];

	if (address->text.n > 0 && address->text.p[0] == '-')
		report_warning(report, address->at,
			       "nothing is redirected to an address that begins with \"-\": the "
			       "message is kept");
}

/* vacation: the user's other addresses. A wrong one costs nobody an answer. */
static void
warn_addresses(struct report *report, const struct argument *addresses)
{
	for (size_t i = 0; i < addresses->n; i++)
		if (!addresses->string[i].variable &&
		    !address_is_one(addresses->string[i].text, NULL, 0))
			report_warning(report, addresses->string[i].at,
				       "\"%s\" is no mail address and is left out: expected one "
				       "such as user@example.org",
				       report_quote(addresses->string[i].text));
}

static void
warn_action(struct report *report, const struct node *node)
{
	const struct argument *flags = node_tag(node, TAG_FLAGS),
			      *addresses = node_tag(node, TAG_ADDRESSES);

	const struct argument *fcc = node_tag(node, TAG_FCC);

	warn_answer(report, node);
	if (fcc != NULL)
		report_warning(report, fcc->at, "\":fcc\" does nothing: %s",
			       language_extension_idle(EXT_FCC));
	if (node->command->command == COMMAND_REDIRECT)
		warn_redirect(report, node);
	if (addresses != NULL)
		warn_addresses(report, addresses->value);
	if (flags != NULL)
		warn_flags(report, flags->value);
	if (node->command->command == COMMAND_SETFLAG || node->command->command == COMMAND_ADDFLAG)
		warn_flags(report, node->positional[1]);
}

static void
warn_branch(struct report *report, const struct node *node)
{
	if (node->dead)
		return;
	if (node->test != NULL) {
		(void)warn_test(report, node->test);
		if (node->test->command->command == TEST_TRUE && node->next != NULL &&
		    node->next->command->command != COMMAND_IF &&
		    (node->next->command->command == COMMAND_ELSIF ||
		     node->next->command->command == COMMAND_ELSE))
			report_warning(report, node->next->at,
				       "this branch never runs: the test before it is always true");
	}
	warn_block(report, node->block);
}

static void
warn_block(struct report *report, const struct node *first)
{
	const struct node *previous = NULL;

	for (const struct node *node = first; node != NULL; previous = node, node = node->next) {
		if (previous != NULL &&
		    (ends(previous) || previous->command->command == COMMAND_BREAK)) {
			report_warning(report, node->at,
				       "what follows \"%s\" on line %u never runs",
				       previous->command->name, previous->at.line);
			return;
		}
		if (node->has_block)
			warn_branch(report, node);
		else
			warn_action(report, node);
	}
}

/* ---- mail that is filed twice */

/* Does this command put the message somewhere for good? */
static bool
files(const struct node *node)
{
	return node->command->command == COMMAND_KEEP ||
	       (node->command->command == COMMAND_FILEINTO && node_tag(node, TAG_COPY) == NULL);
}

static bool
same_folder(const struct node *a, const struct node *b)
{
	const struct argument *x = a->positional[0], *y = b->positional[0];

	if (a->command->command != b->command->command)
		return false;
	return x == NULL || (!x->string[0].variable && !y->string[0].variable &&
			     span_equal(x->string[0].text, y->string[0].text));
}

/*
 * Follows the commands of a block; pending is a command that may have filed the
 * message already (NULL: none). Returns what is pending behind the block, NULL
 * where nothing is or where the block always ends the script. Each pending
 * command is told of once.
 */
static const struct node *
warn_twice(struct report *report, const struct node *first, const struct node *pending)
{
	const struct node *before = pending, *after = NULL;

	for (const struct node *node = first; node != NULL; node = node->next) {
		enum command command = node->command->command;

		if (ends(node))
			return NULL;
		if (files(node)) {
			if (pending != NULL && !same_folder(pending, node))
				report_warning(report, pending->at,
					       "without \"stop;\" behind it the message can be "
					       "filed here and again on line %u",
					       node->at.line);
			pending = node;
		}
		if (!node->has_block || node->dead)
			continue;
		bool begins = command == COMMAND_IF || command == COMMAND_FOREVERYPART;
		if (begins) {
			before = pending;
			after = pending;
			pending = NULL; /* told of in the first branch only */
		}
		/* how webmail turns a rule off */
		bool off = node->test != NULL && node->test->command->command == TEST_FALSE;
		const struct node *left =
			off ? NULL : warn_twice(report, node->block, begins ? before : NULL);
		after = left != NULL && left != before ? left : after;
		if (node->next == NULL || (node->next->command->command != COMMAND_ELSIF &&
					   node->next->command->command != COMMAND_ELSE))
			pending = after;
	}
	return pending;
}

void
warn_script(struct report *report, const struct script *script)
{
	warn_block(report, script->first);
	(void)warn_twice(report, script->first, NULL);
}
