#include "filter/rules/sieve.h"

#include "sieve/protocol/charset.h"
#include "filter/base/clock.h"
#include "filter/base/log.h"
#include "sieve/protocol/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#define ARGUMENTS_MAX 22    /* of the child, before the names of the scripts */
#define SCAN_HEADER   65536 /* bytes of the message where no script looks at its body */
#define SCAN_MS       500   /* looking for names of character sets */
#define LOOKS_AT_BODY (PLAN_WORD_BODY | PLAN_WORD_INCLUDE)

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
}

/* The command line of the child, as protocol.h has it. */
struct sieve_arguments {
	union {
		const char *word[ARGUMENTS_MAX + SCRIPTS_MAX];
		/*
		 * the same, as execve(2) is declared: it changes none of them
		 */
		char *pointer[ARGUMENTS_MAX + SCRIPTS_MAX];
	};
	size_t n;
	char delimiter[2], separator[2], seconds[16], charsets[CHARSET_LIST_MAX];
	char program[SIEVE_PROGRAM_MAX];
	struct buf facts; /* owned */
};

static void
add_option(struct sieve_arguments *arguments, const char *option, const char *value)
{
	if (value == NULL)
		return;
	arguments->word[arguments->n++] = option;
	arguments->word[arguments->n++] = value;
}

static void
make_arguments(struct sieve_arguments *arguments, const struct sieve *sieve, uint64_t charsets)
{
	const struct sieve_run *run = sieve->run;
	const struct conf *conf = run->conf;

	arguments->n = 2;
	arguments->delimiter[0] = conf->deliver.delimiter;
	arguments->separator[0] = conf->deliver.separator;
	arguments->word[0] = "spamcop-sieve";
	arguments->word[1] = "plan";
	add_option(arguments, "-f", run->delivery->envelope->sender);
	add_option(arguments, "-a", run->delivery->envelope->recipient);
	add_option(arguments, "--delimiter", arguments->delimiter);
	add_option(arguments, "--separator", arguments->separator);
	(void)snprintf(arguments->seconds, sizeof arguments->seconds, "%u",
		       (unsigned)conf->sieve.time_limit +
			       1); /* of CPU; the time limit itself is ours */
	add_option(arguments, "--seconds", arguments->seconds);
	add_option(arguments, "--charsets", charset_print_set(charsets, arguments->charsets));
	arguments->word[arguments->n++] = "--wait";
	arguments->word[arguments->n++] = "--";
	for (size_t i = 0; i < sieve->scripts.n; i++)
		arguments->word[arguments->n++] = sieve->scripts.name[i];
	arguments->word[arguments->n] = NULL;
}

/* What the child waits for: the verdict, the score and the lists. */
static struct span
print_facts(struct sieve_arguments *arguments, const struct sieve_run *run)
{
	struct buf text;

	buf_init(&text, 65536);
	(void)buf_addf(&text, "%s\n", verdict_name(run->verdict->kind));
	if (run->verdict->scored)
		(void)buf_addf(&text, "%d", run->verdict->score);
	(void)buf_addc(&text, '\n');
	print_lists(run->lookups, &text);
	(void)buf_addc(&text, '\n');
	(void)buf_addf(&arguments->facts, "ok %zu\n", text.n);
	(void)buf_add(&arguments->facts, buf_span(&text));
	buf_free(&text);
	return buf_span(&arguments->facts);
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

/* Starts the child, which opens these character sets. */
static int
start_child(struct sieve *sieve, uint64_t charsets, struct err *err)
{
	const struct sieve_run *run = sieve->run;
	struct sieve_arguments *arguments = calloc(1, sizeof *arguments);

	if (arguments == NULL)
		return err_set(err, "not enough memory");
	buf_init(&arguments->facts, 65536 + 32);
	make_arguments(arguments, sieve, charsets);
	sieve->child = (struct sieve_child){
		.program = run->program != NULL ? run->program : sieve_program(arguments->program),
		.argv = arguments->pointer,
		.message = open_message(run->delivery, err),
		.script = sieve->scripts.fd,
		.n_scripts = sieve->scripts.n,
		.answer = questions_answer,
		.context = sieve->questions,
	};
	int result = sieve->child.message < 0 ? -1 : sieve_child_start(&sieve->child, err);
	if (sieve->child.message >= 0)
		(void)close(sieve->child.message);
	if (result == 0)
		sieve->arguments = arguments;
	else
		free(arguments);
	return result;
}

void
sieve_begin(struct sieve *sieve, const struct sieve_run *run, struct span header,
	    struct questions *questions)
{
	*sieve = (struct sieve){.run = run, .questions = questions};
	questions_init(questions, run->conf, run->delivery);
	sieve->result = scripts_open(&sieve->scripts, run->conf, run->delivery->user, run->script,
				     &sieve->why);
	if (sieve->scripts.ignored.why[0] != '\0')
		log_line(LOG_WARNING, "%s", sieve->scripts.ignored.why);
	if (sieve->result != 0 || sieve->scripts.n == 0 || header.n == 0 ||
	    (sieve->scripts.words & LOOKS_AT_BODY) != 0)
		return;
	uint64_t charsets = 0;
	(void)charset_scan(header.p, header.n < SCAN_HEADER ? header.n : SCAN_HEADER, &charsets);
	sieve->result = start_child(sieve, charsets, &sieve->why);
}

void
sieve_tell(struct sieve *sieve)
{
	if (sieve->arguments != NULL && !sieve->told)
		sieve_child_tell(&sieve->child, print_facts(sieve->arguments, sieve->run));
	sieve->told = sieve->arguments != NULL;
}

/* The child's plan over the spool. */
static int
finish_child(struct sieve *sieve, struct plan *plan, struct err *err)
{
	const struct sieve_run *run = sieve->run;
	const unsigned words = sieve->scripts.words;
	int64_t most = (int64_t)(run->conf->sieve.time_limit * 1000);
	struct buf text;
	size_t begin;

	sieve_tell(sieve);
	sieve->child.time_limit =
		(double)(deliver_until(run->delivery, most, 0) - clock_ms()) / 1000;
	buf_init(&text, PROTOCOL_PLAN_MAX);
	int result = sieve_child_finish(&sieve->child, &text, &begin, err);
	if (result == 0)
		result = read_plan(run, words | sieve->questions->words,
				   span_skip(buf_span(&text), begin), plan, err);
	if (result != 0)
		questions_forget(sieve->questions);
	buf_free(&text);
	return result;
}

static void
forget(struct sieve *sieve)
{
	if (sieve->arguments != NULL)
		buf_free(&sieve->arguments->facts);
	free(sieve->arguments);
	sieve->arguments = NULL;
	scripts_close(&sieve->scripts);
}

int
sieve_end(struct sieve *sieve, struct plan *plan, struct err *err)
{
	const struct delivery *delivery = sieve->run->delivery;
	int result = sieve->result;

	plan_implicit(plan);
	if (result != 0)
		*err = sieve->why;
	if (result == 0 && sieve->scripts.n > 0 && sieve->arguments == NULL) {
		bool body = (sieve->scripts.words & LOOKS_AT_BODY) != 0;

		result = start_child(sieve,
				     charset_scan_file(delivery->spool,
						       body ? CHARSET_SCAN_MAX : SCAN_HEADER,
						       SCAN_MS),
				     err);
	}
	if (result == 0 && sieve->arguments != NULL)
		result = finish_child(sieve, plan, err);
	forget(sieve);
	return result;
}

void
sieve_give_up(struct sieve *sieve)
{
	if (sieve->arguments != NULL)
		sieve_child_stop(&sieve->child);
	forget(sieve);
}

int
sieve_run(const struct sieve_run *run, struct plan *plan, struct questions *questions,
	  struct err *err)
{
	struct sieve sieve;

	sieve_begin(&sieve, run, SPAN(""), questions);
	return sieve_end(&sieve, plan, err);
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
