#include "filter/relays/tokens.h"

#include <stdint.h>

/*
 * bytes looked at for the end of a literal: an address, a prefix, a port, a few
 * folds
 */
#define LITERAL_MAX    256
#define PATH_MAX_BYTES 1024 /* and of a path: RFC 5321 4.5.3.1.3 says 256 */

/*
 * What a byte may begin or end; a table, because every byte of every Received
 * line comes by here a few times.
 */
enum {
	CLASS_SPACE = 1,
	CLASS_NUL = 2,
	CLASS_PAREN = 4,
	CLASS_BRACKET = 8,
	CLASS_SEMICOLON = 16,
	CLASS_QUOTE = 32,
	CLASS_END = 64
};

#define S CLASS_SPACE
static const uint8_t classes[256] = {
	CLASS_NUL,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	S,
	['('] = CLASS_PAREN,
	[')'] = CLASS_PAREN,
	['['] = CLASS_BRACKET,
	[';'] = CLASS_SEMICOLON,
	['"'] = CLASS_QUOTE,
	[']'] = CLASS_END,
	['<'] = CLASS_END,
	['>'] = CLASS_END,
	[127] = S,
};
#undef S

static inline unsigned
class_of(char c)
{
	return classes[(unsigned char)c];
}

static bool
is_space(char c)
{
	return class_of(c) == CLASS_SPACE;
}

void
lexer_init(struct lexer *lexer, struct span text)
{
	*lexer = (struct lexer){.rest = text};
}

/*
 * Bytes of the literal that text begins with, brackets included; 0: none.
 * Nothing nests in one, so that a lone bracket hides nothing.
 */
static size_t
literal_length(struct span text)
{
	for (size_t i = 1; i < text.n && i < LITERAL_MAX; i++) {
		if (text.p[i] == ']')
			return i + 1;
		if (text.p[i] == '[' || text.p[i] == '(' || text.p[i] == ')')
			return 0;
	}
	return 0;
}

/* Bytes of a ":port" behind a literal. */
static size_t
port_length(struct span text)
{
	size_t n = 1;

	if (text.n < 2 || text.p[0] != ':')
		return 0;
	while (n < text.n && text.p[n] >= '0' && text.p[n] <= '9')
		n++;
	return n > 1 ? n : 0;
}

/*
 * Bytes of the quoted string that text begins with, quotes included; 0: not
 * closed.
 */
static size_t
quoted_length(struct span text)
{
	for (size_t i = 1; i < text.n; i++) {
		if (text.p[i] == '"')
			return i + 1;
		if (text.p[i] == '\\')
			i++;
	}
	return 0;
}

/*
 * Bytes of the comment that text begins with, parentheses included; 0: not
 * closed.
 */
static size_t
comment_length(struct span text, bool quotes)
{
	unsigned stops = quotes ? CLASS_PAREN | CLASS_QUOTE : CLASS_PAREN;
	size_t depth = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (!(class_of(text.p[i]) & stops))
			continue;
		if (text.p[i] == '(')
			depth++;
		else if (text.p[i] == ')' && --depth == 0)
			return i + 1;
		else if (text.p[i] == '"') {
			size_t n = quoted_length(span_skip(text, i));
			if (n == 0)
				return 0;
			i += n - 1;
		}
	}
	return 0;
}

/*
 * Bytes of the comment that the rest begins with; 0: "(" is a byte like others.
 * Quotes mean nothing in a comment, but for those in an envelope address, which
 * the sender of the message chose: <"x) (fake [192.0.2.1]"@example.org> is one
 * address.
 */
static size_t
comment_find(struct lexer *lexer)
{
	struct span text = lexer->rest;
	size_t n = 0;

	if (!lexer->flat) {
		if (!lexer->quoteless && word_begins(span_skip(text, 1), "envelope-")) {
			n = comment_length(text, true);
			lexer->quoteless = n == 0;
		}
		if (n == 0)
			n = comment_length(text, false);
		lexer->flat = n == 0;
	}
	if (n != 0)
		return n;
	for (size_t i = 1; i < text.n && text.p[i] != '('; i++)
		if (text.p[i] == ')')
			return i + 1;
	return 0;
}

/* Bytes of the word that text begins with, at least 1. */
static size_t
word_length(struct span text)
{
	for (size_t i = 1; i < text.n; i++) {
		unsigned class = class_of(text.p[i]);

		if (!(class & (CLASS_SPACE | CLASS_PAREN | CLASS_BRACKET | CLASS_SEMICOLON)) ||
		    text.p[i] == ')')
			continue;
		if (class == CLASS_BRACKET && literal_length(span_skip(text, i)) == 0)
			continue;
		if (class == CLASS_SEMICOLON && i + 1 < text.n && !is_space(text.p[i + 1]))
			continue;
		return i;
	}
	return text.n;
}

static void
token_take(struct lexer *lexer, struct token *token, enum token_kind kind, size_t n, size_t around)
{
	token->kind = lexer->last = kind;
	token->raw = (struct span){lexer->rest.p, n};
	token->text = (struct span){lexer->rest.p + around, n - 2 * around};
	lexer->rest = span_skip(lexer->rest, n);
}

void
lexer_next(struct lexer *lexer, struct token *token)
{
	bool glued = true;
	size_t n;

	for (n = 0; n < lexer->rest.n && class_of(lexer->rest.p[n]) & (CLASS_SPACE | CLASS_NUL);
	     n++)
		glued &= lexer->rest.p[n] == '\0'; /* NULs are nothing at all */
	while (n + 1 < lexer->rest.n && lexer->rest.p[n] == '[' &&
	       lexer->rest.p[n + 1] == '[') /* "[[192.0.2.1]]" */
		n++;
	lexer->rest = span_skip(lexer->rest, n);
	*token = (struct token){.kind = TOKEN_END, .before = glued ? lexer->last : TOKEN_END};
	if (lexer->rest.n == 0)
		return;
	switch (lexer->rest.p[0]) {
	case ';':
		token_take(lexer, token, TOKEN_SEMICOLON, 1, 0);
		return;
	case '[':
		n = literal_length(lexer->rest);
		if (n == 0)
			break;
		token_take(lexer, token, TOKEN_LITERAL, n, 1);
		while (lexer->rest.n > 0 && lexer->rest.p[0] == ']')
			lexer->rest = span_skip(lexer->rest, 1);
		lexer->rest = span_skip(lexer->rest, port_length(lexer->rest));
		return;
	case '(':
		n = comment_find(lexer);
		if (n == 0)
			break;
		token_take(lexer, token, TOKEN_COMMENT, n, 1);
		return;
	default:
		break;
	}
	token_take(lexer, token, TOKEN_WORD, word_length(lexer->rest), 0);
	if (token->text.n > 1 && token->text.p[token->text.n - 1] == ',')
		token->text.n = token->raw.n = token->text.n - 1;
}

void
lexer_back(struct lexer *lexer, const char *p)
{
	lexer->rest.n += (size_t)(lexer->rest.p - p);
	lexer->rest.p = p;
}

bool
word_is_slow(struct span word, const char *what)
{
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == '\0')
			continue;
		if (*what == '\0' || span_lower(word.p[i]) != *what)
			return false;
		what++;
	}
	return *what == '\0';
}

struct span
word_until_space(struct span text)
{
	size_t n = 0;

	while (n < text.n && !is_space(text.p[n]) && text.p[n] != '(' && text.p[n] != ')')
		n++;
	if (n > 1 && text.p[n - 1] == ',')
		n--;
	return (struct span){text.p, n};
}

/*
 * Where the path begins whose ">" text ends with: "<user@host>", white space
 * only in quotes; or the quoted string that text ends with. Not found: where
 * the search ended.
 */
static size_t
path_begins(struct span text, bool *found)
{
	bool path = text.p[text.n - 1] == '>', quoted = !path;
	size_t i = text.n - 1;

	for (*found = false; i > 0 && text.n - i < PATH_MAX_BYTES; i--) {
		char c = text.p[i - 1];

		if (class_of(c) == 0)
			continue;
		if (c == '"' && !(quoted && i > 1 && text.p[i - 2] == '\\'))
			quoted = !quoted;
		else if (!quoted && (c == '>' || is_space(c)))
			return i;
		*found = !quoted && c == (path ? '<' : '"');
		if (*found)
			return i - 1;
	}
	return i;
}

/*
 * Bytes of white space that text begins with, if "by" stands behind them.
 * false: it does not.
 */
static bool
by_follows(struct span text, size_t *n)
{
	for (*n = 0; *n < text.n && class_of(text.p[*n]) & (CLASS_SPACE | CLASS_NUL); ++*n)
		;
	return text.n >= *n + 3 && span_lower(text.p[*n]) == 'b' &&
	       span_lower(text.p[*n + 1]) == 'y' && is_space(text.p[*n + 2]);
}

size_t
lexer_find_by(struct span text)
{
	const unsigned stops = CLASS_PAREN | CLASS_END | CLASS_QUOTE;
	size_t depth = 0, spaces, sought = text.n; /* above it nothing is sought again */

	for (size_t i = text.n; i > 0; i--) {
		const char *p = text.p + i;

		for (; i > 4 &&
		       !((class_of(p[-1]) | class_of(p[-2]) | class_of(p[-3]) | class_of(p[-4])) &
			 stops);
		     p -= 4)
			i -= 4;
		char c = p[-1];
		if (!(class_of(c) & stops))
			continue;
		if ((c == ')' || c == ']') && depth == 0 && by_follows(span_skip(text, i), &spaces))
			return i + spaces;
		if (c == ')') {
			depth++;
		} else if (c == '(' && depth > 0) {
			depth--;
		} else if (i > sought) {
			continue;
		} else if (c == '>' ||
			   (c == '"' && i < text.n &&
			    text.p[i] == '@')) { /* Exim writes no brackets: for "x y"@host */
			bool found;
			size_t begin = path_begins((struct span){text.p, i}, &found);

			if (found)
				i = begin + 1;
			sought = begin;
		}
	}
	return 0;
}
