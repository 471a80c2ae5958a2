#include "filter/relays/received.h"
#include "filter/relays/boundary.h"
#include "filter/relays/by.h"
#include "filter/relays/from.h"
#include "filter/relays/tokens.h"

/*
 * The first word behind comments like "(qmail 1 invoked by uid 89)". false: a
 * comment that is the from-clause, "(from name [address])".
 */
static bool
first_word(struct tokens *tokens, struct token *token)
{
	struct token inner;

	for (tokens_next(tokens, token); token->kind == TOKEN_COMMENT; tokens_next(tokens, token)) {
		struct tokens inside;

		tokens_init(&inside, token->text);
		tokens_next(&inside, &inner);
		if (inner.kind == TOKEN_WORD && tokens_is(inner.text, "from"))
			return false;
	}
	return true;
}

/* The clauses of a line that begins with "from". */
static void
read_clauses(struct from *from, struct by *by, struct tokens *tokens)
{
	struct tokens inside;
	struct token token;
	size_t n = boundary_find(tokens->rest, &by->server);

	from->whole = n > 0;
	if (!from->whole) {
		from_read(from, tokens, &token);
		by_read(tokens, &token, by);
		return;
	}
	struct span clause = {tokens->rest.p, n};
	tokens_init(tokens, span_skip(tokens->rest, n));
	/* a HELO may end as its from-clause does, but it names no protocol */
	bool aliyun = by->server == SERVER_ALIYUN;
	if (aliyun)
		by->server = SERVER_OTHER;
	tokens_next(tokens, &token);
	by_read(tokens, &token, by);
	if (aliyun && by->with.n == 0 && by->server == SERVER_OTHER)
		by->server = SERVER_ALIYUN;
	tokens_init(&inside, clause);
	from_read(from, &inside, &token);
}

void
received_parse(struct span value, struct received *received)
{
	struct by by = {.server = SERVER_OTHER};
	struct from from = {.received = received, .by = &by};
	struct tokens tokens, inside;
	struct token token;

	*received = (struct received){.status = RECEIVED_NO_RELAY};
	tokens_init(&tokens, value);
	if (!first_word(&tokens, &token)) {
		tokens_init(&inside, token.text);
		tokens_next(&inside, &token);
		from_read(&from, &inside, &token);
		tokens_next(&tokens, &token);
		by_read(&tokens, &token, &by);
	} else if (token.kind == TOKEN_WORD &&
		   (tokens_is(token.text, "from") || tokens_begins(token.text, "from"))) {
		from.packed = !tokens_is(token.text, "from");
		if (from.packed)
			tokens_back(&tokens, token.text.p + strlen("from"));
		read_clauses(&from, &by, &tokens);
	} else {
		/* a helper's line: nobody's address stands in it */
		by_read(&tokens, &token, &by);
		received->by = by.name;
		received->with = by.with;
		received->auth = by.auth;
		received->fetch = by.fetch;
		return;
	}
	received->by = by.name;
	received->with = by.with;
	received->fetch = by.fetch;
	received->status = from_judge(&from);
	received->auth = by.auth || (received->auth && received->status == RECEIVED_RELAY);
}
