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

static const struct sending {
	enum action_kind kind;
	const char *what, *key, *sent;
	bool named; /* the line names an address */
} sendings[] = {
	{ACTION_REDIRECT, "A redirect to", "redirect", "", true},
	{ACTION_VACATION, "A vacation reply", "vacation",
	 ": sent to whoever waits for one, and once only", false},
	{ACTION_NOTIFY, "A notification to", "notify", "", true},
};

static void
explain_send(const struct conf *conf, const struct delivery *delivery,
	     const struct verdict *verdict, const struct action *action)
{
	const struct sending *sending = sendings;
	char not_allowed[96];

	while (sending->kind != action->kind)
		sending++;
	bool site = sending->kind == ACTION_VACATION   ? conf->sieve.vacation
		    : sending->kind == ACTION_REDIRECT ? conf->sieve.redirect
						       : conf->sieve.notify,
	     allowed = send_allowed(delivery, verdict);
	(void)snprintf(not_allowed, sizeof not_allowed,
		       ": not sent, because this site has not allowed it (sieve.%s)", sending->key);
	line(sending->what, sending->named ? action->column[1] : SPAN(""),
	     !allowed ? ": not sent, because listed and unknown mail is never answered or passed on"
	     : !site  ? not_allowed
		      : sending->sent);
	if (sending->kind == ACTION_REDIRECT && (!allowed || !site))
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
	case ACTION_NOTIFY:
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
