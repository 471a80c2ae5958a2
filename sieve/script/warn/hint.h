/*
 * hint.h - what somebody meant who writes as in another language: the sentence
 * that helps, for errors.
 *
 * All texts are constants or report_quote()'s; none changes what is valid.
 */
#ifndef HINT_H
#define HINT_H

#include "sieve/script/language.h"

/*
 * What begins source where no token can begin: quotes of other kinds,
 * operators, marks of web pages. NULL: nothing known.
 */
const char *hint_character(struct span source);

/*
 * A script that is none of Sieve: a procmail recipe, an Exim filter, a web
 * page, a mail. Looks at whole lines anywhere, so it says something only once
 * an error was found. *line is where it begins. NULL: it may be Sieve.
 */
const char *hint_language(struct span source, unsigned *line);

/*
 * The name of an unknown command (test: of a test): a sentence, or NULL.
 */
const char *hint_name(struct span name, bool test);

/* An unknown tag of this command, its name without the colon. */
const char *hint_tag(struct span name, const struct language_command *command);

/* An unknown extension. */
const char *hint_extension(struct span name);

/*
 * A word that stands where command, which takes no test, has one: "and",
 * "contains", a folder without quotes. NULL: a command or test that is known.
 */
const char *hint_behind(const struct language_command *command, struct span word);

#endif
