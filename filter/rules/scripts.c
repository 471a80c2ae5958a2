#include "filter/rules/scripts.h"

#include "sieve/protocol/protocol.h"
#include "filter/base/copy.h"
#include "filter/base/user.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Adds what stands in the script on fd to *words. A script that grows past the
 * bound is left to the child, which refuses it.
 */
static int
add_words(int fd, unsigned *words)
{
	static char text[PROTOCOL_SCRIPT_MAX];
	ssize_t n = copy_read_at(fd, text, sizeof text, 0);

	if (n > 0)
		*words |= plan_words((struct span){text, (size_t)n});
	return n < 0 ? -1 : 0;
}

static int
add_script(struct scripts *scripts, int fd, const char *name, struct err *err)
{
	if (scripts->n == SCRIPTS_MAX) {
		(void)close(fd);
		return err_set(err, "more than %d scripts", SCRIPTS_MAX);
	}
	scripts->fd[scripts->n] = fd;
	scripts->name[scripts->n++] = name;
	return add_words(fd, &scripts->words) == 0 ? 0
						   : err_set(err, "%s: %s", name, strerror(errno));
}

int
scripts_open_site(const char *path, struct err *err)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return err_set(err, "%s: %s", path, strerror(errno));
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fd;
	(void)close(fd);
	return err_set(err, "%s: expected a file", path);
}

static int
add_site(struct scripts *scripts, const struct strings *paths, struct err *err)
{
	for (size_t i = 0; i < paths->n; i++) {
		int fd = scripts_open_site(paths->string[i], err);

		if (fd < 0 || add_script(scripts, fd, paths->string[i], err) != 0)
			return -1;
	}
	return 0;
}

/*
 * The user's own script. That there is none is nothing to talk about; one that
 * is not to be believed is left out.
 */
static int
add_user(struct scripts *scripts, const struct user *user, const char *script, struct err *err)
{
	static char path[USER_PATH_MAX];

	if (script == NULL || script[0] == '\0' || (script[0] == '~' && user->home[0] == '\0'))
		return 0;
	if (user_path(user->home, script, path, err) != 0)
		return -1;
	int fd = user_open_linked(path, err);
	if (fd == USER_REFUSED)
		scripts->ignored = *err;
	return fd < 0 ? 0 : add_script(scripts, fd, path, err);
}

/*
 * The script of -s, which the mail system names, in place of the user's own: it
 * has to be there.
 */
static int
add_given(struct scripts *scripts, const struct user *user, const char *script, struct err *err)
{
	static char path[USER_PATH_MAX];

	if (user_path(user->home, script, path, err) != 0)
		return -1;
	int fd = scripts_open_site(path, err);
	return fd < 0 ? -1 : add_script(scripts, fd, path, err);
}

int
scripts_open(struct scripts *scripts, const struct conf *conf, const struct user *user,
	     const char *script, struct err *err)
{
	*scripts = (struct scripts){.n = 0};
	if (add_site(scripts, &conf->sieve.before, err) != 0)
		return -1;
	if ((script != NULL ? add_given(scripts, user, script, err)
			    : add_user(scripts, user, conf->sieve.script, err)) != 0)
		return -1;
	return add_site(scripts, &conf->sieve.after, err);
}

void
scripts_close(struct scripts *scripts)
{
	for (size_t i = 0; i < scripts->n; i++)
		(void)close(scripts->fd[i]);
	scripts->n = 0;
}
