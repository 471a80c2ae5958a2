/*
 * sendmail.h - hands one message to the site's sendmail(8), by argument vector.
 */
#ifndef SENDMAIL_H
#define SENDMAIL_H

#include "conf/reader/conf.h"
#include "filter/base/err.h"
#include "filter/message/content.h"
#include "filter/base/span.h"

#define SENDMAIL_SECONDS 10.0 /* for one message; then it is killed and counts as failed */

/*
 * May this stand on sendmail's command line? An address of letters, digits and
 * the harmless ones of the other bytes that a dot-atom may have (RFC 5322
 * 3.2.3), on both sides of one @; so it is no option, no list, no pipe, no file
 * and no route.
 */
bool sendmail_is_address(struct span address);

/*
 * Runs conf->sieve.sendmail -i -f SENDER -- RECIPIENT with the content on its
 * standard input; "" is the null sender. home and user (NULL or "": unknown)
 * are all of its environment but PATH. 0: it ended with 0. -1: it is not known
 * that it took the message.
 */
int sendmail_run(const struct conf *conf, const char *home, const char *user, const char *sender,
		 const char *recipient, const struct content *content, struct err *err);

#endif
