#include "filter/send/send.h"

#include "filter/base/log.h"
#include "filter/base/show.h"
#include "filter/send/notify.h"
#include "filter/send/redirect.h"
#include "filter/send/vacation.h"

bool
send_allowed(const struct delivery *delivery, const struct verdict *verdict)
{
	return !delivery->listed && verdict->kind != VERDICT_LISTED &&
	       verdict->kind != VERDICT_UNKNOWN && verdict->failed_all == NULL;
}

void
send_limit(const struct conf *conf, const struct delivery *delivery, const struct verdict *verdict,
	   struct plan *plan)
{
	bool allowed = send_allowed(delivery, verdict);

	for (size_t i = 0; i < plan->n;) {
		enum action_kind kind = plan->action[i].kind;

		if ((kind == ACTION_VACATION && !(allowed && conf->sieve.vacation)) ||
		    (kind == ACTION_NOTIFY && !(allowed && conf->sieve.notify)))
			plan_remove(plan, i);
		else if (kind == ACTION_REDIRECT && !(allowed && conf->sieve.redirect))
			i += plan_make_implicit(plan, i);
		else
			i++;
	}
}

/*
 * Carries action i, a redirect, out, or puts a keep in its place. How many
 * actions are left at i. Those that fail count as tried, too: each may take its
 * time.
 */
static size_t
redirect(const struct conf *conf, const struct delivery *delivery, const struct message *message,
	 struct plan *plan, size_t i, size_t *tried)
{
	char address[128];
	struct err err;

	if ((*tried)++ >= REDIRECT_MAX)
		(void)err_set(&err, "more than %d redirects of one message", REDIRECT_MAX);
	else if (redirect_send(conf, delivery, message, plan, i, &err) == 0)
		return 1;
	log_line(LOG_WARNING, "redirect=kept address=%s: %s",
		 show_escaped(plan->action[i].column[REDIRECT_ADDRESS], address, sizeof address),
		 err.why);
	return plan_make_implicit(plan, i);
}

void
send_plan(const struct conf *conf, const struct delivery *delivery, const struct message *message,
	  struct plan *plan)
{
	size_t tried = 0, notified = 0;

	for (size_t i = 0; i < plan->n;) {
		if (plan->action[i].kind == ACTION_REDIRECT) {
			i += redirect(conf, delivery, message, plan, i, &tried);
			continue;
		}
		if (plan->action[i].kind == ACTION_VACATION)
			vacation_send(conf, delivery, message, &plan->action[i]);
		else if (plan->action[i].kind == ACTION_NOTIFY && notified++ < NOTIFY_MAX)
			notify_send(conf, delivery, message, &plan->action[i]);
		i++;
	}
}
