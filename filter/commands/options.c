#include "config.h"

#include "filter/commands/options.h"

#include "filter/base/guard.h"

#include <getopt.h>
#include <stdio.h>

/* Options without a letter. */
enum {
	OPTION_DEADLINE = 256,
	OPTION_FROM_MESSAGE,
	OPTION_HOME,
	OPTION_JSON,
	OPTION_LIST,
	OPTION_MAIL,
	OPTION_MAILBOX,
	OPTION_NAGIOS,
	OPTION_NAMESERVER,
	OPTION_PROMETHEUS,
	OPTION_REMOVE,
	OPTION_SELF,
	OPTION_SINCE,
	OPTION_SVG,
	OPTION_TO
};

static const struct option long_options[] = {
	{"mailbox", required_argument, NULL, OPTION_MAILBOX},
	{"nameserver", required_argument, NULL, OPTION_NAMESERVER},
	{"deadline", required_argument, NULL, OPTION_DEADLINE},
	{"home", required_argument, NULL, OPTION_HOME},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"list", no_argument, NULL, OPTION_LIST},
	{"remove", no_argument, NULL, OPTION_REMOVE},
	{"from-message", no_argument, NULL, OPTION_FROM_MESSAGE},
	{"mail", no_argument, NULL, OPTION_MAIL},
	{"json", no_argument, NULL, OPTION_JSON},
	{"nagios", no_argument, NULL, OPTION_NAGIOS},
	{"prometheus", no_argument, NULL, OPTION_PROMETHEUS},
	{"self", no_argument, NULL, OPTION_SELF},
	{"since", required_argument, NULL, OPTION_SINCE},
	{"svg", no_argument, NULL, OPTION_SVG},
	{"to", required_argument, NULL, OPTION_TO},
	{NULL, 0, NULL, 0},
};

/* Options that go with some commands only. */
static const struct {
	int c;
	char name[20], commands[40]; /* with blanks around each */
} particular[] = {
	{OPTION_FROM_MESSAGE, "--from-message", " allow "},
	{OPTION_JSON, "--json", " check doctor explain relays stats "},
	{OPTION_LIST, "--list", " allow "},
	{OPTION_MAIL, "--mail", " doctor digest "},
	{OPTION_NAGIOS, "--nagios", " check "},
	{OPTION_PROMETHEUS, "--prometheus", " stats "},
	{OPTION_REMOVE, "--remove", " allow "},
	{OPTION_SELF, "--self", " check "},
	{OPTION_SINCE, "--since", " digest stats sweep "},
	{OPTION_SVG, "--svg", " stats "},
	{OPTION_TO, "--to", " report "},
	{'q', "-q", " check "},
};

void
options_tell(const struct options *options)
{
	if (options->instead == OPTIONS_VERSION)
		(void)printf("%s " VERSION "\n", commands_program);
	else
		commands_help(options->named ? options->command : NULL);
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

/* An option whose value is one word or a yes. */
static bool
set_simple(struct options *options, int c)
{
	const struct {
		int c;
		const char **text;
		bool *flag;
	} simple[] = {
		{'c', &options->config, NULL},
		{'d', &options->user, NULL},
		{'m', &options->folder, NULL},
		{'s', &options->script, NULL},
		{'n', NULL, &options->dry_run},
		{'v', NULL, &options->verbose},
		{OPTION_DEADLINE, &options->deadline, NULL},
		{OPTION_HOME, &options->home, NULL},
		{OPTION_MAIL, NULL, &options->mail},
		{OPTION_MAILBOX, &options->mailbox, NULL},
		{OPTION_NAMESERVER, &options->nameserver, NULL},
		{OPTION_SELF, NULL, &options->self},
		{OPTION_SINCE, &options->since, NULL},
		{OPTION_TO, &options->to, NULL},
		{'q', NULL, &options->quiet},
	};

	for (size_t i = 0; i < sizeof simple / sizeof simple[0]; i++) {
		if (simple[i].c != c)
			continue;
		if (simple[i].text != NULL)
			*simple[i].text = optarg;
		else
			*simple[i].flag = true;
		return true;
	}
	return false;
}

static int
set_option(struct options *options, int c, struct err *err)
{
	if (set_simple(options, c))
		return 0;
	switch (c) {
	case 'f':
		options->envelope.sender = envelope_sender(span_of(optarg), sender_text);
		return 0;
	case 'a':
	case 'r':
		return set_recipient(options, optarg, err);
	case 'h':
		options->instead = OPTIONS_HELP;
		return 0;
	case 'V':
		options->instead = OPTIONS_VERSION;
		return 0;
	/*
	 * dovecot-lda's and procmail's: we never bounce, and always ask to be
	 * tried again
	 */
	case 'e':
	case 'k':
	case 't':
		return 0;
	case OPTION_JSON:
		options->form = FORM_JSON;
		return 0;
	case OPTION_NAGIOS:
		options->form = FORM_NAGIOS;
		return 0;
	case OPTION_PROMETHEUS:
		options->form = FORM_PROMETHEUS;
		return 0;
	case OPTION_SVG:
		options->form = FORM_SVG;
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
		return err_set(err, "option -%c %s; see spamcop-filter help", optopt, what);
	return err_set(err, "option %s %s; see spamcop-filter help", argv[optind - 1], what);
}

/* The command and the words behind it. */
static int
take_words(struct options *options, int argc, char **argv, struct err *err)
{
	size_t n = argc > optind ? (size_t)(argc - optind) : 0;

	if (n == 0)
		return 0;
	const struct command *command = commands_find(argv[optind]);
	char meant[SUGGEST_TEXT_MAX];
	if (command == NULL)
		return err_set(err, "unknown command \"%.100s\"%s; see spamcop-filter help",
			       argv[optind], commands_meant(argv[optind], meant));
	options->command = command;
	options->named = true;
	options->words = argv + optind + 1;
	options->n_words = n - 1;
	if (n - 1 < command->words_min)
		return err_set(err, "%s needs an argument; see spamcop-filter help", command->name);
	if (n - 1 > command->words_max)
		return err_set(err, "%s takes no argument \"%s\"; see spamcop-filter help",
			       command->name, argv[optind + 1 + command->words_max]);
	return 0;
}

/* Does the last particular option go with the command? c: 0 for none. */
static int
check_particular(const struct options *options, int c, struct err *err)
{
	char word[32];

	(void)snprintf(word, sizeof word, " %s ", options->command->name);
	for (size_t i = 0; i < sizeof particular / sizeof particular[0]; i++)
		if (particular[i].c == c && strstr(particular[i].commands, word) == NULL)
			return err_set(err, "%s goes with%sonly; see spamcop-filter help",
				       particular[i].name, particular[i].commands);
	return 0;
}

static bool
is_particular(int c)
{
	for (size_t i = 0; i < sizeof particular / sizeof particular[0]; i++)
		if (particular[i].c == c)
			return true;
	return false;
}

int
options_parse(struct options *options, int argc, char **argv, struct err *err)
{
	int c, last = 0, status = 0;

	*options = (struct options){.command = &cmd_tag};
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":c:d:f:m:s:a:r:nqvhVekt", long_options, NULL)) != -1) {
		if (status == 0)
			status = c == '?' || c == ':' ? bad_option(c, argv, err)
						      : set_option(options, c, err);
		if ((c >= OPTION_DEADLINE || c == 'q') && is_particular(c))
			last = c;
	}
	struct err unused;
	bool wrong = take_words(options, argc, argv, status == 0 ? err : &unused) != 0;
	if (options->instead != OPTIONS_RUN && status == 0)
		return 0;
	if (wrong)
		status = -1;
	if (status == 0 && last != 0)
		status = check_particular(options, last, err);
	envelope_from_environment(&options->envelope);
	return status;
}
