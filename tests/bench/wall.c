/*
 * wall: the wall time of whole processes, side by side.
 *
 * 	wall RUNS INPUT NAME COMMAND... ';' NAME COMMAND... ';' ...
 *
 * Each command runs RUNS times with INPUT as standard input and its output
 * thrown away, one after the other in turn, so that a machine that slows down
 * slows all of them. Prints NAME, the median in ms and its ratio to the first
 * command's; a command that fails is named on stderr.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 32
#define RUNS_MAX     1000

extern char **environ;

static struct {
	const char *name;
	char **argv;
	double ms[RUNS_MAX];
} commands[COMMANDS_MAX];

static double
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double
run_once(char **argv, const char *input)
{
	posix_spawn_file_actions_t actions;
	int status;
	pid_t pid;

	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	double begin = now_ms();
	if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid || status != 0)
		(void)fprintf(stderr, "wall: %s did not end with 0\n", argv[0]);
	double ms = now_ms() - begin;
	(void)posix_spawn_file_actions_destroy(&actions);
	return ms;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int
main(int argc, char **argv)
{
	int runs = argc > 1 ? atoi(argv[1]) : 0;
	size_t n = 0;

	if (argc < 5 || runs < 1 || runs > RUNS_MAX)
		return 64;
	for (int i = 3; i + 1 < argc && n < COMMANDS_MAX; i++) {
		commands[n].name = argv[i];
		commands[n++].argv = argv + i + 1;
		while (i < argc && strcmp(argv[i], ";") != 0)
			i++;
		if (i < argc)
			argv[i] = NULL;
	}
	for (int run = -1; run < runs; run++) /* the first one warms up */
		for (size_t c = 0; c < n; c++)
			commands[c].ms[run < 0 ? 0 : run] = run_once(commands[c].argv, argv[2]);
	for (size_t c = 0; c < n; c++)
		qsort(commands[c].ms, (size_t)runs, sizeof(double), by_value);
	for (size_t c = 0; c < n; c++)
		(void)printf("%-50s %8.2f ms %7.1f x %s\n", commands[c].name,
			     commands[c].ms[runs / 2],
			     commands[c].ms[runs / 2] / commands[0].ms[runs / 2], commands[0].name);
	return 0;
}
