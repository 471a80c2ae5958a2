/*
 * A script and a message, divided by a line "%%": whatever they are, a run
 * ends, and its plan is one that the filter takes.
 */
#include "fuzz.h"

#include "sieve/mail/date.h"
#include "filter/plan/plan.h"
#include "sieve/run/run.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void
check(bool truth)
{
	if (!truth)
		abort();
}

static void
check_plan(const struct run *run)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);
	struct plan plan;
	struct err err;

	check(to != NULL);
	result_print(&run->result, run->flags, to);
	check(fclose(to) == 0);
	check(n > 4 && memcmp(text + n - 5, "\nend\n", 5) == 0);
	if (plan_read(&plan, (struct span){text, n}, '.', &err) != 0)
		abort();
	plan_free(&plan);
	free(text);
}

static void
run_it(struct span source, int message)
{
	static const struct envelope_facts facts = {.sender = "a@example.com",
						    .recipient = "me+x@example.org",
						    .verdict = "clean",
						    .score = 3,
						    .delimiter = '+'};
	struct report report;
	struct script script;
	struct run run;
	struct err err;

	date_set_now(1793800000);
	run_open(&run, &facts);
	if (mail_open(&run.mail, message, &err) == 0) {
		report_init(&report, NULL, "fuzz", source);
		if (check_read(&run.pool, &report, source, &script) == 0 &&
		    run_script(&run, &script) == 0)
			check_plan(&run);
		check_free(&script);
	}
	run_close(&run);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = memmem(data, size, "\n%%\n", 4);
	int fd = memfd_create("message", MFD_CLOEXEC);

	check(fd >= 0);
	if (cut != NULL) {
		size_t n = size - (size_t)(cut + 4 - data);

		check(write(fd, cut + 4, n) == (ssize_t)n);
		run_it((struct span){(const char *)data, (size_t)(cut + 1 - data)}, fd);
	}
	close(fd);
	return 0;
}
