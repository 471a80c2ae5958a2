#include "filter/verdict/allow.h"

#include "filter/verdict/allow_entry.h"
#include "filter/base/buf.h"
#include "filter/base/log.h"
#include "filter/base/user.h"

#include <errno.h>
#include <unistd.h>

/* What the entries are held against. */
struct subject {
	struct span sender[2];      /* envelope sender, From address; empty ones match nothing */
	const struct addr *handoff; /* NULL: none */
};

static struct allow_entry found; /* what allow_match() returned last */

static bool
entry_lets_in(const struct allow_entry *entry, const struct subject *subject)
{
	if (entry->kind == ALLOW_NETWORK)
		return subject->handoff != NULL && addr_in(subject->handoff, &entry->network);
	return allow_entry_matches(entry, subject->sender[0]) ||
	       allow_entry_matches(entry, subject->sender[1]);
}

/* ---- whose mail is never let in by its sender */

/* Does value name an address of this domain? */
static bool
names_domain(struct span value, struct span domain)
{
	for (size_t i = 0; i + domain.n < value.n; i++) {
		struct span after = span_skip(value, i + 1);
		char next = after.n > domain.n ? after.p[domain.n] : ' ';

		if (value.p[i] == '@' && span_starts_case(after, domain) && next != '.' &&
		    next != '-' && next != '_' &&
		    (span_lower(next) < 'a' || span_lower(next) > 'z') &&
		    (next < '0' || next > '9'))
			return true;
	}
	return false;
}

/*
 * Without a recipient from the envelope: is this domain one that the message is
 * addressed to?
 */
static bool
header_names_domain(struct span header, struct span domain)
{
	static const struct span names[] = {SPAN("Delivered-To"), SPAN("X-Original-To"),
					    SPAN("Envelope-To"), SPAN("To"), SPAN("Cc")};
	struct field field;
	size_t at = 0;

	while (header_next(header, &at, &field))
		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
			if (span_equal_case(field.name, names[i]) &&
			    names_domain(field.value, domain))
				return true;
	return false;
}

/* address, or nothing where it is not to be compared at all. */
static struct span
foreign(struct span address, const struct envelope *envelope, const struct message *message)
{
	static const struct span none = {NULL, 0};
	struct span domain = allow_domain(address), recipient = span_of(envelope->recipient);

	if (!allow_address_plain(address))
		return none;
	if (memchr(recipient.p == NULL ? "" : recipient.p, '@', recipient.n) != NULL)
		return span_equal_case(domain, allow_domain(recipient)) ? none : address;
	return header_names_domain(message->header, domain) ? none : address;
}

/* ---- the lists */

static const char *
match_text(struct span text, const struct subject *subject)
{
	while (text.n > 0) {
		const char *lf = memchr(text.p, '\n', text.n);
		size_t line = lf == NULL ? text.n : (size_t)(lf - text.p) + 1;

		if (allow_entry_read(allow_entry_of_line((struct span){text.p, line}), &found) !=
			    ALLOW_NONE &&
		    entry_lets_in(&found, subject))
			return found.text;
		text = span_skip(text, line);
	}
	return NULL;
}

static const char *
match_file(const struct conf *conf, const char *home, const struct subject *subject)
{
	char path[USER_PATH_MAX];
	const char *match = NULL;
	struct buf text;
	struct err err;
	int fd;

	if (conf->allow.file == NULL || conf->allow.file[0] == '\0')
		return NULL;
	/* Without a home there is no such file. */
	if (user_path(home, conf->allow.file, path, &err) != 0)
		return NULL;
	fd = user_open(path, &err);
	if (fd == USER_REFUSED)
		log_line(LOG_WARNING, "allow: %s", err.why);
	if (fd < 0)
		return NULL;
	buf_init(&text, ALLOW_FILE_MAX);
	if (!buf_read(&text, fd))
		log_line(LOG_WARNING, "allow: %s: %s", path,
			 text.full ? "longer than 1 MiB: only its first part is used"
				   : strerror(errno));
	match = match_text(buf_span(&text), subject);
	buf_free(&text);
	(void)close(fd);
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

const char *
allow_match(const struct conf *conf, const char *home, const struct envelope *envelope,
	    const struct message *message, const struct chain *chain)
{
	char from[ALLOW_ENTRY_MAX];
	struct subject subject = {.sender = {foreign(span_of(envelope->sender), envelope, message),
					     foreign(allow_from(message->header, from, sizeof from),
						     envelope, message)}};

	size_t vouching = relay_vouching(chain);
	if (vouching < chain->stored)
		subject.handoff = &chain->relay[vouching].lookup;
	const char *match = match_conf(conf, &subject);
	return match != NULL ? match : match_file(conf, home, &subject);
}
