/* environment (RFC 5183). */
#include "config.h"

#include "sieve/run/eval/eval.h"

#include "sieve/script/language.h"

/*
 * RFC 5183 4: a test of an item that does not exist fails, whatever it
 * compares; one that has no value here is the empty string.
 */
bool
eval_environment(struct run *run, const struct step *step)
{
	struct span name = run_string(run, step->frame, &step->node->positional[0]->string[0]);
	const char *host = run->facts.host, *dot = host == NULL ? NULL : strchr(host, '.');
	char score[16] = "";
	if (run->facts.score >= 0)
		(void)snprintf(score, sizeof score, "%d", run->facts.score);
	const struct {
		const char *name, *value; /* NULL: no value */
	} items[] = {
		{"name", PACKAGE_NAME},
		{"version", PACKAGE_VERSION},
		{"location", "MDA"},
		{"phase", "during"},
		{"host", host},
		{"domain", dot == NULL ? NULL : dot + 1},
		{"vnd.spamcop.verdict", run->facts.verdict},
		{"vnd.spamcop.lists", run->facts.lists},
		{"vnd.spamcop.score", score},
	};
	struct matcher matcher;

	for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
		if (!span_equal_case(name, span_of(items[i].name)))
			continue;
		matcher_open(&matcher, run, step, step->node->positional[1]);
		(void)matcher_see(&matcher, span_of(items[i].value == NULL ? "" : items[i].value));
		return matcher_close(&matcher);
	}
	return false;
}
