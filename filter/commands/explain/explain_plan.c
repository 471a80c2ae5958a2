#include "filter/commands/advice.h"
#include "filter/commands/explain/explain.h"
#include "filter/commands/print.h"
#include "filter/send/send.h"

#include <stdio.h>

#define TEXT_SHOWN 120

/* "  WHAT TEXT" and the rest of the sentence. */
static void
line(const char *what, struct span text, const char *rest)
{
	printf("  %s", what);
	if (text.n > 0) {
		putchar(' ');
		print_utf8(text, TEXT_SHOWN);
	}
	printf("%s\n", rest);
}

static void
explain_send(const struct conf *conf, const struct delivery *delivery,
	     const struct verdict *verdict, const struct action *action)
{
	bool vacation = action->kind == ACTION_VACATION;
	bool site = vacation ? conf->sieve.vacation : conf->sieve.redirect;
	const char *what = vacation ? "A vacation reply" : "A redirect to";
	struct span address = vacation ? SPAN("") : action->column[REDIRECT_ADDRESS];

	if (!send_allowed(delivery, verdict))
		line(what, address,
		     ": not sent, because listed and unknown mail is never answered or passed on");
	else if (!site)
		line(what, address,
		     vacation
			     ? ": not sent, because this site has not allowed it (sieve.vacation)"
			     : ": not sent, because this site has not allowed it (sieve.redirect)");
	else
		line(what, address,
		     vacation ? ": sent to whoever waits for one, and once only" : "");
	if (!vacation && (!send_allowed(delivery, verdict) || !site))
		line("Kept in its place.", SPAN(""), "");
}

static void
explain_action(const struct conf *conf, const struct delivery *delivery,
	       const struct verdict *verdict, const struct action *action)
{
	switch (action->kind) {
	case ACTION_IMPLICIT:
		line("Kept in",
		     delivery->implicit == NULL ? SPAN("INBOX") : span_of(delivery->implicit),
		     delivery->listed ? ", where listed mail goes" : "");
		break;
	case ACTION_KEEP:
		line("Kept in INBOX, as a rule says.", SPAN(""), "");
		break;
	case ACTION_FILEINTO:
		line("Filed into", action->column[FILEINTO_FOLDER], "");
		break;
	case ACTION_DISCARD:
		line("Discarded.", SPAN(""), "");
		break;
	case ACTION_REJECT:
		line("A rule rejects it. We never answer suspected mail: filed into",
		     span_of(conf->deliver.junk), "");
		break;
	case ACTION_ADDHEADER:
		line("A field is added before what follows:", action->column[ADDHEADER_NAME], "");
		break;
	case ACTION_DELETEHEADER:
		line("A field is taken out before what follows:", action->column[DELETEHEADER_NAME],
		     "");
		break;
	case ACTION_REDIRECT:
	case ACTION_VACATION:
	default:
		explain_send(conf, delivery, verdict, action);
		break;
	}
}

void
explain_plan(const struct conf *conf, const struct delivery *delivery,
	     const struct verdict *verdict, const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		explain_action(conf, delivery, verdict, &plan->action[i]);
}
