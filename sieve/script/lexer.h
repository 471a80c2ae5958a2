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
#include "sieve/script/warn/report.h"

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
	struct span source;
	struct span left; /* not read yet */
	struct place at;  /* of left */
	/*
	 * The last quoted string that goes over lines: a quote that is missing
	 * makes one.
	 */
	struct place long_from, long_to;
};

void lexer_init(struct lexer *lexer, struct pool *pool, struct report *report, struct span source);

/*
 * The next token. TOKEN_BAD: an error was reported, and reading further makes
 * no sense. Linear over the script.
 */
struct token lexer_next(struct lexer *lexer);

/*
 * An error of the grammar. Adds what may be behind it: the script is none of
 * Sieve, or the place is where a string of several lines ends.
 */
void lexer_error(struct lexer *lexer, struct place at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The error of what stands where no token can begin (lexer_error.c). */
void lexer_unexpected(struct lexer *lexer);

/*
 * What a token is, in words for an error: "string", "\";\"", "end of the
 * script".
 */
const char *lexer_describe(const struct token *token);

#endif
