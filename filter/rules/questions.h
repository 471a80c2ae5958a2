/*
 * questions.h - answers what the Sieve child asks (sieve/protocol.h), from
 * inside the user's own folders only.
 */
#ifndef ASKED_H
#define ASKED_H

#include "filter/base/buf.h"
#include "conf/reader/conf.h"
#include "filter/store/deliver.h"
#include "filter/base/err.h"
#include "sieve/protocol/protocol.h"
#include "filter/store/memory.h"

#define ASKED_INCLUDED_MAX (8U << 20) /* bytes of included scripts in one run */

/* The answers of one run. */
struct asked {
	const struct conf *conf;
	const struct delivery *delivery;
	unsigned words;  /* plan_words() of what was included */
	size_t included; /* bytes */
	struct asked_seen {
		struct track_key key;
		unsigned seconds;
		bool write; /* remembered after delivery: not seen yet, or renewed by :last */
	} seen[PROTOCOL_ASKS_MAX];
	size_t n_seen;
	/*
	 * of the Maildir, owned: the delivery closes its own when it is done;
	 * -1
	 */
	int dirfd;
};

void asked_init(struct asked *ask, const struct conf *conf, const struct delivery *delivery);

/*
 * For struct sieve_child. Scripts: `personal:NAME` from sieve.personal,
 * `global:NAME` from sieve.global, NAME with or without ".sieve"; the user's
 * own by user_open(). Mailboxes: folders of a Maildir. Anything that is
 * missing, or that must not be read, is a "no".
 */
int asked_answer(void *context, char *line, size_t n, struct buf *text, bool *ok, struct err *err);

/*
 * After delivery: what `duplicate` asked about is remembered. Never fails: what
 * cannot be remembered is no duplicate the next time.
 */
void asked_remember(struct asked *ask);

/* The plan is void: nothing is remembered. */
void asked_forget(struct asked *ask);

#endif
