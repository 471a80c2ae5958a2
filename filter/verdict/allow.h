/*
 * allow.h - senders and networks whose mail is never tagged as listed.
 */
#ifndef ALLOW_H
#define ALLOW_H

#include "conf/reader/conf.h"
#include "filter/base/err.h"
#include "filter/base/user.h"
#include "filter/message/envelope.h"
#include "filter/message/message.h"
#include "filter/relays/relay.h"

/*
 * The entry of the site's or the user's allow list that lets this message
 * through, or NULL. Senders match the envelope sender or a single From address,
 * never one of the recipient's own address or domain (own.h): everybody forges
 * those; with allow.authenticated only an address whose domain the site's own
 * Authentication-Results prove (proof.h), and so with mailing lists. Networks
 * match the handoff only. user: "~/" in conf->allow.file is his home. A user's
 * file that must not be believed (user.h) or cannot be read is logged and left
 * out, and so are lines of it that are no entry. The text is printable ASCII
 * without spaces and lives until the next call.
 */
const char *allow_match(const struct conf *conf, const struct user *user,
			const struct envelope *envelope, const struct message *message,
			const struct chain *chain);

#define ALLOW_FILE_MAX (1U << 20) /* bytes of the user's file that are read */

#endif
