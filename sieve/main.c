/*
 * spamcop-sieve: reads Sieve scripts, checks them, and says what they want done
 * with a message.
 *
 *   check SCRIPT...   what is wrong with these scripts
 *   run SCRIPT        what would be done with the message on standard input
 *   plan              the sealed child of the filter (protocol.h)
 */
#include "config.h"

#include "sieve/protocol/charset.h"
#include "sieve/protocol/folder.h"
#include "sieve/script/warn/report.h"
#include "sieve/child.h"
#include "sieve/inspect.h"
#include "sieve/seal.h"
#include "sieve/try.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#define USAGE       64 /* EX_USAGE of sysexits.h */
#define REFUSED     USAGE
#define SECONDS_MAX 3600

enum {
	OPTION_VERDICT = 256,
	OPTION_SCORE,
	OPTION_LISTS,
	OPTION_DELIMITER,
	OPTION_SEPARATOR,
	OPTION_CHARSETS,
	OPTION_FOLDER,
	OPTION_PERSONAL,
	OPTION_GLOBAL,
	OPTION_NOW,
	OPTION_SECONDS,
	OPTION_WAIT
};

static const char usage_text[] =
	"usage: spamcop-sieve check [--separator C] [--personal DIR] [--global DIR] SCRIPT...\n"
	"       spamcop-sieve run SCRIPT [-f FROM] [-a TO] [-v] [--verdict WORD] [--score N] "
	"[--lists NAME,...]\n"
	"                         [--delimiter C] [--separator C] [--folder NAME] [--personal DIR] "
	"[--global DIR]\n"
	"                         [--now SECONDS] [--seconds N] < MESSAGE\n"
	"       spamcop-sieve --version\n";

static int
usage(void)
{
	fputs(usage_text, stderr);
	return USAGE;
}

/* ---- run and plan */

/* One character: what --separator and --delimiter take. */
static bool
is_character(const char *value)
{
	return value[0] > ' ' && value[0] <= '~' && value[1] == '\0';
}

static const struct option long_options[] = {
	{"verdict", required_argument, NULL, OPTION_VERDICT},
	{"score", required_argument, NULL, OPTION_SCORE},
	{"lists", required_argument, NULL, OPTION_LISTS},
	{"delimiter", required_argument, NULL, OPTION_DELIMITER},
	{"separator", required_argument, NULL, OPTION_SEPARATOR},
	{"charsets", required_argument, NULL, OPTION_CHARSETS},
	{"folder", required_argument, NULL, OPTION_FOLDER},
	{"personal", required_argument, NULL, OPTION_PERSONAL},
	{"global", required_argument, NULL, OPTION_GLOBAL},
	{"now", required_argument, NULL, OPTION_NOW},
	{"seconds", required_argument, NULL, OPTION_SECONDS},
	{"wait", no_argument, NULL, OPTION_WAIT},
	{NULL, 0, NULL, 0},
};

static const char *
null_sender(const char *sender)
{
	return strcmp(sender, "<>") == 0 || strcasecmp(sender, "MAILER-DAEMON") == 0 ? "" : sender;
}

static int
refuse(const char *option, const char *expected, const char *value)
{
	fprintf(stderr, "spamcop-sieve: %s: expected %s, found \"%s\"\n", option, expected,
		report_quote(span_of(value)));
	return REFUSED;
}

/* A whole number of at most 18 digits. */
static bool
number(const char *value, int64_t least, int64_t most, int64_t *to)
{
	size_t n = strspn(value, "0123456789");

	if (n == 0 || n > 18 || value[n] != '\0')
		return false;
	*to = strtoll(value, NULL, 10);
	return *to >= least && *to <= most;
}

static int
option_number(struct try *try, int letter, const char *value)
{
	struct child_job *job = &try->job;
	int64_t n;

	switch (letter) {
	case OPTION_SCORE:
		if (!number(value, 0, 10, &n))
			return refuse("--score", "a number from 0 to 10", value);
		job->facts.score = (int)n;
		return 0;
	case OPTION_SECONDS:
		if (!number(value, 1, SECONDS_MAX, &n))
			return refuse("--seconds", "a number from 1 to 3600", value);
		job->seal.seconds = (unsigned)n;
		return 0;
	default:
		if (!number(value, 0, INT64_MAX, &n))
			return refuse("--now", "seconds since 1970", value);
		job->now = n;
		return 0;
	}
}

static int
option_verdict(struct try *try, const char *value)
{
	static const char *const verdicts[] = {"listed", "clean", "allowed", "unknown",
					       "unchecked"};

	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
		if (strcmp(value, verdicts[i]) == 0) {
			try->job.facts.verdict = value;
			return 0;
		}
	return refuse("--verdict", "listed, clean, allowed, unknown or unchecked", value);
}

static int
option_character(const char *option, const char *value, char *to)
{
	if (!is_character(value))
		return refuse(option, "one character", value);
	*to = value[0];
	return 0;
}

static int
option_folder(const char *option, const char *value, const char **to)
{
	struct stat st;

	if (stat(value, &st) != 0 || !S_ISDIR(st.st_mode))
		return refuse(option, "a folder that is there", value);
	*to = value;
	return 0;
}

/* A folder that mailboxexists finds. */
static int
option_mailbox(struct try *try, const char *value)
{
	struct err why;

	if (folder_refused(span_of(value), try->job.facts.separator, &why))
		return refuse("--folder", "a name that a folder can have", value);
	if (try->folders == TRY_FOLDERS_MAX)
		return refuse("--folder", "at most 32 of them", value);
	try->folder[try->folders++] = value;
	return 0;
}

static int
option(struct try *try, int letter, const char *value)
{
	struct child_job *job = &try->job;

	switch (letter) {
	case 'f':
		job->facts.sender = null_sender(value);
		break;
	case 'a':
	case 'r':
		job->facts.recipient = value;
		break;
	case 'v':
		job->trace = stderr;
		break;
	case OPTION_VERDICT:
		return option_verdict(try, value);
	case OPTION_LISTS:
		job->facts.lists = value;
		break;
	case OPTION_DELIMITER:
		if (value[0] == '\0') { /* of a site that has none */
			job->facts.delimiter = '\0';
			return 0;
		}
		return option_character("--delimiter", value, &job->facts.delimiter);
	case OPTION_SEPARATOR:
		return option_character("--separator", value, &job->facts.separator);
	case OPTION_CHARSETS:
		job->charsets = charset_parse_set(span_of(value));
		break;
	case OPTION_FOLDER:
		return option_mailbox(try, value);
	case OPTION_PERSONAL:
		return option_folder("--personal", value, &try->personal);
	case OPTION_GLOBAL:
		return option_folder("--global", value, &try->global);
	case OPTION_WAIT:
		job->wait = true;
		break;
	case OPTION_SCORE:
	case OPTION_SECONDS:
	case OPTION_NOW:
		return option_number(try, letter, value);
	default:
		return usage();
	}
	return 0;
}

/* 0, or the exit status: it was told why. */
static int
options(struct try *try, int argc, char **argv, const char *letters)
{
	static char name[] = "spamcop-sieve";
	int letter, result = 0;

	argv[0] = name; /* getopt names it in its complaints */
	*try = (struct try){.job = {.facts = {.score = -1, .delimiter = '+', .separator = '.'},
				    .seal = {.seconds = SEAL_SECONDS}}};
	while (result == 0 && (letter = getopt_long(argc, argv, letters, long_options, NULL)) != -1)
		result = option(try, letter, optarg);
	return result;
}

/* check: of the options those that it has a use for. */
static int
command_check(int argc, char **argv)
{
	struct try try;
	int result = options(&try, argc, argv, "");

	if (result != 0)
		return result;
	if (optind == argc || argc - optind > INSPECT_FILES_MAX)
		return usage();
	return inspect_files(&try, argv + optind, argc - optind);
}

static int
command_run(int argc, char **argv)
{
	struct try try;
	int result = options(&try, argc, argv, "f:a:r:v");

	if (result != 0)
		return result;
	if (optind + 1 != argc)
		return usage();
	try.script = argv[optind];
	try.job.facts_from_fields = true;
	return try_run(&try);
}

static int
command_plan(int argc, char **argv)
{
	struct try try;
	int result = options(&try, argc, argv, "+f:a:");

	if (result != 0)
		return result;
	if (argc - optind > CHILD_SCRIPTS_MAX)
		return usage();
	try.job.names = (const char *const *)argv + optind;
	try.job.scripts = (size_t)(argc - optind);
	try.job.seal.only_pipes = true;
	try.job.seal.with_parent = true;
	return child_run(&try.job);
}

int
main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of write() */
	if (strcmp(command, "check") == 0)
		return command_check(argc - 1, argv + 1);
	if (strcmp(command, "run") == 0)
		return command_run(argc - 1, argv + 1);
	if (strcmp(command, "plan") == 0)
		return command_plan(argc - 1, argv + 1);
	if (strcmp(command, "-h") == 0 || strcmp(command, "--help") == 0 ||
	    strcmp(command, "help") == 0)
		return fputs(usage_text, stdout) < 0;
	if (strcmp(command, "-V") == 0 || strcmp(command, "--version") == 0)
		return printf("spamcop-sieve %s\n", PACKAGE_VERSION) < 0;
	return usage();
}
