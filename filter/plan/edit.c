#include "filter/plan/edit.h"
#include "filter/message/message.h"
#include "filter/message/mime_field.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define FIELDS_MAX ((size_t)PLAN_ACTIONS_MAX * 4 * PROTOCOL_VALUE_MAX)

/*
 * The fields that the plan adds, as they will stand in the header (RFC 5293 4:
 * encoded and folded); and the room that they need there, a line end in front
 * of each among it.
 */
static size_t
write_fields(struct edit *edit, const struct plan *plan)
{
	size_t room = 0;

	edit->plan = plan;
	for (size_t i = 0; i < plan->n; i++) {
		const struct span *column = plan->action[i].column;

		if (plan->action[i].kind == ACTION_ADDHEADER) {
			mime_field(&edit->fields, column[ADDHEADER_NAME], column[ADDHEADER_VALUE],
				   edit->eol);
			room += 2;
		}
		edit->end[i] = edit->fields.n;
	}
	return room + edit->fields.n;
}

int
edit_load(struct edit *edit, int spool, const struct plan *plan, struct err *err)
{
	struct message message;

	edit->p = NULL;
	edit->n = edit->cap = 0;
	edit->body = 0;
	edit->eol = "\n";
	buf_init(&edit->fields, FIELDS_MAX);
	if (lseek(spool, 0, SEEK_SET) < 0)
		return err_set(err, "reading the spool: %s", strerror(errno));
	int got = message_read(&message, spool, err);
	if (got == 0 && message.too_long)
		got = err_set(err, "the header is longer than %u bytes and is not edited",
			      MESSAGE_HEADER_MAX);
	if (got == 0) {
		edit->n = message.header.n;
		edit->body = (off_t)(message.from_line.n + message.header.n);
		edit->eol = message.eol;
		edit->cap = edit->n + write_fields(edit, plan);
		edit->p = malloc(edit->cap + 1);
		if (edit->p == NULL)
			abort();
		if (edit->n > 0)
			memcpy(edit->p, message.header.p, edit->n);
	}
	message_free(&message);
	return got;
}

static size_t
put(char *to, struct span bytes)
{
	if (bytes.n > 0)
		memcpy(to, bytes.p, bytes.n);
	return bytes.n;
}

static void
add_field(struct edit *edit, const struct action *action)
{
	size_t i = (size_t)(action - edit->plan->action), begin = i == 0 ? 0 : edit->end[i - 1];
	const struct span field = {edit->fields.p + begin, edit->end[i] - begin},
			  eol = span_of(edit->eol);
	bool last = span_equal(action->column[ADDHEADER_PLACE], SPAN("last"));
	/* a header that ends with the input, in the middle of a line */
	bool open_end = last && edit->n > 0 && edit->p[edit->n - 1] != '\n';
	size_t n = field.n + (open_end ? eol.n : 0);
	char *at = last ? edit->p + edit->n : edit->p;

	if (n > edit->cap - edit->n)
		return;
	if (!last)
		memmove(edit->p + n, edit->p, edit->n);
	if (open_end)
		at += put(at, eol);
	(void)put(at, field);
	edit->n += n;
}

static void
delete_field(struct edit *edit, struct span name, long index)
{
	struct field field;
	size_t at = 0;

	while (header_next((struct span){edit->p, edit->n}, &at, &field)) {
		if (!span_equal_case(field.name, name) || --index > 0)
			continue;
		size_t from = (size_t)(field.raw.p - edit->p);
		memmove(edit->p + from, edit->p + at, edit->n - at);
		edit->n -= field.raw.n;
		return;
	}
}

void
edit_apply(struct edit *edit, const struct action *action)
{
	if (edit->p == NULL)
		return;
	if (action->kind == ACTION_ADDHEADER)
		add_field(edit, action);
	else if (action->kind == ACTION_DELETEHEADER)
		delete_field(edit, action->column[DELETEHEADER_NAME],
			     strtol(action->column[DELETEHEADER_INDEX].p, NULL, 10));
}

void
edit_delete_all(struct edit *edit, struct span name)
{
	size_t at = 0, from = 0, kept = 0; /* kept: bytes that stay, moved to the front already */
	struct field field;

	while (header_next((struct span){edit->p, edit->n}, &at, &field)) {
		if (!span_equal_case(field.name, name))
			continue;
		size_t begin = (size_t)(field.raw.p - edit->p);
		memmove(edit->p + kept, edit->p + from, begin - from);
		kept += begin - from;
		from = at;
	}
	if (from == 0)
		return;
	memmove(edit->p + kept, edit->p + from, edit->n - from);
	edit->n = kept + edit->n - from;
}

void
edit_free(struct edit *edit)
{
	free(edit->p);
	buf_free(&edit->fields);
	edit->p = NULL;
	edit->n = edit->cap = 0;
	edit->eol = "\n";
}
