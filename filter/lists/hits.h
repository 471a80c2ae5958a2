/*
 * hits.h - what the listings of one message are called and weigh.
 *
 * A list can have several meanings (`answers` with a name and weight each). A
 * meaning with a name of its own counts as a list of its own; meanings of one
 * list that share a name, or have none, are one, and the heaviest that matched
 * is its weight.
 */
#ifndef HITS_H
#define HITS_H

#include "filter/lists/dnsbl.h"

/* What meaning i of list is called in mail. */
const char *hits_name(const struct list *list, size_t i);

/*
 * Calls each(name, hit, weight) once for every name of every listing that is on
 * no allow zone, in the order of the lookups.
 */
typedef void each_hit(const char *name, const struct lookup *hit, int weight, void *context);
void hits_walk(const struct lookups *lookups, each_hit *each, void *context);

#endif
