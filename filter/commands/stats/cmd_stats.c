/*
 * cmd_stats.c - the stats command: what the log says, counted.
 */
#include "filter/commands/commands.h"
#include "filter/commands/options.h"
#include "filter/commands/since.h"
#include "filter/commands/stats/stats.h"
#include "filter/run.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sysexits.h>

#define LOG_LINE_MAX 8192 /* bytes of a line that are looked at */

static void
read_lines(struct stats *stats, FILE *file, time_t oldest)
{
	static char line[LOG_LINE_MAX];
	bool begin = true;

	while (fgets(line, sizeof line, file) != NULL) {
		size_t n = strlen(line);

		if (begin)
			stats_line(stats, (struct span){line, n}, oldest);
		begin = n > 0 && line[n - 1] == '\n';
	}
}

static int
read_file(struct stats *stats, const char *name, time_t oldest)
{
	bool standard = strcmp(name, "-") == 0;
	FILE *file = standard ? stdin : fopen(name, "re");
	struct err err;
	int status = 0;

	if (file != NULL)
		read_lines(stats, file, oldest);
	if (file == NULL || ferror(file)) {
		(void)err_set(&err, "stats: %s: %s", name, strerror(errno));
		(void)fprintf(stderr, "spamcop-filter: %s\n", err.why);
		status = EX_NOINPUT;
	}
	if (file != NULL && !standard)
		(void)fclose(file);
	return status;
}

static int
stats(struct run *run, const struct options *options, struct err *err)
{
	static struct stats all;
	time_t since = 0;
	int status = 0;

	(void)run;
	if (options->since != NULL && since_parse(options->since, NULL, &since, err) != 0)
		return EX_USAGE;
	time_t oldest = since == 0 ? 0 : time(NULL) - since;
	if (options->n_words == 0)
		status = read_file(&all, "-", oldest);
	for (size_t i = 0; i < options->n_words; i++) {
		int one = read_file(&all, options->words[i], oldest);

		status = one != 0 ? one : status;
	}
	tally_sort(&all.lists);
	tally_sort(&all.silent);
	tally_sort(&all.users);
	if (options->form == FORM_JSON)
		stats_print_json(&all);
	else if (options->form == FORM_PROMETHEUS)
		stats_print_prometheus(&all);
	else if (options->form == FORM_SVG)
		stats_print_svg(&all);
	else
		stats_print(&all);
	tally_free(&all.lists);
	tally_free(&all.silent);
	tally_free(&all.users);
	return status;
}

const struct command cmd_stats = {
	.name = "stats",
	.run = stats,
	.words_max = SIZE_MAX,
	.arguments = "[FILE...]",
	.help = "what the log says: verdicts, lists, failures, times, users",
	.details = "FILE is a log, with or without what syslog puts in front of a line; else\n"
		   "standard input: journalctl | spamcop-filter stats\n"
		   "  --since TIME  only the last 24h, 7d ...\n"
		   "  --json        for programs\n"
		   "  --prometheus  for node_exporter's textfile collector\n"
		   "  --svg         a drawing of the last seven days\n",
};
