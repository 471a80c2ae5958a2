/*
 * cmd_sweep.c - the sweep command: looks again at mail that came lately, for
 * lists learn later than mail arrives. What is listed by now goes into Junk by
 * one rename: bytes and flags stay, and whoever has the mailbox open sees a
 * message that was moved.
 *
 * What was listed when it came is left alone: a rule or the user wanted it in
 * the inbox. So is what was swept once already: the user has taken it back.
 */
#include "filter/commands/commands.h"
#include "filter/commands/junk/stored.h"
#include "filter/commands/options.h"
#include "filter/commands/since.h"
#include "filter/commands/tagged.h"
#include "filter/base/log.h"
#include "filter/base/show.h"
#include "filter/run.h"
#include "filter/store/maildir.h"
#include "filter/store/memory.h"
#include "sieve/protocol/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define SINCE          "6h"
#define SWEEP_TEMPFAIL 75
#define REMEMBERED     (30 * MEMORY_DAY) /* seconds that a sweep is remembered */
#define TEXT_SHOWN     60

struct sweep {
	struct run *run;
	const struct options *options;
	const char *path;           /* of the Maildir */
	char junk[FOLDER_DISK_MAX]; /* ".Junk" */
	struct maildir maildir;
	struct memory memory;
	int folder;         /* of Junk; -1: not opened yet */
	size_t moved, left; /* left: a list did not answer */
};

static struct memory_key
key_of(const struct message *message)
{
	struct memory_key key;
	struct span id;

	memory_key_init(&key);
	if (header_find(message->header, SPAN("Message-ID"), &id))
		memory_key_add(&key, span_trim(id));
	else
		memory_key_add(&key, message->header);
	return key;
}

/* Was it judged so already, or taken back? */
static bool
is_settled(const struct sweep *sweep, const struct message *message)
{
	const struct memory_key key = key_of(message);
	struct tagged tagged;

	tagged_read(&tagged, message->header);
	bool listed = span_equal(tagged.verdict, SPAN("listed"));
	tagged_free(&tagged);
	return listed || memory_find(&sweep->memory, &key) != NULL;
}

static void
forget(struct run *run)
{
	message_free(&run->message);
	dnsbl_free(&run->lookups);
	buf_free(&run->fields);
	run->chain = (struct chain){.found = 0};
	run->envelope = (struct envelope){NULL, NULL};
}

/* Is the message listed by now? */
static bool
is_listed(struct sweep *sweep, int fd)
{
	static char sender[ENVELOPE_ADDRESS_MAX + 1], recipient[ENVELOPE_ADDRESS_MAX + 1];
	struct run *run = sweep->run;
	struct err err;

	if (run_read(run, fd, &err) != 0 || is_settled(sweep, &run->message))
		return false;
	envelope_complete(&run->envelope, run->message.header, sender, recipient);
	run_examine(run);
	sweep->left += run->verdict.kind == VERDICT_UNKNOWN;
	return run->verdict.kind == VERDICT_LISTED;
}

static void
tell(const struct sweep *sweep, const char *what)
{
	char id[160];
	struct span message_id = SPAN(""), from = SPAN("");
	struct buf shown;

	(void)header_find(sweep->run->message.header, SPAN("Message-ID"), &message_id);
	(void)header_find(sweep->run->message.header, SPAN("From"), &from);
	(void)show_word(span_trim(message_id), id, sizeof id);
	buf_init(&shown, 2 * TEXT_SHOWN);
	show_ascii(from, TEXT_SHOWN, &shown);
	printf("%s  %.*s  %s\n", what, (int)shown.n, shown.n == 0 ? "" : shown.p, id);
	buf_free(&shown);
	if (!sweep->options->dry_run)
		log_line(LOG_INFO, "sweep=%s message-id=%s", sweep->junk, id);
}

/*
 * One rename, which never replaces a message. Flags may have changed it since:
 * then it has another name by now.
 */
static int
move(struct sweep *sweep, struct stored *stored)
{
	for (int tries = 0; tries < 3; tries++) {
		const char *place = stored_place(stored);
		char from[NAME_MAX + 8], to[NAME_MAX + 8];

		(void)snprintf(from, sizeof from, "%s/%s", place, stored->name);
		(void)snprintf(to, sizeof to, "%s/%s", place, stored->name);
		if (renameat2(sweep->maildir.fd, from, sweep->folder, to, RENAME_NOREPLACE) == 0)
			return 0;
		if (errno == EINVAL || errno == ENOSYS)
			return faccessat(sweep->folder, to, F_OK, AT_SYMLINK_NOFOLLOW) == 0
				       ? -1
				       : renameat(sweep->maildir.fd, from, sweep->folder, to);
		int fd = errno == ENOENT ? stored_open(stored, sweep->path) : -1;
		if (fd < 0)
			return -1;
		(void)close(fd);
	}
	return -1;
}

static int
sync_places(int folder)
{
	static const char *const places[] = {"new", "cur"};
	int status = 0;

	for (size_t i = 0; i < 2; i++) {
		int fd = openat(folder, places[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		status |= fd < 0 ? 0 : maildir_sync(fd);
		if (fd >= 0)
			(void)close(fd);
	}
	return status;
}

static int
sweep_one(struct sweep *sweep, struct stored *stored, struct err *err)
{
	int fd = stored_open(stored, sweep->path);

	if (fd < 0)
		return 0; /* it is gone: read and deleted */
	bool listed = is_listed(sweep, fd);
	(void)close(fd);
	if (listed && sweep->options->dry_run) {
		tell(sweep, "would move");
		sweep->moved++;
	} else if (listed) {
		if (sweep->folder < 0)
			sweep->folder = maildir_folder(&sweep->maildir, sweep->junk, false, err);
		if (sweep->folder < 0)
			return -1;
		if (move(sweep, stored) == 0) {
			const struct memory_key key = key_of(&sweep->run->message);

			memory_put(&sweep->memory, &key, REMEMBERED);
			tell(sweep, "moved");
			sweep->moved++;
		}
	}
	return 0;
}

static int
sweep_all(struct sweep *sweep, struct stored_list *list, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < list->n && status == 0; i++) {
		status = sweep_one(sweep, &list->stored[i], err);
		forget(sweep->run);
	}
	if (sweep->folder >= 0) {
		if (sync_places(sweep->folder) != 0 || sync_places(sweep->maildir.fd) != 0)
			status = err_set(err, "sweep: %s: not synced: %s", sweep->path,
					 strerror(errno));
		if (memory_save(&sweep->memory, err) != 0)
			status = -1;
		(void)close(sweep->folder);
	}
	return status;
}

/* The Maildir is there, and is ours: root moves nobody else's mail. */
static int
check_maildir(const char *path, struct err *err)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return err_set(err, "sweep: %.300s: %s", path, strerror(errno));
	if (status.st_uid != geteuid())
		return err_set(err,
			       "sweep: %.300s: it belongs to uid %ld; start it as that user, or "
			       "with -d USER",
			       path, (long)status.st_uid);
	return 0;
}

static int
sweep_maildir(struct sweep *sweep, time_t oldest, struct err *err)
{
	const struct conf *conf = &sweep->run->conf;
	const struct mailbox mailbox = {.kind = MAILBOX_MAILDIR};
	struct delivery delivery = {.conf = conf, .mailbox = &mailbox, .spool = -1};
	struct stored_list list = {.n = 0};
	int status = EX_NOINPUT;

	sweep->folder = -1;
	if (folder_disk_name(span_of(conf->deliver.junk), conf->deliver.separator, sweep->junk,
			     err) != 0)
		return EX_CONFIG;
	if (check_maildir(sweep->path, err) != 0)
		return EX_NOINPUT;
	if (stored_find(&list, sweep->path, oldest, err) == 0 &&
	    maildir_open(&sweep->maildir, sweep->path, err) == 0) {
		delivery.maildir = sweep->maildir;
		status = SWEEP_TEMPFAIL;
		if (memory_open(&sweep->memory, &delivery, "swept", !sweep->options->dry_run,
				err) == 0) {
			status = sweep_all(sweep, &list, err) == 0 ? 0 : SWEEP_TEMPFAIL;
			memory_close(&sweep->memory);
		}
		maildir_close(&sweep->maildir);
	}
	stored_free(&list);
	return status;
}

static int
sweep(struct run *run, const struct options *options, struct err *err)
{
	struct sweep one = {.run = run, .options = options};
	char path[USER_PATH_MAX];
	time_t since;
	int status = 0;

	if (since_parse(options->since, SINCE, &since, err) != 0)
		return EX_USAGE;
	time_t oldest = time(NULL) - since;
	if (options->n_words == 0 && run->conf.deliver.mailbox.kind != MAILBOX_MAILDIR) {
		(void)err_set(err, "sweep: name a Maildir; none is configured");
		return EX_USAGE;
	}
	for (size_t i = 0; i < (options->n_words == 0 ? 1 : options->n_words) && status == 0; i++) {
		one.path = options->n_words == 0 ? path : options->words[i];
		if (options->n_words == 0 &&
		    user_path(run->user.home, run->conf.deliver.mailbox.path, path, err) != 0)
			return EX_NOINPUT;
		status = sweep_maildir(&one, oldest, err);
	}
	if (status == 0 && one.left > 0)
		(void)fprintf(stderr,
			      "spamcop-filter: sweep: %zu message%s left where %s, because a list "
			      "did not answer\n",
			      one.left, one.left == 1 ? "" : "s",
			      one.left == 1 ? "it is" : "they are");
	return status;
}

const struct command cmd_sweep = {
	.name = "sweep",
	.run = sweep,
	.words_max = SIZE_MAX,
	.broken = EX_CONFIG,
	.arguments = "[MAILDIR...]",
	.help = "look again at recent mail, move what is listed by now",
	.details =
		"Looks at the inbox of each MAILDIR, else of the configured mailbox. What is\n"
		"listed by now goes into Junk, bytes and flags as they are. What was listed when\n"
		"it came stays, and what you took back out of Junk.\n"
		"  --since TIME  mail of the last 6h (default), 24h ...\n"
		"  -n            say what would be moved\n",
};
