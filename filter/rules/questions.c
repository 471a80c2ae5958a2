#include "filter/rules/questions.h"

#include "filter/base/copy.h"
#include "filter/base/log.h"
#include "filter/plan/plan.h"
#include "filter/rules/scripts.h"
#include "filter/base/user.h"
#include "sieve/protocol/special.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_BYTES_MAX 200 /* of an included script */
#define SEEN_DIGITS    9   /* of duplicate's seconds */

void
questions_init(struct questions *questions, const struct conf *conf,
	       const struct delivery *delivery)
{
	*questions = (struct questions){.conf = conf, .delivery = delivery};
}

void
questions_forget(struct questions *questions)
{
	questions->n_seen = 0;
}

/*
 * A script's name is the name of a file in its folder, and of none elsewhere
 * (RFC 6609 3.2).
 */
static bool
is_script_name(struct span name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < ' ' || name.p[i] == 127 || name.p[i] == '/')
			return false;
	return name.n > 0 && name.n <= NAME_BYTES_MAX && name.p[0] != '.';
}

/* A descriptor, or -1. */
static int
open_included(const struct questions *questions, bool personal, struct span name)
{
	static const char *const suffixes[] = {".sieve", ""};
	const char *folder =
		personal ? questions->conf->sieve.personal : questions->conf->sieve.global;
	char folder_path[USER_PATH_MAX], path[USER_PATH_MAX + NAME_BYTES_MAX + 16];
	struct err err;
	int fd = -1;

	if (folder == NULL || folder[0] == '\0' ||
	    user_path(questions->delivery->user->home, folder, folder_path, &err) != 0)
		return -1;
	for (size_t i = 0; i < 2 && fd < 0; i++) {
		(void)snprintf(path, sizeof path, "%s/%.*s%s", folder_path, (int)name.n, name.p,
			       suffixes[i]);
		fd = personal ? user_open(path, &err) : scripts_open_site(path, &err);
		if (fd == USER_REFUSED && personal)
			log_line(LOG_WARNING, "%s", err.why);
	}
	return fd < 0 ? -1 : fd;
}

static bool
read_script(struct questions *questions, int fd, struct buf *text)
{
	struct stat status;

	if (fstat(fd, &status) != 0 || status.st_size < 0 ||
	    (size_t)status.st_size > PROTOCOL_SCRIPT_MAX ||
	    (size_t)status.st_size > QUESTIONS_INCLUDED_MAX - questions->included)
		return false;
	size_t size = (size_t)status.st_size;
	char *to = buf_reserve(text, size);
	if (size > 0 && (to == NULL || copy_read_at(fd, to, size, 0) != (ssize_t)size))
		return false;
	text->n += size;
	questions->included += text->n;
	questions->words |= plan_words(buf_span(text));
	return true;
}

static bool
answer_script(struct questions *questions, struct span name, struct buf *text)
{
	const struct span personal = SPAN("personal:"), global = SPAN("global:");
	bool is_personal = span_starts_case(name, personal);

	if (!is_personal && !span_starts_case(name, global))
		return false;
	name = span_skip(name, is_personal ? personal.n : global.n);
	int fd = is_script_name(name) ? open_included(questions, is_personal, name) : -1;
	bool good = fd >= 0 && read_script(questions, fd, text);
	if (fd >= 0)
		(void)close(fd);
	return good;
}

/*
 * Which folder has this special use: Junk is the configured one, which is made
 * when it is needed; others are known by their names.
 */
static bool
answer_use(const struct questions *questions, struct span use, struct buf *text)
{
	const char *folder = NULL, *name;

	if (span_equal_case(use, SPAN("\\Junk")))
		folder = questions->conf->deliver.junk;
	for (size_t i = 0; folder == NULL && (name = special_folder(use, i)) != NULL; i++)
		if (deliver_has_folder(questions->delivery, span_of(name)))
			folder = name;
	return folder != NULL && buf_add(text, span_of(folder));
}

/* "SECONDS LAST ID". */
static bool
read_seen(struct span text, struct seen_question *seen, bool *last)
{
	size_t i = 0;

	*seen = (struct seen_question){.seconds = 0};
	for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9' && i < SEEN_DIGITS; i++)
		seen->seconds = seen->seconds * 10 + (unsigned)(text.p[i] - '0');
	if (i == 0 || text.n - i < 3 || text.p[i] != ' ' ||
	    (text.p[i + 1] != '0' && text.p[i + 1] != '1') || text.p[i + 2] != ' ')
		return false;
	*last = text.p[i + 1] == '1';
	memory_key_init(&seen->key);
	memory_key_add(&seen->key, span_skip(text, i + 3));
	return true;
}

/* Where nothing can be looked up, the message is no duplicate: it is kept. */
static bool
answer_seen(struct questions *questions, const struct seen_question *seen, bool last)
{
	struct memory memory;
	struct err err;
	bool known = false;

	if (memory_open(&memory, questions->delivery, "seen", false, &err) == 0) {
		const struct memory_entry *entry = memory_find(&memory, &seen->key);

		/*
		 * The entry's own time is that of the delivery that left it;
		 * this test may look back less far (RFC 7352 3.3).
		 */
		known = entry != NULL && entry->when > memory.now - (int64_t)seen->seconds;
		memory_close(&memory);
	}
	questions->seen[questions->n_seen] = *seen;
	questions->seen[questions->n_seen++].write = !known || last;
	return known;
}

int
questions_answer(void *context, char *line, size_t n, struct buf *text, bool *ok, struct err *err)
{
	struct span column[PLAN_COLUMNS_MAX];
	struct questions *questions = context;
	struct seen_question seen;
	bool last;
	size_t columns = plan_columns(line, n, column, err);

	if (columns == 0)
		return -1;
	if (columns != 3 || !span_equal(column[0], SPAN("ask")))
		return err_set(err, "its question has %zu columns, expected 3", columns);
	if (span_equal(column[QUESTION_KIND], SPAN("script")))
		*ok = answer_script(questions, column[QUESTION_ABOUT], text);
	else if (span_equal(column[QUESTION_KIND], SPAN("mailbox")))
		*ok = deliver_has_folder(questions->delivery, column[QUESTION_ABOUT]);
	else if (span_equal(column[QUESTION_KIND], SPAN("use")))
		*ok = answer_use(questions, column[QUESTION_ABOUT], text);
	else if (span_equal(column[QUESTION_KIND], SPAN("seen")) &&
		 read_seen(column[QUESTION_ABOUT], &seen, &last) &&
		 questions->n_seen < PROTOCOL_ASKS_MAX)
		*ok = answer_seen(questions, &seen, last);
	else
		return err_set(err, "it asked for '%.40s', which is nothing that it may ask",
			       column[QUESTION_KIND].p);
	return 0;
}

static void
write_down(const struct questions *questions)
{
	struct memory memory;
	struct err err;

	if (memory_open(&memory, questions->delivery, "seen", true, &err) != 0) {
		log_line(LOG_WARNING, "duplicate: %s", err.why);
		return;
	}
	for (size_t i = 0; i < questions->n_seen; i++)
		if (questions->seen[i].write)
			memory_put(&memory, &questions->seen[i].key, questions->seen[i].seconds);
	if (memory_save(&memory, &err) != 0)
		log_line(LOG_WARNING, "duplicate: %s", err.why);
	memory_close(&memory);
}

void
questions_remember(struct questions *questions)
{
	bool any = false;

	for (size_t i = 0; i < questions->n_seen; i++)
		any = any || questions->seen[i].write;
	if (any)
		write_down(questions);
	questions_forget(questions);
}
