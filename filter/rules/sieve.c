#include "filter/rules/sieve.h"

#include "sieve/protocol/charset.h"
#include "filter/base/clock.h"
#include "filter/base/log.h"
#include "sieve/protocol/protocol.h"
#include "filter/rules/scripts.h"
#include "filter/rules/sieve_child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#define ARGUMENTS_MAX 22    /* of the child, before the names of the scripts */
#define SCAN_HEADER   65536 /* bytes of the message where no script looks at its body */
#define SCAN_MS       500   /* looking for names of character sets */

/*
 * The same file, opened for reading only: the child holds no descriptor that
 * could change the message. Where there is no /proc and it has no name, the
 * descriptor itself, at its beginning: the child's limits let it write to no
 * file (sieve/seal.h, only_pipes), and whoever reads the spool after it does so
 * from a place of its own.
 */
static int
open_message(const struct delivery *delivery, struct err *err)
{
	char path[sizeof "/proc/self/fd/" + 16];

	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", delivery->spool);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && delivery->maildir.spool_name[0] != '\0')
		fd = openat(delivery->maildir.fd, delivery->maildir.spool_name,
			    O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && lseek(delivery->spool, 0, SEEK_SET) == 0)
		fd = fcntl(delivery->spool, F_DUPFD_CLOEXEC, 3);
	return fd >= 0 ? fd
		       : err_set(err, "the spooled message cannot be opened for reading: %s",
				 strerror(errno));
}

/* The names of the lists that hit, each once, with commas. */
static void
print_lists(const struct lookups *lookups, struct buf *to)
{
	const struct list *last[CONF_LISTS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < lookups->n; i++) {
		const struct list *list = lookups->lookup[i].list;
		bool known = lookups->lookup[i].state != LOOKUP_LISTED || list->allow ||
			     n == CONF_LISTS_MAX;

		for (size_t k = 0; k < n && !known; k++)
			known = last[k] == list;
		if (known)
			continue;
		buf_addf(to, "%s%s", n == 0 ? "" : ",", list->name);
		last[n++] = list;
	}
	buf_addc(to, '\0');
}

/* The command line of the child, as protocol.h has it. */
struct arguments {
	union {
		const char *word[ARGUMENTS_MAX + SCRIPTS_MAX];
		/*
		 * the same, as execve(2) is declared: it changes none of them
		 */
		char *pointer[ARGUMENTS_MAX + SCRIPTS_MAX];
	};
	size_t n;
	char score[16], delimiter[2], separator[2], seconds[16], charsets[CHARSET_LIST_MAX];
	struct buf lists; /* owned */
};

static void
add_option(struct arguments *arguments, const char *option, const char *value)
{
	if (value == NULL)
		return;
	arguments->word[arguments->n++] = option;
	arguments->word[arguments->n++] = value;
}

static void
make_arguments(struct arguments *arguments, const struct sieve_run *run,
	       const struct scripts *scripts, uint64_t charsets)
{
	const struct conf *conf = run->conf;

	*arguments = (struct arguments){.n = 2,
					.delimiter = {conf->deliver.delimiter, '\0'},
					.separator = {conf->deliver.separator, '\0'}};
	arguments->word[0] = "spamcop-sieve";
	arguments->word[1] = "plan";
	buf_init(&arguments->lists, 65536);
	print_lists(run->lookups, &arguments->lists);
	(void)snprintf(arguments->score, sizeof arguments->score, "%d", run->verdict->score);
	add_option(arguments, "-f", run->delivery->envelope->sender);
	add_option(arguments, "-a", run->delivery->envelope->recipient);
	add_option(arguments, "--verdict", verdict_name(run->verdict->kind));
	add_option(arguments, "--score", run->verdict->scored ? arguments->score : NULL);
	add_option(arguments, "--lists", arguments->lists.n > 1 ? arguments->lists.p : NULL);
	add_option(arguments, "--delimiter", arguments->delimiter);
	add_option(arguments, "--separator", arguments->separator);
	(void)snprintf(arguments->seconds, sizeof arguments->seconds, "%u",
		       (unsigned)conf->sieve.time_limit +
			       1); /* of CPU; the time limit itself is ours */
	add_option(arguments, "--seconds", arguments->seconds);
	add_option(arguments, "--charsets", charset_print_set(charsets, arguments->charsets));
	arguments->word[arguments->n++] = "--";
	for (size_t i = 0; i < scripts->n; i++)
		arguments->word[arguments->n++] = scripts->name[i];
	arguments->word[arguments->n] = NULL;
}

/* Everything that the text of a plan has to pass. */
static int
read_plan(const struct sieve_run *run, unsigned words, struct span text, struct plan *plan,
	  struct err *err)
{
	if (plan_read(plan, text, run->conf->deliver.separator, err) != 0)
		return -1;
	if (plan_check_words(plan, words, err) == 0)
		return 0;
	plan_free(plan);
	plan_implicit(plan);
	return -1;
}

static int
run_child(const struct sieve_run *run, const struct scripts *scripts, int message,
	  struct plan *plan, struct questions *questions, struct err *err)
{
	const unsigned looks_at_body = PLAN_WORD_BODY | PLAN_WORD_INCLUDE;
	char program[SIEVE_PROGRAM_MAX];
	struct arguments arguments;
	struct buf text;
	size_t begin;

	make_arguments(&arguments, run, scripts,
		       charset_scan_file(message,
					 (scripts->words & looks_at_body) != 0 ? CHARSET_SCAN_MAX
									       : SCAN_HEADER,
					 SCAN_MS));
	int64_t now = clock_ms(), most = (int64_t)(run->conf->sieve.time_limit * 1000);
	double time_limit = (double)(deliver_until(run->delivery, most, 0) - now) / 1000;
	const struct sieve_child child = {
		.program = run->program != NULL ? run->program : sieve_program(program),
		.argv = arguments.pointer,
		.message = message,
		.script = scripts->fd,
		.n_scripts = scripts->n,
		.time_limit = time_limit,
		.answer = questions_answer,
		.context = questions,
	};
	buf_init(&text, PROTOCOL_PLAN_MAX);
	int result = sieve_child_run(&child, &text, &begin, err);
	if (result == 0)
		result = read_plan(run, scripts->words | questions->words,
				   span_skip(buf_span(&text), begin), plan, err);
	if (result != 0)
		questions_forget(questions);
	buf_free(&text);
	buf_free(&arguments.lists);
	return result;
}

int
sieve_run(const struct sieve_run *run, struct plan *plan, struct questions *questions,
	  struct err *err)
{
	struct scripts scripts;
	int message = -1;

	plan_implicit(plan);
	questions_init(questions, run->conf, run->delivery);
	int result = scripts_open(&scripts, run->conf, run->delivery->user, run->script, err);
	if (scripts.ignored.why[0] != '\0')
		log_line(LOG_WARNING, "%s", scripts.ignored.why);
	if (result == 0 && scripts.n > 0) {
		message = open_message(run->delivery, err);
		result = message < 0 ? -1 : run_child(run, &scripts, message, plan, questions, err);
	}
	if (message >= 0)
		(void)close(message);
	scripts_close(&scripts);
	return result;
}

/* What is beside `us` goes into path; false: nothing that can be started. */
static bool
beside(const char *us, size_t n, char path[SIEVE_PROGRAM_MAX])
{
	static const char name[] = "/spamcop-sieve";
	const char *slash = n == 0 ? NULL : memrchr(us, '/', n);

	if (slash == NULL || us[0] != '/' || n >= SIEVE_PROGRAM_MAX - sizeof name)
		return false;
	memmove(path, us, (size_t)(slash - us));
	memcpy(path + (slash - us), name, sizeof name);
	return access(path, X_OK) == 0;
}

const char *
sieve_program(char path[SIEVE_PROGRAM_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, SIEVE_PROGRAM_MAX - 1);

	if (n > 0 && beside(path, (size_t)n, path))
		return path;
	/* no /proc: as the kernel was told to start us */
	const char *us = n > 0 ? NULL : (const char *)(uintptr_t)getauxval(AT_EXECFN);
	if (us != NULL && beside(us, strlen(us), path))
		return path;
	return BINDIR "/spamcop-sieve";
}
