#include "sieve/run/ask.h"

#include "sieve/protocol/protocol.h"
#include "sieve/run/result.h"

#include <errno.h>
#include <unistd.h>

static int
read_all(int fd, char *to, size_t n)
{
	while (n > 0) {
		ssize_t got = read(fd, to, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		to += got;
		n -= (size_t)got;
	}
	return 0;
}

/* "no\n", or "ok LENGTH\n" and LENGTH bytes. */
static int
read_answer(struct ask *ask, struct pool *pool, struct span *text, struct err *err)
{
	char line[24];
	size_t n = 0, length = 0;

	for (; n < sizeof line; n++) {
		if (read_all(ask->from, line + n, 1) != 0)
			return err_set(err, "a question was not answered");
		if (line[n] == '\n')
			break;
	}
	if (n == 2 && memcmp(line, "no", 2) == 0)
		return 0;
	if (n < 4 || n > 11 || memcmp(line, "ok ", 3) != 0)
		return err_set(err, "an answer is not as it should be");
	for (size_t i = 3; i < n; i++) {
		if (line[i] < '0' || line[i] > '9')
			return err_set(err, "an answer is not as it should be");
		length = length * 10 + (size_t)(line[i] - '0');
	}
	if (length > PROTOCOL_SCRIPT_MAX)
		return err_set(err, "an answer is longer than %u bytes", PROTOCOL_SCRIPT_MAX);
	char *p = pool_alloc(pool, length + 1);
	if (read_all(ask->from, p, length) != 0)
		return err_set(err, "an answer was cut");
	*text = (struct span){p, length};
	return 1;
}

static int
question(struct ask *ask, struct pool *pool, const char *what, struct span name, struct span *text,
	 struct err *err)
{
	struct span escaped = result_escape(pool, name);

	if (ask->to == NULL)
		return 0;
	if (++ask->asked > PROTOCOL_ASKS_MAX)
		return err_set(err, "the scripts have too many questions: expected at most %d",
			       PROTOCOL_ASKS_MAX);
	if (escaped.n > PROTOCOL_LINE_MAX / 2)
		return err_set(err, "a question is too long");
	fprintf(ask->to, "ask\t%s\t", what);
	(void)fwrite(escaped.p, 1, escaped.n, ask->to);
	(void)fputc('\n', ask->to);
	if (fflush(ask->to) != 0)
		return err_set(err, "a question cannot be asked");
	return read_answer(ask, pool, text, err);
}

int
ask_wait(struct ask *ask, struct pool *pool, struct span *text, struct err *err)
{
	int got = read_answer(ask, pool, text, err);

	return got == 0 ? err_set(err, "an answer is not as it should be") : got < 0 ? -1 : 0;
}

int
ask_script(struct ask *ask, struct pool *pool, bool global, struct span name, struct span *text,
	   struct err *err)
{
	return question(
		ask, pool, "script",
		pool_printf(pool, "%s:%.*s", global ? "global" : "personal", (int)name.n, name.p),
		text, err);
}

int
ask_mailbox(struct ask *ask, struct pool *pool, struct span folder, struct err *err)
{
	struct span nothing;

	return question(ask, pool, "mailbox", folder, &nothing, err);
}

int
ask_use(struct ask *ask, struct pool *pool, struct span use, struct span *folder, struct err *err)
{
	*folder = SPAN("");
	return question(ask, pool, "use", use, folder, err);
}

int
ask_seen(struct ask *ask, struct pool *pool, unsigned long seconds, bool last, struct span id,
	 struct err *err)
{
	struct span nothing;

	return question(ask, pool, "seen",
			pool_printf(pool, "%lu %d %.*s", seconds, last ? 1 : 0, (int)id.n, id.p),
			&nothing, err);
}
