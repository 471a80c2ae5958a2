#include "sieve/run/included.h"

#include "sieve/script/warn/warn.h"

struct included {
	struct span key; /* "g" or "p", and the name */
	struct script script;
	bool missing;
	const char *why;
	bool begun;
	struct included *next;
};

static void
read_script(struct included_set *set, struct included *included, bool global, struct span name)
{
	struct report report;
	struct span text = SPAN("");
	struct err err;
	int answer = ask_script(set->ask, set->pool, global, name, &text, &err);

	if (answer < 0) {
		included->why = pool_printf(set->pool, "%s", err.why).p;
		return;
	}
	if (answer == 0) {
		included->missing = true;
		return;
	}
	report_init(&report, set->to, pool_copy(set->pool, name).p, text);
	report.separator = set->separator;
	report.caret = set->caret;
	if (check_read(set->pool, &report, text, &included->script) != 0) {
		set->errors++;
		included->why =
			pool_printf(set->pool, "the included script has an error: %s", report.first)
				.p;
	} else if (set->to != NULL)
		warn_script(&report, &included->script);
}

const struct script *
included_find(void *context, bool global, struct span name, const char **why, bool **begun)
{
	struct included_set *set = context;
	struct span key = pool_printf(set->pool, "%c%.*s", global ? 'g' : 'p', (int)name.n, name.p);
	struct included *included = set->first;

	while (included != NULL && !span_equal(included->key, key))
		included = included->next;
	if (included == NULL) {
		included = pool_alloc(set->pool, sizeof *included);
		*included = (struct included){.key = key, .next = set->first};
		set->first = included;
		read_script(set, included, global, name);
	}
	*why = included->why;
	*begun = &included->begun;
	return included->missing || included->why != NULL ? NULL : &included->script;
}

void
included_close(struct included_set *set)
{
	for (struct included *included = set->first; included != NULL; included = included->next)
		check_free(&included->script);
}
