/*
 * dnsbl.h - looks relays up in DNS lists and list files, all at once, before
 * one deadline.
 *
 * A DNS failure is data, not an error: every lookup ends as listed, not listed
 * or failed with its cause.
 */
#ifndef DNSBL_H
#define DNSBL_H

#include "conf/reader/conf.h"
#include "filter/relays/relay.h"

#define LOOKUP_ANSWERS_MAX 8   /* answers kept and shown for one lookup */
#define LOOKUP_REASON_MAX  200 /* bytes of the list's TXT record kept */

enum lookup_state { LOOKUP_PENDING, LOOKUP_CLEAN, LOOKUP_LISTED, LOOKUP_FAILED };

/* One address asked of one list. */
struct lookup {
	size_t relay;            /* index into chain->relay */
	const struct list *list; /* lists, then allow zones */
	enum lookup_state state;
	/*
	 * LOOKUP_FAILED: "timeout", "servfail", "refused", "insane",
	 * "unreadable", ...
	 */
	const char *cause;
	uint32_t answer[LOOKUP_ANSWERS_MAX]; /* host order, in the order of the answers */
	size_t answers;
	/*
	 * bit i: list->answers[i] is among the answers; all of them are
	 * counted, not only the ones kept
	 */
	unsigned matched;
	size_t reason_n; /* 0: no usable TXT */
	/* raw bytes of the TXT record; whoever prints them escapes them */
	char reason[LOOKUP_REASON_MAX];
};

struct lookups {
	struct lookup *lookup; /* owned; in the order relay, list */
	size_t n;
	unsigned ms; /* wall time it took */
};

/* Runs them all. Never fails: what could not be asked is LOOKUP_FAILED. */
void dnsbl_run(const struct conf *conf, const struct chain *chain, struct lookups *lookups);
void dnsbl_free(struct lookups *lookups);

/*
 * Is this relay asked of this list? By address family; only the handoff for
 * lists that say so, allow zones and lists whose weights are all negative; all
 * but the oldest of several for relays = "not-first".
 */
bool dnsbl_asks(const struct chain *chain, size_t relay, const struct list *list);

/*
 * What the A records of one answer mean for list: NULL, and the bits of
 * list->answers that are among them (none: not listed); or "insane" (127.0.0.1
 * that list->answers does not name, or anything outside 127.0.0.0/8), whatever
 * else is among them; or "refused" (127.255.255.0/24, and 127.0.0.255 that is
 * not named), where nothing that matches is. 127.255.255.0/24 never matches.
 */
const char *dnsbl_judge(const struct list *list, const uint32_t *a, size_t n, unsigned *matched);

#endif
