/*
 * cmd_digest.c - the digest command: what is in Junk, for the eyes of the user.
 * It sends nothing by itself and changes nothing.
 */
#include "filter/commands/commands.h"
#include "filter/commands/junk/decode.h"
#include "filter/commands/junk/digest.h"
#include "filter/commands/junk/stored.h"
#include "filter/commands/options.h"
#include "filter/commands/since.h"
#include "filter/commands/tagged.h"
#include "filter/base/show.h"
#include "filter/run.h"
#include "sieve/protocol/folder.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define SINCE     "24h"
#define TEXT_MAX  (32U << 20)
#define VALUE_MAX 4096

/* A value as it may be shown, decoded, cut to size bytes. */
static void
show_value(struct span value, char *to, size_t size)
{
	char line[VALUE_MAX];
	struct buf decoded, shown;

	buf_init(&decoded, sizeof line * 4);
	buf_init(&shown, size * 2);
	decode_header(header_unfold(value, line, sizeof line), &decoded);
	show_utf8(buf_span(&decoded), size - 8, &shown);
	(void)buf_addc(&shown, '\0');
	(void)snprintf(to, size, "%s", shown.n == 0 ? "" : shown.p);
	buf_free(&decoded);
	buf_free(&shown);
}

/* "Name <address>" is shown as the name, where it has one. */
static struct span
name_of(struct span from)
{
	struct span text = span_trim(from);
	const char *angle = text.n == 0 ? NULL : memrchr(text.p, '<', text.n);
	struct span name = {text.p, angle == NULL ? text.n : (size_t)(angle - text.p)};

	name = span_trim(name);
	if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = (struct span){name.p + 1, name.n - 2};
	return name.n == 0 ? text : name;
}

static void
fill(struct digest_row *row, const struct message *message)
{
	char address[ALLOW_ENTRY_MAX];
	struct allow_entry entry;
	struct tagged tagged;
	struct span value;
	struct buf list;

	if (header_find(message->header, SPAN("From"), &value))
		show_value(name_of(value), row->from, sizeof row->from);
	if (header_find(message->header, SPAN("Subject"), &value))
		show_value(value, row->subject, sizeof row->subject);
	tagged_read(&tagged, message->header);
	if (tagged.n > 0) {
		buf_init(&list, sizeof row->list);
		show_ascii(tagged.listing[0].list, sizeof row->list - 8, &list);
		(void)snprintf(row->list, sizeof row->list, "%.*s", (int)list.n,
			       list.n == 0 ? "" : list.p);
		buf_free(&list);
	}
	tagged_free(&tagged);
	struct span from = allow_from(message->header, address, sizeof address);
	if (from.n > 0 && allow_entry_read(from, &entry) == ALLOW_SENDER)
		(void)snprintf(row->address, sizeof row->address, "%s", entry.text);
}

static void
add_folder(struct digest *digest, const char *folder, struct stored_list *list)
{
	digest->row = realloc(digest->row, (digest->n + list->n + 1) * sizeof *digest->row);
	if (digest->row == NULL)
		abort();
	for (size_t i = 0; i < list->n; i++) {
		struct digest_row *row = &digest->row[digest->n];
		int fd = stored_open(&list->stored[i], folder);
		struct message message;
		struct err err;

		if (fd < 0)
			continue;
		*row = (struct digest_row){.when = list->stored[i].when};
		if (message_read(&message, fd, &err) == 0) {
			fill(row, &message);
			digest->n++;
		}
		message_free(&message);
		(void)close(fd);
	}
}

/* Is there a folder, with cur/ in it? */
static bool
is_folder(const char *path)
{
	char cur[PATH_MAX];
	struct stat status;

	return snprintf(cur, sizeof cur, "%s/cur", path) < (int)sizeof cur &&
	       stat(cur, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The Junk folder of a Maildir, or what is one itself. */
static int
look_into(struct digest *digest, const struct conf *conf, const char *maildir, struct err *err)
{
	char disk[FOLDER_DISK_MAX], path[PATH_MAX];
	struct stored_list list;
	int status = 0;

	if (folder_disk_name(span_of(conf->deliver.junk), conf->deliver.separator, disk, err) != 0)
		return EX_CONFIG;
	size_t n = strlen(maildir), name = strlen(disk);
	while (n > 1 && maildir[n - 1] == '/')
		n--;
	bool itself = n > name && memcmp(maildir + n - name, disk, name) == 0 &&
		      maildir[n - name - 1] == '/';
	(void)snprintf(path, sizeof path, "%.*s%s%s", (int)n, maildir, itself ? "" : "/",
		       itself ? "" : disk);
	if (!is_folder(path) && is_folder(maildir))
		return 0; /* nothing was ever held */
	if (stored_find(&list, path, digest->since, err) != 0)
		status = EX_NOINPUT;
	else
		add_folder(digest, path, &list);
	stored_free(&list);
	return status;
}

static int
by_time(const void *a, const void *b)
{
	const struct digest_row *x = a, *y = b;

	return (x->when < y->when) - (x->when > y->when);
}

static int
collect(struct digest *digest, struct run *run, const struct options *options, struct err *err)
{
	char path[USER_PATH_MAX];
	int status = 0;

	if (options->n_words == 0) {
		if (run->conf.deliver.mailbox.kind != MAILBOX_MAILDIR) {
			(void)err_set(err, "digest: name a Maildir; none is configured");
			return EX_USAGE;
		}
		if (user_path(run->user.home, run->conf.deliver.mailbox.path, path, err) != 0)
			return EX_NOINPUT;
		status = look_into(digest, &run->conf, path, err);
	}
	for (size_t i = 0; i < options->n_words && status == 0; i++)
		status = look_into(digest, &run->conf, options->words[i], err);
	if (digest->n > 1)
		qsort(digest->row, digest->n, sizeof *digest->row, by_time);
	return status;
}

static int
digest(struct run *run, const struct options *options, struct err *err)
{
	struct digest all = {.user = &run->user, .envelope = &run->envelope};
	struct buf text;
	time_t since;

	if (since_parse(options->since, SINCE, &since, err) != 0)
		return EX_USAGE;
	all.since = time(NULL) - since;
	int status = collect(&all, run, options, err);
	if (status == 0 && options->mail) {
		if (all.n > 0)
			digest_print_mail(&all);
		status = all.n > 0 ? 0 : 1;
	} else if (status == 0) {
		buf_init(&text, TEXT_MAX);
		digest_text(&all, &text);
		(void)fwrite(text.p, 1, text.n, stdout);
		buf_free(&text);
	}
	free(all.row);
	return status;
}

const struct command cmd_digest = {
	.name = "digest",
	.run = digest,
	.words_max = SIZE_MAX,
	.broken = EX_CONFIG,
	.arguments = "[MAILDIR...]",
	.help = "what was held, and the command that lets it in",
	.details =
		"Shows the Junk folder of each MAILDIR, else of the configured mailbox. It sends\n"
		"nothing by itself.\n"
		"  --since TIME  the last 24h (default), 7d ...\n"
		"  --mail        as a mail, text and HTML, from -f SENDER to -a RECIPIENT, for\n"
		"                sendmail; nothing, and status 1, where nothing was held\n",
};
