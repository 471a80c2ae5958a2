/*
 * eval.h - is a test true? A row of eval.c and a file for each test.
 */
#ifndef EVAL_H
#define EVAL_H

#include "sieve/run/matcher.h"

/*
 * What a row has: is this leaf test true? It may end the run with run_fail().
 */
typedef bool eval_test(struct run *run, const struct step *step);

/* A leaf test of any kind. */
eval_test eval;

eval_test eval_header;
eval_test eval_address;
eval_test eval_address_envelope;
eval_test eval_exists;
eval_test eval_size;
eval_test eval_body;
eval_test eval_date_current;
eval_test eval_date;
eval_test eval_duplicate;
eval_test eval_environment;
eval_test eval_hasflag;
eval_test eval_ihave;
eval_test eval_mailbox_exists;
eval_test eval_mailbox_use;
eval_test eval_mailbox_metadata;
eval_test eval_notify_capability;
eval_test eval_notify_valid;
eval_test eval_spamtest;
eval_test eval_spamtest_virus;
eval_test eval_string;

/* ---- for those that look at fields */

/* The field number that :index [:last] asks for, or 0. */
size_t eval_index(const struct node *node, bool *last);

/*
 * The parts that a test with :mime looks at, numbers of mime.h: the current one
 * or the message, with :anychild those within it as well. false: it has no
 * :mime.
 */
bool eval_part_range(struct run *run, const struct step *step, size_t *from, size_t *to);

/* As eval_each_field(), for a test with :mime. */
void eval_part_fields(struct run *run, const struct step *step, const struct span *name,
		      size_t names, bool (*see)(struct run *, struct mail_field *, void *),
		      void *context);

/*
 * Calls see() for each field of the names, or for the one that :index picks,
 * until it gives true.
 */
void eval_each_field(struct run *run, const struct step *step, const struct argument *names,
		     bool (*see)(struct run *, struct mail_field *, void *), void *context);

#endif
