/*
 * send.h - what a plan may send, and to whom: the one gate that redirect,
 * vacation and notify have to pass.
 *
 * Answers to forged senders are what gets honest servers listed, the FAQ says.
 * So a message that is listed, or may be, sends nothing.
 */
#ifndef SEND_H
#define SEND_H

#include "conf/reader/conf.h"
#include "filter/store/deliver.h"
#include "filter/plan/plan.h"
#include "filter/verdict/verdict.h"

/* May this message make us send anything at all? */
bool send_allowed(const struct delivery *delivery, const struct verdict *verdict);

/*
 * Takes out of the plan what is not allowed: a vacation and a notify vanish, a
 * redirect becomes an implicit keep, for an action that is not carried out
 * never cancels one. Once, before send_plan() or deliver_describe().
 */
void send_limit(const struct conf *conf, const struct delivery *delivery,
		const struct verdict *verdict, struct plan *plan);

/*
 * Carries out the parts of the plan that send: redirect, vacation, notify.
 * Called after the spool is complete and before deliver_plan(); a redirect that
 * fails turns into an implicit keep in plan.
 */
void send_plan(const struct conf *conf, const struct delivery *delivery,
	       const struct message *message, struct plan *plan);

#endif
