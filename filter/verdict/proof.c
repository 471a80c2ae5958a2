#include "filter/verdict/proof.h"

/*
 * Fields that a server puts on top of a message (RFC 5321 4.4, 7208 9.1, 8601
 * 4.1, 8617 4.1). Not DKIM-Signature: the sender's own stands there, too.
 */
static bool
is_trace(struct span name)
{
	static const struct span names[] = {
		SPAN("Return-Path"),           SPAN("Authentication-Results"),
		SPAN("Received-SPF"),          SPAN("ARC-Seal"),
		SPAN("ARC-Message-Signature"), SPAN("ARC-Authentication-Results"),
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_equal_case(name, names[i]))
			return true;
	return false;
}

/* Where the walk from the top has come to. */
struct place {
	struct span header;
	const struct chain *chain;
	size_t at;
	bool below; /* the handoff's line has gone by */
};

/* The next Authentication-Results field that can be the site's own. */
static bool
next(struct place *place, struct span *value)
{
	struct field field;

	while (header_next(place->header, &place->at, &field)) {
		if (span_equal_case(field.name, SPAN("Received"))) {
			if (place->below)
				return false;
			place->below = field.value.p == place->chain->handoff_line.p;
			continue;
		}
		if (span_equal_case(field.name, SPAN("Authentication-Results"))) {
			*value = field.value;
			return true;
		}
		if (place->below && !is_trace(field.name))
			return false;
	}
	return false;
}

/* Without a handoff nobody knows where the sender's own text begins. */
static bool
begin(struct place *place, struct span header, const struct chain *chain)
{
	*place = (struct place){.header = header, .chain = chain};
	return relay_vouching(chain) < chain->stored && chain->handoff_line.p != NULL;
}

enum proof_status
proof_find(const char *authserv_id, struct span header, const struct chain *chain,
	   struct authres *results)
{
	char id[AUTHRES_DOMAIN_MAX];
	struct place place;
	struct span value;

	results->n = 0;
	results->refused[0] = '\0';
	if (!begin(&place, header, chain))
		return PROOF_NONE;
	while (next(&place, &value)) {
		if (authres_id(value, id, sizeof id) &&
		    span_equal_case(span_of(id), span_of(authserv_id)))
			return authres_read(value, results) ? PROOF_READ : PROOF_UNREADABLE;
	}
	return PROOF_NONE;
}

bool
proof_id(struct span header, const struct chain *chain, char id[AUTHRES_DOMAIN_MAX])
{
	struct place place;
	struct span value;

	return begin(&place, header, chain) && next(&place, &value) &&
	       authres_id(value, id, AUTHRES_DOMAIN_MAX);
}
