#include "filter/commands/json_relay.h"

#define LINE_SHOWN 1000 /* bytes of a line that could not be parsed */

/* White space at the ends dropped; null where there is none. */
static void
put_name(struct json *json, const char *key, struct span text)
{
	text = span_trim(text);
	json_text(json, key, text.n == 0 ? (struct span){NULL, 0} : text);
}

void
json_relay(struct json *json, const struct relay *relay, struct span value)
{
	bool parsed = relay->hop.status == RECEIVED_RELAY;
	char text[ADDR_TEXT_MAX];

	value = span_trim(value);
	if (value.n > LINE_SHOWN)
		value.n = LINE_SHOWN;
	json_object(json, NULL);
	json_number(json, "n", relay->n);
	json_string(json, "address", parsed ? addr_print(&relay->hop.addr, text) : NULL);
	json_string(json, "role", parsed ? relay_role_name(relay->role) : "unparsed");
	put_name(json, "name", parsed ? relay->hop.rdns : SPAN(""));
	put_name(json, "helo", parsed ? relay->hop.helo : SPAN(""));
	put_name(json, "by", parsed ? relay->hop.by : SPAN(""));
	put_name(json, "with", parsed ? relay->hop.with : SPAN(""));
	json_bool(json, "authenticated", parsed && relay->hop.auth);
	json_bool(json, "looked_up", parsed && relay->no_lookup == NULL);
	json_string(json, "why_not", parsed ? relay->no_lookup : "unparsed");
	put_name(json, "line", parsed ? SPAN("") : value);
	json_end(json, '}');
}

void
json_relay_lookup(struct json *json, const struct lookup *lookup, const char *state)
{
	char text[ADDR_TEXT_MAX];

	json_string(json, "list", lookup->list->name);
	json_string(json, "state", state);
	json_array(json, "answers");
	for (size_t i = 0; i < lookup->answers; i++) {
		struct addr addr = addr_from_ipv4(lookup->answer[i]);

		json_string(json, NULL, addr_print(&addr, text));
	}
	json_end(json, ']');
	json_text(json, "reason",
		  (struct span){lookup->reason_n == 0 ? NULL : lookup->reason, lookup->reason_n});
	json_string(json, "cause", lookup->state == LOOKUP_FAILED ? lookup->cause : NULL);
}
