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
#include "sieve/script/check.h"
#include "sieve/script/warn.h"
#include "sieve/child.h"
#include "sieve/seal.h"
#include "sieve/try.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define USAGE           64 /* EX_USAGE of sysexits.h */
#define CHECK_FILES_MAX 256

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
	OPTION_SECONDS
};

static const char usage_text[] =
	"usage: spamcop-sieve check [--separator C] SCRIPT...\n"
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

/* ---- check */

static int
check_one(const char *name, int fd, bool caret, char separator)
{
	struct script script;
	struct report report;
	struct pool pool;
	struct buf buf;
	ssize_t got;

	pool_init(&pool);
	buf_init(&buf, SCRIPT_MAX + 1);
	while (buf.n < buf.max &&
	       (got = read(fd, buf_reserve(&buf, buf.max - buf.n < 65536 ? buf.max - buf.n : 65536),
			   buf.max - buf.n < 65536 ? buf.max - buf.n : 65536)) != 0) {
		if (got < 0) {
			printf("%s:1:1: error: cannot be read: %s\n", name, strerror(errno));
			return 1;
		}
		buf.n += (size_t)got;
	}
	report_init(&report, stdout, name, buf_span(&buf));
	report.caret = caret;
	report.separator = separator;
	if (check_read(&pool, &report, buf_span(&buf), &script) == 0)
		warn_script(&report, &script);
	if (report.errors > REPORT_ERRORS_MAX)
		printf("%s: %u more errors\n", name, report.errors - REPORT_ERRORS_MAX);
	check_free(&script);
	pool_free(&pool);
	buf_free(&buf);
	return report.errors > 0;
}

/* One character: what --separator and --delimiter take. */
static bool
is_character(const char *value)
{
	return value[0] > ' ' && value[0] <= '~' && value[1] == '\0';
}

/* All files are opened, then the process is sealed, then they are read. */
static int
command_check(int argc, char **argv)
{
	static const struct option check_options[] = {
		{"separator", required_argument, NULL, OPTION_SEPARATOR}, {NULL, 0, NULL, 0}};
	static int fd[CHECK_FILES_MAX];
	bool caret = isatty(STDOUT_FILENO) == 1;
	char separator = '.';
	int result = 0, letter;
	struct err err;

	while ((letter = getopt_long(argc, argv, "", check_options, NULL)) != -1) {
		if (letter != OPTION_SEPARATOR || !is_character(optarg))
			return usage();
		separator = optarg[0];
	}
	char **names = argv + optind;
	int n = argc - optind;
	if (n < 1 || n > CHECK_FILES_MAX)
		return usage();
	for (int i = 0; i < n; i++) {
		fd[i] = strcmp(names[i], "-") == 0
				? STDIN_FILENO
				: open(names[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd[i] < 0 ||
		    fcntl(fd[i], F_SETFL, 0) != 0) { /* only the open of a pipe must not wait */
			fprintf(stderr, "spamcop-sieve: %s: %s\n", names[i], strerror(errno));
			result = 1;
		}
	}
	const struct seal limits = {.seconds = 20};
	if (seal(&limits, &err) != 0) {
		fprintf(stderr, "spamcop-sieve: %s\n", err.why);
		return 1;
	}
	for (int i = 0; i < n; i++)
		if (fd[i] >= 0)
			result |= check_one(names[i], fd[i], caret, separator);
	return fflush(stdout) == 0 && !ferror(stdout) ? result : 1;
}

/* ---- run and plan */

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
	{NULL, 0, NULL, 0},
};

static const char *
null_sender(const char *sender)
{
	return strcmp(sender, "<>") == 0 || strcasecmp(sender, "MAILER-DAEMON") == 0 ? "" : sender;
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
		job->facts.verdict = value;
		break;
	case OPTION_SCORE:
		job->facts.score = atoi(value) < 0 ? 0 : atoi(value) > 10 ? 10 : atoi(value);
		break;
	case OPTION_LISTS:
		job->facts.lists = value;
		break;
	case OPTION_DELIMITER:
		job->facts.delimiter = value[0];
		break;
	case OPTION_SEPARATOR:
		if (!is_character(value))
			return -1;
		job->facts.separator = value[0];
		break;
	case OPTION_CHARSETS:
		job->charsets = charset_parse_set(span_of(value));
		break;
	case OPTION_SECONDS:
		job->seal.seconds = atoi(value) < 1 ? 1 : (unsigned)atoi(value);
		break;
	case OPTION_FOLDER:
		if (try->folders < TRY_FOLDERS_MAX)
			try->folder[try->folders++] = value;
		break;
	case OPTION_PERSONAL:
		try->personal = value;
		break;
	case OPTION_GLOBAL:
		try->global = value;
		break;
	case OPTION_NOW:
		job->now = strtoll(value, NULL, 10);
		break;
	default:
		return -1;
	}
	return 0;
}

static int
options(struct try *try, int argc, char **argv, const char *letters)
{
	int letter;

	*try = (struct try){.job = {.facts = {.score = -1, .delimiter = '+', .separator = '.'},
				    .seal = {.seconds = SEAL_SECONDS}}};
	while ((letter = getopt_long(argc, argv, letters, long_options, NULL)) != -1)
		if (option(try, letter, optarg) != 0)
			return -1;
	return 0;
}

static int
command_run(int argc, char **argv)
{
	struct try try;

	if (options(&try, argc, argv, "f:a:r:v") != 0 || optind + 1 != argc)
		return usage();
	try.script = argv[optind];
	try.job.facts_from_fields = true;
	return try_run(&try);
}

static int
command_plan(int argc, char **argv)
{
	struct try try;

	if (options(&try, argc, argv, "+f:a:") != 0 || argc - optind > CHILD_SCRIPTS_MAX)
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
