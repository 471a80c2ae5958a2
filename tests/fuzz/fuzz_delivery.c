/*
 * Whole deliveries (delivery/delivery.h): a message, a script, a configuration,
 * what lists say and a disk that may fail, together. Each ends in exit 0 or 75,
 * stored as often and where it should be, byte for byte but for our own fields,
 * with nothing in tmp/ and nothing outside of the mailbox.
 */
#include "tests/fuzz/delivery/delivery.h"
#include "fuzz.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define NOBODY 65534

static struct run run; /* static, as main's */

/* Mail is never delivered as root. */
static void
become(bool nobody)
{
	static bool root;

	root = root || geteuid() == 0;
	if (root && (nobody ? setegid(NOBODY) != 0 || seteuid(NOBODY) != 0
			    : seteuid(0) != 0 || setegid(0) != 0))
		broken("the test itself: seteuid: %m");
}

static void
configure(const struct input *input)
{
	static char sender[ENVELOPE_ADDRESS_MAX + 1], recipient[ENVELOPE_ADDRESS_MAX + 1],
		path[256];
	struct err err;

	memset(&run, 0, sizeof run);
	run.user.uid = geteuid();
	(void)snprintf(run.user.home, sizeof run.user.home, "%s", place_open()->home);
	run.user.home_given = true;
	if (!span_equal(input->sender, SPAN("-")))
		run.envelope.sender = envelope_sender(input->sender, sender);
	run.envelope.recipient = envelope_recipient(input->recipient, recipient);
	conf_init(&run.conf);
	run.conf_broken = conf_read(&run.conf, place_path(path, "conf"), &err) != 0;
	if (run.conf_broken != (input->choice[CONF] == 1))
		broken("the configuration: %s", err.why);
}

/* The message on standard input, from a file or, where it goes in, a pipe. */
static void
put_message(const struct input *input, struct span message)
{
	int fd[2] = {-1, -1};

	if (input->choice[INPUT] == 1 && message.n <= 65536 && pipe(fd) == 0) {
		if (write(fd[1], message.p, message.n) != (ssize_t)message.n)
			broken("the test itself: a pipe: %m");
		(void)close(fd[1]);
	} else {
		fd[0] = memfd_create("message", MFD_CLOEXEC);
		if (fd[0] < 0 || write(fd[0], message.p, message.n) != (ssize_t)message.n ||
		    lseek(fd[0], 0, SEEK_SET) != 0)
			broken("the test itself: a file: %m");
	}
	if (dup2(fd[0], STDIN_FILENO) != STDIN_FILENO)
		broken("the test itself: dup2: %m");
	(void)close(fd[0]);
}

/* What a process that ends leaves to the kernel. */
static void
clean_up(void)
{
	if (run.delivery.spool > 0 || run.delivery.maildir.fd > 0)
		deliver_close(&run.delivery);
	message_free(&run.message);
	dnsbl_free(&run.lookups);
	buf_free(&run.fields);
	plan_free(&run.plan);
	conf_free(&run.conf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const folders[] = {NULL, "Lists", "../up"};
	struct options options = {.command = &cmd_deliver, .named = true};
	struct input input;
	struct buf message;

	input_read(&input, (struct span){(const char *)data, size});
	options.folder = folders[input.choice[FOLDER]];
	become(true);
	(void)place_open();
	place_prepare(&input);
	input_message(&input, &message);
	put_message(&input, buf_span(&message));
	configure(&input);
	seams_begin(&input);
	faults_begin(&input);
	int status = seams_deliver(&run, &options);
	faults_end();
	judge(&input, buf_span(&message), status, &run, place_look());
	clean_up();
	buf_free(&message);
	become(false);
	return 0;
}
