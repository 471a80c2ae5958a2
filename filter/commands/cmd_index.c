/*
 * cmd_index.c - the index command: an index beside each list of the
 * configuration that is a file.
 */
#include "filter/commands/commands.h"
#include "filter/commands/options.h"
#include "filter/lists/file/listfile_build.h"
#include "filter/run.h"

#include <stdio.h>
#include <sysexits.h>

#define INDEX_FAILED 1

static int
make_index(struct run *run, const struct options *options, struct err *err)
{
	size_t made = 0, failed = 0;

	(void)options;
	for (size_t i = 0; i < run->conf.n_lists; i++) {
		const struct list *list = &run->conf.lists[i];
		size_t entries;

		if (list->file == NULL)
			continue;
		if (listfile_build(list->file, list->format, &entries, err) == 0) {
			made++;
			(void)printf("%s.index: %zu entries\n", list->file, entries);
		} else {
			failed++;
			(void)fprintf(stderr, "spamcop-filter: %s\n", err->why);
		}
	}
	err->why[0] = '\0';
	if (made + failed == 0)
		(void)puts("No list of the configuration is a file: there is nothing to do.");
	return failed > 0 ? INDEX_FAILED : 0;
}

const struct command cmd_index = {
	.name = "index",
	.run = make_index,
	.broken = EX_CONFIG,
	.arguments = "",
	.help = "make lists that are files quick to read",
	.details = "Writes FILE.index beside each list of the configuration that is a file. A\n"
		   "message then costs a few lines of it, however long it is. Run it again when a\n"
		   "list has changed: until then all of the list is read, as without an index.\n"
		   "0: all are made, 1: one could not be made.\n",
};
