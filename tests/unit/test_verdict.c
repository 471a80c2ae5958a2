/* verdict.h: what the answers add up to. */
#include "unit.h"
#include "filter/verdict/verdict.h"

/*
 * Lists by letter; a lookup is written RELAY LIST STATE: "0aL" relay 0, list a,
 * listed with its first meaning; C clean, F failed; 1 to 3: listed with that
 * meaning only.
 */
static struct answer six[] = {{.weight = 6}};
static struct answer two[] = {{.weight = 2}};
static struct answer four[] = {{.weight = 4}};
static struct answer minus[] = {{.weight = -4}};
static struct answer combined[] = {{.name = (char[]){"sbl"}, .weight = 4},
				   {.name = (char[]){"xbl"}, .weight = 3},
				   {.name = (char[]){"sbl"}, .weight = 6}};
static struct answer both[] = {{.name = (char[]){"good"}, .weight = -3},
			       {.name = (char[]){"bad"}, .weight = 5}};
static struct list lists[] = {
	{.name = (char[]){"a"}, .answers = six, .n_answers = 1},
	{.name = (char[]){"b"}, .answers = two, .n_answers = 1},
	{.name = (char[]){"c"}, .answers = four, .n_answers = 1},
	{.name = (char[]){"d"}, .answers = minus, .n_answers = 1},
	{.name = (char[]){"e"}, .answers = combined, .n_answers = 3},
	{.name = (char[]){"f"}, .answers = both, .n_answers = 2},
	{.name = (char[]){"w"}, .answers = six, .n_answers = 1, .allow = true},
};

static const struct verdict_case {
	const char *what, *lookups, *allowed;
	enum verdict_kind kind;
	int score; /* -1: not written */
	size_t asked, last;
} cases[] = {
	{"nothing looked up", "", NULL, VERDICT_UNCHECKED, -1, 0, 3},
	{"nothing looked up, but allowed", "", "friend", VERDICT_ALLOWED, 0, 0, 3},
	{"clean", "0aC 1aC", NULL, VERDICT_CLEAN, 0, 2, 3},
	{"listed", "0aC 1aL 2aC", NULL, VERDICT_LISTED, 6, 3, 1},
	{"the last straw", "0bL 1bC 0cC 1cL 2aL", NULL, VERDICT_LISTED, 10, 3, 1},
	{"below the threshold", "0bL 1bL", NULL, VERDICT_CLEAN, 2, 2, 3},
	{"each list once", "0cL 1cL 2cL", NULL, VERDICT_CLEAN, 4, 3, 3},
	{"sum", "0bL 0cL", NULL, VERDICT_LISTED, 6, 1, 0},
	{"ten at most", "0aL 0cL 0bL", NULL, VERDICT_LISTED, 10, 1, 0},
	{"allowed by name", "0aL", "friend", VERDICT_ALLOWED, 0, 1, 3},
	{"allowed by zone", "0aL 0wL", NULL, VERDICT_ALLOWED, 0, 1, 3},
	{"allowed although something failed", "0aF 0wL", NULL, VERDICT_ALLOWED, 0, 1, 3},
	{"failed", "0aF", NULL, VERDICT_UNKNOWN, -1, 1, 3},
	{"failed for one relay", "0aC 1aF", NULL, VERDICT_UNKNOWN, -1, 2, 3},
	{"failed and could not have mattered", "0aC 0bF", NULL, VERDICT_CLEAN, 0, 1, 3},
	{"failed and together could have", "0bF 0cF", NULL, VERDICT_UNKNOWN, -1, 1, 3},
	{"failed and could have added up", "0bL 0cF", NULL, VERDICT_UNKNOWN, -1, 1, 3},
	{"failed where the list has hit already", "0cL 1cF", NULL, VERDICT_CLEAN, 4, 2, 3},
	{"failed, but listed anyway", "0aL 1bF", NULL, VERDICT_LISTED, 6, 2, 0},
	{"an allow zone failed: not listed", "0aL 0wF", NULL, VERDICT_UNKNOWN, -1, 1, 3},
	{"an allow zone failed and it does not matter", "0aC 0wF", NULL, VERDICT_CLEAN, 0, 1, 3},
	{"an allow zone did not match", "0aL 0wC", NULL, VERDICT_LISTED, 6, 1, 0},
	{"negative weight", "0aL 0dL", NULL, VERDICT_CLEAN, 2, 1, 3},
	{"negative weight only", "0dL", NULL, VERDICT_CLEAN, 0, 1, 3},
	{"negative weight of an invented relay", "0aL 1dL", NULL, VERDICT_LISTED, 6, 2, 0},
	{"negative weight failed: could have prevented", "0aL 0dF", NULL, VERDICT_UNKNOWN, -1, 1,
	 3},
	{"negative weight failed: could not have", "0aL 0cL 0dF", NULL, VERDICT_LISTED, 10, 1, 0},
	{"negative weight failed for an invented relay", "0aL 1dF", NULL, VERDICT_LISTED, 6, 2, 0},
	{"negative weight failed, not listed anyway", "0bL 0dF", NULL, VERDICT_CLEAN, 2, 1, 3},
	{"one meaning", "0e1", NULL, VERDICT_CLEAN, 4, 1, 3},
	{"the heavier of one name", "0e3", NULL, VERDICT_LISTED, 6, 1, 0},
	{"the heavier of one name, over relays", "0e1 1e3", NULL, VERDICT_LISTED, 6, 2, 1},
	{"two names are two lists", "0e1 1e2", NULL, VERDICT_LISTED, 7, 2, 1},
	{"good meaning", "0f1 0aL", NULL, VERDICT_CLEAN, 3, 1, 3},
	{"good meaning of an invented relay", "0f2 1f1", NULL, VERDICT_LISTED, 5, 2, 0},
	{"a list with both failed", "0aL 0fF", NULL, VERDICT_UNKNOWN, -1, 1, 3},
};

static struct lookup lookup[16];

static struct lookups
read_lookups(const char *text)
{
	struct lookups lookups = {.lookup = lookup};

	while (*text != '\0') {
		struct lookup *to = &lookup[lookups.n++];
		size_t list = text[1] == 'w' ? 6 : (size_t)(text[1] - 'a');

		*to = (struct lookup){.relay = (size_t)(text[0] - '0'), .list = &lists[list]};
		to->state = text[2] == 'C'   ? LOOKUP_CLEAN
			    : text[2] == 'F' ? LOOKUP_FAILED
					     : LOOKUP_LISTED;
		if (text[2] == 'L')
			to->matched = 1;
		else if (text[2] >= '1' && text[2] <= '3')
			to->matched = 1U << (text[2] - '1');
		text += text[3] == ' ' ? 4 : 3;
	}
	/* In the order relay, list, as dnsbl_run() gives them. */
	for (size_t i = 1; i < lookups.n; i++)
		for (size_t k = i; k > 0 && lookup[k].relay < lookup[k - 1].relay; k--) {
			struct lookup other = lookup[k];

			lookup[k] = lookup[k - 1];
			lookup[k - 1] = other;
		}
	return lookups;
}

static void
test_verdicts(void **state)
{
	struct conf conf = {.threshold = 5};
	static struct chain chain = {.stored = 4, .found = 4, .handoff = 0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct verdict_case *c = &cases[i];
		struct lookups lookups = read_lookups(c->lookups);
		struct verdict verdict;

		verdict_of(&conf, &chain, &lookups, c->allowed, &verdict);
		int score = verdict.scored ? verdict.score : -1;
		if (verdict.kind != c->kind || score != c->score || verdict.asked != c->asked ||
		    verdict.last != c->last)
			print_error("%s: %s score %d asked %zu last %zu\n", c->what,
				    verdict_name(verdict.kind), score, verdict.asked, verdict.last);
		assert_int_equal(verdict.kind, c->kind);
		assert_int_equal(score, c->score);
		assert_int_equal(verdict.asked, c->asked);
		assert_int_equal(verdict.last, c->last);
	}
}

static void
test_allowed_by(void **state)
{
	struct conf conf = {.threshold = 5};
	static struct chain chain = {.stored = 1};
	struct lookups lookups = read_lookups("0aL 0wL");
	struct verdict verdict;

	(void)state;
	verdict_of(&conf, &chain, &lookups, NULL, &verdict);
	assert_string_equal(verdict.allowed, "w");
	verdict_of(&conf, &chain, &lookups, "@example.org", &verdict);
	assert_string_equal(verdict.allowed, "@example.org");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_verdicts),
					   cmocka_unit_test(test_allowed_by)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
