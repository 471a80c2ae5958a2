/*
 * The sealed child without its seal: what sieve/child.c does, in this process
 * and for its filter. (Apart from the others: both programs have a struct run.)
 */
#include "filter/rules/sieve_child.h"
#include "sieve/mail/date.h"
#include "sieve/protocol/charset.h"
#include "sieve/protocol/protocol.h"
#include "sieve/run/run.h"
#include "sieve/script/warn/report.h"
#include "tests/fuzz/delivery/faults.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct talk {
	const struct sieve_child *child;
	struct buf *plan;
	size_t at; /* behind the last question */
	int answers;
	bool lost; /* the filter would have ended it */
};

/* No call of these is the filter's: none of them is to fail. */
static bool
put(int fd, struct span bytes)
{
	return bytes.n == 0 || syscall(SYS_write, fd, bytes.p, bytes.n) == (long)bytes.n;
}

static void
answer_question(struct talk *talk, size_t n)
{
	char line[PROTOCOL_LINE_MAX], head[32];
	struct buf text;
	struct err err;
	bool ok = false;

	memcpy(line, talk->plan->p + talk->at, n);
	line[n] = '\n';
	buf_init(&text, PROTOCOL_SCRIPT_MAX);
	bool paused = faults_pause(false);
	if (talk->child->answer(talk->child->context, line, n, &text, &ok, &err) != 0)
		talk->lost = true;
	(void)faults_pause(paused);
	int length = ok ? snprintf(head, sizeof head, "ok %zu\n", text.n)
			: snprintf(head, sizeof head, "no\n");
	if (!talk->lost && (!put(talk->answers, (struct span){head, (size_t)length}) ||
			    (ok && !put(talk->answers, buf_span(&text)))))
		talk->lost = true;
	buf_free(&text);
}

/* What the child prints: questions, each answered at once, and the plan. */
static ssize_t
hear(void *cookie, const char *bytes, size_t n)
{
	static const char ask[] = "ask\t";
	struct talk *talk = cookie;

	talk->lost = talk->lost || !buf_add(talk->plan, (struct span){bytes, n});
	while (!talk->lost) {
		size_t left = talk->plan->n - talk->at;
		const char *line = talk->plan->p + talk->at;
		const char *lf = left < sizeof ask ? NULL : memchr(line, '\n', left);

		if (lf == NULL || memcmp(line, ask, sizeof ask - 1) != 0 ||
		    lf - line >= (ptrdiff_t)PROTOCOL_LINE_MAX)
			break;
		answer_question(talk, (size_t)(lf - line));
		talk->at += (size_t)(lf + 1 - line);
	}
	return talk->lost ? 0 : (ssize_t)n;
}

static void
read_options(char *const *argv, struct envelope_facts *facts)
{
	*facts = (struct envelope_facts){
		.score = -1, .delimiter = '+', .separator = '.', .host = "host.example.org"};
	for (argv += 2; strcmp(argv[0], "--wait") != 0; argv += 2) {
		if (strcmp(argv[0], "-f") == 0)
			facts->sender = argv[1];
		else if (strcmp(argv[0], "-a") == 0)
			facts->recipient = argv[1];
		else if (strcmp(argv[0], "--delimiter") == 0)
			facts->delimiter = argv[1][0];
		else if (strcmp(argv[0], "--separator") == 0)
			facts->separator = argv[1][0];
	}
}

/* "ok LENGTH", then the verdict, the score and the lists, a line each. */
static void
read_facts(struct pool *pool, struct span told, struct envelope_facts *facts)
{
	char *at = pool_alloc(pool, told.n + 1), *line[4] = {NULL};

	memcpy(at, told.p, told.n);
	at[told.n] = '\0';
	for (size_t i = 0; i < 4 && at != NULL; i++)
		line[i] = strsep(&at, "\n");
	if (line[3] == NULL || at == NULL || at[0] != '\0')
		abort();
	facts->verdict = line[1];
	facts->score = line[2][0] == '\0' ? -1 : atoi(line[2]);
	facts->lists = line[3][0] == '\0' ? NULL : line[3];
}

static int
run_one(struct run *run, int fd)
{
	struct report report;
	struct script script;
	struct stat st;
	struct err *why = &run->why;

	if (fstat(fd, &st) != 0)
		return err_set(why, "fstat");
	char *text = pool_alloc(&run->pool, (size_t)st.st_size + 1);
	ssize_t n = pread(fd, text, (size_t)st.st_size, 0);
	if (n != st.st_size)
		return err_set(why, "pread");
	const struct span source = {text, (size_t)n};
	report_init(&report, NULL, "script", source);
	report.quiet = true;
	int result = check_read(&run->pool, &report, source, &script);
	if (result != 0)
		(void)err_set(why, "%s", report.first);
	else
		result = run_script(run, &script);
	check_free(&script);
	return result;
}

static int
run_all(struct run *run, struct talk *talk, FILE *out)
{
	int answers[2];

	if (pipe(answers) != 0)
		return err_set(&run->why, "pipe");
	talk->answers = answers[1];
	run->ask = (struct ask){.to = out, .from = answers[0]};
	int result = 0;
	for (size_t i = 0; i < talk->child->n_scripts && result == 0; i++)
		result = run_one(run, talk->child->script[i]);
	if (result == 0)
		result_print(&run->result, run->flags, out);
	if (fflush(out) != 0 || talk->lost)
		result = err_set(&run->why, "the filter does not listen any more");
	(void)close(answers[0]);
	(void)close(answers[1]);
	return result;
}

int __wrap_sieve_child_start(struct sieve_child *child, struct err *err);
void __wrap_sieve_child_tell(struct sieve_child *child, struct span text);
void __wrap_sieve_child_stop(struct sieve_child *child);
int __wrap_sieve_child_finish(struct sieve_child *child, struct buf *plan, size_t *begin,
			      struct err *err);

/* It has the message, on a descriptor of its own. */
int
__wrap_sieve_child_start(struct sieve_child *child, struct err *err)
{
	child->plan_fd = fcntl(child->message, F_DUPFD_CLOEXEC, 3);
	return child->plan_fd < 0 ? err_set(err, "fcntl") : 0;
}

void
__wrap_sieve_child_tell(struct sieve_child *child, struct span text)
{
	child->untold = text;
}

void
__wrap_sieve_child_stop(struct sieve_child *child)
{
	(void)close(child->plan_fd);
}

int
__wrap_sieve_child_finish(struct sieve_child *child, struct buf *plan, size_t *begin,
			  struct err *err)
{
	static const cookie_io_functions_t ears = {.write = hear};
	struct talk talk = {.child = child, .plan = plan};
	struct envelope_facts facts;
	struct run run;
	bool paused = faults_pause(true);
	FILE *out = fopencookie(&talk, "w", ears);

	if (out == NULL)
		abort();
	charset_open_set(~(uint64_t)0);
	date_set_now(1793800000);
	read_options(child->argv, &facts);
	run_open(&run, &facts);
	read_facts(&run.pool, child->untold, &run.facts);
	int result = mail_open(&run.mail, child->plan_fd, &run.why);
	if (result == 0)
		result = run_all(&run, &talk, out);
	*begin = talk.at;
	*err = run.why;
	run_close(&run);
	(void)fclose(out);
	sieve_child_stop(child);
	(void)faults_pause(paused);
	return result;
}
