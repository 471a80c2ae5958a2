#include "filter/commands/doctor/doctor.h"
#include "filter/commands/doctor/report_items.h"
#include "filter/message/header.h"

#include "sieve/protocol/charset.h"
#include "filter/base/copy.h"
#include "filter/plan/plan.h"
#include "filter/base/clock.h"
#include "filter/message/content.h"
#include "filter/base/process.h"
#include "sieve/protocol/protocol.h"
#include "filter/rules/scripts.h"
#include "filter/rules/sieve.h"
#include "filter/rules/sieve_child.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_MAX      65536 /* bytes of what it writes that are told */
#define CHECK_SECONDS 20.0  /* for spamcop-sieve check of one script */

/*
 * Every part of the child that the seal could break: character sets, regular
 * expressions, dates, memory, questions, the plan.
 */
static const char script[] =
	"require [\"fileinto\", \"regex\", \"date\", \"mailbox\", \"variables\"];\n"
	"set \"x\" \"${0}\";\n"
	"if allof (header :is \"Subject\" \"\xc5\xbe\xd1\x8f\", header :regex \"From\" "
	"\"^(d|x)+octor@\", not mailboxexists \"Nowhere\",\n"
	"\tcurrentdate :matches \"year\" \"2*\") { fileinto \"Doctor\"; }\n";
static const char message[] = "From: doctor@localhost\nSubject: =?iso-8859-2?q?=BE?= "
			      "=?koi8-r?q?=D1?=\n\nThe doctor's own message.\n";

static int
answer_no(void *context, char *line, size_t n, struct buf *text, bool *ok, struct err *err)
{
	(void)context;
	(void)line;
	(void)n;
	(void)text;
	(void)err;
	*ok = false;
	return 0;
}

/* A text as a file in memory; -1 where there can be none. */
static int
file_of(struct span text)
{
	int fd = memfd_create("doctor", MFD_CLOEXEC);
	struct err err;

	if (fd < 0)
		fd = content_unnamed_file(&err);

	if (fd >= 0 && copy_write_all(fd, text) != 0)
		process_close(&fd);
	return fd;
}

/*
 * Runs the child on script and message; the plan has to be the one that they
 * mean.
 */
static int
try_child(const char *program, const struct conf *conf, int64_t *ms, struct err *err)
{
	union {
		const char *word[8];
		char *pointer[8]; /* the same, as execve(2) is declared */
	} argv = {.word = {"spamcop-sieve", "plan", "--charsets", "iso-8859-2,koi8-r", "--",
			   "doctor", NULL}};
	int message_fd = file_of(SPAN(message)), script_fd = file_of(SPAN(script)), result = -1;
	int64_t begin = clock_ms();
	struct plan plan;
	struct buf text;
	size_t from;

	struct sieve_child child = {.program = program,
				    .argv = argv.pointer,
				    .message = message_fd,
				    .script = &script_fd,
				    .n_scripts = 1,
				    .time_limit = conf->sieve.time_limit,
				    .answer = answer_no};
	buf_init(&text, PROTOCOL_PLAN_MAX);
	plan_implicit(&plan);
	if (message_fd < 0 || script_fd < 0)
		(void)err_set(err, "memfd_create: %s", strerror(errno));
	else
		result = sieve_child_start(&child, err);
	if (result == 0)
		result = sieve_child_finish(&child, &text, &from, err);
	if (result == 0)
		result = plan_read(&plan, span_skip(buf_span(&text), from), conf->deliver.separator,
				   err);
	if (result == 0 && (plan.n != 1 || plan.action[0].kind != ACTION_FILEINTO))
		result = err_set(
			err,
			"its plan for the doctor's own message is another than it should be: '%s'",
			plan.action[0].column[0].p);
	*ms = clock_ms() - begin;
	plan_free(&plan);
	buf_free(&text);
	process_close(&message_fd);
	process_close(&script_fd);
	return result;
}

static int
sandbox(const char *program, const struct conf *conf)
{
	struct err err;
	int64_t ms;

	report_items_section("Sandbox");
	if (try_child(program, conf, &ms, &err) == 0)
		return report_items_add(false, "%s  well: sealed, and its plan is right, in %ld ms",
					program, (long)ms);
	(void)report_items_add(true, "%s  %s", program, err.why);
	report_items_advise("%s",
			    conf->deliver.mailbox.kind == MAILBOX_NONE
				    ? "It is needed for rules only, and `tag` runs none."
				    : "Until it runs, no rule does: all mail is kept as without "
				      "rules.");
	report_items_advise("%s",
			    access(program, X_OK) != 0
				    ? "Install spamcop-sieve beside spamcop-filter; it is part "
				      "of the same package."
				    : "Please report this sentence with your kernel (uname -r) "
				      "and C library (ldd --version).");
	return 1;
}

/* What the check wrote, a line an advice. */
static void
tell_lines(int fd)
{
	struct buf text;

	buf_init(&text, SAID_MAX);
	(void)lseek(fd, 0, SEEK_SET);
	(void)buf_read(&text, fd);
	for (struct span rest = buf_span(&text); rest.n > 0;) {
		size_t n = header_line(rest);
		struct span line = span_trim((struct span){rest.p, n});

		/*
		 * The lines that show the place in the script have no file's
		 * name.
		 */
		if (memchr(rest.p, ':', n) != NULL && !span_is_space(rest.p[0]))
			report_items_advise("%.*s", (int)line.n, line.p);
		rest = span_skip(rest, n);
	}
	buf_free(&text);
}

/* spamcop-sieve check of one script. */
static int
check_script(const char *program, const char *name)
{
	union {
		const char *word[4];
		char *pointer[4];
	} argv = {.word = {"spamcop-sieve", "check", name, NULL}};
	char *const nothing[] = {NULL};
	struct err err = {"it did not finish in time"};
	int status = -1, out = file_of(SPAN(""));
	const int fd[] = {STDIN_FILENO, out, out};
	pid_t pid;

	if (out < 0 || process_start(program, argv.pointer, nothing, fd, 3, &pid, &err) != 0 ||
	    process_wait(pid, clock_ms() + CHECK_SECONDS * 1000, &status) != 0) {
		(void)report_items_add(true, "%s  cannot be checked: %s", name, err.why);
		process_close(&out);
		return 1;
	}
	bool valid = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	(void)report_items_add(!valid, "%s  %s", name,
			       valid ? "valid" : "not valid: it is not run");
	tell_lines(out);
	process_close(&out);
	return !valid;
}

/* The site's scripts, each of which has to be there. */
static int
site_rules(const char *program, const struct strings *paths)
{
	int wrong = 0;

	for (size_t i = 0; i < paths->n; i++) {
		struct err err;
		int fd = scripts_open_site(paths->string[i], &err);

		if (fd >= 0) {
			(void)close(fd);
			wrong += check_script(program, paths->string[i]);
			continue;
		}
		wrong += report_items_add(true, "%s", err.why);
		report_items_advise("No rule runs until this is mended: mail is kept as without "
				    "rules.");
	}
	return wrong;
}

static int
rules(const char *program, const struct conf *conf, const struct user *user, const char *given)
{
	struct conf own = *conf; /* without the site's */
	struct scripts scripts;
	struct err err;

	report_items_section("Rules");
	int wrong = site_rules(program, &conf->sieve.before);
	own.sieve.before.n = own.sieve.after.n = 0;
	if (scripts_open(&scripts, &own, user, given, &err) != 0)
		wrong += report_items_add(true, "%s", err.why);
	else if (scripts.ignored.why[0] != '\0')
		wrong += report_items_add(true, "%s", scripts.ignored.why);
	else if (scripts.n == 0 && conf->deliver.mailbox.kind == MAILBOX_NONE)
		(void)report_items_add(false, "none, and `tag` runs none");
	else if (scripts.n == 0 && conf->sieve.before.n + conf->sieve.after.n == 0)
		(void)report_items_add(
			false,
			"none: listed mail goes to %s, the rest to INBOX. Write yours "
			"into %s.",
			conf->deliver.junk, conf->sieve.script);
	for (size_t i = 0; i < scripts.n; i++)
		wrong += check_script(program, scripts.name[i]);
	scripts_close(&scripts);
	return wrong + site_rules(program, &conf->sieve.after);
}

int
doctor_sieve_with(const char *program, const struct conf *conf, const struct user *user,
		  const char *given)
{
	char path[SIEVE_PROGRAM_MAX];

	if (program == NULL)
		program = sieve_program(path);
	return sandbox(program, conf) + rules(program, conf, user, given);
}

int
doctor_sieve(const struct conf *conf, const struct user *user, const char *given)
{
	return doctor_sieve_with(NULL, conf, user, given);
}
