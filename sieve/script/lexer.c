#include "sieve/script/lexer.h"

#include <stdio.h>

void
lexer_init(struct lexer *lexer, struct pool *pool, struct report *report, struct span source)
{
	*lexer = (struct lexer){
		.pool = pool, .report = report, .source = source, .left = source, .at = {1, 1}};
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
	lexer_error(lexer, lexer->at, "a NUL byte is not allowed in %s", where);
	return true;
}

/* A script whose lines end in CR alone is one comment from its first # on. */
static void
warn_comment(struct lexer *lexer, struct span comment)
{
	const char *cr = comment.n < 2 ? NULL : memchr(comment.p, '\r', comment.n - 1);

	if (cr != NULL)
		report_warning(lexer->report, lexer->at,
			       "this comment goes on behind a carriage return: lines end in LF or "
			       "CR LF");
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
			warn_comment(lexer, (struct span){lexer->left.p, n});
			(void)take(lexer, n);
		} else if (c == '/' && peek(lexer, 1) == '*') {
			const char *end = memmem(lexer->left.p + 2, lexer->left.n - 2, "*/", 2);

			if (end == NULL) {
				lexer_error(lexer, lexer->at,
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
		lexer_error(
			lexer, lexer->at,
			"unexpected \"%s\" in a number: expected digits and at most one of K, M, G",
			report_quote((struct span){lexer->left.p, 1}));
		return bad();
	}
	if (large || token.number > LEXER_NUMBER_MAX / factor) {
		lexer_error(lexer, lexer->at, "this number is too large: expected at most %llu",
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

static void
unclosed_string(struct lexer *lexer)
{
	struct span line = {lexer->left.p, line_length(lexer->left)};
	char earlier[120] = "";

	if (lexer->long_from.line != 0 && lexer->long_to.line != lexer->at.line)
		(void)snprintf(earlier, sizeof earlier,
			       "; or the one on line %u, which goes on to line %u",
			       lexer->long_from.line, lexer->long_to.line);
	lexer_error(lexer, lexer->at, "this string has no end: expected '\"'%s%s",
		    memmem(line.p, line.n, "\xe2\x80", 2) == NULL
			    ? ""
			    : ", and a typographic quote is none",
		    earlier);
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
		unclosed_string(lexer);
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
	if (lines > 0) {
		lexer->long_from = token.at;
		lexer->long_to = lexer->at;
	}
	return token;
}

/*
 * A line that was meant to end a text: the dot is indented, or has something
 * behind it.
 */
static bool
is_nearly_the_end(struct span line)
{
	struct span text = span_trim(line);

	return (text.n == 1 && text.p[0] == '.') ||
	       (text.n == 2 && text.p[0] == '.' && (text.p[1] == ';' || text.p[1] == ','));
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
		lexer_error(lexer, lexer->at,
			    "expected the end of the line behind \"text:\", or a # comment: the "
			    "text begins on the next line");
		return false;
	}
	(void)take(lexer, n == lexer->left.n ? n : n + 1);
	return true;
}

static void
unclosed_text(struct lexer *lexer, struct place at, size_t nearly)
{
	static const char none[] = "this text has no end: expected a line with a single \".\"";

	if (nearly == 0)
		lexer_error(lexer, at, "%s", none);
	else
		lexer_error(lexer, at,
			    "%s; line %zu has more than that: the \";\" belongs on the next line",
			    none, nearly);
}

static struct token
read_text(struct lexer *lexer)
{
	struct token token = {.kind = TOKEN_STRING, .at = lexer->at};

	(void)take(lexer, sizeof "text:" - 1);
	if (!text_begins(lexer))
		return bad();
	struct span s = lexer->left;
	size_t end = 0, lines = 0, nearly = 0;
	for (;;) { /* to the line that is a dot */
		struct span line = span_skip(s, end);
		size_t n = line_length(line);

		if (n > 0 && line.p[0] == '.' && (n == 1 || (n == 2 && line.p[1] == '\r')))
			break;
		if (nearly == 0 && is_nearly_the_end((struct span){line.p, n}))
			nearly = lexer->at.line + lines;
		if (n == line.n) {
			unclosed_text(lexer, token.at, nearly);
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
	if (nearly != 0)
		report_warning(lexer->report, token.at,
			       "this text goes on behind line %zu, where it seems to end: it ends "
			       "with a line that is \".\" and nothing else",
			       nearly);
	(void)take(lexer, end + 1);
	if (peek(lexer, 0) == '\r')
		(void)take(lexer, 1);
	return token;
}

/* Is the word part of something that was meant as a string? */
static bool
goes_on(const struct lexer *lexer, size_t n)
{
	char c = peek(lexer, n);

	return (c != '\0' && strchr(".@-\\$%*+~?", c) != NULL) || (c & 0x80) != 0 ||
	       (c == '/' && peek(lexer, n + 1) != '*');
}

static struct token
read_word(struct lexer *lexer, enum token_kind kind, size_t skip)
{
	struct token token = {.kind = kind, .at = lexer->at};
	size_t n = skip;

	while (is_alpha(peek(lexer, n)) || is_digit(peek(lexer, n)))
		n++;
	if (kind == TOKEN_IDENTIFIER && goes_on(lexer, n)) {
		while (n < lexer->left.n && strchr(" \t\r\n;,\"()[]{}", peek(lexer, n)) == NULL)
			n++;
		lexer_error(lexer, lexer->at,
			    "\"%s\" has to stand in quotes: folders, addresses and other texts "
			    "are strings",
			    report_quote((struct span){lexer->left.p, n}));
		return bad();
	}
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
	lexer_unexpected(lexer);
	return bad();
}
