#include "filter/verdict/verdict.h"

#include "filter/lists/hits.h"

/*
 * shown for a hit: spamtest's 1 means "looked at, nothing found" (RFC 5235 2.1)
 */
#define SCORE_LEAST 2
#define SCORE_MOST  10

/* What one name of one list has added to the score so far. */
struct part {
	const struct list *list;
	const char *name;
	int weight;
	bool hit;
};

#define PARTS_MAX (CONF_LISTS_MAX * CONF_ANSWERS_MAX)

struct sum {
	struct part *part; /* PARTS_MAX of them, n in use */
	size_t n;
	int score;
	size_t handoff;
	const struct chain *chain;
	const struct conf *conf;
	size_t relay;   /* hits of this one are added now */
	size_t reached; /* where the score reached the threshold; chain->stored: nowhere */
};

static struct part *
part_of(struct sum *sum, const struct list *list, const char *name)
{
	for (size_t i = 0; i < sum->n; i++)
		if (sum->part[i].list == list && strcmp(sum->part[i].name, name) == 0)
			return &sum->part[i];
	sum->part[sum->n] = (struct part){.list = list, .name = name};
	return &sum->part[sum->n++];
}

/*
 * Each list counts once, with the heaviest of its hits; a weight that speaks
 * for the message counts at the handoff only.
 */
static void
add_hit(const char *name, const struct lookup *hit, int weight, void *context)
{
	struct sum *sum = context;

	if (weight < 0 && hit->relay != sum->handoff)
		return;
	struct part *part = part_of(sum, hit->list, name);
	if (!part->hit || weight > part->weight) {
		sum->score += weight - part->weight;
		part->weight = weight;
	}
	part->hit = true;
}

/*
 * The score after each relay's hits, top down, so that it is known which one
 * was the last straw.
 */
static void
add_up(struct sum *sum, const struct lookups *lookups)
{
	for (size_t from = 0; from < lookups->n;) {
		size_t to = from;

		while (to < lookups->n && lookups->lookup[to].relay == lookups->lookup[from].relay)
			to++;
		struct lookups one = {.lookup = lookups->lookup + from, .n = to - from};
		hits_walk(&one, add_hit, sum);
		if (sum->score >= sum->conf->threshold && sum->reached == sum->chain->stored)
			sum->reached = lookups->lookup[from].relay;
		from = to;
	}
}

/*
 * What one name could still have weighed, had the failed lookups been answered.
 */
struct bounds {
	int low, high;
};

/*
 * A weight that the failed lookup could have given to its part. A part that has
 * hit is never lowered: the heaviest of its hits counts.
 */
static void
widen(struct bounds *bounds, const struct part *part, int weight)
{
	if (weight > bounds->high)
		bounds->high = weight;
	if (!part->hit && weight < bounds->low)
		bounds->low = weight;
}

/*
 * How far the lookups that failed could have moved the score down and up: every
 * name by the lowest and by the highest of the weights that could have come, so
 * that no answer that was missed can make the verdict wrong (promise 3).
 */
static void
could_have_been(struct sum *sum, const struct lookups *lookups, int *low, int *high)
{
	static struct bounds bounds[PARTS_MAX];
	size_t known = 0;

	for (size_t l = 0; l < lookups->n; l++) {
		const struct lookup *lookup = &lookups->lookup[l];
		const struct list *list = lookup->list;

		if (lookup->state != LOOKUP_FAILED || list->allow)
			continue;
		for (size_t i = 0; i < list->n_answers; i++) {
			struct part *part = part_of(sum, list, hits_name(list, i));
			int weight = list->answers[i].weight;

			for (; known < sum->n; known++)
				bounds[known] = (struct bounds){sum->part[known].weight,
								sum->part[known].weight};
			if (weight >= 0 || lookup->relay == sum->handoff)
				widen(&bounds[part - sum->part], part, weight);
		}
	}
	*low = *high = sum->score;
	for (size_t i = 0; i < known; i++) {
		*low += bounds[i].low - sum->part[i].weight;
		*high += bounds[i].high - sum->part[i].weight;
	}
}

static bool
zone_failed(const struct lookups *lookups)
{
	for (size_t i = 0; i < lookups->n; i++)
		if (lookups->lookup[i].list->allow && lookups->lookup[i].state == LOOKUP_FAILED)
			return true;
	return false;
}

static const char *
zone_that_allows(const struct lookups *lookups)
{
	for (size_t i = 0; i < lookups->n; i++)
		if (lookups->lookup[i].list->allow && lookups->lookup[i].state == LOOKUP_LISTED)
			return lookups->lookup[i].list->name;
	return NULL;
}

static size_t
count_asked(const struct lookups *lookups)
{
	size_t n = 0;

	for (size_t i = 0; i < lookups->n; i++)
		n += i == 0 || lookups->lookup[i].relay != lookups->lookup[i - 1].relay;
	return n;
}

static enum verdict_kind
decide(struct sum *sum, const struct lookups *lookups)
{
	int threshold = sum->conf->threshold, low, high;
	bool listed = sum->score >= threshold;

	/* whoever handed it over may not have been asked about */
	bool ended = sum->chain->ended > 0;
	if (lookups->n == 0)
		return ended ? VERDICT_UNKNOWN : VERDICT_UNCHECKED;
	could_have_been(sum, lookups, &low, &high);
	if (listed)
		return low < threshold || zone_failed(lookups) ? VERDICT_UNKNOWN : VERDICT_LISTED;
	return high >= threshold || ended ? VERDICT_UNKNOWN : VERDICT_CLEAN;
}

static int
shown(int score)
{
	return score <= 0            ? 0
	       : score < SCORE_LEAST ? SCORE_LEAST
	       : score > SCORE_MOST  ? SCORE_MOST
				     : score;
}

void
verdict_of(const struct conf *conf, const struct chain *chain, const struct lookups *lookups,
	   const char *allowed, struct verdict *verdict)
{
	static struct part parts[PARTS_MAX];
	struct sum sum = {.part = parts,
			  .handoff = relay_vouching(chain),
			  .chain = chain,
			  .conf = conf,
			  .reached = chain->stored};

	*verdict =
		(struct verdict){.allowed = allowed != NULL ? allowed : zone_that_allows(lookups),
				 .asked = count_asked(lookups)};
	add_up(&sum, lookups);
	int score = sum.score;
	verdict->kind = verdict->allowed != NULL ? VERDICT_ALLOWED : decide(&sum, lookups);
	verdict->scored = verdict->kind != VERDICT_UNKNOWN && verdict->kind != VERDICT_UNCHECKED;
	verdict->score = verdict->kind == VERDICT_LISTED || verdict->kind == VERDICT_CLEAN
				 ? shown(score)
				 : 0;
	verdict->last = chain->stored == 0 ? 0 : chain->stored - 1;
	if (verdict->kind == VERDICT_LISTED)
		verdict->last = sum.reached;
}

const char *
verdict_name(enum verdict_kind kind)
{
	static const char *const name[] = {"allowed", "listed", "unknown", "unchecked", "clean"};

	return name[kind];
}
