/*
 * cmd_report.c - the report command: mails spam, as attachments, to the
 * user's own SpamCop reporting address.
 *
 * Only ever on the user's word: nothing in a message, a rule or an answer leads
 * here. What is reported is each message as it came, without our fields.
 */
#include "filter/message/content.h"
#include "filter/commands/commands.h"
#include "filter/commands/options.h"
#include "filter/run.h"
#include "filter/base/clock.h"
#include "filter/base/copy.h"
#include "filter/base/show.h"
#include "filter/message/mime_out.h"
#include "filter/send/sendmail.h"
#include "filter/message/host.h"
#include "filter/verdict/tag.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>
#include <sysexits.h>
#include <unistd.h>

#define REPORT_TEMPFAIL 75
#define ADDRESS_MAX     512
#define HEADER_MAX      4096

#define PATH_SHOWN   300
#define SPAMCOP_MOST (50 * 1024) /* bytes of a spam that SpamCop looks at */

struct report {
	const struct options *options;
	const char *address; /* to whom */
	char sender[ADDRESS_MAX], boundary[40];
	int fd; /* a file for all of it */
};

static int
say(int status, const char *why)
{
	(void)fprintf(stderr, "spamcop-filter: report: %s\n", why);
	return status;
}

/* Whose report it is: -f, else the login name at this host. */
static bool
find_sender(const struct user *user, const struct options *options, char sender[ADDRESS_MAX])
{
	char host[HOST_NAME_MAX_BYTES];

	if (options->envelope.sender != NULL)
		(void)snprintf(sender, ADDRESS_MAX, "%s", options->envelope.sender);
	else
		(void)snprintf(sender, ADDRESS_MAX, "%s@%s", user->name, host_name(host));
	return sendmail_is_address(span_of(sender));
}

/* A line that ends no part of any message but ours. */
static void
make_boundary(char boundary[40])
{
	uint64_t random[2] = {0, 0};

	if (getrandom(random, sizeof random, 0) < 0)
		random[0] = (uint64_t)getpid();
	(void)snprintf(boundary, 40, "=_%016" PRIx64 "%016" PRIx64, random[0], random[1]);
}

/* RFC 2046 5.1.3 and 5.2.1: nothing in a spam is encoded again. */
static void
write_header(struct buf *to, const struct report *report)
{
	const char *domain = strchr(report->sender, '@') + 1;

	buf_addf(to, "From: <%s>\nTo: <%s>\nSubject: report spam\n", report->sender,
		 report->address);
	mime_date(to);
	mime_message_id(to, span_of(domain));
	buf_addf(to, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"%s\"\n\n",
		 report->boundary);
	buf_addf(to,
		 "--%s\nContent-Type: text/plain; charset=us-ascii\n\nThe attached message%s "
		 "spam.\n",
		 report->boundary, report->options->n_words > 1 ? "s are" : " is");
}

/* One spam, a part of its own, as it came, without our fields. */
static int
write_part(const struct report *report, struct message *message, struct err *err)
{
	struct buf header;

	buf_init(&header, HEADER_MAX);
	buf_addf(&header,
		 "\n--%s\nContent-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n"
		 "Content-Disposition: attachment\n\n",
		 report->boundary);
	int result = copy_write_all(report->fd, buf_span(&header));
	buf_free(&header);
	if (result == 0)
		result = tag_write(message, SPAN(""), false, report->fd, err);
	if (result != 0 && err->why[0] == '\0')
		(void)err_set(err, "the report cannot be written: %s", strerror(errno));
	return result;
}

static int
add_open_file(const struct report *report, int fd, const char *name)
{
	off_t before = lseek(report->fd, 0, SEEK_CUR);
	struct message message;
	struct err err = {""};
	char shown[PATH_SHOWN], why[PATH_SHOWN + 100];
	int status = 0;

	(void)show_escaped(span_of(name), shown, sizeof shown);
	if (message_read(&message, fd, &err) != 0) {
		status = say(EX_NOINPUT, err.why);
	} else if (message.headless || (message.header.n == 0 && !message.too_long)) {
		(void)snprintf(why, sizeof why,
			       "%s is no message, it has no header; nothing was sent.", shown);
		status = say(EX_DATAERR, why);
	} else if (write_part(report, &message, &err) != 0) {
		status = say(REPORT_TEMPFAIL, err.why);
	}
	message_free(&message);
	if (status == 0 && lseek(report->fd, 0, SEEK_CUR) - before > SPAMCOP_MOST)
		(void)fprintf(stderr,
			      "spamcop-filter: report: %s is larger than 50 KB, and SpamCop looks "
			      "at no more; if it is refused, cut its attachments.\n",
			      shown);
	return status;
}

static int
add_file(const struct report *report, const char *name)
{
	bool standard = strcmp(name, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct err err;

	if (fd < 0) {
		(void)err_set(&err, "%.300s: %s; nothing was sent.", name, strerror(errno));
		return say(EX_NOINPUT, err.why);
	}
	int status = add_open_file(report, fd, standard ? "standard input" : name);
	if (!standard)
		(void)close(fd);
	return status;
}

/* The whole report in the file. */
static int
write_report(const struct report *report)
{
	struct buf text;
	int status = 0;

	buf_init(&text, HEADER_MAX);
	write_header(&text, report);
	if (copy_write_all(report->fd, buf_span(&text)) != 0)
		status = say(REPORT_TEMPFAIL, strerror(errno));
	if (status == 0 && report->options->n_words == 0)
		status = add_file(report, "-");
	for (size_t i = 0; i < report->options->n_words && status == 0; i++)
		status = add_file(report, report->options->words[i]);
	text.n = 0;
	buf_addf(&text, "\n--%s--\n", report->boundary);
	if (status == 0 && copy_write_all(report->fd, buf_span(&text)) != 0)
		status = say(REPORT_TEMPFAIL, strerror(errno));
	buf_free(&text);
	return status;
}

static int
send_report(const struct report *report, const struct run *run)
{
	const struct content content = {{NULL, 0}, report->fd, 0};
	const struct sendmail sendmail = {run->conf.sieve.sendmail, run->user.home, run->user.name,
					  clock_ms() + SENDMAIL_SECONDS * 1000};
	struct err err = {""};

	if (report->options->dry_run) {
		(void)fflush(stdout);
		return lseek(report->fd, 0, SEEK_SET) == 0 &&
				       copy_rest(report->fd, STDOUT_FILENO, &err) == 0
			       ? 0
			       : say(REPORT_TEMPFAIL, err.why);
	}
	if (sendmail_run(&sendmail, report->sender, report->address, &content, &err) != 0)
		return say(REPORT_TEMPFAIL, err.why);
	printf("Sent to %s. SpamCop answers by mail; the report counts when you have confirmed it "
	       "there.\n",
	       report->address);
	return 0;
}

static int
report(struct run *run, const struct options *options, struct err *unused)
{
	struct report report = {.options = options,
				.address = options->to != NULL ? options->to
							       : run->conf.report.address};
	struct err err = {""};

	(void)unused;
	if (report.address == NULL || report.address[0] == '\0')
		return say(EX_CONFIG,
			   "set report.address to your own reporting address, as SpamCop shows it "
			   "when you have logged in, or give it with --to; nothing was sent.");
	if (!sendmail_is_address(span_of(report.address)))
		return say(options->to != NULL ? EX_USAGE : EX_CONFIG,
			   "the reporting address is not one such as "
			   "submit.CODE@spam.spamcop.net; nothing was sent.");
	if (!find_sender(&run->user, options, report.sender))
		return say(EX_USAGE, "say who you are with -f YOUR-ADDRESS; nothing was sent.");
	make_boundary(report.boundary);
	report.fd = content_unnamed_file(&err);
	if (report.fd < 0)
		return say(REPORT_TEMPFAIL, err.why);
	int status = write_report(&report);
	if (status == 0)
		status = send_report(&report, run);
	(void)close(report.fd);
	return status;
}

const struct command cmd_report = {
	.name = "report",
	.run = report,
	.words_max = SIZE_MAX,
	.broken = EX_CONFIG,
	.arguments = "[FILE...]",
	.help = "mail spam to your own SpamCop reporting address",
	.details = "Each FILE, or standard input, goes as an attachment to report.address of the\n"
		   "configuration, on your word only, all in one mail. SpamCop looks at no more\n"
		   "than 50 KB of each. 0: handed to the mail system.\n"
		   "  --to ADDRESS  your reporting address, instead of the configured one\n"
		   "  -f SENDER     who you are\n"
		   "  -n            print the mail and send nothing\n",
};
