#include "sieve/script/warn/guess.h"

void
guess_init(struct guess *guess, struct span word)
{
	*guess = (struct guess){.word = word};
	guess->distance = word.n < 3 || word.n > GUESS_WORD_MAX ? 0
			  : word.n < 6                          ? 1
			  : word.n < 9                          ? 2
								: 3;
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The letters of a word, in lower case and without what joins them. */
static size_t
letters(struct span word, char to[GUESS_WORD_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < word.n && n < GUESS_WORD_MAX; i++)
		if (word.p[i] != '-' && word.p[i] != '_')
			to[n++] = span_lower(word.p[i]);
	return n;
}

/* Optimal string alignment distance: three rows are enough. */
static unsigned
distance(struct span x, struct span y)
{
	unsigned rows[3][GUESS_WORD_MAX + 1] = {{0}};
	char a[GUESS_WORD_MAX], b[GUESS_WORD_MAX];
	size_t n = letters(x, a), m = letters(y, b);

	for (size_t j = 0; j <= m; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]),
				       least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], two[j - 2] + 1);
		}
	}
	return rows[n % 3][m];
}

void
guess_offer(struct guess *guess, const char *known)
{
	struct span name = span_of(known);

	if (name.n > GUESS_WORD_MAX || guess->distance == 0)
		return;
	unsigned one = distance(guess->word, name);
	if (one < guess->distance + (guess->best == NULL) && one < name.n / 2 + 1) {
		guess->distance = one == 0 ? 0 : one;
		guess->best = known;
	}
}
