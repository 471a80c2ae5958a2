/* Strings: what they may hold, and where they have to be known before a run. */
#include "sieve/script/check.h"

#include "sieve/script/language.h"
#include "sieve/script/variables.h"
#include "sieve/text/text.h"

void
check_string(struct check *check, struct string *string)
{
	struct variable_reference reference;
	size_t at = 0, where;
	struct err err;

	if (!text_utf8_valid(string->text) && !check->told_utf8) {
		check->told_utf8 = true;
		report_warning(check->report, string->at,
			       "this string is no UTF-8, and its letters match no mail: save the "
			       "script as UTF-8");
	}
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
bool
check_constant(struct check *check, const struct string *string, const char *what)
{
	if (string->variable)
		report_error(check->report, string->at,
			     "%s has to be a constant string, without variables", what);
	return !string->variable;
}

void
check_names(struct check *check, const struct argument *names, bool namespaces)
{
	for (size_t i = 0; names != NULL && i < names->n; i++) {
		const struct string *name = &names->string[i];

		if (!check_constant(check, name, "the name of a variable"))
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
