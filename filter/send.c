#include "send.h"

bool
send_allowed(const struct delivery *delivery, const struct verdict *verdict)
{
	return !delivery->listed && verdict->kind != VERDICT_LISTED && verdict->kind != VERDICT_UNKNOWN && verdict->failed_all == NULL;
}

void
send_limit(const struct conf *conf, const struct delivery *delivery, const struct verdict *verdict, struct plan *plan)
{
	bool allowed = send_allowed(delivery, verdict);

	for (size_t i = 0; i < plan->n;) {
		enum action_kind kind = plan->action[i].kind;

		if (kind == ACTION_VACATION && !(allowed && conf->sieve.vacation))
			plan_remove(plan, i);
		else if (kind == ACTION_REDIRECT && !(allowed && conf->sieve.redirect))
			i += plan_make_implicit(plan, i);
		else
			i++;
	}
}
