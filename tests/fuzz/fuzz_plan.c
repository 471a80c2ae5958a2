/*
 * plan.h: any bytes are a valid plan that says where the message goes, or one
 * implicit keep.
 */
#include "fuzz.h"
#include "filter/plan/plan.h"

#include <stdlib.h>

static void
check_action(const struct action *action)
{
	for (size_t i = 0; i < PLAN_COLUMNS_MAX; i++) {
		struct span column = action->column[i];

		if (column.p == NULL || column.p[column.n] != '\0' ||
		    memchr(column.p, '\0', column.n) != NULL)
			abort();
	}
	if (action->kind == ACTION_FILEINTO &&
	    (action->column[1].n == 0 || action->column[1].p[0] == '/' ||
	     memchr(action->column[1].p, '\n', action->column[1].n) != NULL))
		abort();
	if (action->kind == ACTION_REDIRECT && action->column[1].p[0] == '-')
		abort();
	if (action->kind == ACTION_ADDHEADER &&
	    (memchr(action->column[2].p, '\n', action->column[2].n) != NULL ||
	     span_starts_case(action->column[1], SPAN("X-SpamCop-"))))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span text = {(const char *)data, size};
	struct plan plan;
	struct err err = {""};
	size_t decided = 0;
	bool valid = plan_read(&plan, text, '.', &err) == 0;

	for (size_t i = 0; i < plan.n; i++) {
		check_action(&plan.action[i]);
		decided += plan.action[i].kind != ACTION_VACATION &&
			   plan.action[i].kind != ACTION_ADDHEADER &&
			   plan.action[i].kind != ACTION_DELETEHEADER;
	}
	if (plan.n == 0 || plan.n > PLAN_ACTIONS_MAX || decided == 0 || !plan.done)
		abort();
	if (!valid && (plan.n != 1 || plan.action[0].kind != ACTION_IMPLICIT || err.why[0] == '\0'))
		abort();
	(void)plan_check_words(&plan, plan_words(text), &err);
	while (plan.n > 0)
		plan_remove(&plan, plan.n / 2);
	plan_free(&plan);
	return 0;
}
