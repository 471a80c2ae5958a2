#include "fold.h"

#include <stdlib.h>

void
fold_init(struct folded *folded, enum match_comparator comparator, struct span source)
{
	*folded = (struct folded){source, NULL};
	if (comparator == MATCH_OCTET || comparator == MATCH_ASCII_NUMERIC || source.n == 0)
		return;
	folded->owned = malloc(source.n);
	if (folded->owned == NULL)
		abort();
	for (size_t i = 0; i < source.n; i++)
		folded->owned[i] = span_lower(source.p[i]);
	folded->text.p = folded->owned;
}

void
fold_free(struct folded *folded)
{
	free(folded->owned);
	*folded = (struct folded){{NULL, 0}, NULL};
}

void
fold_unmap(enum match_comparator comparator, struct span source, size_t *offset, size_t n)
{
	(void)comparator;
	(void)source;
	(void)offset;
	(void)n;
}
