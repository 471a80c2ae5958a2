/*
 * explain_json.c - the whole reasoning for programs (doc/json.md).
 */
#include "filter/commands/explain/explain.h"

#include "filter/commands/json_relay.h"
#include "filter/send/send.h"

static void
put_field(struct json *json, const char *key, struct span header, struct span name)
{
	struct span value;

	json_text(json, key,
		  header_find(header, name, &value) ? span_trim(value) : (struct span){NULL, 0});
}

static void
put_message(struct json *json, const struct run *run)
{
	struct span header = run->message.header;

	json_object(json, "message");
	put_field(json, "from", header, SPAN("From"));
	put_field(json, "to", header, SPAN("To"));
	put_field(json, "subject", header, SPAN("Subject"));
	put_field(json, "date", header, SPAN("Date"));
	put_field(json, "message_id", header, SPAN("Message-ID"));
	json_string(json, "sender", run->envelope.sender);
	json_string(json, "recipient", run->envelope.recipient);
	json_end(json, '}');
}

static void
put_text(struct json *json, const char *key, struct span text)
{
	json_text(json, key, text.n == 0 ? (struct span){NULL, 0} : text);
}

static void
put_then(struct json *json, const struct tagged *tagged)
{
	json_object(json, "then");
	put_text(json, "when", tagged->when);
	put_text(json, "verdict", tagged->verdict);
	put_text(json, "allowed", tagged->allowed);
	put_text(json, "failed", tagged->failed);
	json_array(json, "listed");
	for (size_t i = 0; i < tagged->n; i++) {
		json_object(json, NULL);
		put_text(json, "address", tagged->listing[i].address);
		put_text(json, "list", tagged->listing[i].list);
		put_text(json, "trust", tagged->listing[i].trust);
		put_text(json, "reason", tagged->listing[i].reason);
		json_end(json, '}');
	}
	json_end(json, ']');
	json_end(json, '}');
}

static void
put_lookups(struct json *json, const struct run *run)
{
	char text[ADDR_TEXT_MAX];

	json_array(json, "lookups");
	for (size_t i = 0; i < run->lookups.n; i++) {
		const struct lookup *lookup = &run->lookups.lookup[i];
		const struct relay *relay = &run->chain.relay[lookup->relay];

		json_object(json, NULL);
		json_number(json, "relay", relay->n);
		json_string(json, "address", addr_print(&relay->asked_as, text));
		json_relay_lookup(json, lookup,
				  lookup->state == LOOKUP_FAILED   ? "no answer"
				  : lookup->state != LOOKUP_LISTED ? "not listed"
				  : lookup->list->allow            ? "let through"
								   : "listed");
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void
put_verdict(struct json *json, const struct run *run)
{
	const struct verdict *verdict = &run->verdict;

	json_object(json, "verdict");
	json_string(json, "verdict", verdict_name(verdict->kind));
	json_number(json, "score", verdict->scored ? verdict->score : 0);
	json_number(json, "threshold", run->conf.threshold);
	json_string(json, "allowed", verdict->allowed);
	json_end(json, '}');
}

/* Where an action takes the message, or whom it concerns; null: nobody. */
static struct span
target_of(const struct delivery *delivery, const struct action *action)
{
	switch (action->kind) {
	case ACTION_IMPLICIT:
		return span_of(delivery->implicit == NULL ? "INBOX" : delivery->implicit);
	case ACTION_KEEP:
		return SPAN("INBOX");
	case ACTION_REJECT:
		return span_of(delivery->conf->deliver.junk);
	case ACTION_FILEINTO:
	case ACTION_REDIRECT:
	case ACTION_NOTIFY:
	case ACTION_ADDHEADER:
	case ACTION_DELETEHEADER:
		return action->column[1];
	case ACTION_DISCARD:
	case ACTION_VACATION:
	default:
		return (struct span){NULL, 0};
	}
}

static void
put_plan(struct json *json, const struct run *run, const struct delivery *delivery)
{
	json_array(json, "plan");
	for (size_t i = 0; i < run->plan.n; i++) {
		const struct action *action = &run->plan.action[i];
		bool sends = action->kind == ACTION_REDIRECT || action->kind == ACTION_VACATION ||
			     action->kind == ACTION_NOTIFY;

		json_object(json, NULL);
		put_text(json, "action",
			 action->kind == ACTION_IMPLICIT ? SPAN("implicit") : action->column[0]);
		put_text(json, "target", target_of(delivery, action));
		json_bool(json, "carried_out", !sends || send_allowed(delivery, &run->verdict));
		json_end(json, '}');
	}
	json_end(json, ']');
}

void
explain_print_json(const struct run *run, const struct delivery *delivery, const char *rules)
{
	struct json json = {.depth = 0};
	struct tagged tagged;

	tagged_read(&tagged, run->message.header);
	json_object(&json, NULL);
	put_message(&json, run);
	put_then(&json, &tagged);
	json_string(&json, "now", explain_now(run, &tagged));
	json_array(&json, "relays");
	for (size_t i = 0; i < run->chain.stored; i++)
		json_relay(&json, &run->chain.relay[i], SPAN(""));
	json_end(&json, ']');
	put_lookups(&json, run);
	put_verdict(&json, run);
	put_plan(&json, run, delivery);
	json_string(&json, "rules_failed", rules[0] == '\0' ? NULL : rules);
	json_end(&json, '}');
	tagged_free(&tagged);
}
