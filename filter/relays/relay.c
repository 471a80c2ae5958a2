#include "filter/relays/relay.h"

static bool
is_received(const struct field *field)
{
	return span_equal_case(field->name, SPAN("Received"));
}

static bool
is_listed(const struct addr *addr, const struct addr *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (addr_equal(addr, &list[i]))
			return true;
	return false;
}

/*
 * special is why relay->asked_as is not looked up, or NULL: it is no kind of
 * ours then.
 */
static bool
is_ours(const struct conf *conf, const struct relay *relay, const char *special)
{
	if (special != NULL && addr_is_loopback(&relay->asked_as))
		return true;
	if (special != NULL && !conf->trusted_set && addr_is_private(&relay->asked_as))
		return true;
	for (size_t i = 0; i < conf->n_trusted; i++)
		if (addr_in(&relay->hop.addr, &conf->trusted[i]) ||
		    addr_in(&relay->asked_as, &conf->trusted[i]))
			return true;
	return false;
}

/*
 * A relay of ours, or a client that one of ours authenticated; while all above
 * are trusted.
 */
static const char *
trusted_why(const struct conf *conf, const struct relay *relay, const char *special)
{
	if (is_ours(conf, relay, special))
		return special != NULL ? special : "trusted";
	return relay->hop.auth ? "authenticated" : NULL;
}

/*
 * Why an address from the handoff down is not looked up, or NULL; keeps count
 * of those that are.
 */
static const char *
not_asked_why(struct relay_walk *walk, const struct addr *addr, const char *special)
{
	if (special != NULL)
		return special;
	if (is_listed(addr, walk->authenticated, walk->n_authenticated))
		return "authenticated";
	if (is_listed(addr, walk->asked, walk->n_asked))
		return "repeated";
	if (walk->n_asked == RELAY_ASKED_MAX)
		return RELAY_LIMIT;
	walk->asked[walk->n_asked++] = *addr;
	return NULL;
}

static void
assess(struct relay_walk *walk, struct relay *relay)
{
	const char *special, *why = NULL;

	relay->asked_as = addr_unwrap_nat64(&relay->hop.addr);
	relay->ends_trust = walk->trusting && relay->hop.unsure;
	special = addr_special(&relay->asked_as);
	if (walk->trusting && !relay->hop.unsure)
		why = trusted_why(walk->conf, relay, special);
	if (why != NULL) {
		relay->role = RELAY_TRUSTED;
		relay->no_lookup = why;
		if (relay->hop.auth && walk->n_authenticated < RELAY_ASKED_MAX)
			walk->authenticated[walk->n_authenticated++] = relay->asked_as;
		return;
	}
	relay->role = walk->trusting ? RELAY_HANDOFF : RELAY_CLAIMED;
	walk->trusting = false;
	relay->no_lookup = not_asked_why(walk, &relay->asked_as, special);
}

/*
 * The next line that names a relay, should name one, or says that the message
 * was fetched.
 */
static bool
next_line(struct relay_walk *walk, struct received *hop, struct span *value)
{
	struct field field;

	while (header_next(walk->header, &walk->at, &field)) {
		if (!is_received(&field))
			continue;
		received_parse(field.value, hop);
		if (value != NULL)
			*value = field.value;
		if (hop->fetch || hop->status != RECEIVED_NO_RELAY)
			return true;
	}
	return false;
}

static void
begin(struct relay_walk *walk, struct span header, size_t at, const struct conf *conf)
{
	*walk = (struct relay_walk){.conf = conf, .header = header, .at = at, .trusting = true};
}

void
relay_walk_init(struct relay_walk *walk, const struct message *message, const struct conf *conf)
{
	struct relay relay;

	begin(walk, message->header, 0, conf);
	struct relay_walk ahead = *walk;
	while (ahead.trusting && next_line(&ahead, &relay.hop, NULL)) {
		if (relay.hop.fetch)
			walk->at = ahead.at;
		else if (relay.hop.status == RECEIVED_RELAY)
			assess(&ahead, &relay);
		else
			ahead.trusting = false;
	}
}

/* relay->hop is the next one of the walk. */
static void
take(struct relay_walk *walk, struct relay *relay)
{
	relay->n = ++walk->n;
	if (relay->hop.status == RECEIVED_RELAY) {
		assess(walk, relay);
		return;
	}
	relay->role = RELAY_CLAIMED;
	relay->no_lookup = "unparsed";
	relay->ends_trust = walk->trusting;
	walk->trusting = false;
}

bool
relay_walk_next(struct relay_walk *walk, struct relay *relay, struct span *value)
{
	do
		if (!next_line(walk, &relay->hop, value))
			return false;
	while (relay->hop.fetch);
	take(walk, relay);
	return true;
}

/* One relay more; value is the line that names it, or should. */
static void
chain_add(struct chain *chain, const struct relay *relay, struct span value)
{
	if (relay->ends_trust) {
		chain->ended = relay->n;
		chain->ended_line = value;
	}
	if (relay->hop.status != RECEIVED_RELAY) {
		chain->unparsed++;
		return;
	}
	chain->found++;
	if (chain->stored == RELAY_STORED_MAX) {
		if (relay->role != RELAY_HANDOFF)
			return;
		chain->stored--; /* the handoff is always stored */
	}
	if (relay->role == RELAY_HANDOFF) {
		chain->handoff = chain->stored;
		chain->handoff_line = value;
	}
	chain->relay[chain->stored++] = *relay;
}

void
relay_chain(const struct message *message, const struct conf *conf, struct chain *chain)
{
	struct relay_walk walk;
	struct relay relay;
	struct span value;

	chain->stored = chain->found = chain->unparsed = 0;
	chain->ended = 0;
	chain->ended_line = chain->handoff_line = (struct span){NULL, 0};
	begin(&walk, message->header, 0, conf);
	while (next_line(&walk, &relay.hop, &value)) {
		if (!relay.hop.fetch) {
			take(&walk, &relay);
			chain_add(chain, &relay, value);
		} else if (walk.trusting) { /* none but ours above it: it begins again */
			begin(&walk, message->header, walk.at, conf);
			chain->stored = chain->found = 0;
		}
	}
	if (chain->handoff_line.p == NULL)
		chain->handoff = chain->stored;
}

size_t
relay_vouching(const struct chain *chain)
{
	return chain->ended == 0 ? chain->handoff : chain->stored;
}

const char *
relay_ended_why(const struct chain *chain)
{
	if (chain->ended == 0)
		return NULL;
	return chain->handoff < chain->stored ? "ambiguous" : "unparsed";
}

const char *
relay_role_name(enum relay_role role)
{
	static const char *const names[] = {"trusted", "handoff", "claimed"};

	return names[role];
}
