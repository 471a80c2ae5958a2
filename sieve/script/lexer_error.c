/* What the lexer cannot read, and tokens as words. */
#include "sieve/script/lexer.h"

#include "sieve/script/warn/hint.h"

#include <stdarg.h>
#include <stdio.h>

void
lexer_error(struct lexer *lexer, struct place at, const char *format, ...)
{
	char text[800], doubt[120] = "";
	unsigned line;
	const char *other = hint_language(lexer->source, &line);
	va_list ap;

	if (other != NULL) {
		if (lexer->report->errors == 0)
			report_error(lexer->report, (struct place){line, 1}, "%s", other);
		return;
	}
	va_start(ap, format);
	(void)vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (lexer->long_to.line == at.line)
		(void)snprintf(doubt, sizeof doubt,
			       "; a string goes from line %u to here: is a quote missing there?",
			       lexer->long_from.line);
	report_error(lexer->report, at, "%s%s", text, doubt);
}

void
lexer_unexpected(struct lexer *lexer)
{
	unsigned char c = lexer->left.n == 0 ? '\0' : (unsigned char)lexer->left.p[0];
	const char *hint = hint_character(lexer->left);
	bool utf8 = c < 0x80 || report_quote(lexer->left)[0] != '?';
	struct span character = {lexer->left.p, 1};

	while (character.n < lexer->left.n && (lexer->left.p[character.n] & 0xc0) == 0x80)
		character.n++;

	if (hint == NULL)
		hint = c < 0x80 ? ""
		       : utf8   ? "texts stand in quotes"
				: "it is no UTF-8 either: save the script as UTF-8";
	const char *glue = hint[0] == '\0' ? "" : ": ";
	if (c == ':')
		lexer_error(lexer, lexer->at,
			    "expected the name of a tag right behind \":\", as in \":contains\"");
	else if (c > ' ' && c <= '~')
		lexer_error(lexer, lexer->at, "unexpected character \"%c\"%s%s", c, glue, hint);
	else if (c >= 0x80 && utf8)
		lexer_error(lexer, lexer->at,
			    "\"%s\" (byte 0x%02X) is not allowed outside strings and comments: %s",
			    report_quote(character), c, hint);
	else
		lexer_error(lexer, lexer->at,
			    "byte 0x%02X is not allowed outside strings and comments%s%s", c, glue,
			    hint);
}

const char *
lexer_describe(const struct token *token)
{
	static char text[128];

	switch (token->kind) {
	case TOKEN_END:
		return "the end of the script";
	case TOKEN_IDENTIFIER:
	case TOKEN_MARK:
		(void)snprintf(text, sizeof text, "\"%s\"", report_quote(token->text));
		return text;
	case TOKEN_TAG:
		(void)snprintf(text, sizeof text, "the tag \":%s\"", report_quote(token->text));
		return text;
	case TOKEN_NUMBER:
		(void)snprintf(text, sizeof text, "the number %s", report_quote(token->text));
		return text;
	case TOKEN_STRING:
		(void)snprintf(text, sizeof text, "the string \"%s\"", report_quote(token->text));
		return text;
	case TOKEN_BAD:
		break;
	}
	return "an error";
}
