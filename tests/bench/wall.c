/*
 * wall: the wall time of whole processes, side by side.
 *
 * 	wall RUNS INPUT NAME COMMAND... ';' NAME COMMAND... ';' ...
 *
 * Each command runs RUNS times with INPUT as standard input and its output into
 * a pipe that is emptied, one after the other in turn, so that a machine that
 * slows down slows all of them; in another order each turn, for what a program
 * leaves behind slows the next one (measured: by up to 2 %). Prints NAME, ms
 * (minimum, median, maximum) and the ratio to the first command's run of the
 * same turn (the same three). With WALL_TSV, the ratios of all commands to all
 * are added to that file: WALL_GROUP, NAME, the other's NAME, runs, three
 * times, three ratios, peak memory in KB (not less than this program's own) and
 * failures. A command that fails is named on stderr, and the end is 1.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 32
#define RUNS_MAX     1000

extern char **environ;

static struct command {
	const char *name;
	char **argv;
	long memory;
	int failures;
	double ms[RUNS_MAX];
} commands[COMMANDS_MAX];

static double
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/*
 * One run; its time in ms. Its peak memory and a failure go into command.
 */
static double
run_once(struct command *command, const char *input)
{
	static char sink[65536];
	posix_spawn_file_actions_t actions;
	int status = 1, out[2];
	struct rusage usage;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) != 0)
		exit(2);
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	double begin = now_ms();
	bool runs =
		posix_spawnp(&pid, command->argv[0], &actions, NULL, command->argv, environ) == 0;
	(void)close(out[1]);
	while (runs && read(out[0], sink, sizeof(sink)) > 0)
		continue;
	if (!runs || wait4(pid, &status, 0, &usage) != pid || status != 0) {
		(void)fprintf(stderr, "wall: %s did not end with 0\n", command->name);
		command->failures++;
	} else if (usage.ru_maxrss > command->memory) {
		command->memory = usage.ru_maxrss;
	}
	double ms = now_ms() - begin;
	(void)close(out[0]);
	(void)posix_spawn_file_actions_destroy(&actions);
	return ms;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/*
 * Minimum, median and maximum of p[0..n), which is sorted.
 */
static void
three(double *p, size_t n, double result[3])
{
	qsort(p, n, sizeof(*p), by_value);
	result[0] = p[0];
	result[1] = p[n / 2];
	result[2] = p[n - 1];
}

/*
 * One command against another, into the file and, for people, to stdout.
 */
static void
print_pair(const struct command *one, const struct command *other, size_t runs, FILE *file)
{
	static double p[RUNS_MAX];
	double ms[3], ratio[3];

	memcpy(p, one->ms, sizeof(p));
	three(p, runs, ms);
	for (size_t i = 0; i < runs; i++)
		p[i] = one->ms[i] / other->ms[i];
	three(p, runs, ratio);
	if (file != NULL)
		(void)fprintf(file,
			      "%s\t%s\t%s\t%zu\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%ld\t%d\n",
			      getenv("WALL_GROUP") ? getenv("WALL_GROUP") : "-", one->name,
			      other->name, runs, ms[0], ms[1], ms[2], ratio[0], ratio[1], ratio[2],
			      one->memory, one->failures);
	if (other == commands)
		(void)printf("%-48s %8.2f %8.2f %8.2f ms %7.2f %7.2f %7.2f x %s\n", one->name,
			     ms[0], ms[1], ms[2], ratio[0], ratio[1], ratio[2], other->name);
}

/*
 * Another order of n commands; the same ones in each run of this program.
 */
static void
shuffle(size_t *order, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t other = (size_t)rand() % i, kept = order[i - 1];

		order[i - 1] = order[other];
		order[other] = kept;
	}
}

int
main(int argc, char **argv)
{
	int runs = argc > 1 ? atoi(argv[1]) : 0;
	size_t n = 0, order[COMMANDS_MAX];

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
	for (size_t c = 0; c < n; c++)
		order[c] = c;
	for (int run = -1; run < runs; run++) { /* the first one warms up */
		shuffle(order, n);
		for (size_t i = 0; i < n; i++) {
			struct command *command = &commands[order[i]];

			command->ms[run < 0 ? 0 : run] = run_once(command, argv[2]);
		}
	}
	int failures = 0;
	FILE *file = getenv("WALL_TSV") ? fopen(getenv("WALL_TSV"), "ae") : NULL;
	for (size_t c = 0; c < n; c++) {
		failures += commands[c].failures;
		for (size_t other = 0; other < n; other++)
			print_pair(&commands[c], &commands[other], (size_t)runs, file);
	}
	return failures > 0 || (file != NULL && fclose(file) != 0);
}
