/*
 * verdict.h: what was not answered never decides (promise 3). Every small
 * configuration with every pattern of answers and failures is held against all
 * the answers that could have come: "listed" and "clean" must be what each of
 * them says.
 */
#include "unit.h"
#include "filter/verdict/verdict.h"

#define FAILED 9 /* instead of the meanings that matched, a bit each */

enum { GRADES, LIST, WELCOME, LISTS };

static const int weights[] = {-8, -1, 0, 2, 6};
#define WEIGHTS (sizeof weights / sizeof weights[0])

static struct answer grades[2], one[] = {{.weight = 6}}, welcome[] = {{.weight = 6}};
static struct list lists[LISTS] = {
	[GRADES] = {.name = (char[]){"grades"}, .answers = grades, .n_answers = 2},
	[LIST] = {.name = (char[]){"list"}, .answers = one, .n_answers = 1},
	[WELCOME] = {.name = (char[]){"good"}, .answers = welcome, .n_answers = 1, .allow = true},
};

/*
 * The lookups of a message with a handoff and an invented relay, in the order
 * that dnsbl_run() gives them.
 */
static const struct {
	size_t relay, list;
} asked[] = {{0, GRADES}, {0, LIST}, {0, WELCOME}, {1, GRADES}, {1, LIST}};
#define ASKED (sizeof asked / sizeof asked[0])

static struct chain chain = {.stored = 2, .found = 2, .handoff = 0};
static struct lookup lookup[ASKED];
static unsigned long seen, failures;

/* How many different answers a list can give. */
static unsigned
answers_of(size_t i)
{
	return 1U << lists[asked[i].list].n_answers;
}

static enum verdict_kind
verdict_for(const struct conf *conf, const unsigned answer[ASKED])
{
	struct lookups lookups = {.lookup = lookup, .n = ASKED};
	struct verdict verdict;

	for (size_t i = 0; i < ASKED; i++)
		lookup[i] = (struct lookup){
			.relay = asked[i].relay,
			.list = &lists[asked[i].list],
			.state = answer[i] == FAILED ? LOOKUP_FAILED
				 : answer[i] == 0    ? LOOKUP_CLEAN
						     : LOOKUP_LISTED,
			.matched = answer[i] == FAILED ? 0 : answer[i],
		};
	verdict_of(conf, &chain, &lookups, NULL, &verdict);
	return verdict.kind;
}

/* Sets a bit of kinds for each verdict that some completion of answer has. */
static unsigned
completions(const struct conf *conf, const unsigned answer[ASKED], size_t from)
{
	unsigned whole[ASKED], kinds = 0;

	memcpy(whole, answer, sizeof whole);
	while (from < ASKED && whole[from] != FAILED)
		from++;
	if (from == ASKED)
		return 1U << verdict_for(conf, whole);
	for (unsigned a = 0; a < answers_of(from); a++) {
		whole[from] = a;
		kinds |= completions(conf, whole, from + 1);
	}
	return kinds;
}

static bool
is_right(enum verdict_kind got, unsigned kinds)
{
	const unsigned listed = 1U << VERDICT_LISTED, clean = 1U << VERDICT_CLEAN,
		       allowed = 1U << VERDICT_ALLOWED;

	switch (got) {
	case VERDICT_LISTED:
		return (kinds & (clean | allowed)) == 0;
	case VERDICT_CLEAN:
		return (kinds & listed) == 0;
	case VERDICT_ALLOWED:
		return kinds == allowed;
	case VERDICT_UNKNOWN:
		return kinds != clean && kinds != listed && kinds != allowed;
	default:
		return false;
	}
}

/* All patterns of answers, those with a failure checked. */
static void
each_pattern(const struct conf *conf, unsigned answer[ASKED], size_t i, bool failed)
{
	if (i < ASKED) {
		for (unsigned a = 0; a < answers_of(i); a++) {
			answer[i] = a;
			each_pattern(conf, answer, i + 1, failed);
		}
		answer[i] = FAILED;
		each_pattern(conf, answer, i + 1, true);
		return;
	}
	if (!failed)
		return;
	seen++;
	enum verdict_kind got = verdict_for(conf, answer);
	unsigned kinds = completions(conf, answer, 0);
	if (is_right(got, kinds) || failures++ > 5)
		return;
	print_error("threshold %d, grades %d %d %s, list %d; answers %u %u %u, %u %u: %s, "
		    "completions %#x\n",
		    conf->threshold, grades[0].weight, grades[1].weight,
		    grades[0].name == NULL ? "together" : "apart", one[0].weight, answer[0],
		    answer[1], answer[2], answer[3], answer[4], verdict_name(got), kinds);
}

static void
test_every_completion(void **state)
{
	static char apart[] = "apart";
	static const int thresholds[] = {2, 5, 6}, others[] = {4, 6};
	unsigned answer[ASKED];

	(void)state;
	for (size_t t = 0; t < 3; t++)
		for (size_t w = 0; w < WEIGHTS * WEIGHTS * 4; w++) {
			struct conf conf = {.threshold = thresholds[t]};

			grades[0].weight = weights[w % WEIGHTS];
			grades[1].weight = weights[w / WEIGHTS % WEIGHTS];
			grades[0].name = w / (WEIGHTS * WEIGHTS) % 2 == 0 ? NULL : apart;
			one[0].weight = others[w / (WEIGHTS * WEIGHTS * 2)];
			each_pattern(&conf, answer, 0, false);
		}
	print_message("%lu patterns with a failure\n", seen);
	assert_true(seen > 100000);
	assert_int_equal(failures, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_completion)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
