#include "sieve/run/run.h"

#include "sieve/run/included.h"
#include "sieve/run/play.h"

#include <stdarg.h>

void
run_open(struct run *run, const struct envelope_facts *facts)
{
	*run = (struct run){.facts = *facts};
	pool_init(&run->pool);
	result_init(&run->result, &run->pool, facts->separator);
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

int
run_script(struct run *run, const struct script *script)
{
	struct included_set included = {
		.ask = &run->ask, .pool = &run->pool, .separator = run->facts.separator};
	struct program program;

	if (run->failed)
		return -1;
	if (!result_next_script(&run->result))
		return 0;
	run->failed = program_build(&program, &run->pool, script, included_find, &included,
				    &run->why) != 0;
	if (!run->failed) {
		run->program = &program;
		run->part = RUN_NO_PART;
		run->leaving = PROGRAM_NO_LOOP;
		/* libsieve takes a program without commands for an error */
		if (program.n > 0)
			play_program(run, program.text.p);
	}
	program_free(&program);
	included_close(&included);
	return run->failed ? -1 : 0;
}
