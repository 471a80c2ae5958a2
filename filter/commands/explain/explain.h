/*
 * explain.h - the parts of the explain command. Each prints one section for a
 * person.
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "conf/reader/conf.h"
#include "filter/store/deliver.h"
#include "filter/lists/dnsbl.h"
#include "filter/plan/plan.h"
#include "filter/relays/relay.h"
#include "filter/verdict/verdict.h"
#include "filter/run.h"
#include "filter/commands/tagged.h"

/*
 * What the tags in the message say (when it came, which list, why), and what is
 * true now.
 */
void explain_then(const struct run *run);

/* What is true now, as a few words: "listed", "no longer listed" ... */
const char *explain_now(const struct run *run, const struct tagged *tagged);

/*
 * All of it as JSON. rules: why they could not be run, or "".
 */
void explain_print_json(const struct run *run, const struct delivery *delivery, const char *rules);

/* The way the message came: each relay, and why it is trusted or not. */
void explain_relays(const struct conf *conf, const struct chain *chain);

/* What each list said about each address. */
void explain_lists(const struct conf *conf, const struct chain *chain,
		   const struct lookups *lookups);

/*
 * What this site's own Authentication-Results prove of the sender; nothing
 * where allow.authserv_id is not set.
 */
void explain_proof(const struct run *run);

/*
 * The verdict and what it rests on. again: how the message is named on a
 * command line ("FILE"), for the advice.
 */
void explain_verdict(const struct conf *conf, const struct chain *chain,
		     const struct lookups *lookups, const struct verdict *verdict,
		     const char *again);

/*
 * What the plan would do with it, an action that is not allowed included, which
 * says so.
 */
void explain_plan(const struct conf *conf, const struct delivery *delivery,
		  const struct verdict *verdict, const struct plan *plan);

#endif
