#include "filter/rules/sieve_child.h"

#include "filter/base/clock.h"
#include "filter/base/process.h"
#include "sieve/protocol/protocol.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_SIZE 4096

/* One run under way. */
struct run {
	struct sieve_child *child;
	int64_t deadline; /* clock_ms() */
	struct buf *plan;
	size_t at;      /* what is before this in plan are questions that were answered */
	size_t scanned; /* no LF between at and here */
	bool begun;     /* the plan has: nothing may be asked any more */
	size_t asked;
	struct buf reply;
	size_t replied; /* bytes of reply that are written */
	char why[PROTOCOL_WHY_MAX];
	size_t why_n;
};

/* Answers the question in the n bytes at line. */
static int
answer(struct run *run, char *line, size_t n, struct err *err)
{
	struct buf text;
	bool ok = false;

	if (++run->asked > PROTOCOL_ASKS_MAX)
		return err_set(err, "it asked more than %d questions", PROTOCOL_ASKS_MAX);
	buf_init(&text, PROTOCOL_SCRIPT_MAX);
	int status = run->child->answer(run->child->context, line, n, &text, &ok, err);
	if (status == 0) {
		char head[32];
		int head_n = ok ? snprintf(head, sizeof head, "ok %zu\n", text.n)
				: snprintf(head, sizeof head, "no\n");

		buf_add(&run->reply, (struct span){head, (size_t)head_n});
		if (ok)
			buf_add(&run->reply, buf_span(&text));
	}
	buf_free(&text);
	return status;
}

/*
 * Answers what has been asked in whole lines, one question after the other: the
 * next one only when the last answer has gone.
 */
static int
answer_all(struct run *run, struct err *err)
{
	while (!run->begun && run->reply.n == run->replied && run->scanned < run->plan->n) {
		char *line = run->plan->p + run->at;
		char *lf = memchr(run->plan->p + run->scanned, '\n', run->plan->n - run->scanned);

		run->scanned = lf == NULL ? run->plan->n : (size_t)(lf - run->plan->p) + 1;
		if (lf == NULL)
			return 0;
		run->begun = (size_t)(lf - line) < 4 || memcmp(line, "ask\t", 4) != 0;
		if (run->begun)
			return 0;
		run->at = run->scanned;
		run->reply.n = run->replied = 0;
		if (answer(run, line, (size_t)(lf - line), err) != 0)
			return -1;
	}
	return 0;
}

/*
 * Reads once from *fd into to; closes it at its end. The bytes read; 0 for none
 * now; -1: it cannot be read.
 */
static ssize_t
read_once(int *fd, char *to, size_t size)
{
	ssize_t got = read(*fd, to, size);

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (got <= 0)
		process_close(fd);
	return got;
}

static int
read_plan(struct run *run, struct err *err)
{
	size_t room = run->plan->max - run->plan->n;
	char *to = buf_reserve(run->plan, room < READ_SIZE ? room : READ_SIZE);
	char one;

	ssize_t got = room == 0 ? read_once(&run->child->plan_fd, &one, 1)
				: read_once(&run->child->plan_fd, to,
					    room < READ_SIZE ? room : READ_SIZE);
	if (got < 0)
		return err_set(err, "its plan cannot be read");
	if (room == 0 && got > 0)
		return err_set(err, "it printed more than %zu bytes", run->plan->max);
	run->plan->n += room == 0 ? 0 : (size_t)got;
	return 0;
}

static void
read_why(struct run *run)
{
	ssize_t got =
		read_once(&run->child->why_fd, run->why + run->why_n, sizeof run->why - run->why_n);

	run->why_n += got > 0 ? (size_t)got : 0;
	if (run->why_n == sizeof run->why)
		process_close(&run->child->why_fd);
}

static void
write_reply(struct run *run)
{
	ssize_t wrote = write(run->child->answer_fd, run->reply.p + run->replied,
			      run->reply.n - run->replied);

	if (wrote >= 0)
		run->replied += (size_t)wrote;
	else if (errno != EAGAIN && errno != EINTR)
		/*
		 * it does not listen; what it says without the answer will show
		 */
		process_close(&run->child->answer_fd);
}

/* Listens until the child has closed both of its pipes. */
static int
serve(struct run *run, struct err *err)
{
	while (run->child->plan_fd >= 0 || run->child->why_fd >= 0) {
		bool reply = run->replied < run->reply.n && run->child->answer_fd >= 0;
		struct pollfd fds[] = {{run->child->plan_fd, POLLIN, 0},
				       {run->child->why_fd, POLLIN, 0},
				       {reply ? run->child->answer_fd : -1, POLLOUT, 0}};
		int left = clock_left(run->deadline);

		if (left == 0)
			return err_set(err, "it did not finish within %.1f seconds",
				       run->child->time_limit);
		if (poll(fds, 3, left) < 0 && errno != EINTR)
			return err_set(err, "poll: %s", strerror(errno));
		if (fds[0].revents != 0 && read_plan(run, err) != 0)
			return -1;
		if (fds[1].revents != 0)
			read_why(run);
		if (fds[2].revents != 0)
			write_reply(run);
		if (answer_all(run, err) != 0)
			return -1;
	}
	return 0;
}

/* The first line of what the child left on its standard error. */
static struct span
last_words(const struct run *run)
{
	struct span why = span_trim((struct span){run->why, run->why_n});
	const char *lf = why.n == 0 ? NULL : memchr(why.p, '\n', why.n);

	return lf == NULL ? why : span_trim((struct span){why.p, (size_t)(lf - why.p)});
}

static int
judge(const struct run *run, int status, struct err *err)
{
	struct span why = last_words(run);

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		return err_set(err, "it was ended by signal %d (%s)%s%.*s", WTERMSIG(status),
			       strsignal(WTERMSIG(status)), why.n == 0 ? "" : ": ", (int)why.n,
			       why.p);
	if (why.n == 0)
		return err_set(err, "it ended with status %d", WEXITSTATUS(status));
	return err_set(err, "%.*s", (int)why.n, why.p);
}

static int
start(struct sieve_child *child, int theirs[3], struct err *err)
{
	char *const nothing[] = {NULL};
	int fd[PROCESS_FDS_MAX], ends[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};

	if (child->n_scripts > PROCESS_FDS_MAX - PROTOCOL_SCRIPTS)
		return err_set(err, "%zu scripts are too many, at most %d", child->n_scripts,
			       PROCESS_FDS_MAX - PROTOCOL_SCRIPTS);
	bool piped = process_pipe(ends[0], 0) == 0 && process_pipe(ends[1], 0) == 0 &&
		     process_pipe(ends[2], 1) == 0;
	child->plan_fd = ends[0][0];
	child->why_fd = ends[1][0];
	child->answer_fd = ends[2][1];
	theirs[0] = ends[0][1];
	theirs[1] = ends[1][1];
	theirs[2] = ends[2][0];
	if (!piped)
		return err_set(err, "pipe: %s", strerror(errno));
	fd[0] = child->message;
	fd[1] = theirs[0];
	fd[2] = theirs[1];
	fd[PROTOCOL_ANSWERS] = theirs[2];
	for (size_t i = 0; i < child->n_scripts; i++)
		fd[PROTOCOL_SCRIPTS + i] = child->script[i];
	return process_start(child->program, child->argv, nothing, fd,
			     PROTOCOL_SCRIPTS + child->n_scripts, &child->pid, err);
}

static void
close_ends(struct sieve_child *child)
{
	process_close(&child->plan_fd);
	process_close(&child->why_fd);
	process_close(&child->answer_fd);
}

int
sieve_child_start(struct sieve_child *child, struct err *err)
{
	int theirs[3] = {-1, -1, -1};

	child->plan_fd = child->why_fd = child->answer_fd = -1;
	child->untold = SPAN("");
	int result = start(child, theirs, err);
	for (size_t i = 0; i < 3; i++)
		process_close(&theirs[i]);
	if (result != 0)
		close_ends(child);
	return result;
}

void
sieve_child_tell(struct sieve_child *child, struct span text)
{
	ssize_t wrote = write(child->answer_fd, text.p, text.n);

	/* an error of any kind will be one of the next write() as well */
	child->untold = span_skip(text, wrote > 0 ? (size_t)wrote : 0);
}

void
sieve_child_stop(struct sieve_child *child)
{
	process_kill(child->pid);
	close_ends(child);
}

int
sieve_child_finish(struct sieve_child *child, struct buf *plan, size_t *begin, struct err *err)
{
	struct run run = {.child = child,
			  .plan = plan,
			  .deadline = clock_ms() + (int64_t)(child->time_limit * 1000)};
	int status;

	buf_init(&run.reply, PROTOCOL_SCRIPT_MAX + 64);
	int result = buf_add(&run.reply, child->untold)
			     ? serve(&run, err)
			     : err_set(err, "what it waits for is too long");
	if (result != 0)
		process_kill(child->pid);
	else if (process_wait(child->pid, run.deadline, &status) != 0)
		result = err_set(err, "it did not finish within %.1f seconds", child->time_limit);
	else
		result = judge(&run, status, err);
	close_ends(child);
	buf_free(&run.reply);
	*begin = run.at;
	return result;
}
