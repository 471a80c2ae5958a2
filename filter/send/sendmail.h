/*
 * sendmail.h - hands one message to the site's sendmail(8), by argument vector.
 */
#ifndef SENDMAIL_H
#define SENDMAIL_H

#include "filter/base/err.h"
#include "filter/message/content.h"
#include "filter/base/span.h"
#include "filter/store/deliver.h"

#include <stdint.h>

#define SENDMAIL_SECONDS 10 /* for one message that nothing else waits for */

/*
 * May this stand on sendmail's command line? An address of letters, digits and
 * the harmless ones of the other bytes that a dot-atom may have (RFC 5322
 * 3.2.3), on both sides of one @; so it is no option, no list, no pipe, no file
 * and no route.
 */
bool sendmail_is_address(struct span address);

struct sendmail {
	const char *program;
	const char *home, *user; /* all of its environment but PATH; NULL or "": unknown */
	int64_t until;           /* clock_ms(): then it is killed, and counts as failed */
};

/* The site's, for what a delivery sends, within its time. */
struct sendmail sendmail_of(const struct conf *conf, const struct delivery *delivery);

/*
 * Runs PROGRAM -i -f SENDER -- RECIPIENT with the content on its standard
 * input. The null sender ("") is said as "<>", and once more as "" to a program
 * that does not take that. 0: it ended with 0. -1: it is not known that it took
 * the message.
 */
int sendmail_run(const struct sendmail *sendmail, const char *sender, const char *recipient,
		 const struct content *content, struct err *err);

#endif
