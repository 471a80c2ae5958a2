/*
 * notify.h - tells an address of a message that came (RFC 5435, by mail: RFC
 * 5436).
 */
#ifndef NOTIFY_H
#define NOTIFY_H

#include "conf/reader/conf.h"
#include "filter/store/deliver.h"
#include "filter/message/message.h"
#include "filter/plan/plan.h"

#define NOTIFY_MAX 4 /* of one message, as many as redirects */

/*
 * Sends the notification that the plan's line asks for, once for every
 * delivery however often it is tried. Its sender is :from or the recipient, or
 * nobody where the message's own is null or not known (RFC 5436 2.7). It is
 * said in the log what became of it; the message's own way does not depend on
 * it. Nothing is sent of an automatic message (RFC 5436 2.2), where the
 * recipient is not known, or where that cannot be remembered (memory.h).
 */
void notify_send(const struct conf *conf, const struct delivery *delivery,
		 const struct message *message, const struct action *action);

#endif
