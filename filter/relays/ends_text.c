#include "filter/relays/ends_text.h"
#include "filter/relays/comment.h"
#include "filter/relays/tokens.h"

bool
ends_text_is_blank(char c)
{
	return tokens_class_of(c) & (TOKENS_SPACE | TOKENS_NUL);
}

struct span
ends_text_skip(struct span text)
{
	while (text.n > 0 && ends_text_is_blank(text.p[0]))
		text = span_skip(text, 1);
	return text;
}

struct span
ends_text_trim(struct span text)
{
	while (text.n > 0 && ends_text_is_blank(text.p[text.n - 1]))
		text.n--;
	return text;
}

struct span
ends_text_chunk(struct span text)
{
	size_t n = 0;

	while (n < text.n && !span_is_space(text.p[n]))
		n++;
	return (struct span){text.p, n};
}

bool
ends_text_literal(struct span text, struct addr *addr, struct span *rest)
{
	struct tokens tokens;
	struct token token;

	if (text.n == 0 || text.p[0] != '[')
		return false;
	tokens_init(&tokens, text);
	tokens_next(&tokens, &token);
	*rest = tokens.rest;
	return token.kind == TOKEN_LITERAL && comment_address(token.text, true, addr);
}
