#include "sieve/run/run.h"

#include "sieve/run/act/act.h"
#include "sieve/run/eval/eval.h"
#include "sieve/run/interpreter.h"

#include <stdarg.h>

int
run_open(struct run *run, int message, const struct envelope_facts *facts, struct err *err)
{
	*run = (struct run){.facts = *facts};
	pool_init(&run->pool);
	result_init(&run->result, &run->pool, facts->separator);
	return mail_open(&run->mail, message, err);
}

void
run_close(struct run *run)
{
	mail_close(&run->mail);
	pool_free(&run->pool);
}

void
run_fail(struct run *run, const struct step *step, const char *format, ...)
{
	char text[400];
	va_list ap;

	if (run->failed)
		return;
	run->failed = true;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	(void)err_set(&run->why, "%.80s:%u:%u: %s", step->frame->script->name, step->node->at.line,
		      step->node->at.column, text);
}

void
run_trace(struct run *run, const struct step *step, const char *format, ...)
{
	va_list ap;

	if (run->trace == NULL)
		return;
	fprintf(run->trace, "%s:%u: ", step->frame->script->name, step->node->at.line);
	va_start(ap, format);
	(void)vfprintf(run->trace, format, ap);
	va_end(ap);
	(void)fputc('\n', run->trace);
}

struct span
run_string(struct run *run, struct frame *frame, const struct string *string)
{
	return string->variable ? variables_expand(&frame->variables, &run->pool, string->text)
				: string->text;
}

static bool
on_test(void *context, size_t number)
{
	struct run *run = context;
	const struct step *step = &run->program->step[number];

	if (run->failed)
		return false;
	switch (step->kind) {
	case STEP_TEST:
		return eval(run, step);
	case STEP_ONCE:
		return !*step->frame->included;
	case STEP_GOES_ON:
		return !step->frame->returned;
	default:
		run_fail(run, step, "an action where a test belongs");
		return false;
	}
}

static void
on_act(void *context, size_t number)
{
	struct run *run = context;
	const struct step *step = &run->program->step[number];

	if (run->failed)
		return;
	switch (step->kind) {
	case STEP_ACTION:
		act(run, step);
		break;
	case STEP_ENTER:
		*step->frame->included = true;
		break;
	case STEP_RETURN:
		step->frame->returned = true;
		break;
	case STEP_FAIL:
		run_fail(run, step, "%s", step->why);
		break;
	default:
		run_fail(run, step, "a test where an action belongs");
	}
}

/* A script that others include: read once, however often it is named. */
struct included {
	struct span key; /* "g" or "p", and the name */
	struct script script;
	bool missing;
	const char *why;
	bool begun;
	struct included *next;
};

struct includer {
	struct run *run;
	struct included *first;
};

static void
read_included(struct run *run, struct included *included, bool global, struct span name)
{
	struct report report;
	struct span text = SPAN("");
	int answer = ask_script(&run->ask, &run->pool, global, name, &text, &run->why);

	if (answer < 0) {
		included->why = pool_printf(&run->pool, "%s", run->why.why).p;
		return;
	}
	if (answer == 0) {
		included->missing = true;
		return;
	}
	report_init(&report, NULL, pool_copy(&run->pool, name).p, text);
	if (check_read(&run->pool, &report, text, &included->script) != 0)
		included->why = pool_printf(&run->pool, "the included script has an error: %s",
					    report.first)
					.p;
}

static const struct script *
include(void *context, bool global, struct span name, const char **why, bool **begun)
{
	struct includer *includer = context;
	struct span key = pool_printf(&includer->run->pool, "%c%.*s", global ? 'g' : 'p',
				      (int)name.n, name.p);
	struct included *included = includer->first;

	while (included != NULL && !span_equal(included->key, key))
		included = included->next;
	if (included == NULL) {
		included = pool_alloc(&includer->run->pool, sizeof *included);
		*included = (struct included){.key = key, .next = includer->first};
		includer->first = included;
		read_included(includer->run, included, global, name);
	}
	*why = included->why;
	*begun = &included->begun;
	return included->missing || included->why != NULL ? NULL : &included->script;
}

int
run_script(struct run *run, const struct script *script)
{
	struct includer includer = {run, NULL};
	struct program program;

	if (run->failed)
		return -1;
	if (!result_next_script(&run->result))
		return 0;
	run->failed =
		program_build(&program, &run->pool, script, include, &includer, &run->why) != 0;
	if (!run->failed) {
		struct interpreter interpreter = {on_test, on_act, run, program.n};
		struct err err;

		run->program = &program;
		/* libsieve takes a program without commands for an error. */
		if (program.n > 0 && interpreter_run(program.text.p, &interpreter, &err) != 0 &&
		    !run->failed) {
			run->failed = true;
			run->why = err;
		}
	}
	program_free(&program);
	for (struct included *included = includer.first; included != NULL;
	     included = included->next)
		check_free(&included->script);
	return run->failed ? -1 : 0;
}
