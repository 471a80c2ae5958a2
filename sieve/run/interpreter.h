/*
 * interpreter.h - libsieve, which runs the control flow of a program of
 * numbers. The only place that knows sieve2.h.
 */
#ifndef INTERPRETER_H
#define INTERPRETER_H

#include "filter/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct interpreter {
	bool (*test)(void *context, size_t number); /* is the test true? */
	void (*act)(void *context, size_t number);  /* carries an action out, at once */
	void *context;
	size_t numbers; /* numbers are below this */
};

/*
 * Runs a program (program.h), NUL-terminated, in a libsieve context of its own:
 * tests and actions are called lazily, each once, in the program's order. 0, or
 * -1 where libsieve says that something went wrong: then what was done means
 * nothing.
 */
int interpreter_run(const char *program, const struct interpreter *interpreter, struct err *err);

#endif
