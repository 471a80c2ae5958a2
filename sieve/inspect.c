#include "sieve/inspect.h"

#include "sieve/run/included.h"
#include "sieve/script/language.h"
#include "sieve/script/warn/warn.h"
#include "sieve/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS 20 /* of CPU, for all files */

/* The sealed side: which files, and whom to ask for included ones. */
struct inspection {
	const struct try *try;
	char **names;
	const int *fd;
	int n;
	struct ask ask;
	bool caret;
};

/*
 * Puts the included scripts in where they are included, as a run does: what
 * would end the run there is told of here.
 */
static unsigned
follow_includes(struct inspection *inspection, struct pool *pool, struct report *report,
		const struct script *script)
{
	struct included_set included = {.ask = &inspection->ask,
					.pool = pool,
					.separator = report->separator,
					.to = stdout,
					.caret = report->caret};
	struct program program;
	struct err err;

	if (program_build(&program, pool, script, included_find, &included, &err) != 0)
		report_error(report, program.too_large->at, "%s", err.why);
	for (size_t i = 0; i < program.n; i++) {
		const struct step *step = &program.step[i];

		if (step->kind != STEP_FAIL)
			continue;
		/* the site's scripts are elsewhere, where nobody says */
		if (step->missing && node_tag(step->node, TAG_GLOBAL) != NULL &&
		    inspection->try->global == NULL)
			continue;
		struct report place = *report;
		place.name = step->frame->script->name;
		place.source = step->frame->script->source;
		if (step->missing)
			report_warning(&place, step->node->at,
				       "the included script \"%s\" is not there: a run that gets "
				       "here has no plan",
				       report_quote(step->node->positional[0]->string[0].text));
		else {
			report_error(&place, step->node->at, "%s", step->why);
			included.errors++;
		}
	}
	program_free(&program);
	included_close(&included);
	return included.errors;
}

static int
inspect_one(struct inspection *inspection, int i)
{
	struct script script;
	struct report report;
	struct pool pool;
	struct buf buf;
	unsigned errors = 0;

	buf_init(&buf, SCRIPT_MAX + 1);
	if (!buf_read(&buf, inspection->fd[i])) {
		printf("%s:1:1: error: cannot be read: %s\n", inspection->names[i],
		       strerror(errno));
		buf_free(&buf);
		return 1;
	}
	pool_init(&pool);
	report_init(&report, stdout, inspection->names[i], buf_span(&buf));
	report.caret = inspection->caret;
	report.separator = inspection->try->job.facts.separator;
	inspection->ask.asked = 0;
	fprintf(inspection->ask.to, "at\t%d\n", i);
	if (check_read(&pool, &report, buf_span(&buf), &script) == 0) {
		warn_script(&report, &script);
		errors = follow_includes(inspection, &pool, &report, &script);
	}
	if (report.errors > REPORT_ERRORS_MAX)
		printf("%s: %u more errors\n", inspection->names[i],
		       report.errors - REPORT_ERRORS_MAX);
	check_free(&script);
	pool_free(&pool);
	buf_free(&buf);
	return report.errors + errors > 0;
}

static int
inspect_sealed(struct inspection *inspection)
{
	const struct seal limits = {.seconds = SECONDS};
	struct err err;
	int result = 0;

	if (inspection->ask.to == NULL || seal(&limits, &err) != 0) {
		fprintf(stderr, "spamcop-sieve: %s\n",
			inspection->ask.to == NULL ? "no memory" : err.why);
		return 1;
	}
	for (int i = 0; i < inspection->n; i++)
		if (inspection->fd[i] >= 0)
			result |= inspect_one(inspection, i);
	return fflush(stdout) == 0 && !ferror(stdout) ? result : 1;
}

/*
 * Answers until the sealed process ends. What that says may be a script's
 * doing, should one get the better of it: nothing it says is trusted.
 */
static void
answer_questions(struct try *try, char **names, int n_names, FILE *from, int to)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, from)) > 0) {
		n -= line[n - 1] == '\n';
		line[n] = '\0';
		if (strncmp(line, "at\t", 3) == 0) {
			long i = strtol(line + 3, NULL, 10);

			if (i >= 0 && i < n_names)
				try->script = names[i];
		} else if (strncmp(line, "ask\t", 4) == 0)
			try_answer(try, line + 4, (size_t)n - 4, to);
	}
	free(line);
}

static int
complain(const char *what)
{
	fprintf(stderr, "spamcop-sieve: %s: %s\n", what, strerror(errno));
	return 1;
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return complain("waitpid");
	if (WIFSIGNALED(status)) {
		fprintf(stderr, "spamcop-sieve: check was ended by signal %d\n", WTERMSIG(status));
		return 1;
	}
	return WEXITSTATUS(status);
}

static int
open_files(char **names, int n, int *fd)
{
	int result = 0;

	for (int i = 0; i < n; i++) {
		fd[i] = strcmp(names[i], "-") == 0
				? STDIN_FILENO
				: open(names[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		/* only the open of a pipe must not wait */
		if (fd[i] < 0 || fcntl(fd[i], F_SETFL, 0) != 0)
			result = complain(names[i]);
	}
	return result;
}

int
inspect_files(struct try *try, char **names, int n)
{
	static int fd[INSPECT_FILES_MAX];
	int questions[2], answers[2], result = open_files(names, n, fd);

	if (pipe(questions) != 0 || pipe(answers) != 0)
		return complain("pipe");
	pid_t pid = fork();
	if (pid < 0)
		return complain("fork");
	if (pid == 0) {
		struct inspection inspection = {
			.try = try, .names = names, .fd = fd, .n = n, .caret = isatty(1) == 1};

		(void)close(questions[0]);
		(void)close(answers[1]);
		inspection.ask = (struct ask){.to = fdopen(questions[1], "w"), .from = answers[0]};
		_exit(inspect_sealed(&inspection));
	}
	(void)close(questions[1]);
	(void)close(answers[0]);
	FILE *from = fdopen(questions[0], "r");
	if (from != NULL) {
		try->script = names[0]; /* until it says which */
		answer_questions(try, names, n, from, answers[1]);
		(void)fclose(from);
	}
	(void)close(answers[1]);
	return wait_for(pid) != 0 ? 1 : result;
}
