/*
 * redirect.h - passes a message on to another address (RFC 5228 4.2), without
 * going round in circles.
 */
#ifndef REDIRECT_H
#define REDIRECT_H

#include "conf/reader/conf.h"
#include "filter/store/deliver.h"
#include "filter/base/err.h"
#include "filter/message/message.h"
#include "filter/plan/plan.h"

#define REDIRECT_MAX      4  /* of one message; RFC 5228 10 asks for a limit */
#define REDIRECT_HOPS_MAX 50 /* Received fields of a message that is still passed on */
#define REDIRECT_FIELD    "X-Sieve-Redirected-From"

/*
 * Carries out action i of plan (a redirect): the spool as the header edits
 * before it in the plan leave it, without Return-Path, with a field that names
 * our recipient, from the original sender. 0: sendmail has it, or had it when
 * this same delivery was tried before. -1 and why: the original has to be kept.
 * That is also so for a message that has been passed on from here already, for
 * more than REDIRECT_HOPS_MAX hops, where the recipient is not known, and where
 * the memory of what was sent (memory.h) cannot be read or written.
 */
int redirect_send(const struct conf *conf, const struct delivery *delivery,
		  const struct message *message, const struct plan *plan, size_t i,
		  struct err *err);

#endif
