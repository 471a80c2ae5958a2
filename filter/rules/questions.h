/*
 * questions.h - answers what the Sieve child asks (sieve/protocol/protocol.h),
 * from inside the user's own folders only.
 */
#ifndef QUESTIONS_H
#define QUESTIONS_H

#include "filter/base/buf.h"
#include "conf/reader/conf.h"
#include "filter/store/deliver.h"
#include "filter/base/err.h"
#include "sieve/protocol/protocol.h"
#include "filter/store/memory.h"

#define QUESTIONS_INCLUDED_MAX (8U << 20) /* bytes of included scripts in one run */

/* What one run of the rules asked, and what it leads to after the delivery. */
struct questions {
	const struct conf *conf;
	const struct delivery *delivery;
	unsigned words;  /* plan_words() of what was included */
	size_t included; /* bytes */
	struct seen_question {
		struct memory_key key;
		unsigned seconds;
		bool write; /* remembered after delivery: not seen yet, or renewed by :last */
	} seen[PROTOCOL_ASKS_MAX];
	size_t n_seen;
};

void questions_init(struct questions *questions, const struct conf *conf,
		    const struct delivery *delivery);

/*
 * For struct sieve_child. Scripts: `personal:NAME` from sieve.personal,
 * `global:NAME` from sieve.global, NAME with or without ".sieve"; the user's
 * own by user_open(). Mailboxes: folders of a Maildir. Anything that is
 * missing, or that must not be read, is a "no".
 */
int questions_answer(void *context, char *line, size_t n, struct buf *text, bool *ok,
		     struct err *err);

/*
 * After delivery, and before deliver_close(): what `duplicate` asked about is
 * remembered. Never fails: what cannot be remembered is no duplicate the next
 * time.
 */
void questions_remember(struct questions *questions);

/* The plan is void: nothing is remembered. */
void questions_forget(struct questions *questions);

#endif
