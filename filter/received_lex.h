/*
 * received_lex.h - the words of a Received field.
 *
 * RFC 5322 3.2 with what is really sent: folds and controls are white space, comments nest but need not be closed, square
 * brackets may stand anywhere, a comma separates. Every call moves on; a whole walk is linear in the bytes.
 */
#ifndef RECEIVED_LEX_H
#define RECEIVED_LEX_H

#include "span.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_COMMENT,   /* ( ... ) with what is nested in it */
	TOKEN_LITERAL,   /* [ ... ], with a ":port" behind it swallowed */
	TOKEN_QUOTED,    /* " ... " */
	TOKEN_SEMICOLON,
};

struct token {
	enum token_kind kind;
	struct span text; /* without the brackets, parentheses or quotes around it */
	struct span raw;  /* with them */
	bool glued;       /* no white space between the token before it and this one */
};

struct lexer {
	struct span rest;
	bool flat;      /* a comment was never closed: from here on, one is "(", no parenthesis, ")" */
	bool unquoted;  /* a quote was never closed: from here on quotes are bytes like others */
	bool quoteless; /* the same for quotes inside comments */
};

void lexer_init(struct lexer *lexer, struct span text);
void lexer_next(struct lexer *lexer, struct token *token);

/* Is this the word, but for case and NULs? */
bool word_is(struct span word, const char *what);

/* Does the word begin like this, but for case? */
bool word_begins(struct span word, const char *what);

/* From here to the next white space, comma or parenthesis: a value such as what follows "helo=". */
struct span word_until_space(struct span text);

#endif
