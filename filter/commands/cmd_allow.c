/*
 * cmd_allow.c - the allow command: who is let through from now on.
 *
 * The entries are those of allow_entry.h. Nothing is changed unless all
 * arguments are understood.
 */
#include "filter/verdict/allow_file.h"
#include "filter/commands/advice.h"
#include "filter/commands/commands.h"
#include "filter/commands/options.h"
#include "filter/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sysexits.h>
#include <unistd.h>

#define ALLOW_TEMPFAIL  75
#define ALLOW_WORDS_MAX 256 /* entries of one call */

/* Fewer bits than these name a good part of the net. */
#define LEAST_IPV4 8
#define LEAST_IPV6 16

struct change {
	struct allow_entry entry[ALLOW_WORDS_MAX];
	size_t n;
};

static int
fail(int status, const char *why)
{
	(void)fprintf(stderr, "spamcop-filter: allow: %s\n", why);
	return status;
}

static bool
is_too_wide(const struct allow_entry *entry)
{
	unsigned bits = entry->network.prefix;

	return entry->kind == ALLOW_NETWORK &&
	       bits < (addr_is_ipv4(&entry->network.addr) ? 96 + LEAST_IPV4 : LEAST_IPV6);
}

#define EXPECTED                                                                                   \
	"an address (friend@example.org), a domain (@example.org, or @.example.org for those "     \
	"below it), a mailing list (list:news.example.org) or a network (192.0.2.0/24)"

/* What is wrong with a word that is no entry. */
static int
no_entry(const char *word)
{
	const char *instead = allow_entry_instead(span_of(word));
	char shown[900];
	struct err err;

	(void)err_set(&err, "%.100s", word); /* unprintable bytes as "?" */
	if (instead != NULL)
		(void)snprintf(shown, sizeof shown, "\"%s\": * stands for nothing here; %s",
			       err.why, instead);
	else
		(void)snprintf(shown, sizeof shown, "\"%s\" is no entry; " EXPECTED " is expected",
			       err.why);
	return fail(EX_USAGE, shown);
}

static int
read_words(struct change *change, const struct options *options)
{
	char shown[600];

	if (options->n_words == 0 || options->n_words > ALLOW_WORDS_MAX)
		return fail(EX_USAGE, EXPECTED " is expected");
	for (size_t i = 0; i < options->n_words; i++) {
		struct allow_entry *entry = &change->entry[change->n++];

		if (allow_entry_read(span_of(options->words[i]), entry) == ALLOW_NONE)
			return no_entry(options->words[i]);
		(void)snprintf(shown, sizeof shown,
			       "%.100s is a good part of the Internet; a network of the sender's "
			       "is expected",
			       entry->text);
		if (is_too_wide(entry) && options->allow == ALLOW_ADD)
			return fail(EX_USAGE, shown);
	}
	return 0;
}

/* The sender of the message in a file ("-": standard input). */
static int
read_message(struct change *change, const struct options *options)
{
	const char *name = options->n_words == 1 ? options->words[0] : "-";
	char address[ALLOW_ENTRY_MAX];
	struct message message;
	struct err err;

	if (options->n_words > 1)
		return fail(EX_USAGE, "--from-message takes one file");
	int fd = strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		(void)err_set(&err, "%.300s: %s", name, strerror(errno));
		return fail(EX_NOINPUT, err.why);
	}
	int status = message_read(&message, fd, &err);
	struct span from = status == 0 ? allow_from(message.header, address, sizeof address)
				       : (struct span){NULL, 0};
	bool found =
		from.n > 0 && allow_entry_read(from, &change->entry[change->n++]) == ALLOW_SENDER;
	message_free(&message);
	if (fd != STDIN_FILENO)
		(void)close(fd);
	if (status != 0)
		return fail(EX_NOINPUT, err.why);
	return found ? 0
		     : fail(EX_DATAERR, "the message names no single sender in its From field; "
					"give the address yourself: spamcop-filter "
					"allow ADDRESS");
}

/* ---- what it means */

/* What an entry lets in, by its kind, up to what is named. */
static const struct {
	enum allow_kind kind;
	const char *lets_in, *more;
} meanings[] = {
	{ALLOW_SENDER, "Mail that says it is from ", ""},
	{ALLOW_DOMAIN, "Mail that says it is from anybody ", ""},
	{ALLOW_SUBDOMAINS, "Mail that says it is from anybody at a domain below ", ""},
	{ALLOW_LIST_ID, "Mail that says it comes through the mailing list ", ""},
	{ALLOW_SIGNER, "Mail that this site's server found to be signed by ", ""},
	{ALLOW_NETWORK, "Mail that ", " hands to this site"},
};

/* What that is worth. */
static const char *
worth(const struct conf *conf, enum allow_kind kind)
{
	if (kind == ALLOW_NETWORK)
		return "That address cannot be forged, provided trusted_networks names all public "
		       "hosts of this site (spamcop-filter doctor tells).";
	if (conf->allow.authserv_id == NULL && kind == ALLOW_SIGNER)
		return "It lets nobody in as long as allow.authserv_id is not set.";
	if (conf->allow.authenticated || kind == ALLOW_SIGNER)
		return "It counts only where this site's own Authentication-Results prove it.";
	return "Anybody can write that into a message, so some spam may come in under this name.";
}

/*
 * What the entry lets in, and what that is worth. own: the user's address, or
 * NULL.
 */
static void
explain(const struct conf *conf, const struct allow_entry *entry, const char *own)
{
	const char *domain = strchr(entry->text, '@'), *named = strchr(entry->text, ':');
	char line[1200];
	size_t i = 0;

	while (meanings[i].kind != entry->kind)
		i++;
	if (entry->kind == ALLOW_LIST_ID || entry->kind == ALLOW_SIGNER)
		named++;
	else
		named = entry->text + (entry->kind == ALLOW_SUBDOMAINS ? 2 : 0);
	(void)snprintf(line, sizeof line,
		       "%s%s%s is not filed as spam any more. %s To take it back: spamcop-filter "
		       "allow --remove %s",
		       meanings[i].lets_in, named, meanings[i].more, worth(conf, entry->kind),
		       entry->text);
	advice_print(stdout, 2, line);
	if (own != NULL && domain != NULL &&
	    span_equal_case(allow_domain(span_of(own)), span_of(domain + 1)))
		advice_print(stdout, 2,
			     "That is your own domain. It is what spammers forge most, so for mail "
			     "to you this entry is not used.");
}

/* ---- the three changes */

static int
add(struct allow_file *file, const struct conf *conf, const struct change *change, const char *own,
    struct err *err)
{
	struct buf text;
	int status = 0;
	size_t added = 0;

	buf_init(&text, ALLOW_FILE_MAX + 4096 + ALLOW_WORDS_MAX * (ALLOW_ENTRY_MAX + 1));
	(void)buf_add(&text, buf_span(&file->text));
	if (text.n == 0)
		(void)buf_addf(&text, ALLOW_FILE_BEGIN "%d\n", ALLOW_FILE_VERSION);
	if (text.p[text.n - 1] != '\n')
		(void)buf_addc(&text, '\n');
	for (size_t i = 0; i < change->n; i++)
		if (!allow_file_has(buf_span(&text), &change->entry[i])) {
			(void)buf_addf(&text, "%s\n", change->entry[i].text);
			added++;
		}
	if (added > 0)
		status = allow_file_replace(file, buf_span(&text), err);
	buf_free(&text);
	for (size_t i = 0; i < change->n && status == 0; i++) {
		bool had = allow_file_has(buf_span(&file->text), &change->entry[i]);

		printf("%s%s\n", change->entry[i].text, had ? " was in the list already" : "");
		explain(conf, &change->entry[i], own);
	}
	return status == 0 ? 0 : fail(ALLOW_TEMPFAIL, err->why);
}

static bool
is_meant(const struct change *change, const struct allow_entry *entry, bool *found)
{
	for (size_t i = 0; i < change->n; i++)
		if (allow_entry_same(entry, &change->entry[i]))
			return found[i] = true;
	return false;
}

static int
take_out(struct allow_file *file, const struct change *change, struct err *err)
{
	bool found[ALLOW_WORDS_MAX] = {false};
	struct span whole = buf_span(&file->text), line;
	struct allow_entry entry;
	struct buf text;
	size_t at = 0, kept = 0;
	int status = 0;

	buf_init(&text, ALLOW_FILE_MAX + 4096);
	while (allow_file_next(whole, &at, &entry, &line)) {
		if (!is_meant(change, &entry, found))
			continue;
		(void)buf_add(&text,
			      (struct span){whole.p + kept, (size_t)(line.p - whole.p) - kept});
		kept = at;
	}
	(void)buf_add(&text, span_skip(whole, kept));
	if (text.n != whole.n)
		status = allow_file_replace(file, buf_span(&text), err);
	buf_free(&text);
	if (status != 0)
		return fail(ALLOW_TEMPFAIL, err->why);
	for (size_t i = 0; i < change->n; i++) {
		printf("%s %s\n", change->entry[i].text,
		       found[i] ? "is not let through any more" : "is not in the list");
		status |= !found[i];
	}
	return status;
}

static int
list(const char *path)
{
	struct allow_file file;
	struct allow_entry entry;
	struct span line;
	struct err err;
	size_t at = 0;

	int status = allow_file_read(&file, path, &err);
	while (status == 0 && allow_file_next(buf_span(&file.text), &at, &entry, &line))
		printf("%s\n", entry.text);
	allow_file_close(&file);
	return status == 0 ? 0 : fail(ALLOW_TEMPFAIL, err.why);
}

static int
allow(struct run *run, const struct options *options, struct err *unused)
{
	static struct change change;
	const struct conf *conf = &run->conf;
	struct allow_file file;
	char path[USER_PATH_MAX];
	struct err err;
	int status;

	(void)unused;

	if (conf->allow.file == NULL || conf->allow.file[0] == '\0')
		return fail(ALLOW_TEMPFAIL,
			    "this site keeps no allow file for its users (allow.file is empty)");
	if (user_path(run->user.home, conf->allow.file, path, &err) != 0)
		return fail(ALLOW_TEMPFAIL, err.why);
	if (options->allow == ALLOW_LIST)
		return options->n_words == 0 ? list(path)
					     : fail(EX_USAGE, "--list takes nothing else");
	status = options->allow == ALLOW_FROM_MESSAGE ? read_message(&change, options)
						      : read_words(&change, options);
	if (status != 0)
		return status;
	if (allow_file_open(&file, path, &err) != 0) {
		allow_file_close(&file);
		return fail(ALLOW_TEMPFAIL, err.why);
	}
	if (file.aside[0] != '\0')
		(void)fprintf(stderr,
			      "spamcop-filter: allow: %s was damaged; it is kept as %s, and its "
			      "lines that can be read go on\n",
			      path, file.aside);
	if (options->allow == ALLOW_REMOVE)
		status = take_out(&file, &change, &err);
	else
		status = add(&file, conf, &change, options->envelope.recipient, &err);
	allow_file_close(&file);
	return status;
}

const struct command cmd_allow = {
	.name = "allow",
	.run = allow,
	.words_max = SIZE_MAX,
	.broken = EX_CONFIG,
	.arguments = "WHAT",
	.help = "let it through (--list, --remove, --from-message FILE)",
	.details = "WHAT is an address (friend@example.org), a domain (@example.org) or a network\n"
		   "(192.0.2.0/24). It is kept in ~/.spamcop-allow.\n"
		   "  --list          show the file\n"
		   "  --remove        take WHAT out again\n"
		   "  --from-message  let the sender of the message in the file WHAT in\n",
};
