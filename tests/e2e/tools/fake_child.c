/*
 * fake_child.c - a Sieve child as it must not be: what it does stands in the
 * first script's first line, "# fake WORD [ARGUMENT]".
 *
 * The filter is tested with it: whatever it does, the message is kept.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static const char *argument = "";
static int arguments;
static char **argument_list;

static void
say(int fd, const char *text, size_t n)
{
	while (n > 0) {
		ssize_t wrote = write(fd, text, n);

		if (wrote <= 0)
			_exit(9);
		text += wrote;
		n -= (size_t)wrote;
	}
}

static void
print(const char *text)
{
	say(1, text, strlen(text));
}

static void
repeat(int fd, const char *text, size_t times)
{
	while (times-- > 0)
		say(fd, text, strlen(text));
}

/*
 * The argument with \n, \t, \0 and \\ made bytes, and \e nothing: a word that
 * is divided by it stands in the plan and not in the script.
 */
static void
do_print(void)
{
	char out[65536];
	size_t n = 0;

	for (const char *c = argument; *c != '\0' && n < sizeof out; c++) {
		if (*c == '\\' && c[1] == 'e')
			c++;
		else if (*c == '\\' && c[1] != '\0')
			out[n++] = *++c == 'n' ? '\n' : *c == 't' ? '\t' : *c == '0' ? '\0' : *c;
		else
			out[n++] = *c;
	}
	say(1, out, n);
}

static void
do_crash(void)
{
	print("discard\n");
	(void)signal(SIGSEGV, SIG_DFL);
	(void)raise(SIGSEGV);
}

static void
do_hang(void)
{
	print("discard\nend\n");
	for (;;)
		pause();
}

/* Closes what it says everything on, and stays. */
static void
do_linger(void)
{
	print("discard\nend\n");
	(void)close(1);
	(void)close(2);
	for (;;)
		pause();
}

/* A process of its own keeps the pipes open. */
static void
do_fork(void)
{
	if (fork() == 0) {
		(void)alarm(5);
		for (;;)
			pause();
	}
	print("discard\nend\n");
}

static void
do_flood(void)
{
	for (;;)
		repeat(1, "fileinto\tx\n", 1000);
}

static void
do_flood_why(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	for (;;)
		repeat(2, "because ", 1000);
}

static void
do_long_line(void)
{
	repeat(1, "x", 200000);
	print("\nkeep\nend\n");
}

static void
do_many(void)
{
	repeat(1, "fileinto\tx\n", 33);
	print("end\n");
}

static void
do_slow(void)
{
	static const char plan[] = "fileinto\tSlow\nend\n";

	for (size_t i = 0; i < sizeof plan - 1; i++) {
		say(1, plan + i, 1);
		(void)fsync(1);
	}
}

static void
do_status(void)
{
	static const char why[] = "script:1:1: error: because\nmore\n";

	print("discard\nend\n");
	say(2, why, sizeof why - 1);
	_exit(1);
}

/* Asks for as much as one may, and never listens. */
static void
do_ask_deaf(void)
{
	repeat(1, "ask\tscript\tpersonal:big\n", 64);
	for (;;)
		pause();
}

static void
read_answer(char *to, size_t size)
{
	size_t n = 0, want = 0;

	while (n + 1 < size && (n == 0 || memchr(to, '\n', n) == NULL) && read(3, to + n, 1) == 1)
		n++;
	to[n] = '\0';
	if (sscanf(to, "ok %zu", &want) != 1)
		return;
	while (want > 0 && n + 1 < size) {
		ssize_t got = read(3, to + n, want < size - n - 1 ? want : size - n - 1);

		if (got <= 0)
			_exit(8);
		n += (size_t)got;
		want -= (size_t)got;
	}
	to[n] = '\0';
}

static void
do_ask_many(void)
{
	char answer[64];

	read_answer(answer, sizeof answer); /* what it was to wait for */
	for (int i = 0; i < 65; i++) {
		print("ask\tmailbox\tx\n");
		read_answer(answer, sizeof answer);
	}
	print("keep\nend\n");
}

/* Does not wait for the answers. */
static void
do_ask_rudely(void)
{
	repeat(1, "ask\tmailbox\tx\n", 65);
	print("keep\nend\n");
}

/*
 * Asks the argument's question and files by its answer: "Yes", "No", or "Text"
 * and what is in it.
 */
static void
do_ask(void)
{
	static char answer[2 << 20];

	read_answer(answer, sizeof answer); /* what it was to wait for */
	print("ask\t");
	do_print();
	print("\n");
	read_answer(answer, sizeof answer);
	print(strncmp(answer, "no\n", 3) == 0 ? "fileinto\tNo\nend\n"
	      : strcmp(answer, "ok 0\n") == 0 ? "fileinto\tYes\nend\n"
					      : "");
	if (strncmp(answer, "ok ", 3) == 0 && strcmp(answer, "ok 0\n") != 0) {
		char *text = strchr(answer, '\n') + 1;

		text[strcspn(text, "\r\n")] = '\0';
		print("fileinto\tText ");
		print(text);
		print("\nend\n");
	}
}

/*
 * Waits, and files what it was told about the message, and the message's first
 * line.
 */
static void
do_wait(void)
{
	char facts[4096], message[64];

	read_answer(facts, sizeof facts);
	ssize_t n = pread(0, message, sizeof message - 1, 0);
	message[n < 0 ? 0 : n] = '\0';
	message[strcspn(message, "\n")] = '\0';
	for (char *c = facts; (c = strchr(c, '\n')) != NULL;)
		*c = '|';
	print("fileinto\t");
	print(facts);
	print(message);
	print("\nend\n");
}

/* Files what it was given on its command line, environment and descriptors. */
static void
do_look(void)
{
	struct stat status;

	for (int i = 1; i < arguments; i++) {
		print("fileinto\tA ");
		print(argument_list[i][0] == '\0'  ? "(empty)"
		      : argument_list[i][0] == '/' ? "(path)"
		      : argument_list[i][0] == '.' ? "(dot)"
						   : argument_list[i]);
		print("\n");
	}
	/* of a build with --enable-coverage: its own, set before main() */
	if (environ[0] != NULL && strncmp(environ[0], "__LLVM_PROFILE_", 15) != 0)
		print("fileinto\tenvironment\n");
	for (int fd = 0; fd < 1024; fd++) {
		char line[64];

		if (fstat(fd, &status) != 0)
			continue;
		(void)snprintf(line, sizeof line, "fileinto\tfd %d %s %s\n", fd,
			       S_ISREG(status.st_mode)    ? "file"
			       : S_ISFIFO(status.st_mode) ? "pipe"
							  : "other",
			       (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY ? "r" : "w");
		print(line);
	}
	print("end\n");
}

static const struct {
	const char *word;
	void (*act)(void);
} acts[] = {
	{"print", do_print},         {"crash", do_crash},
	{"hang", do_hang},           {"linger", do_linger},
	{"fork", do_fork},           {"flood", do_flood},
	{"flood-why", do_flood_why}, {"long-line", do_long_line},
	{"many", do_many},           {"slow", do_slow},
	{"status", do_status},       {"ask", do_ask},
	{"ask-many", do_ask_many},   {"ask-rudely", do_ask_rudely},
	{"ask-deaf", do_ask_deaf},   {"look", do_look},
	{"wait", do_wait},
};

int
main(int argc, char **argv)
{
	static char script[65536], word[32];
	int used = 0;
	ssize_t n = pread(4, script, sizeof script - 1, 0);

	arguments = argc;
	argument_list = argv;
	if (n <= 0)
		return 7;
	script[strcspn(script, "\r\n")] = '\0';
	if (sscanf(script, "# fake %31s%n", word, &used) != 1)
		return 6;
	argument = script + used + (script[used] == ' ');
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		if (strcmp(acts[i].word, word) == 0) {
			acts[i].act();
			return 0;
		}
	}
	return 5;
}
