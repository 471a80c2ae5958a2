/*
 * tokens.h - the words of a Received field.
 *
 * RFC 5322 3.2 with what is really sent: folds and controls are white space,
 * comments nest but need not be closed, square brackets may stand anywhere,
 * quotes are bytes like others. A client may call itself what it likes, so a
 * comma or semicolon inside a word ends nothing. Every call moves on; a whole
 * walk is linear in the bytes.
 */
#ifndef TOKENS_H
#define TOKENS_H

#include "filter/base/span.h"

#include <stdint.h>

/*
 * What a byte may begin or end; a table, because every byte of every Received
 * line comes by here a few times.
 */
enum {
	TOKENS_SPACE = 1,
	TOKENS_NUL = 2,
	TOKENS_PAREN = 4,
	TOKENS_BRACKET = 8,
	TOKENS_SEMICOLON = 16,
	TOKENS_QUOTE = 32,
	TOKENS_CLOSING = 64
};

extern const uint8_t tokens_class[256];

static inline unsigned
tokens_class_of(char c)
{
	return tokens_class[(unsigned char)c];
}

/*
 * Where the first byte of these classes stands in text, from i on; text.n:
 * nowhere.
 */
static inline size_t
tokens_find(struct span text, size_t i, unsigned classes)
{
	while (i < text.n && !(tokens_class_of(text.p[i]) & classes))
		i++;
	return i;
}

/*
 * Bytes of text up to its last byte of these classes, that one included; 0:
 * there is none.
 */
size_t tokens_find_last(struct span text, unsigned classes);

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

struct tokens {
	struct span rest;
	enum token_kind last;
	/*
	 * a comment was never closed: from here on, one is "(", no parenthesis,
	 * ")"
	 */
	bool flat;
	bool quoteless; /* a quote was never closed: from here on quotes are bytes like others */
};

void tokens_init(struct tokens *tokens, struct span text);
void tokens_next(struct tokens *tokens, struct token *token);

bool tokens_is_slow(struct span word, const char *what);

/*
 * Is this the word, in lower case, but for case and NULs? Mostly the first byte
 * tells.
 */
static inline bool
tokens_is(struct span word, const char *what)
{
	return word.n > 0 && (span_lower(word.p[0]) == what[0] || word.p[0] == '\0') &&
	       tokens_is_slow(word, what);
}

/* Does the word begin like this, in lower case, but for case? */
static inline bool
tokens_begins(struct span word, const char *what)
{
	return word.n > 0 && span_lower(word.p[0]) == what[0] &&
	       span_starts_case(word, span_of(what));
}

/* The same for any of several words, of which NULL is the last. */
bool tokens_is_any(struct span word, const char *const *words);
bool tokens_begins_any(struct span word, const char *const *words);

/*
 * Goes back: the next token begins at p, which lies in the token that was read
 * last.
 */
void tokens_back(struct tokens *tokens, const char *p);

/*
 * From here to the next white space or parenthesis: a value such as what
 * follows "helo=".
 */
struct span tokens_until_space(struct span text);

#endif
