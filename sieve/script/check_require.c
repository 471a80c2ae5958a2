/* Extensions: what a script requires, and who needs what. */
#include "sieve/script/check.h"

#include "sieve/script/warn/hint.h"
#include "sieve/script/language.h"

#include <stdio.h>

/*
 * Not carried out, and without commands of their own: what of them would change
 * what other rules mean, a test or a tag, is not known to the language.
 */
#define NO_COMMANDS (EXT(IMAPSIEVE) | EXT(EXTLISTS) | EXT(DOVECOT_ENVIRONMENT))

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
void
check_require_command(struct check *check, struct node *node)
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
		     command->name,
		     /* of two names of one thing the one that is in use */
		     names_of(command->needs == (EXT(IMAP4FLAGS) | EXT(IMAPFLAGS)) ? EXT(IMAP4FLAGS)
										   : command->needs,
			      " or "));
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

/*
 * RFC 5228 3.2: a script that requires what is not known does not run. But one
 * rule that is off must not cost the others: webmail keeps its require, and
 * whatever needs the extension in a rule that is on is an error there.
 */
static void
missing_extension(struct check *check, struct place at, const char *text)
{
	if (check->has_off)
		report_warning(check->report, at, "%s; a rule is off, and the others run", text);
	else
		report_error(check->report, at, "%s", text);
}

/* What was meant counts as required, so that each slip is told of once. */
static void
unknown_extension(struct check *check, const struct string *string)
{
	const char *near = language_extension_guess(string->text);

	const char *hint = hint_extension(string->text);
	char text[300];

	(void)snprintf(text, sizeof text, "unknown extension \"%s\": %s",
		       report_quote(string->text),
		       hint == NULL ? "spamcop-sieve(1) lists those that there are" : hint);
	missing_extension(check, string->at, text);
	if (near != NULL)
		enable(check, language_extension_find(span_of(near))->extension);
}

void
check_require(struct check *check, struct node *node)
{
	const struct argument *names = node->positional[0];

	if (check->no_more_requires)
		report_error(check->report, node->at,
			     "\"require\" has to come before all other commands");
	for (size_t i = 0; names != NULL && i < names->n; i++) {
		const struct string *string = &names->string[i];
		const struct language_extension *extension = language_extension_find(string->text);

		if (extension != NULL) {
			enable(check, extension->extension);
			if ((UINT64_C(1) << extension->extension & NO_COMMANDS) != 0)
				report_warning(check->report, string->at,
					       "\"%s\" changes nothing here: %s", extension->name,
					       extension->idle);
		} else
			unknown_extension(check, string);
	}
}

bool
check_require_ihave(struct check *check, const struct argument *names)
{
	/* RFC 5463 4: change how a script is read */
	uint64_t grammar = EXT(ENCODED_CHARACTER) | EXT(VARIABLES);

	for (size_t i = 0; i < names->n; i++) {
		const struct language_extension *extension =
			language_extension_find(names->string[i].text);

		if (extension == NULL || extension->idle != NULL ||
		    ((UINT64_C(1) << extension->extension & grammar) != 0 &&
		     (UINT64_C(1) << extension->extension & ~check->extensions) != 0))
			return false;
	}
	for (size_t i = 0; i < names->n; i++)
		enable(check, language_extension_find(names->string[i].text)->extension);
	return true;
}
