#include "sieve/script/lexer.h"

#include <stdio.h>

void
lexer_init(struct lexer *lexer, struct pool *pool, struct report *report, struct span source)
{
	*lexer = (struct lexer){pool, report, source, {1, 1}};
	if (source.n >= 3 && memcmp(source.p, "\xef\xbb\xbf", 3) == 0)
		lexer->left = span_skip(source, 3);
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
peek(const struct lexer *lexer, size_t ahead)
{
	return ahead < lexer->left.n ? lexer->left.p[ahead] : '\0';
}

/* Moves over n bytes and keeps count of lines and columns. */
static struct span
take(struct lexer *lexer, size_t n)
{
	struct span taken = {lexer->left.p, n};

	for (size_t i = 0; i < n; i++) {
		if (taken.p[i] == '\n') {
			lexer->at.line++;
			lexer->at.column = 1;
		} else if ((taken.p[i] & 0xc0) != 0x80)
			lexer->at.column++;
	}
	lexer->left = span_skip(lexer->left, n);
	return taken;
}

static struct token
bad(void)
{
	return (struct token){.kind = TOKEN_BAD};
}

/* Bytes up to the end of the line, without it. */
static size_t
line_length(struct span s)
{
	const char *eol = s.n == 0 ? NULL : memchr(s.p, '\n', s.n);

	return eol == NULL ? s.n : (size_t)(eol - s.p);
}

static bool
has_nul(struct lexer *lexer, struct span s, const char *where)
{
	const char *nul = s.n == 0 ? NULL : memchr(s.p, '\0', s.n);

	if (nul == NULL)
		return false;
	(void)take(lexer, (size_t)(nul - lexer->left.p));
	report_error(lexer->report, lexer->at, "a NUL byte is not allowed in %s", where);
	return true;
}

/* White space and comments. false: reported. */
static bool
skip_space(struct lexer *lexer)
{
	while (lexer->left.n > 0) {
		char c = peek(lexer, 0);

		if (span_is_space(c)) {
			(void)take(lexer, 1);
		} else if (c == '#') {
			size_t n = line_length(lexer->left);

			if (has_nul(lexer, (struct span){lexer->left.p, n}, "a comment"))
				return false;
			(void)take(lexer, n);
		} else if (c == '/' && peek(lexer, 1) == '*') {
			const char *end = memmem(lexer->left.p + 2, lexer->left.n - 2, "*/", 2);

			if (end == NULL) {
				report_error(lexer->report, lexer->at,
					     "this comment has no end: expected \"*/\"");
				return false;
			}
			if (has_nul(lexer,
				    (struct span){lexer->left.p, (size_t)(end - lexer->left.p)},
				    "a comment"))
				return false;
			(void)take(lexer, (size_t)(end + 2 - lexer->left.p));
		} else
			break;
	}
	return true;
}

static struct token
read_number(struct lexer *lexer)
{
	struct token token = {.kind = TOKEN_NUMBER, .at = lexer->at};
	uint64_t factor = 1;
	size_t n = 0;
	bool large = false;

	while (is_digit(peek(lexer, n))) {
		uint64_t digit = (uint64_t)(lexer->left.p[n++] - '0');

		large = large || token.number > (LEXER_NUMBER_MAX - digit) / 10;
		token.number = large ? 0 : token.number * 10 + digit;
	}
	switch (span_lower(peek(lexer, n))) {
	case 'k':
		factor = UINT64_C(1) << 10;
		break;
	case 'm':
		factor = UINT64_C(1) << 20;
		break;
	case 'g':
		factor = UINT64_C(1) << 30;
		break;
	default:
		n--;
	}
	n++;
	if (is_alpha(peek(lexer, n)) || is_digit(peek(lexer, n))) {
		(void)take(lexer, n);
		report_error(
			lexer->report, lexer->at,
			"unexpected \"%s\" in a number: expected digits and at most one of K, M, G",
			report_quote((struct span){lexer->left.p, 1}));
		return bad();
	}
	if (large || token.number > LEXER_NUMBER_MAX / factor) {
		report_error(lexer->report, lexer->at,
			     "this number is too large: expected at most %llu",
			     (unsigned long long)LEXER_NUMBER_MAX);
		return bad();
	}
	token.number *= factor;
	token.text = take(lexer, n);
	return token;
}

/* Appends s to *to with every LF and CRLF as CRLF. */
static void
add_crlf(char **to, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n' && (i == 0 || s.p[i - 1] != '\r'))
			*(*to)++ = '\r';
		*(*to)++ = s.p[i];
	}
}

static struct token
read_quoted(struct lexer *lexer)
{
	struct token token = {.kind = TOKEN_STRING, .at = lexer->at};
	struct span s = lexer->left;
	size_t n = 1, lines = 0;

	for (; n < s.n && s.p[n] != '"'; n++) {
		if (s.p[n] == '\\')
			n++;
		if (n < s.n && s.p[n] == '\n')
			lines++;
	}
	if (n >= s.n) {
		report_error(lexer->report, lexer->at, "this string has no end: expected '\"'");
		return bad();
	}
	if (has_nul(lexer, (struct span){s.p, n}, "a string"))
		return bad();
	char *p = pool_alloc(lexer->pool, n + lines), *to = p;
	for (size_t i = 1; i < n; i++) {
		if (s.p[i] == '\\')
			i++;
		if (s.p[i] == '\n' && s.p[i - 1] != '\r')
			*to++ = '\r';
		*to++ = s.p[i];
	}
	token.text = (struct span){p, (size_t)(to - p)};
	(void)take(lexer, n + 1);
	return token;
}

/* Behind "text:": the rest of its line is white space or a comment. */
static bool
text_begins(struct lexer *lexer)
{
	while (peek(lexer, 0) == ' ' || peek(lexer, 0) == '\t')
		(void)take(lexer, 1);
	size_t n = line_length(lexer->left);
	if (n > 0 && lexer->left.p[0] == '#') {
		if (has_nul(lexer, (struct span){lexer->left.p, n}, "a comment"))
			return false;
	} else if (n > 1 || (n == 1 && lexer->left.p[0] != '\r')) {
		report_error(lexer->report, lexer->at,
			     "expected the end of the line behind \"text:\", or a # comment");
		return false;
	}
	(void)take(lexer, n == lexer->left.n ? n : n + 1);
	return true;
}

static struct token
read_text(struct lexer *lexer)
{
	struct token token = {.kind = TOKEN_STRING, .at = lexer->at};

	(void)take(lexer, sizeof "text:" - 1);
	if (!text_begins(lexer))
		return bad();
	struct span s = lexer->left;
	size_t end = 0, lines = 0;
	for (;;) { /* to the line that is a dot */
		struct span line = span_skip(s, end);
		size_t n = line_length(line);

		if (n > 0 && line.p[0] == '.' && (n == 1 || (n == 2 && line.p[1] == '\r')))
			break;
		if (n == line.n) {
			report_error(lexer->report, token.at,
				     "this text has no end: expected a line with a single \".\"");
			return bad();
		}
		end += n + 1;
		lines++;
	}
	if (has_nul(lexer, (struct span){s.p, end}, "a text"))
		return bad();
	char *p = pool_alloc(lexer->pool, end + lines + 1), *to = p;
	for (size_t at = 0; at < end;) {
		struct span line = {s.p + at, line_length(span_skip(s, at)) + 1};

		at += line.n;
		add_crlf(&to, line.n > 2 && line.p[0] == '.' && line.p[1] == '.'
				      ? span_skip(line, 1)
				      : line);
	}
	token.text = (struct span){p, (size_t)(to - p)};
	(void)take(lexer, end + 1);
	if (peek(lexer, 0) == '\r')
		(void)take(lexer, 1);
	return token;
}

static struct token
read_word(struct lexer *lexer, enum token_kind kind, size_t skip)
{
	struct token token = {.kind = kind, .at = lexer->at};
	size_t n = skip;

	while (is_alpha(peek(lexer, n)) || is_digit(peek(lexer, n)))
		n++;
	token.text = span_skip(take(lexer, n), skip);
	return token;
}

struct token
lexer_next(struct lexer *lexer)
{
	if (!skip_space(lexer))
		return bad();
	if (lexer->left.n == 0)
		return (struct token){.kind = TOKEN_END, .at = lexer->at};
	char c = peek(lexer, 0);
	if (span_starts_case(lexer->left, SPAN("text:")))
		return read_text(lexer);
	if (is_alpha(c))
		return read_word(lexer, TOKEN_IDENTIFIER, 0);
	if (c == ':' && is_alpha(peek(lexer, 1)))
		return read_word(lexer, TOKEN_TAG, 1);
	if (is_digit(c))
		return read_number(lexer);
	if (c == '"')
		return read_quoted(lexer);
	if (c != '\0' && strchr("[](){},;", c) != NULL) {
		struct token token = {.kind = TOKEN_MARK, .at = lexer->at, .mark = c};

		token.text = take(lexer, 1);
		return token;
	}
	if (c == ':')
		report_error(lexer->report, lexer->at,
			     "expected the name of a tag right behind \":\"");
	else if (c > ' ' && c <= '~')
		report_error(lexer->report, lexer->at, "unexpected character \"%c\"", c);
	else
		report_error(lexer->report, lexer->at,
			     "byte 0x%02X is not allowed outside strings and comments",
			     (unsigned)(unsigned char)c);
	return bad();
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
