#include "filter/send/sendmail.h"

#include "filter/base/copy.h"
#include "filter/base/clock.h"
#include "filter/base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define ADDRESS_MAX   320
#define IN_MEMORY_MAX (1 << 20) /* bytes of a message that is not written to disk again */
#define WHY_MAX       200       /* bytes of what it says on standard error */

static bool
is_dot_atom(struct span s, const char *others)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = span_lower(s.p[i]);
		bool dot = c == '.' && i > 0 && i + 1 < s.n && s.p[i - 1] != '.';

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !dot &&
		    (c == '\0' || c == '.' || strchr(others, c) == NULL))
			return false;
	}
	return s.n > 0 && s.p[0] != '-';
}

bool
sendmail_is_address(struct span address)
{
	const char *at = address.n == 0 ? NULL : memchr(address.p, '@', address.n);
	size_t local = at == NULL ? 0 : (size_t)(at - address.p);

	return at != NULL && address.n <= ADDRESS_MAX &&
	       is_dot_atom((struct span){address.p, local}, "-_+=~#$&'*^{}?/") &&
	       address.p[0] != '/' && is_dot_atom(span_skip(address, local + 1), "-");
}

/* A file without a name: in memory where the content is small, else on disk. */
static int
temporary(const struct content *content, struct err *err)
{
	struct stat status = {.st_size = 0};
	int fd = -1;

	if (content->fd >= 0 && fstat(content->fd, &status) != 0)
		return -1;
	if (status.st_size <= IN_MEMORY_MAX)
		fd = memfd_create("message", MFD_CLOEXEC);
	return fd >= 0 ? fd : content_unnamed_file(err);
}

/*
 * The content as a file, from its beginning. Not a pipe: if we were killed in
 * the middle, sendmail would take the cut message for a whole one.
 */
static int
content_file(const struct content *content, struct err *err)
{
	int fd = temporary(content, err), result = -1;

	if (fd >= 0)
		result = content->fd >= 0 ? content_write(content, fd, err)
					  : copy_write_all(fd, content->head);
	if (result == 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	(void)err_set(err, "sendmail: the message cannot be copied for it: %s", strerror(errno));
	process_close(&fd);
	return -1;
}

static int
judge(int status, int why_fd, struct err *err)
{
	char text[WHY_MAX];
	ssize_t n = copy_read_at(why_fd, text, sizeof text, 0);
	struct span why = span_trim((struct span){text, n < 0 ? 0 : (size_t)n});

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		return err_set(err, "sendmail was ended by signal %d", WTERMSIG(status));
	return err_set(err, "sendmail ended with status %d%s%.*s", WEXITSTATUS(status),
		       why.n > 0 ? ": " : "", (int)why.n, why.p);
}

/* Names and values of the environment, each short enough or left out. */
static void
environment(char text[3][4352], char *envp[5], const char *home, const char *user)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	const char *const names[] = {"HOME", "USER", "LOGNAME"};
	size_t n = 0;

	envp[n++] = path;
	for (size_t i = 0; i < 3; i++) {
		const char *value = i == 0 ? home : user;

		if (value != NULL && value[0] != '\0' &&
		    snprintf(text[i], 4352, "%s=%s", names[i], value) < 4352)
			envp[n++] = text[i];
	}
	envp[n] = NULL;
}

/*
 * message becomes its standard input, from its beginning. *status: of its end,
 * else -1.
 */
static int
run(const struct sendmail *sendmail, char *const argv[], int message, int *status, struct err *err)
{
	char text[3][4352], *envp[5];
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC),
	    why = memfd_create("stderr", MFD_CLOEXEC), result, ended;
	pid_t pid;

	*status = -1;
	environment(text, envp, sendmail->home, sendmail->user);
	if (why < 0)
		why = content_unnamed_file(err);
	const int fd[] = {message, null, why};
	if (clock_left(sendmail->until) == 0)
		result = err_set(err, "sendmail: no time is left for it");
	else if (null < 0 || why < 0 || lseek(message, 0, SEEK_SET) != 0)
		result = err_set(err, "sendmail: %s", strerror(errno));
	else
		result = process_start(sendmail->program, argv, envp, fd, 3, &pid, err);
	if (result == 0 && process_wait(pid, sendmail->until, &ended) != 0)
		result = err_set(err, "sendmail did not finish in time");
	else if (result == 0) {
		*status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
		result = judge(ended, why, err);
	}
	process_close(&null);
	process_close(&why);
	return result;
}

/* Did it refuse what the command line says, and has sent nothing? */
static bool
is_usage(int status)
{
	return status == EX_USAGE || status == EX_DATAERR || status == EX_NOUSER;
}

struct sendmail
sendmail_of(const struct conf *conf, const struct delivery *delivery)
{
	return (struct sendmail){conf->sieve.sendmail, delivery->user->home, delivery->user->name,
				 deliver_until(delivery, SENDMAIL_SECONDS * 1000, 0)};
}

int
sendmail_run(const struct sendmail *sendmail, const char *sender, const char *recipient,
	     const struct content *content, struct err *err)
{
	union {
		const char *word[7];
		char *pointer[7]; /* the same, as execve(2) is declared: it changes none of them */
	} argv = {.word = {"sendmail", "-i", "-f", sender[0] == '\0' ? "<>" : sender, "--",
			   recipient, NULL}};
	int status;

	if (!sendmail_is_address(span_of(recipient)) ||
	    (sender[0] != '\0' && !sendmail_is_address(span_of(sender))))
		return err_set(err, "sendmail: the sender or recipient is no address that a "
				    "command line is trusted with");
	int message = content_file(content, err);
	if (message < 0)
		return -1;
	int result = run(sendmail, argv.pointer, message, &status, err);
	if (result != 0 && sender[0] == '\0' && is_usage(status)) {
		argv.word[3] = "";
		result = run(sendmail, argv.pointer, message, &status, err);
	}
	process_close(&message);
	return result;
}
