/*
 * scripts.h - the Sieve scripts of one delivery, opened in the order in which
 * they run.
 */
#ifndef SCRIPTS_H
#define SCRIPTS_H

#include "conf/reader/conf.h"
#include "filter/base/err.h"
#include "filter/base/user.h"
#include "filter/plan/plan.h"

#define SCRIPTS_MAX 32

struct scripts {
	int fd[SCRIPTS_MAX];
	/* as errors say it: the path; good until the next scripts_open() */
	const char *name[SCRIPTS_MAX];
	size_t n;
	unsigned words;     /* of all of them: plan_words() */
	struct err ignored; /* why the user's script is left out; "" where it is not */
};

/*
 * Opens sieve.before, the user's script (~ is his home; or script, the one of
 * -s, in its place) and sieve.after, for reading. That the user has none is no
 * error, and one of theirs that cannot be believed (user_open()) is left out:
 * the site's rules run without it. That one of the others is missing or is no
 * file is an error: -1. scripts_close() in either case.
 */
int scripts_open(struct scripts *scripts, const struct conf *conf, const struct user *user,
		 const char *script, struct err *err);
void scripts_close(struct scripts *scripts);

/*
 * A file that the site names: whoever wrote the configuration is believed, but
 * it must be a file. A descriptor, or -1.
 */
int scripts_open_site(const char *path, struct err *err);

#endif
