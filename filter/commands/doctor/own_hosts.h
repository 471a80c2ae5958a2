/*
 * own_hosts.h - which of the hosts in a sample are the user's own, or his
 * provider's.
 */
#ifndef OWN_HOSTS_H
#define OWN_HOSTS_H

#include "filter/commands/doctor/sample.h"

#define OWN_MAILS_MIN 10 /* messages; fewer say nothing */

/*
 * The host that hands a message over as trust stands, ours not counted; NULL:
 * none.
 */
struct host *own_hosts_handoff(const struct sample *sample, const struct sampled *mail);

/*
 * Counts who hands over what. Returns the number of messages that somebody
 * hands over.
 */
unsigned own_hosts_count(struct sample *sample);

/*
 * Marks all hosts that look like ours, with the reason. Trust is moved down a
 * hop at a time: those who hand over the mail as it stands are judged, those
 * who look like ours become ours, and the mail is counted again. Returns how
 * many were found.
 */
unsigned own_hosts_find(struct sample *sample);

#endif
