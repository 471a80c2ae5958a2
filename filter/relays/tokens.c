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

	for (size_t i = 0; i < text.n; i++) {
		if (!(tokens_class_of(text.p[i]) & stops))
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
 * Does a comment that begins like this hold an address that the sender chose?
 * Exim, qmail-ldap and others; Active!Hunter; Smail; Exim at many sites;
 * chasquid
 */
static bool
holds_path(struct span inside)
{
	static const char *const words[] = {"envelope-", "envelope ", "sender:", "return-path ",
					    "over "};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (tokens_begins(inside, words[i]))
			return true;
	return false;
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

/* Bytes of the word that text begins with, at least 1. */
static size_t
word_length(struct span text)
{
	for (size_t i = 1; i < text.n; i++) {
		unsigned class = tokens_class_of(text.p[i]);

		if (!(class & (TOKENS_SPACE | TOKENS_PAREN | TOKENS_BRACKET | TOKENS_SEMICOLON)) ||
		    text.p[i] == ')')
			continue;
		if (class == TOKENS_BRACKET && literal_length(span_skip(text, i)) == 0)
			continue;
		if (class == TOKENS_SEMICOLON && i + 1 < text.n && !is_space(text.p[i + 1]))
			continue;
		return i;
	}
	return text.n;
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
	while (n + 1 < tokens->rest.n && tokens->rest.p[n] == '[' &&
	       tokens->rest.p[n + 1] == '[') /* "[[192.0.2.1]]" */
		n++;
	tokens->rest = span_skip(tokens->rest, n);
	*token = (struct token){.kind = TOKEN_END, .before = glued ? tokens->last : TOKEN_END};
	if (tokens->rest.n == 0)
		return;
	switch (tokens->rest.p[0]) {
	case ';':
		token_take(tokens, token, TOKEN_SEMICOLON, 1, 0);
		return;
	case '[':
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
		if (word.p[i] == '\0')
			continue;
		if (*what == '\0' || span_lower(word.p[i]) != *what)
			return false;
		what++;
	}
	return *what == '\0';
}

struct span
tokens_until_space(struct span text)
{
	size_t n = 0;

	while (n < text.n && !is_space(text.p[n]) && text.p[n] != '(' && text.p[n] != ')')
		n++;
	if (n > 1 && text.p[n - 1] == ',')
		n--;
	return (struct span){text.p, n};
}
