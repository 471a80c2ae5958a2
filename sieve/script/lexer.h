/*
 * lexer.h - the tokens of a Sieve script (RFC 5228 8.1).
 *
 * Lines may end in LF as well as in CRLF, and a UTF-8 byte order mark at the
 * start is skipped: editors and webmail write both. A NUL, a control character
 * or an 8-bit byte outside strings and comments is an error.
 */
#ifndef LEXER_H
#define LEXER_H

#include "sieve/text/pool.h"
#include "sieve/script/report.h"

#include <stdint.h>

enum token_kind {
	TOKEN_END, /* of the script */
	TOKEN_BAD, /* reported already */
	TOKEN_IDENTIFIER,
	TOKEN_TAG, /* text without its colon */
	TOKEN_NUMBER,
	/*
	 * text is the value: escapes and dot-stuffing undone, line ends as CRLF
	 */
	TOKEN_STRING,
	TOKEN_MARK, /* one of [ ] ( ) { } , ; */
};

struct token {
	enum token_kind kind;
	struct place at;
	struct span text; /* identifier, tag: as written; string: its value */
	uint64_t number;  /* with K, M, G applied; at most LEXER_NUMBER_MAX */
	char mark;
};

#define LEXER_NUMBER_MAX ((uint64_t)INT64_MAX)

struct lexer {
	struct pool *pool;
	struct report *report;
	struct span left; /* not read yet */
	struct place at;  /* of left */
};

void lexer_init(struct lexer *lexer, struct pool *pool, struct report *report, struct span source);

/*
 * The next token. TOKEN_BAD: an error was reported, and reading further makes
 * no sense. Linear over the script.
 */
struct token lexer_next(struct lexer *lexer);

/*
 * What a token is, in words for an error: "string", "\";\"", "end of the
 * script".
 */
const char *lexer_describe(const struct token *token);

#endif
