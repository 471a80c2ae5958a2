#include "filter/verdict/allow.h"

#include "filter/verdict/allow_entry.h"
#include "filter/verdict/own.h"
#include "filter/verdict/proof.h"
#include "filter/base/buf.h"
#include "filter/base/log.h"
#include "filter/base/show.h"
#include "filter/base/user.h"

#include <errno.h>
#include <unistd.h>

/* What the entries are held against. */
struct subject {
	struct span sender[2];      /* envelope sender, From address; empty ones match nothing */
	struct span list;           /* List-Id; empty where there is none */
	const struct addr *handoff; /* NULL: none */
	const struct authres *proof;
};

static struct allow_entry found; /* what allow_match() returned last */

static bool
entry_lets_in(const struct allow_entry *entry, const struct subject *subject)
{
	struct span text = span_of(entry->text);

	switch (entry->kind) {
	case ALLOW_NETWORK:
		return subject->handoff != NULL && addr_in(subject->handoff, &entry->network);
	case ALLOW_LIST_ID:
		return subject->list.n > 0 &&
		       span_equal_case(span_skip(text, strlen("list:")), subject->list);
	case ALLOW_SIGNER:
		return authres_signed(subject->proof, span_skip(text, strlen("dkim:")));
	default:
		return allow_entry_matches(entry, subject->sender[0]) ||
		       allow_entry_matches(entry, subject->sender[1]);
	}
}

/* ---- who is said to have sent it */

struct claim {
	const struct conf *conf;
	const struct envelope *envelope;
	const struct message *message;
	const struct chain *chain;
	const struct authres *proof;
};

/* domain's name, or nothing where it has to be proven and is not. */
static bool
is_proven(const struct claim *claim, struct span domain)
{
	return !claim->conf->allow.authenticated || authres_covers(claim->proof, domain);
}

/* address, or nothing where it is not to be compared at all. */
static struct span
sender_of(const struct claim *claim, struct span address)
{
	static const struct span none = {NULL, 0};
	struct span domain = allow_domain(address);

	if (!allow_address_plain(address) || !is_proven(claim, domain))
		return none;
	return own_domain(domain, claim->envelope->recipient, claim->message, claim->chain)
		       ? none
		       : address;
}

static struct span
list_of(const struct claim *claim)
{
	struct span list = allow_list_id(claim->message->header);

	return list.n > 0 && is_proven(claim, list) ? list : (struct span){NULL, 0};
}

/* ---- the lists */

/* Of the lines that are no entry, the first one is told. */
static void
tell(const char *path, size_t number, struct span line)
{
	const char *instead = allow_entry_instead(line);
	char shown[120];

	log_line(LOG_WARNING, "allow: %s:%zu: \"%s\" is no entry%s%s", path, number,
		 show_escaped(span_trim(line), shown, sizeof shown), instead == NULL ? "" : "; ",
		 instead == NULL ? "" : instead);
}

static const char *
match_text(const char *path, struct span text, const struct subject *subject)
{
	bool told = false;

	for (size_t number = 1; text.n > 0; number++) {
		const char *lf = memchr(text.p, '\n', text.n);
		size_t n = lf == NULL ? text.n : (size_t)(lf - text.p) + 1;
		struct span line = allow_entry_of_line((struct span){text.p, n});

		if (allow_entry_read(line, &found) != ALLOW_NONE) {
			if (entry_lets_in(&found, subject))
				return found.text;
		} else if (!told && span_trim(line).n > 0) {
			tell(path, number, line);
			told = true;
		}
		text = span_skip(text, n);
	}
	return NULL;
}

/* The user's file, its path in `path`; -1: there is none to be believed. */
static int
open_file(const struct conf *conf, const struct user *user, char path[USER_PATH_MAX])
{
	struct err err;

	if (conf->allow.file == NULL || conf->allow.file[0] == '\0')
		return -1;
	/* Without a home there is no such file. */
	if (user_path(user->home, conf->allow.file, path, &err) != 0)
		return -1;
	int fd = user_open(path, &err);
	if (fd == USER_REFUSED)
		log_line(LOG_WARNING, "allow: %s", err.why);
	return fd < 0 ? -1 : fd;
}

static const char *
match_file(int fd, const char *path, const struct subject *subject)
{
	struct buf text;

	buf_init(&text, ALLOW_FILE_MAX);
	if (!buf_read(&text, fd))
		log_line(LOG_WARNING, "allow: %s: %s", path,
			 text.full ? "longer than 1 MiB: only its first part is used"
				   : strerror(errno));
	const char *match = match_text(path, buf_span(&text), subject);
	buf_free(&text);
	return match;
}

static const char *
match_conf(const struct conf *conf, const struct subject *subject)
{
	for (size_t i = 0; i < conf->allow.senders.n; i++)
		if (allow_entry_read(span_of(conf->allow.senders.string[i]), &found) !=
			    ALLOW_NETWORK &&
		    entry_lets_in(&found, subject))
			return found.text;
	for (size_t i = 0; i < conf->allow.n_networks; i++)
		if (subject->handoff != NULL &&
		    addr_in(subject->handoff, &conf->allow.networks[i])) {
			allow_entry_of_network(&conf->allow.networks[i], &found);
			return found.text;
		}
	return NULL;
}

static struct subject
subject_of(const struct claim *claim, char from[ALLOW_ENTRY_MAX])
{
	const struct message *message = claim->message;
	const struct chain *chain = claim->chain;
	size_t vouching = relay_vouching(chain);

	return (struct subject){
		.sender = {sender_of(claim, span_of(claim->envelope->sender)),
			   sender_of(claim, allow_from(message->header, from, ALLOW_ENTRY_MAX))},
		.list = list_of(claim),
		.handoff = vouching < chain->stored ? &chain->relay[vouching].asked_as : NULL,
		.proof = claim->proof,
	};
}

const char *
allow_match(const struct conf *conf, const struct user *user, const struct envelope *envelope,
	    const struct message *message, const struct chain *chain)
{
	static struct authres proof;
	struct claim claim = {conf, envelope, message, chain, &proof};
	bool configured = conf->allow.senders.n > 0 || conf->allow.n_networks > 0 ||
			  conf->allow.authserv_id != NULL;
	char from[ALLOW_ENTRY_MAX], path[USER_PATH_MAX];
	const char *entry = NULL;
	int fd = -1;

	/* Most users have no entries: nothing is looked for in the message. */
	if (!configured && (fd = open_file(conf, user, path)) < 0)
		return NULL;
	proof.n = 0;
	if (conf->allow.authserv_id != NULL &&
	    proof_find(conf->allow.authserv_id, message->header, chain, &proof) == PROOF_UNREADABLE)
		log_line(LOG_WARNING, "allow: the Authentication-Results of %s cannot be read",
			 conf->allow.authserv_id);
	struct subject subject = subject_of(&claim, from);
	if (configured && (entry = match_conf(conf, &subject)) == NULL)
		fd = open_file(conf, user, path);
	if (fd < 0)
		return entry;
	entry = match_file(fd, path, &subject);
	(void)close(fd);
	return entry;
}
