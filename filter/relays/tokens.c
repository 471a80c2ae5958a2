#include "filter/relays/tokens.h"

/*
 * bytes looked at for the end of a literal: an address, a prefix, a port, a few
 * folds
 */
#define LITERAL_MAX 256

#define S TOKENS_SPACE
const uint8_t tokens_class[256] = {
	TOKENS_NUL,
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
	['('] = TOKENS_PAREN,
	[')'] = TOKENS_PAREN,
	['['] = TOKENS_BRACKET,
	[';'] = TOKENS_SEMICOLON,
	['"'] = TOKENS_QUOTE,
	[']'] = TOKENS_CLOSING,
	['<'] = TOKENS_CLOSING,
	['>'] = TOKENS_CLOSING,
	[127] = S,
};
#undef S

static bool
is_space(char c)
{
	return tokens_class_of(c) == TOKENS_SPACE;
}

void
tokens_init(struct tokens *tokens, struct span text)
{
	*tokens = (struct tokens){.rest = text};
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
	unsigned stops = quotes ? TOKENS_PAREN | TOKENS_QUOTE : TOKENS_PAREN;
	size_t depth = 0;

	for (size_t i = 0; (i = tokens_find(text, i, stops)) < text.n; i++) {
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
 * Does a comment that begins like this hold an address that the sender chose?
 * Exim, qmail-ldap and others; Active!Hunter; Smail; Exim at many sites;
 * chasquid
 */
static bool
holds_path(struct span inside)
{
	static const char *const words[] = {
		"envelope-", "envelope ", "sender:", "return-path ", "over ", NULL};

	return tokens_begins_any(inside, words);
}

/*
 * Bytes of the comment that the rest begins with; 0: "(" is a byte like others.
 * Quotes mean nothing in a comment, but for those in an envelope address, which
 * the sender of the message chose: <"x) (fake [192.0.2.1]"@example.org> is one
 * address.
 */
static size_t
comment_find(struct tokens *tokens)
{
	struct span text = tokens->rest;
	size_t n = 0;

	if (!tokens->flat) {
		if (!tokens->quoteless && holds_path(span_skip(text, 1))) {
			n = comment_length(text, true);
			tokens->quoteless = n == 0;
		}
		if (n == 0)
			n = comment_length(text, false);
		tokens->flat = n == 0;
	}
	if (n != 0)
		return n;
	for (size_t i = 1; i < text.n && text.p[i] != '('; i++)
		if (text.p[i] == ')')
			return i + 1;
	return 0;
}

/* Does a word end before the byte at i, one of those that may end it? */
static bool
ends_word(struct span text, size_t i)
{
	switch (text.p[i]) {
	case ')':
		return false;
	case '[':
		return literal_length(span_skip(text, i)) > 0;
	case ';':
		return i + 1 == text.n || is_space(text.p[i + 1]);
	default:
		return true;
	}
}

/* Bytes of the word that text begins with, at least 1. */
static size_t
word_length(struct span text)
{
	const unsigned stops = TOKENS_SPACE | TOKENS_PAREN | TOKENS_BRACKET | TOKENS_SEMICOLON;
	size_t i = tokens_find(text, 1, stops);

	while (i < text.n && !ends_word(text, i))
		i = tokens_find(text, i + 1, stops);
	return i;
}

static void
token_take(struct tokens *tokens, struct token *token, enum token_kind kind, size_t n,
	   size_t around)
{
	token->kind = tokens->last = kind;
	token->raw = (struct span){tokens->rest.p, n};
	token->text = (struct span){tokens->rest.p + around, n - 2 * around};
	tokens->rest = span_skip(tokens->rest, n);
}

void
tokens_next(struct tokens *tokens, struct token *token)
{
	bool glued = true;
	size_t n;

	for (n = 0;
	     n < tokens->rest.n && tokens_class_of(tokens->rest.p[n]) & (TOKENS_SPACE | TOKENS_NUL);
	     n++)
		glued &= tokens->rest.p[n] == '\0'; /* NULs are nothing at all */
	tokens->rest = span_skip(tokens->rest, n);
	*token = (struct token){.kind = TOKEN_END, .before = glued ? tokens->last : TOKEN_END};
	if (tokens->rest.n == 0)
		return;
	switch (tokens->rest.p[0]) {
	case ';':
		token_take(tokens, token, TOKEN_SEMICOLON, 1, 0);
		return;
	case '[':
		while (tokens->rest.n > 1 && tokens->rest.p[1] == '[') /* "[[192.0.2.1]]" */
			tokens->rest = span_skip(tokens->rest, 1);
		n = literal_length(tokens->rest);
		if (n == 0)
			break;
		token_take(tokens, token, TOKEN_LITERAL, n, 1);
		while (tokens->rest.n > 0 && tokens->rest.p[0] == ']')
			tokens->rest = span_skip(tokens->rest, 1);
		tokens->rest = span_skip(tokens->rest, port_length(tokens->rest));
		return;
	case '(':
		n = comment_find(tokens);
		if (n == 0)
			break;
		token_take(tokens, token, TOKEN_COMMENT, n, 1);
		return;
	default:
		break;
	}
	token_take(tokens, token, TOKEN_WORD, word_length(tokens->rest), 0);
	if (token->text.n > 1 && token->text.p[token->text.n - 1] == ',')
		token->text.n = token->raw.n = token->text.n - 1;
}

void
tokens_back(struct tokens *tokens, const char *p)
{
	tokens->rest.n += (size_t)(tokens->rest.p - p);
	tokens->rest.p = p;
}

bool
tokens_is_slow(struct span word, const char *what)
{
	for (size_t i = 0; i < word.n; i++) {
		char c = span_lower(word.p[i]);

		if (c == '\0')
			continue;
		if (c != *what)
			return false;
		what++;
	}
	return *what == '\0';
}

bool
tokens_is_any(struct span word, const char *const *words)
{
	while (word.n > 0 && word.p[0] == '\0')
		word = span_skip(word, 1);
	if (word.n == 0)
		return false;
	for (char first = span_lower(word.p[0]); *words != NULL; words++)
		if (first == **words && tokens_is_slow(word, *words))
			return true;
	return false;
}

bool
tokens_begins_any(struct span word, const char *const *words)
{
	if (word.n == 0)
		return false;
	for (char first = span_lower(word.p[0]); *words != NULL; words++)
		if (first == **words && span_starts_case(word, span_of(*words)))
			return true;
	return false;
}

struct span
tokens_until_space(struct span text)
{
	size_t n = tokens_find(text, 0, TOKENS_SPACE | TOKENS_PAREN);

	if (n > 1 && text.p[n - 1] == ',')
		n--;
	return (struct span){text.p, n};
}

size_t
tokens_find_last(struct span text, unsigned classes)
{
	const char *p = text.p;
	size_t n = text.n;

	while (n >= 4 && !((tokens_class_of(p[n - 1]) | tokens_class_of(p[n - 2]) |
			    tokens_class_of(p[n - 3]) | tokens_class_of(p[n - 4])) &
			   classes))
		n -= 4;
	while (n > 0 && !(tokens_class_of(p[n - 1]) & classes))
		n--;
	return n;
}
