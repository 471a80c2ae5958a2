/*
 * tokens.h - the words of a Received field.
 *
 * RFC 5322 3.2 with what is really sent: folds and controls are white space,
 * comments nest but need not be closed, square brackets may stand anywhere,
 * quotes are bytes like others. A client may call itself what it likes, so a
 * comma or semicolon inside a word ends nothing. Every call moves on; a whole
 * walk is linear in the bytes.
 */
#ifndef RECEIVED_LEX_H
#define RECEIVED_LEX_H

#include "filter/base/span.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,    /* without a comma at its end */
	TOKEN_COMMENT, /* ( ... ) with what is nested in it */
	TOKEN_LITERAL, /* [ ... ], with a ":port" behind it swallowed */
	TOKEN_SEMICOLON,
};

struct token {
	enum token_kind kind;
	struct span text; /* without the brackets or parentheses around it */
	struct span raw;  /* with them */
	/*
	 * what this is glued to: the token before it, unless white space stands
	 * between; TOKEN_END: nothing
	 */
	enum token_kind before;
};

struct lexer {
	struct span rest;
	enum token_kind last;
	/*
	 * a comment was never closed: from here on, one is "(", no parenthesis,
	 * ")"
	 */
	bool flat;
	bool quoteless; /* a quote was never closed: from here on quotes are bytes like others */
};

void lexer_init(struct lexer *lexer, struct span text);
void lexer_next(struct lexer *lexer, struct token *token);

bool word_is_slow(struct span word, const char *what);

/*
 * Is this the word, in lower case, but for case and NULs? Mostly the first byte
 * tells.
 */
static inline bool
word_is(struct span word, const char *what)
{
	return (word.n == 0 || word.p[0] == '\0' || span_lower(word.p[0]) == what[0]) &&
	       word_is_slow(word, what);
}

/* Does the word begin like this, in lower case, but for case? */
static inline bool
word_begins(struct span word, const char *what)
{
	return word.n > 0 && span_lower(word.p[0]) == what[0] &&
	       span_starts_case(word, span_of(what));
}

/*
 * Goes back: the next token begins at p, which lies in the token that was read
 * last.
 */
void lexer_back(struct lexer *lexer, const char *p);

/*
 * Bytes before the by-clause of text, or 0 where it is not sure: the last "by"
 * behind a comment or a literal, in no comment itself. Sought from the end, for
 * what servers write behind it holds nothing of a client's but paths, while
 * before it a HELO may look like a clause, or hold half a comment.
 */
size_t lexer_find_by(struct span text);

/*
 * From here to the next white space or parenthesis: a value such as what
 * follows "helo=".
 */
struct span word_until_space(struct span text);

#endif
