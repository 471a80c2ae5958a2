#include "filter/message/mailfiles.h"
#include "filter/base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_SIZE (64U << 10) /* also the longest line that is looked at as one */

/* A file, line by line. */
struct reader {
	int fd;
	char *bytes; /* READ_SIZE */
	size_t at, n;
	bool at_end;
	/*
	 * the line before this one was longer than READ_SIZE: this is its
	 * continuation
	 */
	bool mid_line;
	int error; /* errno of a read that failed */
};

static void
fill(struct reader *reader)
{
	memmove(reader->bytes, reader->bytes + reader->at, reader->n - reader->at);
	reader->n -= reader->at;
	reader->at = 0;
	while (!reader->at_end && reader->n < READ_SIZE) {
		ssize_t got = read(reader->fd, reader->bytes + reader->n, READ_SIZE - reader->n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			reader->error = errno;
		reader->at_end = got <= 0;
		reader->n += got > 0 ? (size_t)got : 0;
		if (got > 0 && memchr(reader->bytes + reader->n - got, '\n', (size_t)got) != NULL)
			return;
	}
}

/* The next line with its line end, not consumed; empty at the end. */
static struct span
peek(struct reader *reader)
{
	char *lf = memchr(reader->bytes + reader->at, '\n', reader->n - reader->at);

	if (lf == NULL && !reader->at_end && (reader->at > 0 || reader->n < READ_SIZE)) {
		fill(reader);
		lf = memchr(reader->bytes, '\n', reader->n);
	}
	const char *p = reader->bytes + reader->at;
	return (struct span){p, lf == NULL ? reader->n - reader->at : (size_t)(lf + 1 - p)};
}

static void
consume(struct reader *reader, struct span line)
{
	reader->mid_line = line.n > 0 && line.p[line.n - 1] != '\n';
	reader->at += line.n;
}

static bool
is_from(struct span line)
{
	return line.n >= 5 && memcmp(line.p, "From ", 5) == 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * A From_ line between messages: "From sender Mon Jan  1 00:00:00 2024". A
 * sentence that begins so has no time of day.
 */
static bool
is_separator(const struct reader *reader, struct span line)
{
	if (reader->mid_line || !is_from(line))
		return false;
	for (size_t i = 6; i + 3 < line.n; i++)
		if (line.p[i] == ':' && is_digit(line.p[i - 1]) && is_digit(line.p[i + 1]) &&
		    is_digit(line.p[i + 2]))
			return true;
	return false;
}

static bool
is_blank(struct span line)
{
	return (line.n == 1 && line.p[0] == '\n') ||
	       (line.n == 2 && line.p[0] == '\r' && line.p[1] == '\n');
}

static bool
is_field(struct span line)
{
	struct field field;
	size_t at = 0;

	return header_next(line, &at, &field) && field.raw.p == line.p;
}

/* One message in the file. false: nothing left. */
static bool
read_header(struct reader *reader, struct buf *bytes, bool single, struct mail *mail)
{
	struct message *message = &mail->message;
	struct span line = peek(reader);
	size_t from_line = 0;

	if (line.n == 0)
		return false;
	bytes->n = 0;
	bytes->full = false;
	*message = (struct message){
		.fd = reader->fd, .eol = line.n >= 2 && line.p[line.n - 2] == '\r' ? "\r\n" : "\n"};
	mail->mbox |= mail->n == 1 && is_from(line) && !single;
	while (is_from(line) || (line.n >= 6 && memcmp(line.p, ">From ", 6) == 0)) {
		(void)buf_add(bytes, line);
		from_line += line.n;
		consume(reader, line);
		line = peek(reader);
	}
	message->headless = line.n > 0 && !is_blank(line) && !is_field(line);
	while (line.n > 0 && !message->headless && (reader->mid_line || !is_blank(line))) {
		(void)buf_add(bytes, line);
		consume(reader, line);
		line = peek(reader);
	}
	message->too_long = bytes->full;
	message->from_line = (struct span){bytes->p, from_line};
	message->header = (struct span){bytes->n == 0 ? NULL : bytes->p + from_line,
					bytes->full ? 0 : bytes->n - from_line};
	return true;
}

/*
 * The rest of a message in an mbox, up to the next From_ line behind an empty
 * one.
 */
static void
skip_body(struct reader *reader)
{
	bool blank = false;

	for (struct span line = peek(reader); line.n > 0; line = peek(reader)) {
		if (blank && is_separator(reader, line))
			return;
		blank = !reader->mid_line && is_blank(line);
		consume(reader, line);
	}
}

/* One walk over everything that was named. */
struct walk {
	struct mails *mails;
	struct buf bytes; /* of the header */
	char *read_bytes;
	bool several; /* paths, or a folder */
	bool stop;
};

static void
complain(struct mails *mails, const char *file, int error)
{
	struct err err;

	(void)err_set(&err, "%s: %s", file, strerror(error));
	(void)fprintf(stderr, "spamcop-filter: %s\n", err.why);
	mails->failed++;
}

/* in_folder: what is no message is passed over. */
static void
read_stream(struct walk *walk, int fd, const char *file, bool in_folder)
{
	struct reader reader = {.fd = fd, .bytes = walk->read_bytes};
	struct mail mail = {.file = file};
	bool single = fd == STDIN_FILENO;

	for (mail.n = 1; !walk->stop && read_header(&reader, &walk->bytes, single, &mail);
	     mail.n++) {
		if (in_folder && !mail.mbox &&
		    (mail.message.headless || mail.message.header.n == 0))
			return;
		if (mail.mbox)
			skip_body(&reader);
		mail.alone = !walk->several && mail.n == 1 && (!mail.mbox || peek(&reader).n == 0);
		walk->stop = !walk->mails->each(&mail, walk->mails->data);
		if (!mail.mbox)
			break;
	}
	if (reader.error != 0)
		complain(walk->mails, file, reader.error);
}

static void
read_file(struct walk *walk, const char *file, bool in_folder)
{
	int fd = open(file,
		      O_RDONLY | O_CLOEXEC | O_NOCTTY | (in_folder ? O_NOFOLLOW | O_NONBLOCK : 0));

	if (fd < 0) {
		if (!in_folder || errno != ENOENT) /* mail is moved while we look */
			complain(walk->mails, file, errno);
		return;
	}
	read_stream(walk, fd, file, in_folder);
	close(fd);
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void
read_folder(struct walk *walk, char *path)
{
	char *paths[] = {path, NULL};
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR,
			    walk->mails->sorted ? by_name : NULL);
	FTSENT *entry;

	if (fts == NULL) {
		complain(walk->mails, path, errno);
		return;
	}
	while (!walk->stop && (entry = fts_read(fts)) != NULL) {
		if (entry->fts_info == FTS_D && entry->fts_level > 0 &&
		    strcmp(entry->fts_name, "tmp") == 0)
			(void)fts_set(fts, entry, FTS_SKIP);
		else if (entry->fts_info == FTS_F && entry->fts_name[0] != '.')
			read_file(walk, entry->fts_path, true);
		else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			complain(walk->mails, entry->fts_path, entry->fts_errno);
	}
	(void)fts_close(fts);
}

void
mails_read(struct mails *mails, char **paths, size_t n)
{
	struct walk walk = {.mails = mails, .several = n > 1};
	struct stat status;

	mails->failed = 0;
	buf_init(&walk.bytes, MESSAGE_HEADER_MAX);
	walk.read_bytes = malloc(READ_SIZE);
	if (walk.read_bytes == NULL)
		abort();
	if (n == 0)
		read_stream(&walk, STDIN_FILENO, "-", false);
	for (size_t i = 0; i < n && !walk.stop; i++) {
		if (stat(paths[i], &status) != 0) {
			complain(mails, paths[i], errno);
		} else if (S_ISDIR(status.st_mode)) {
			walk.several = true;
			read_folder(&walk, paths[i]);
		} else {
			read_file(&walk, paths[i], false);
		}
	}
	free(walk.read_bytes);
	buf_free(&walk.bytes);
}
