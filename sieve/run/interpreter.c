#include "sieve/run/interpreter.h"

#include <stddef.h>

#include <sieve2.h>
#include <stdint.h>

struct state {
	const struct interpreter *interpreter;
	const char *program;
	unsigned errors;
	char *yes[2], *no[1]; /* values of a field: "1", and none */
};

/*
 * The number that libsieve names; interpreter->numbers where it is none of
 * ours.
 */
static size_t
number_of(struct state *state, const char *text)
{
	size_t n = 0, digits = 0;

	while (text != NULL && text[digits] >= '0' && text[digits] <= '9' && digits < 9)
		n = n * 10 + (size_t)(text[digits++] - '0');
	if (digits == 0 || text[digits] != '\0' || n >= state->interpreter->numbers) {
		state->errors++;
		return state->interpreter->numbers;
	}
	return n;
}

static int
on_get_script(sieve2_context_t *context, void *data)
{
	struct state *state = data;
	char name[] = "script";
	/* libsieve reads it only, but does not say so */
	char *program = (char *)(uintptr_t)state->program;

	sieve2_setvalue_string(context, name, program);
	return SIEVE2_OK;
}

static int
on_get_header(sieve2_context_t *context, void *data)
{
	struct state *state = data;
	char header[] = "header", body[] = "body";
	size_t n = number_of(state, sieve2_getvalue_string(context, header));
	bool yes = n < state->interpreter->numbers &&
		   state->interpreter->test(state->interpreter->context, n);

	sieve2_setvalue_stringlist(context, body, yes ? state->yes : state->no);
	return SIEVE2_OK;
}

static int
on_fileinto(sieve2_context_t *context, void *data)
{
	struct state *state = data;
	char mailbox[] = "mailbox";
	size_t n = number_of(state, sieve2_getvalue_string(context, mailbox));

	if (n < state->interpreter->numbers)
		state->interpreter->act(state->interpreter->context, n);
	return SIEVE2_OK;
}

/*
 * What a program never has. libsieve calls keep when no fileinto ran: our own
 * books say what is kept.
 */
static int
on_nothing(sieve2_context_t *context, void *data)
{
	(void)context;
	(void)data;
	return SIEVE2_OK;
}

/* libsieve ends with success after errors (measured): they are counted here. */
static int
on_error(sieve2_context_t *context, void *data)
{
	struct state *state = data;

	(void)context;
	state->errors++;
	return SIEVE2_OK;
}

static int
on_get_size(sieve2_context_t *context, void *data)
{
	char size[] = "size";

	(void)data;
	sieve2_setvalue_int(context, size, 0);
	return SIEVE2_OK;
}

int
interpreter_run(const char *program, const struct interpreter *interpreter, struct err *err)
{
	static char one[] = "1";
	struct state state = {
		.interpreter = interpreter, .program = program, .yes = {one, NULL}, .no = {NULL}};
	sieve2_callback_t calls[] = {
		{SIEVE2_SCRIPT_GETSCRIPT, on_get_script}, {SIEVE2_MESSAGE_GETHEADER, on_get_header},
		{SIEVE2_MESSAGE_GETSIZE, on_get_size},    {SIEVE2_ACTION_FILEINTO, on_fileinto},
		{SIEVE2_ACTION_KEEP, on_nothing},         {SIEVE2_ACTION_REDIRECT, on_nothing},
		{SIEVE2_ACTION_DISCARD, on_nothing},      {SIEVE2_ERRCALL_RUNTIME, on_error},
		{SIEVE2_ERRCALL_PARSE, on_error},         {SIEVE2_ERRCALL_HEADER, on_error},
		{SIEVE2_ERRCALL_ADDRESS, on_error},       {0, NULL},
	};
	sieve2_context_t *context = NULL;

	int result = sieve2_alloc(&context);
	if (result == SIEVE2_OK)
		result = sieve2_callbacks(context, calls);
	if (result == SIEVE2_OK)
		result = sieve2_execute(context, &state);
	if (context != NULL)
		(void)sieve2_free(&context);
	if (result != SIEVE2_OK)
		return err_set(err, "libsieve: %s", sieve2_errstr(result));
	return state.errors == 0 ? 0
				 : err_set(err, "libsieve: the program of numbers has %u errors",
					   state.errors);
}
