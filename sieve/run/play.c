#include "sieve/run/play.h"

#include "sieve/mail/mime.h"
#include "sieve/run/act/act.h"
#include "sieve/run/eval/eval.h"
#include "sieve/run/interpreter.h"
#include "sieve/script/language.h"

#define EVENTS_MAX ((size_t)PROGRAM_STEPS_MAX * 2)

/* What happened in a program: a test's answer, or a loop that was played. */
enum event { EVENT_FALSE, EVENT_TRUE, EVENT_LOOP };

struct play {
	struct run *run;
	struct buf events;       /* owned: of the program so far */
	size_t at;               /* of those that are repeated; all: what follows is new */
	const struct step *loop; /* to be played now; nothing else is done until then */
};

static bool
is_idle(const struct play *play)
{
	return play->run->failed || play->run->leaving != PROGRAM_NO_LOOP || play->loop != NULL;
}

static bool
ask(struct run *run, const struct step *step)
{
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

static bool
on_test(void *context, size_t number)
{
	struct play *play = context;

	if (is_idle(play))
		return false;
	if (play->at < play->events.n)
		return play->events.p[play->at++] == EVENT_TRUE;
	bool yes = ask(play->run, &play->run->program->step[number]);
	(void)buf_addc(&play->events, yes ? EVENT_TRUE : EVENT_FALSE);
	play->at = play->events.n;
	return yes;
}

/* An included script begins; in a loop it may do so many times. */
static void
enter(struct frame *frame)
{
	*frame->included = true;
	frame->returned = false;
	frame->variables.own.n = 0;
	frame->variables.captures = 0;
}

static void
leave(struct run *run, const struct step *step)
{
	if (step->kind == STEP_RETURN)
		step->frame->returned = true;
	else
		run_trace(run, step, "%s", step->node->command->name);
	run->leaving = step->loop;
}

static void
on_act(void *context, size_t number)
{
	struct play *play = context;
	struct run *run = play->run;
	const struct step *step = &run->program->step[number];

	if (is_idle(play))
		return;
	if (play->at < play->events.n) {
		play->at += step->kind == STEP_LOOP;
		return;
	}
	switch (step->kind) {
	case STEP_ACTION:
		act(run, step);
		break;
	case STEP_ENTER:
		enter(step->frame);
		break;
	case STEP_RETURN:
	case STEP_BREAK:
		leave(run, step);
		break;
	case STEP_LOOP:
		play->loop = step;
		break;
	case STEP_FAIL:
		run_fail(run, step, "%s", step->why);
		break;
	default:
		run_fail(run, step, "a test where an action belongs");
	}
}

/* May one more part be visited? */
static bool
goes_on(struct run *run, const struct step *step, size_t text)
{
	if (run->visits >= PLAY_VISITS_MAX || run->loop_text + text > PLAY_TEXT_MAX ||
	    run->pool.used > POOL_MAX / 2) {
		run_trace(run, step, "foreverypart ends: %lu parts were visited", run->visits);
		return false;
	}
	run->visits++;
	return true;
}

/*
 * The block for each part of the message, or for each within the current one.
 */
static void
play_loop(struct run *run, const struct step *step)
{
	size_t outer = run->part;
	size_t i = outer == RUN_NO_PART ? 0 : outer + 1;
	size_t end = outer == RUN_NO_PART ? mime_entities(&run->mail)
					  : mime_entity_end(&run->mail, outer);
	size_t text = step->text == NULL ? 0 : strlen(step->text);

	while (step->text != NULL && i < end && !run->failed && run->leaving == PROGRAM_NO_LOOP &&
	       goes_on(run, step, text)) {
		run->part = i++;
		run_trace(run, step, "foreverypart: part %zu", run->part + 1);
		play_program(run, step->text);
	}
	run->part = outer;
	if (run->leaving == (size_t)(step - run->program->step))
		run->leaving = PROGRAM_NO_LOOP;
}

void
play_program(struct run *run, const char *text)
{
	struct play play = {.run = run};
	const struct interpreter interpreter = {on_test, on_act, &play, run->program->n};
	struct err err;
	bool again;

	buf_init(&play.events, EVENTS_MAX);
	do {
		play.at = 0;
		run->loop_text += strlen(text);
		if (interpreter_run(text, &interpreter, &err) != 0 && !run->failed) {
			run->failed = true;
			run->why = err;
		}
		again = play.loop != NULL && !run->failed;
		if (again) {
			play_loop(run, play.loop);
			(void)buf_addc(&play.events, EVENT_LOOP);
			play.loop = NULL;
			again = !run->failed && run->leaving == PROGRAM_NO_LOOP;
		}
	} while (again);
	buf_free(&play.events);
}
