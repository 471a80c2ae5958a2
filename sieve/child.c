#include "sieve/child.h"

#include "sieve/protocol/charset.h"
#include "sieve/mail/date.h"
#include "sieve/protocol/protocol.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FAILED      1
#define SCRIPT_STEP 4096 /* bytes of a script that are read first; the double each time */

/*
 * The text of an open file, whatever its offset; at most one byte more than a
 * script may have, so that a larger one is seen.
 */
static int
read_script(struct pool *pool, int fd, struct span *text, struct err *err)
{
	struct buf buf;

	buf_init(&buf, SCRIPT_MAX + 1);
	for (;;) {
		size_t step = SCRIPT_STEP + buf.n;
		size_t room = buf.max - buf.n < step ? buf.max - buf.n : step;
		char *to = room == 0 ? NULL : buf_reserve(&buf, room);
		ssize_t got = to == NULL ? 0 : pread(fd, to, room, (off_t)buf.n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			*text = pool_copy(pool, buf_span(&buf));
			buf_free(&buf);
			return got < 0 ? err_set(err, "cannot be read: %s", strerror(errno)) : 0;
		}
		buf.n += (size_t)got;
	}
}

/*
 * The value of a parameter of one of our fields: the first word, or what stands
 * behind NAME=.
 */
static const char *
parameter(struct run *run, const char *field_name, struct span name)
{
	size_t at = 0;
	struct mail_field *field = mail_next(&run->mail, span_of(field_name), &at);

	if (field == NULL)
		return NULL;
	struct span text = mail_plain(&run->mail, field);
	while (name.n > 0 &&
	       !(span_starts_case(text, name) && text.n > name.n && text.p[name.n] == '=')) {
		const char *next = text.n == 0 ? NULL : memchr(text.p, ';', text.n);

		if (next == NULL)
			return NULL;
		text = span_trim(span_skip(text, (size_t)(next + 1 - text.p)));
	}
	if (name.n > 0)
		text = span_skip(text, name.n + 1);
	const char *end = text.n == 0 ? NULL : memchr(text.p, ';', text.n);
	if (end != NULL)
		text.n = (size_t)(end - text.p);
	return pool_copy(&run->pool, text).p;
}

static void
read_facts(struct run *run)
{
	const char *score = parameter(run, "X-SpamCop-Score", SPAN(""));

	if (run->facts.verdict == NULL)
		run->facts.verdict = parameter(run, "X-SpamCop-Status", SPAN(""));
	if (run->facts.lists == NULL)
		run->facts.lists = parameter(run, "X-SpamCop-Listed", SPAN("list"));
	if (run->facts.score < 0 && score != NULL && score[0] >= '0' && score[0] <= '9') {
		long n = strtol(score, NULL, 10); /* LONG_MAX for what is larger */

		run->facts.score = n > 10 ? 10 : (int)n;
	}
}

/* One script of the job, read and checked. */
static int
read_one(struct run *run, const struct child_job *job, size_t i, struct script *script)
{
	struct report report;
	struct span text;

	if (read_script(&run->pool, PROTOCOL_SCRIPTS + (int)i, &text, &run->why) != 0)
		return -1;
	report_init(&report, job->trace != NULL || job->facts_from_fields ? stderr : NULL,
		    job->names[i], text);
	report.quiet = true;
	if (check_read(&run->pool, &report, text, script) == 0)
		return 0;
	if (report.to != NULL)
		run->why.why[0] = '\0'; /* told already */
	else
		(void)err_set(&run->why, "%s", report.first);
	return -1;
}

/* The next line of text; NULL where it is empty. It is ended by a NUL then. */
static const char *
next_line(char **at)
{
	char *line = *at, *lf = strchr(line, '\n');

	if (lf == NULL)
		return NULL;
	*lf = '\0';
	*at = lf + 1;
	return line[0] == '\0' ? NULL : line;
}

/* Until the filter has written the message, and told what it found out. */
static int
wait_for_message(struct run *run)
{
	struct span text;

	if (ask_wait(&run->ask, &run->pool, &text, &run->why) != 0)
		return -1;
	char *at = pool_alloc(&run->pool, text.n + 1);
	memcpy(at, text.p, text.n);
	at[text.n] = '\0';
	run->facts.verdict = next_line(&at);
	const char *score = next_line(&at);
	run->facts.score = score == NULL ? -1 : (int)strtol(score, NULL, 10);
	run->facts.lists = next_line(&at);
	return 0;
}

static int
run_all(struct run *run, const struct child_job *job, const struct script *script)
{
	if (job->wait && wait_for_message(run) != 0)
		return -1;
	if (mail_open(&run->mail, STDIN_FILENO, &run->why) != 0)
		return -1;
	if (job->facts_from_fields)
		read_facts(run);
	for (size_t i = 0; i < job->scripts; i++)
		if (run_script(run, &script[i]) != 0)
			return -1;
	result_print(&run->result, run->flags, stdout);
	if (job->facts_from_fields && result_is_implicit(&run->result))
		fprintf(stderr, "spamcop-sieve: implicit: %s\n",
			run->facts.verdict != NULL && strcmp(run->facts.verdict, "listed") == 0
				? "Junk, for listed mail that no rule files"
				: "INBOX, for mail that no rule files");
	if (fflush(stdout) != 0 || ferror(stdout))
		return err_set(&run->why, "the plan cannot be written");
	return 0;
}

/* All scripts are read before the message is. */
static int
read_and_run(struct run *run, const struct child_job *job)
{
	static struct script script[CHILD_SCRIPTS_MAX];
	int result = 0;

	run->trace = job->trace;
	run->ask = (struct ask){.to = stdout, .from = PROTOCOL_ANSWERS};
	for (size_t i = 0; i < job->scripts && result == 0; i++)
		result = read_one(run, job, i, &script[i]);
	if (result == 0)
		result = run_all(run, job, script);
	for (size_t i = 0; i < job->scripts; i++)
		check_free(&script[i]);
	return result;
}

int
child_run(const struct child_job *job)
{
	static char host[256], out[BUFSIZ];
	struct child_job own = *job;
	struct run run;
	struct err err;

	(void)setvbuf(stdout, out, _IOFBF, sizeof out); /* else it asks fstat() */
	date_start();
	if (job->now != 0)
		date_set_now(job->now);
	charset_open_set(job->charsets);
	if (gethostname(host, sizeof host - 1) == 0)
		own.facts.host = host;
	if (seal(&job->seal, &err) != 0) {
		fprintf(stderr, "spamcop-sieve: %s\n", err.why);
		return FAILED;
	}
	run_open(&run, &own.facts);
	int result = read_and_run(&run, &own);
	if (result != 0 && run.why.why[0] != '\0')
		fprintf(stderr, "%s\n", run.why.why);
	run_close(&run);
	return result == 0 ? 0 : FAILED;
}
