/*
 * json_relay.h - a relay and a lookup as JSON, for relays, explain and check.
 */
#ifndef JSON_RELAY_H
#define JSON_RELAY_H

#include "filter/commands/json.h"
#include "filter/lists/dnsbl.h"
#include "filter/relays/relay.h"

/*
 * A member of an array; value: the line as it came, for one that could not be
 * parsed.
 */
void json_relay(struct json *json, const struct relay *relay, struct span value);

/*
 * The members of an object that say what a list said; state: in a word or two.
 */
void json_relay_lookup(struct json *json, const struct lookup *lookup, const char *state);

#endif
