/*
 * vacation.h - may this message be answered, and the answer itself (RFC 5230,
 * RFC 3834). When in doubt: silence.
 */
#ifndef VACATION_H
#define VACATION_H

#include "filter/base/buf.h"
#include "conf/reader/conf.h"
#include "filter/store/deliver.h"
#include "filter/message/message.h"
#include "filter/plan/plan.h"

#define VACATION_REPLY_MAX (256U << 10)

/*
 * Why a message gets no reply, in a few words for the log; NULL: it may get
 * one. Takes only what the message and its envelope say: null, automatic, bulk
 * and list senders, mail that does not name the recipient in To or Cc, spam by
 * anybody's mark.
 */
const char *vacation_silence(const struct conf *conf, const struct delivery *delivery,
			     const struct message *message, const struct action *action);

/*
 * The reply as it is sent, line ends LF. false: the script's own MIME is not
 * what can be sent.
 */
bool vacation_reply(const struct delivery *delivery, const struct message *message,
		    const struct action *action, struct buf *reply);

/*
 * Answers, once in the script's time for each sender and handle, at most
 * sieve.vacation_limit times a day. It is written down before it is sent: a
 * crash in between means silence. Never fails: what goes wrong is logged.
 */
void vacation_send(const struct conf *conf, const struct delivery *delivery,
		   const struct message *message, const struct action *action);

#endif
