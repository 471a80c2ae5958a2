/*
 * act.h - the actions: what a script wants done, noted in the result;
 * variables, flags and edits take effect at once. A row of act.c and a file for
 * each kind.
 */
#ifndef ACT_H
#define ACT_H

#include "sieve/run/run.h"

/*
 * What a row has: carries one action out. -1: the run has no plan, and run->why
 * says why. What cannot be carried out for what a message says is left out, and
 * told to the trace.
 */
typedef int act_action(struct run *run, const struct step *step);

/* An action of any kind; ends the run where it fails. */
void act(struct run *run, const struct step *step);

act_action act_set;
act_action act_set_global;
act_action act_deliver_keep;
act_action act_deliver_fileinto;
act_action act_deliver_discard;
act_action act_deliver_redirect;
act_action act_deliver_reject;
act_action act_flags;
act_action act_flags_mark;
act_action act_notify;
act_action act_vacation;
act_action act_header_add;
act_action act_header_delete;
act_action act_extracttext;

/* ---- what they share */

/* The flags of a copy: those of :flags, else of the internal variable. */
struct span act_flags_of(struct run *run, const struct step *step);

/* Sets the variable that the command names, with its modifiers. 0. */
int act_set_value(struct run *run, const struct step *step, struct span value);

/*
 * One line of text for a field: line ends and control characters as spaces, cut
 * at a character to at most max bytes.
 */
struct span act_one_line(struct run *run, struct span text, size_t max);

#endif
