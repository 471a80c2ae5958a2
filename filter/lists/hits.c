#include "filter/lists/hits.h"

const char *
hits_name(const struct list *list, size_t i)
{
	return i < list->n_answers && list->answers[i].name != NULL ? list->answers[i].name
								    : list->name;
}

/* Has a meaning before i, of those in matched, the same name as i? */
static bool
named_before(const struct list *list, unsigned matched, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if ((matched & 1U << k) != 0 && strcmp(hits_name(list, k), hits_name(list, i)) == 0)
			return true;
	return false;
}

/*
 * The greatest weight among the meanings of this name that are in matched; 0
 * for none.
 */
static int
weight_of(const struct list *list, unsigned matched, const char *name)
{
	bool any = false;
	int most = 0;

	for (size_t k = 0; k < list->n_answers; k++) {
		int weight = list->answers[k].weight;

		if ((matched & 1U << k) == 0 || strcmp(hits_name(list, k), name) != 0)
			continue;
		most = !any || weight > most ? weight : most;
		any = true;
	}
	return most;
}

void
hits_walk(const struct lookups *lookups, each_hit *each, void *context)
{
	for (size_t l = 0; l < lookups->n; l++) {
		const struct lookup *hit = &lookups->lookup[l];

		if (hit->state != LOOKUP_LISTED || hit->list->allow)
			continue;
		for (size_t i = 0; i < hit->list->n_answers; i++)
			if ((hit->matched & 1U << i) != 0 &&
			    !named_before(hit->list, hit->matched, i))
				each(hits_name(hit->list, i), hit,
				     weight_of(hit->list, hit->matched, hits_name(hit->list, i)),
				     context);
	}
}
