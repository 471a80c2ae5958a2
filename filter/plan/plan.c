#include "filter/plan/plan.h"

#include "filter/plan/plan_action.h"
#include "sieve/protocol/protocol.h"

#include <stdlib.h>

/*
 * One escape behind a backslash at s: its byte and, in *used, its length; -1
 * for one that does not exist or means NUL.
 */
static int
unescape_one(struct span s, size_t *used)
{
	*used = 1;
	switch (s.n == 0 ? '\0' : s.p[0]) {
	case '\\':
		return '\\';
	case 't':
		return '\t';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 'x':
		*used = 3;
		return span_hex(s, 1) == 0 ? -1 : span_hex(s, 1);
	default:
		return -1;
	}
}

/*
 * In place, where it can only become shorter. false: a control character or an
 * unknown escape.
 */
static bool
unescape(char *p, size_t n, struct span *result)
{
	size_t to = 0, used;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < ' ')
			return false;
		if (c != '\\') {
			p[to++] = (char)c;
			continue;
		}
		int byte = unescape_one((struct span){p + i + 1, n - i - 1}, &used);
		if (byte < 0)
			return false;
		p[to++] = (char)byte;
		i += used;
	}
	*result = (struct span){p, to};
	return true;
}

size_t
plan_columns(char *line, size_t n, struct span column[PLAN_COLUMNS_MAX], struct err *err)
{
	size_t columns = 0, at = 0;

	for (;;) {
		const char *tab = memchr(line + at, '\t', n - at);
		size_t end = tab == NULL ? n : (size_t)(tab - line);

		if (columns == PLAN_COLUMNS_MAX)
			return err_set(err, "a line of the plan has more than %d columns",
				       PLAN_COLUMNS_MAX),
			       0;
		if (!unescape(line + at, end - at, &column[columns]))
			return err_set(err, "a line of the plan has a control character or an "
					    "unknown escape"),
			       0;
		line[at + column[columns++].n] = '\0';
		if (tab == NULL)
			return columns;
		at = end + 1;
	}
}

static int
read_line(struct plan *plan, char *line, size_t n, char separator, struct err *err)
{
	struct span column[PLAN_COLUMNS_MAX];

	if (plan->done)
		return err_set(err, "the plan goes on after its end");
	if (n >= PROTOCOL_LINE_MAX)
		return err_set(err, "a line of the plan is longer than %u bytes",
			       PROTOCOL_LINE_MAX);
	size_t columns = plan_columns(line, n, column, err);
	if (columns == 0)
		return -1;
	if (columns == 1 && span_equal(column[0], SPAN("end"))) {
		plan->done = true;
		return 0;
	}
	if (plan->n == PLAN_ACTIONS_MAX)
		return err_set(err, "the plan has more than %d actions", PLAN_ACTIONS_MAX);
	return plan_action(column, columns, separator, &plan->action[plan->n++], err);
}

static bool
decides(enum action_kind kind)
{
	return kind != ACTION_VACATION && kind != ACTION_NOTIFY && kind != ACTION_ADDHEADER &&
	       kind != ACTION_DELETEHEADER;
}

/*
 * What no single line shows: a plan that says nothing about the message would
 * make it vanish.
 */
static int
check_whole(const struct plan *plan, struct err *err)
{
	size_t decided = 0, implicit = 0;

	if (!plan->done)
		return err_set(err, "the plan has no end");
	for (size_t i = 0; i < plan->n; i++) {
		decided += decides(plan->action[i].kind);
		implicit += plan->action[i].kind == ACTION_IMPLICIT;
	}
	if (decided == 0)
		return err_set(err, "the plan does not say where the message goes");
	if (implicit > 1)
		return err_set(err, "the plan has more than one implicit keep");
	return 0;
}

static int
read_lines(struct plan *plan, struct span text, char separator, struct err *err)
{
	if (text.n > PROTOCOL_PLAN_MAX)
		return err_set(err, "the plan is longer than %u bytes", PROTOCOL_PLAN_MAX);
	plan->bytes = malloc(text.n + 1);
	if (plan->bytes == NULL)
		abort();
	if (text.n > 0)
		memcpy(plan->bytes, text.p, text.n);
	plan->bytes[text.n] = '\0';
	for (size_t at = 0; at < text.n;) {
		char *line = plan->bytes + at;
		char *lf = memchr(line, '\n', text.n - at);

		if (lf == NULL)
			return err_set(err, "the plan's last line is cut");
		if (read_line(plan, line, (size_t)(lf - line), separator, err) != 0)
			return -1;
		at += (size_t)(lf - line) + 1;
	}
	return check_whole(plan, err);
}

static void
make_implicit(struct action *action)
{
	*action = (struct action){.kind = ACTION_IMPLICIT};
	action->column[0] = SPAN("implicit");
	for (size_t i = 1; i < PLAN_COLUMNS_MAX; i++)
		action->column[i] = SPAN("");
}

void
plan_implicit(struct plan *plan)
{
	/*
	 * not the whole struct: it is large, and only n actions are looked at
	 */
	plan->n = 1;
	plan->done = true;
	plan->bytes = NULL;
	make_implicit(&plan->action[0]);
}

void
plan_remove(struct plan *plan, size_t i)
{
	plan->n--;
	memmove(&plan->action[i], &plan->action[i + 1], (plan->n - i) * sizeof plan->action[0]);
}

size_t
plan_make_implicit(struct plan *plan, size_t i)
{
	for (size_t k = 0; k < plan->n; k++) {
		if (plan->action[k].kind == ACTION_IMPLICIT) {
			plan_remove(plan, i);
			return 0;
		}
	}
	make_implicit(&plan->action[i]);
	return 1;
}

int
plan_read(struct plan *plan, struct span text, char separator, struct err *err)
{
	*plan = (struct plan){.n = 0};
	if (read_lines(plan, text, separator, err) == 0)
		return 0;
	plan_free(plan);
	plan_implicit(plan);
	return -1;
}

void
plan_free(struct plan *plan)
{
	free(plan->bytes);
	plan->bytes = NULL;
}

/*
 * A letter, digit or underscore: what an identifier of a script is made of (RFC
 * 5228 2.4.1 and 8.1).
 */
static bool
is_word_byte(char c)
{
	return (c >= '0' && c <= '9') || (span_lower(c) >= 'a' && span_lower(c) <= 'z') || c == '_';
}

static const struct {
	struct span word;
	unsigned bit;
} words[] = {
	{SPAN("discard"), 1U << ACTION_DISCARD},
	{SPAN("redirect"), 1U << ACTION_REDIRECT},
	{SPAN("reject"), 1U << ACTION_REJECT},
	{SPAN("ereject"), 1U << ACTION_REJECT},
	{SPAN("vacation"), 1U << ACTION_VACATION},
	{SPAN("notify"), 1U << ACTION_NOTIFY},
	{SPAN("addheader"), 1U << ACTION_ADDHEADER},
	{SPAN("deleteheader"), 1U << ACTION_DELETEHEADER},
	{SPAN("body"), PLAN_WORD_BODY},
	{SPAN("foreverypart"), PLAN_WORD_BODY},
	{SPAN("anychild"), PLAN_WORD_BODY},
	{SPAN("include"), PLAN_WORD_INCLUDE},
};
#define WORDS (sizeof words / sizeof words[0])

unsigned
plan_words(struct span script)
{
	unsigned found = 0;

	for (size_t i = 0, n; i < script.n; i += n) {
		for (n = 0; i + n < script.n && is_word_byte(script.p[i + n]); n++)
			;
		for (size_t w = 0; w < WORDS && n >= 4; w++)
			if (words[w].word.n == n &&
			    span_equal_case((struct span){script.p + i, n}, words[w].word))
				found |= words[w].bit;
		if (n == 0)
			n = 1;
	}
	return found;
}

int
plan_check_words(const struct plan *plan, unsigned stand, struct err *err)
{
	const unsigned harmless = 1U << ACTION_IMPLICIT | 1U << ACTION_KEEP | 1U << ACTION_FILEINTO;

	for (size_t i = 0; i < plan->n; i++)
		if (((stand | harmless) & 1U << plan->action[i].kind) == 0)
			return err_set(err, "the plan has a %s, a word that stands in no script",
				       plan->action[i].column[0].p);
	return 0;
}
