#include "filter/commands/stats/tally.h"

#include "filter/base/show.h"

#include <stdint.h>
#include <stdlib.h>

/* FNV-1a. */
static uint32_t
hash(struct span name)
{
	uint32_t h = 2166136261U;

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619U;
	return h;
}

static size_t
find_slot(const struct tally *tally, struct span name)
{
	size_t at = hash(name) & (tally->slots - 1);

	while (tally->slot[at] != 0 &&
	       !span_equal(span_of(tally->row[tally->slot[at] - 1].name), name))
		at = (at + 1) & (tally->slots - 1);
	return at;
}

/* Twice the room. */
static void
grow(struct tally *tally)
{
	tally->slots = tally->slots == 0 ? 64 : tally->slots * 2;
	free(tally->slot);
	tally->slot = calloc(tally->slots, sizeof *tally->slot);
	struct tally_row *row = realloc(tally->row, tally->slots / 2 * sizeof *row);
	if (tally->slot == NULL || row == NULL)
		abort();
	tally->row = row;
	for (size_t i = 0; i < tally->n; i++)
		tally->slot[find_slot(tally, span_of(row[i].name))] = (unsigned)i + 1;
}

struct tally_row *
tally_row(struct tally *tally, struct span name)
{
	char shown[TALLY_NAME_MAX];

	/*
	 * A log holds escaped words; what was written by somebody else may not.
	 */
	if (name.n >= TALLY_NAME_MAX)
		name.n = TALLY_NAME_MAX - 1;
	for (size_t i = 0; i < name.n; i++)
		shown[i] = show_byte(name.p[i]);
	name.p = shown;
	if (tally->n >= tally->slots / 2)
		grow(tally);
	size_t at = find_slot(tally, name);
	if (tally->slot[at] == 0 && tally->n >= TALLY_NAMES_MAX) {
		name = SPAN("others");
		at = find_slot(tally, name);
	}
	if (tally->slot[at] == 0) {
		struct tally_row *row = &tally->row[tally->n++];

		*row = (struct tally_row){.count = {0}};
		memcpy(row->name, name.p, name.n);
		tally->slot[at] = (unsigned)tally->n;
	}
	return &tally->row[tally->slot[at] - 1];
}

static int
by_count(const void *a, const void *b)
{
	const struct tally_row *x = a, *y = b;

	if (x->count[0] != y->count[0])
		return x->count[0] < y->count[0] ? 1 : -1;
	return strcmp(x->name, y->name);
}

void
tally_sort(struct tally *tally)
{
	if (tally->n > 0)
		qsort(tally->row, tally->n, sizeof *tally->row, by_count);
}

void
tally_free(struct tally *tally)
{
	free(tally->row);
	free(tally->slot);
	*tally = (struct tally){.n = 0};
}
