/*
 * plan_action.h - one action of a plan: known, with as many columns as it may
 * have, and each of them as it should be.
 */
#ifndef PLAN_ACTION_H
#define PLAN_ACTION_H

#include "filter/plan/plan.h"

/*
 * Checks the columns of one line (unescaped, each NUL-terminated, at least one)
 * and makes an action of them; columns that were left out are empty. separator
 * divides the levels of a folder's name. -1 and why, where they are no action.
 */
int plan_action(const struct span *column, size_t columns, char separator, struct action *action,
		struct err *err);

#endif
