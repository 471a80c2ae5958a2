/*
 * child.h - the sealed child that the filter starts (protocol.h), and that
 * `run` starts for itself.
 */
#ifndef CHILD_H
#define CHILD_H

#include "sieve/run/run.h"
#include "sieve/seal.h"

#include <stdint.h>

#define CHILD_SCRIPTS_MAX 64

struct child_job {
	struct envelope_facts facts;
	const char *const *names; /* of the scripts; script i is open on PROTOCOL_SCRIPTS + i */
	size_t scripts;
	uint64_t charsets; /* to open */
	struct seal seal;
	/* run --now: what currentdate takes for the time; 0: the clock */
	int64_t now;
	bool wait;   /* plan --wait: message and verdict come later */
	FILE *trace; /* run -v; NULL: none */
	/*
	 * `run`: what was not said is read from the message's own X-SpamCop
	 * fields
	 */
	bool facts_from_fields;
};

/*
 * Seals this process in, runs the scripts on the message on descriptor 0, asks
 * on 1 and 3, and prints the plan on 1. Returns the exit status: 0 after `end`;
 * else the reason is on 2.
 */
int child_run(const struct child_job *job);

#endif
