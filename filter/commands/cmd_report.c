/*
 * cmd_report.c - the report command: mails one spam, as an attachment, to the
 * user's own SpamCop reporting address.
 *
 * Only ever on the user's word: nothing in a message, a rule or an answer leads
 * here. What is reported is the message as it came, without our fields.
 */
#include "filter/message/content.h"
#include "filter/commands/commands.h"
#include "filter/commands/options.h"
#include "filter/run.h"
#include "filter/base/clock.h"
#include "filter/base/copy.h"
#include "filter/message/mime_out.h"
#include "filter/send/sendmail.h"
#include "filter/message/host.h"
#include "filter/verdict/tag.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <sysexits.h>
#include <unistd.h>

#define REPORT_TEMPFAIL 75
#define ADDRESS_MAX     512
#define HEADER_MAX      4096

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

/*
 * RFC 2046 5.1.3 and 5.2.1: the spam is a part of its own, and nothing in it is
 * encoded again.
 */
static void
write_header(struct buf *to, const char *sender, const char *recipient, const char *boundary)
{
	const char *domain = strchr(sender, '@') + 1;

	buf_addf(to, "From: <%s>\nTo: <%s>\nSubject: report spam\n", sender, recipient);
	mime_date(to);
	mime_message_id(to, span_of(domain));
	buf_addf(to, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"%s\"\n\n",
		 boundary);
	buf_addf(to,
		 "--%s\nContent-Type: text/plain; charset=us-ascii\n\nThe attached message is "
		 "spam.\n\n",
		 boundary);
	buf_addf(to,
		 "--%s\nContent-Type: message/rfc822\nContent-Transfer-Encoding: "
		 "8bit\nContent-Disposition: attachment\n\n",
		 boundary);
}

/* The whole report on fd. */
static int
write_report(int fd, struct message *message, const char *sender, const char *recipient,
	     struct err *err)
{
	char boundary[40], end[48];
	struct buf header;

	make_boundary(boundary);
	(void)snprintf(end, sizeof end, "\n--%s--\n", boundary);
	buf_init(&header, HEADER_MAX);
	write_header(&header, sender, recipient, boundary);
	int result = copy_write_all(fd, buf_span(&header));
	if (result == 0)
		result = tag_write(message, SPAN(""), false, fd, err);
	if (result == 0)
		result = copy_write_all(fd, span_of(end));
	buf_free(&header);
	if (result != 0 && err->why[0] == '\0')
		(void)err_set(err, "the report cannot be written: %s", strerror(errno));
	return result;
}

static int
print_report(int fd, struct err *err)
{
	(void)fflush(stdout);
	return lseek(fd, 0, SEEK_SET) < 0 ? -1 : copy_rest(fd, STDOUT_FILENO, err);
}

static int
report_message(const struct conf *conf, const struct user *user, const struct options *options,
	       struct message *message, const char *sender)
{
	struct err err = {""};
	int fd = content_unnamed_file(&err), result = -1;

	if (fd >= 0 && write_report(fd, message, sender, conf->report.address, &err) == 0) {
		const struct content content = {{NULL, 0}, fd, 0};
		const struct sendmail sendmail = {conf->sieve.sendmail, user->home, user->name,
						  clock_ms() + SENDMAIL_SECONDS * 1000};

		result = options->dry_run ? print_report(fd, &err)
					  : sendmail_run(&sendmail, sender, conf->report.address,
							 &content, &err);
	}
	if (fd >= 0)
		(void)close(fd);
	if (result != 0)
		return say(REPORT_TEMPFAIL, err.why);
	if (!options->dry_run)
		printf("Sent to %s. SpamCop answers by mail; the report counts when you have "
		       "confirmed it there.\n",
		       conf->report.address);
	return 0;
}

static int
report(struct run *run, const struct options *options, struct err *unused)
{
	const struct conf *conf = &run->conf;
	const char *file = options->n_words == 0 || strcmp(options->words[0], "-") == 0
				   ? NULL
				   : options->words[0];
	char sender[ADDRESS_MAX] = "";
	struct message message;
	struct err err = {""};

	(void)unused;
	if (conf->report.address == NULL || conf->report.address[0] == '\0')
		return say(EX_CONFIG,
			   "set report.address to your own reporting address, as SpamCop shows it "
			   "when you have logged in; nothing was sent.");
	if (!sendmail_is_address(span_of(conf->report.address)))
		return say(EX_CONFIG, "report.address is not an address such as "
				      "submit.CODE@spam.spamcop.net; nothing was sent.");
	if (!find_sender(&run->user, options, sender))
		return say(EX_USAGE, "say who you are with -f YOUR-ADDRESS; nothing was sent.");
	int fd = file == NULL ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		(void)err_set(&err, "%s: %s; nothing was sent.", file, strerror(errno));
		return say(EX_NOINPUT, err.why);
	}
	int status = message_read(&message, fd, &err) == 0
			     ? report_message(conf, &run->user, options, &message, sender)
			     : say(EX_NOINPUT, err.why);
	message_free(&message);
	if (file != NULL)
		(void)close(fd);
	return status;
}

const struct command cmd_report = {
	.name = "report",
	.run = report,
	.words_max = 1,
	.broken = EX_CONFIG,
	.arguments = "[FILE]",
	.help = "mail a spam to your own SpamCop reporting address",
	.details = "FILE or standard input goes as an attachment to report.address of the\n"
		   "configuration, on your word only. 0: handed to the mail system.\n"
		   "  -f SENDER  who you are\n"
		   "  -n         print the mail and send nothing\n",
};
