#include "sieve/try.h"

#include "filter/base/copy.h"
#include "sieve/protocol/charset.h"
#include "sieve/protocol/folder.h"
#include "sieve/protocol/protocol.h"
#include "sieve/protocol/special.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BAD     1
#define SCAN_MS 10000 /* a person waits for it */

static int
complain(const char *what)
{
	fprintf(stderr, "spamcop-sieve: %s: %s\n", what, strerror(errno));
	return BAD;
}

/*
 * The message or a script as something that pread(2) works on: the file, or of
 * a pipe a copy in memory of little more than `most` bytes.
 */
static int
open_copy(int from, size_t most)
{
	char bytes[65536];
	struct stat st;
	ssize_t got;

	if (fstat(from, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
		return dup(from);
	int fd = memfd_create("copy", MFD_CLOEXEC);
	if (fd < 0)
		fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	for (size_t n = 0; fd >= 0 && n < most && (got = read(from, bytes, sizeof bytes)) != 0;) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || copy_write_all(fd, (struct span){bytes, (size_t)got}) != 0) {
			(void)close(fd);
			return -1;
		}
		n += (size_t)got;
	}
	return fd;
}

/* Undoes result_escape() in place; the new length. */
static size_t
unescape(char *p, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] != '\\' || i + 1 == n) {
			p[to++] = p[i];
			continue;
		}
		switch (p[++i]) {
		case 't':
			p[to++] = '\t';
			break;
		case 'n':
			p[to++] = '\n';
			break;
		case 'r':
			p[to++] = '\r';
			break;
		case 'x':
			if (i + 2 < n) {
				char hex[3] = {p[i + 1], p[i + 2], '\0'};

				p[to++] = (char)strtoul(hex, NULL, 16);
				i += 2;
			}
			break;
		default:
			p[to++] = p[i];
		}
	}
	return to;
}

/* NAME, or NAME.sieve, in a folder. -1: there is none. */
static int
open_included(const char *folder, const char *name)
{
	char path[512];
	int fd = -1;

	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
		return -1;
	for (int i = 0; i < 2 && fd < 0; i++)
		if (snprintf(path, sizeof path, "%s/%s%s", folder, name, i == 0 ? "" : ".sieve") <
		    (int)sizeof path)
			fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return fd;
}

static void
answer_script(const struct try *try, const char *name, int to)
{
	bool global = strncmp(name, "global:", 7) == 0;
	const char *colon = strchr(name, ':');
	char own[512], line[32], *text = NULL;
	ssize_t got = -1;

	(void)snprintf(own, sizeof own, "%s", try->script);
	char *slash = strrchr(own, '/');
	(void)snprintf(slash == NULL  ? own
		       : slash == own ? slash + 1
				      : slash,
		       2, "%s", slash == NULL ? "." : "");
	const char *folder = global ? try->global : try->personal;
	int fd = colon == NULL ? -1 : open_included(folder == NULL ? own : folder, colon + 1);
	if (fd >= 0 && (text = malloc(PROTOCOL_SCRIPT_MAX)) != NULL)
		got = copy_read_at(fd, text, PROTOCOL_SCRIPT_MAX, 0);
	if (got < 0)
		(void)copy_write_all(to, SPAN("no\n"));
	else {
		(void)snprintf(line, sizeof line, "ok %zd\n", got);
		if (copy_write_all(to, span_of(line)) == 0)
			(void)copy_write_all(to, (struct span){text, (size_t)got});
	}
	free(text);
	if (fd >= 0)
		(void)close(fd);
}

/* "\\Junk" is Junk, as the filter has it where nothing else is configured. */
static void
answer_use(const struct try *try, const char *use, int to)
{
	const char *folder = strcasecmp(use, "\\Junk") == 0 ? "Junk" : NULL, *name;
	char line[FOLDER_DISK_MAX + 32];

	for (size_t i = 0; folder == NULL && (name = special_folder(span_of(use), i)) != NULL; i++)
		for (size_t k = 0; k < try->folders; k++)
			if (strcmp(name, try->folder[k]) == 0)
				folder = name;
	int n = folder == NULL ? snprintf(line, sizeof line, "no\n")
			       : snprintf(line, sizeof line, "ok %zu\n%s", strlen(folder), folder);
	(void)copy_write_all(to, (struct span){line, (size_t)n});
}

void
try_answer(const struct try *try, char *question, size_t n, int to)
{
	bool yes = false;
	char *name = memchr(question, '\t', n);

	if (name == NULL)
		return;
	*name++ = '\0';
	size_t length = unescape(name, n - (size_t)(name - question));
	name[length] = '\0';
	if (strcmp(question, "script") == 0) {
		answer_script(try, name, to);
		return;
	}
	if (strcmp(question, "use") == 0) {
		answer_use(try, name, to);
		return;
	}
	if (strcmp(question, "mailbox") == 0) {
		yes = strcasecmp(name, "INBOX") == 0;
		for (size_t i = 0; i < try->folders; i++)
			yes = yes || strcmp(name, try->folder[i]) == 0;
	}
	(void)copy_write_all(to, yes ? SPAN("ok 0\n") : SPAN("no\n"));
}

/*
 * Lines of the child: questions are answered at once, the rest is the plan and
 * kept until it is known to be whole.
 */
static void
follow(const struct try *try, FILE *from, int to, struct buf *plan)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, from)) > 0) {
		if (n > 4 && strncmp(line, "ask\t", 4) == 0)
			try_answer(try, line + 4, (size_t)(n - 4 - (line[n - 1] == '\n')), to);
		else
			(void)buf_add(plan, (struct span){line, (size_t)n});
	}
	free(line);
}

static _Noreturn void
be_child(struct try *try, int message, int script, int plan, int answers)
{
	const int from[] = {message, plan, answers, script},
		  to[] = {STDIN_FILENO, STDOUT_FILENO, PROTOCOL_ANSWERS, PROTOCOL_SCRIPTS};
	int high[4];

	for (int i = 0; i < 4; i++)
		high[i] = fcntl(from[i], F_DUPFD, 16);
	for (int i = 0; i < 4; i++)
		if (high[i] < 0 || dup2(high[i], to[i]) < 0)
			_exit(complain("dup2"));
#ifdef HAVE_CLOSE_RANGE
	(void)close_range(PROTOCOL_SCRIPTS + 1, ~0U, 0);
#endif
	try->job.charsets = charset_scan_file(STDIN_FILENO, CHARSET_SCAN_MAX, SCAN_MS);
	int status = child_run(&try->job);
	(void)fflush(stdout);
	_exit(status);
}

static int
finish(pid_t pid, const struct buf *plan)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return complain("waitpid");
	if (WIFSIGNALED(status)) {
		fprintf(stderr,
			"spamcop-sieve: the run was ended by signal %d: it took too long or "
			"failed; the message would be kept\n",
			WTERMSIG(status));
		return BAD;
	}
	if (status != 0)
		return BAD;
	if (plan->n > 0)
		(void)fwrite(plan->p, 1, plan->n, stdout);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : BAD;
}

int
try_run(struct try *try)
{
	int plan[2], answers[2];
	int named = open(try->script, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct buf text;

	if (named < 0 || fcntl(named, F_SETFL, 0) != 0) /* only the open of a pipe must not wait */
		return complain(try->script);
	int script = open_copy(named, PROTOCOL_SCRIPT_MAX + 1);
	if (script < 0)
		return complain(try->script);
	int message = open_copy(STDIN_FILENO, SIZE_MAX);
	if (message < 0)
		return complain("the message cannot be read");
	if (pipe(plan) != 0 || pipe(answers) != 0)
		return complain("pipe");
	try->job.names = &try->script;
	try->job.scripts = 1;
	pid_t pid = fork();
	if (pid < 0)
		return complain("fork");
	if (pid == 0)
		be_child(try, message, script, plan[1], answers[0]);
	(void)close(plan[1]);
	(void)close(answers[0]);
	FILE *from = fdopen(plan[0], "r");
	buf_init(&text, 2 * (size_t)PROTOCOL_PLAN_MAX);
	if (from != NULL) {
		follow(try, from, answers[1], &text);
		(void)fclose(from);
	}
	int result = finish(pid, &text);
	buf_free(&text);
	return result;
}
