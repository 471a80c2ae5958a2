#include "filter/commands/options.h"

#include "filter/base/guard.h"

#include <getopt.h>
#include <stdint.h>
#include <stdio.h>

static const struct {
	const char *name;
	enum command command;
	size_t words_min, words_max;
} commands[] = {
	{"tag", COMMAND_TAG, 0, 0},
	{"deliver", COMMAND_DELIVER, 0, 0},
	{"relays", COMMAND_RELAYS, 0, SIZE_MAX},
	{"check", COMMAND_CHECK, 1, SIZE_MAX},
	{"explain", COMMAND_EXPLAIN, 0, 1},
	{"doctor", COMMAND_DOCTOR, 0, SIZE_MAX},
	{"allow", COMMAND_ALLOW, 0, SIZE_MAX},
	{"report", COMMAND_REPORT, 0, 1},
};

enum {
	OPTION_MAILBOX = 256,
	OPTION_NAMESERVER,
	OPTION_DEADLINE,
	OPTION_LIST,
	OPTION_REMOVE,
	OPTION_FROM_MESSAGE,
	OPTION_MAIL
};

static const struct option long_options[] = {
	{"mailbox", required_argument, NULL, OPTION_MAILBOX},
	{"nameserver", required_argument, NULL, OPTION_NAMESERVER},
	{"deadline", required_argument, NULL, OPTION_DEADLINE},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"list", no_argument, NULL, OPTION_LIST},
	{"remove", no_argument, NULL, OPTION_REMOVE},
	{"from-message", no_argument, NULL, OPTION_FROM_MESSAGE},
	{"mail", no_argument, NULL, OPTION_MAIL},
	{NULL, 0, NULL, 0},
};

void
options_help(void)
{
	(void)fputs(
		"usage: spamcop-filter [OPTION...] [COMMAND]\n"
		"Tags suspected spam by DNS lists, and files it by Sieve rules; never bounces.\n"
		"  tag (default)     standard input to standard output, tagged\n"
		"  deliver           tag, run the Sieve rules, store the message\n"
		"  relays [FILE...]  the relays that a message came through, no DNS\n"
		"  check ADDR...     is this address listed, and what to do about it\n"
		"  explain [FILE]    the whole reasoning for one message\n"
		"  doctor            what is wrong here (--mail FILE...: learn from your mail)\n"
		"  allow WHAT        let it through (--list, --remove, --from-message FILE)\n"
		"  report [FILE]     mail a spam to your own SpamCop reporting address\n"
		"options:\n"
		"  -c FILE       configuration           -f SENDER, -a RECIPIENT  the envelope\n"
		"  -d USER       as root: be this user   -m FOLDER  where an implicit keep goes\n"
		"  -s SCRIPT     the user's Sieve rules  --mailbox URL  maildir:, lmtp:, lda:\n"
		"  --nameserver HOST[:PORT]              --deadline SECONDS\n"
		"  -n            say what deliver would do, store nothing\n"
		"  -v            log on standard error as well\n"
		"  -h, --help    -V, --version\n"
		"Exit status: 0, or 75 to have the message tried again. See spamcop-filter(1).\n",
		stdout);
}

bool
options_carries_mail(const struct options *options)
{
	return options->command == COMMAND_TAG || options->command == COMMAND_DELIVER;
}

static char sender_text[ENVELOPE_ADDRESS_MAX + 1], recipient_text[ENVELOPE_ADDRESS_MAX + 1];

static void
envelope_from_environment(struct envelope *envelope)
{
	const char *local = guard_env("LOCAL_PART"), *extension = guard_env("EXTENSION");
	char whole[ENVELOPE_ADDRESS_MAX + 1];

	if (envelope->sender == NULL)
		envelope->sender = envelope_sender(span_of(guard_env("SENDER")), sender_text);
	if (envelope->sender == NULL)
		envelope->sender = envelope_sender(span_of(guard_env("FROM")), sender_text);
	if (envelope->recipient == NULL)
		envelope->recipient =
			envelope_recipient(span_of(guard_env("RECIPIENT")), recipient_text);
	if (envelope->recipient != NULL || local == NULL || local[0] == '\0')
		return;
	bool detail = extension != NULL && extension[0] != '\0';
	int n = snprintf(whole, sizeof whole, "%s%s%s", local, detail ? "+" : "",
			 detail ? extension : "");
	if (n > 0 && (size_t)n < sizeof whole)
		envelope->recipient = envelope_recipient(span_of(whole), recipient_text);
}

static int
set_recipient(struct options *options, const char *text, struct err *err)
{
	char first[ENVELOPE_ADDRESS_MAX + 1] = "";
	bool second = options->envelope.recipient != NULL;

	if (second)
		memcpy(first, options->envelope.recipient, strlen(options->envelope.recipient) + 1);
	options->envelope.recipient = envelope_recipient(span_of(text), recipient_text);
	if (second && (options->envelope.recipient == NULL ||
		       strcmp(first, options->envelope.recipient) != 0))
		return err_set(err, "a second recipient: give each its own run, expected one -a");
	return 0;
}

static int
set_option(struct options *options, int c, struct err *err)
{
	switch (c) {
	case 'c':
		options->config = optarg;
		return 0;
	case 'd':
		options->user = optarg;
		return 0;
	case 'f':
		options->envelope.sender = envelope_sender(span_of(optarg), sender_text);
		return 0;
	case 'm':
		options->folder = optarg;
		return 0;
	case 's':
		options->script = optarg;
		return 0;
	case 'a':
	case 'r':
		return set_recipient(options, optarg, err);
	case 'n':
		options->dry_run = true;
		return 0;
	case 'v':
		options->verbose = true;
		return 0;
	case 'h':
		options->command = COMMAND_HELP;
		return 0;
	case 'V':
		options->command = COMMAND_VERSION;
		return 0;
	/*
	 * dovecot-lda's and procmail's: we never bounce, and always ask to be
	 * tried again
	 */
	case 'e':
	case 'k':
	case 't':
		return 0;
	case OPTION_MAILBOX:
		options->mailbox = optarg;
		return 0;
	case OPTION_NAMESERVER:
		options->nameserver = optarg;
		return 0;
	case OPTION_DEADLINE:
		options->deadline = optarg;
		return 0;
	case OPTION_LIST:
		options->allow = ALLOW_LIST;
		return 0;
	case OPTION_REMOVE:
		options->allow = ALLOW_REMOVE;
		return 0;
	case OPTION_FROM_MESSAGE:
		options->allow = ALLOW_FROM_MESSAGE;
		return 0;
	case OPTION_MAIL:
		options->mail = true;
		return 0;
	default:
		return -1;
	}
}

/* Which option getopt_long() did not like. */
static int
bad_option(int c, char **argv, struct err *err)
{
	const char *what = c == ':' ? "needs a value" : "is unknown";

	if (optopt > 0 && optopt < 256)
		return err_set(err, "option -%c %s; see spamcop-filter --help", optopt, what);
	return err_set(err, "option %s %s; see spamcop-filter --help", argv[optind - 1], what);
}

/* The command and the words behind it. */
static int
take_words(struct options *options, int argc, char **argv, struct err *err)
{
	size_t n = argc > optind ? (size_t)(argc - optind) : 0;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		if (strcmp(argv[optind], commands[i].name) != 0)
			continue;
		options->command = commands[i].command;
		options->words = argv + optind + 1;
		options->n_words = n - 1;
		if (n - 1 < commands[i].words_min)
			return err_set(err, "%s needs an argument; see spamcop-filter --help",
				       commands[i].name);
		if (n - 1 > commands[i].words_max)
			return err_set(err,
				       "%s takes no argument \"%s\"; see spamcop-filter --help",
				       commands[i].name, argv[optind + 1 + commands[i].words_max]);
		return 0;
	}
	return err_set(err, "unknown command \"%s\"; see spamcop-filter --help", argv[optind]);
}

static int
check_combination(const struct options *options, struct err *err)
{
	if (options->allow != ALLOW_ADD && options->command != COMMAND_ALLOW)
		return err_set(err, "--list, --remove and --from-message go with allow; see "
				    "spamcop-filter --help");
	if (options->mail && options->command != COMMAND_DOCTOR)
		return err_set(err, "--mail goes with doctor; see spamcop-filter --help");
	if (options->command == COMMAND_DOCTOR && options->mail != (options->n_words > 0))
		return err_set(err, "doctor --mail takes the files or folders of your mail; see "
				    "spamcop-filter --help");
	return 0;
}

int
options_parse(struct options *options, int argc, char **argv, struct err *err)
{
	int c, status = 0;

	*options = (struct options){.command = COMMAND_TAG};
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":c:d:f:m:s:a:r:nvhVekt", long_options, NULL)) != -1)
		if (status == 0)
			status = c == '?' || c == ':' ? bad_option(c, argv, err)
						      : set_option(options, c, err);
	bool informs = options->command == COMMAND_HELP || options->command == COMMAND_VERSION;
	if (informs && status == 0)
		return 0;
	options->command = COMMAND_TAG;
	struct err words;
	if (take_words(options, argc, argv, status == 0 ? err : &words) != 0)
		status = -1;
	if (status == 0)
		status = check_combination(options, err);
	envelope_from_environment(&options->envelope);
	return status;
}
