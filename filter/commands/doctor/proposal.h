/*
 * proposal.h - the line for trusted_networks that doctor --mail proposes.
 */
#ifndef PROPOSAL_H
#define PROPOSAL_H

#include "filter/commands/doctor/sample.h"

#define PROPOSAL_MAX 128 /* networks in it */

struct proposal {
	struct network network[PROPOSAL_MAX];
	size_t n;
};

/*
 * What is set, and the hosts that are ours: a network takes the place of those
 * in it where there are several.
 */
void proposal_of(const struct sample *sample, struct proposal *proposal);

/* One line, as the configuration takes it. Sorts the networks. */
void proposal_print(struct proposal *proposal);

#endif
