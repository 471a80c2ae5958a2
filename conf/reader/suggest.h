/*
 * suggest.h - "did you mean": the known word that is nearest to one that is
 * not known.
 */
#ifndef SUGGEST_H
#define SUGGEST_H

#include "filter/base/span.h"

struct suggest {
	struct span word;
	const char *best; /* NULL: nothing is near */
	unsigned distance;
};

/* Begins with a word of at most 64 bytes; a longer one is near to nothing. */
void suggest_init(struct suggest *suggest, const char *word);

/* Compares it with one that is known, which has to live on. */
void suggest_try(struct suggest *suggest, const char *known);

/*
 * " (did you mean WORD?)" or "", in text.
 */
#define SUGGEST_TEXT_MAX 96
const char *suggest_text(const struct suggest *suggest, char text[SUGGEST_TEXT_MAX]);

#endif
