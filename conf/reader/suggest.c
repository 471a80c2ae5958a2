#include "conf/reader/suggest.h"

#include <stdio.h>

#define WORD_MAX 64

void
suggest_init(struct suggest *suggest, const char *word)
{
	/* A third of it may be wrong, two letters at least. */
	*suggest = (struct suggest){.word = span_of(word)};
	suggest->distance = suggest->word.n < 3 ? 2 : (unsigned)(suggest->word.n / 3) + 2;
}

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/*
 * How many letters have to be put in, taken out, changed or swapped with their
 * neighbour (optimal string alignment).
 */
static unsigned
distance(struct span a, struct span b)
{
	unsigned row[3][WORD_MAX + 1];

	for (size_t k = 0; k <= b.n; k++)
		row[1][k] = (unsigned)k;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned *now = row[(i + 1) % 3], *last = row[i % 3], *before = row[(i + 2) % 3];

		now[0] = (unsigned)i;
		for (size_t k = 1; k <= b.n; k++) {
			unsigned other = span_lower(a.p[i - 1]) != span_lower(b.p[k - 1]);

			now[k] = least(last[k] + 1, now[k - 1] + 1, last[k - 1] + other);
			if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] &&
			    a.p[i - 2] == b.p[k - 1] && before[k - 2] + 1 < now[k])
				now[k] = before[k - 2] + 1;
		}
	}
	return row[(a.n + 1) % 3][b.n];
}

void
suggest_try(struct suggest *suggest, const char *known)
{
	struct span name = span_of(known);

	if (suggest->word.n == 0 || suggest->word.n > WORD_MAX || name.n > WORD_MAX)
		return;
	unsigned found = distance(suggest->word, name);
	/*
	 * Whole words: nothing but the case, or the beginning, is always near.
	 */
	if (suggest->word.n >= 3 && span_starts_case(name, suggest->word))
		found = 1;
	if (found < suggest->distance && found < name.n) {
		suggest->distance = found;
		suggest->best = known;
	}
}

const char *
suggest_text(const struct suggest *suggest, char text[SUGGEST_TEXT_MAX])
{
	text[0] = '\0';
	if (suggest->best != NULL)
		(void)snprintf(text, SUGGEST_TEXT_MAX, " (did you mean %s?)", suggest->best);
	return text;
}
