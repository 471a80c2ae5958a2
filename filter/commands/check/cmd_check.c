/*
 * cmd_check.c - the check command: is an address listed, what does the list
 * say, what to do about it.
 *
 * Every address is asked of every list as if it had handed us a message. A
 * person who asks about a special-purpose address gets an answer, too, so that
 * the test entries 127.0.0.2 and 127.0.0.1 can be tried.
 */
#include "filter/commands/check/check_parts.h"
#include "filter/commands/commands.h"
#include "filter/commands/options.h"
#include "filter/run.h"

#include <stdint.h>
#include <stdio.h>
#include <sysexits.h>

#define CHECK_TEMPFAIL 75 /* could not tell */
#define NAGIOS_UNKNOWN 3

/*
 * Could not even be asked: the status of this form, and for monitoring a line.
 */
static int
give_up(const struct options *options, int status, struct err *err)
{
	if (options->form == FORM_NAGIOS) {
		printf("SPAMCOP UNKNOWN - %s\n", err->why);
		err->why[0] = '\0';
		return NAGIOS_UNKNOWN;
	}
	if (options->quiet)
		err->why[0] = '\0';
	return status;
}

static int
collect(struct check *check, const struct options *options, struct err *err)
{
	if (options->self && check_add_self(check, err) != 0)
		return CHECK_TEMPFAIL;
	for (size_t i = 0; i < options->n_words; i++) {
		int status = check_add(check, options->words[i], err);

		if (status != 0)
			return status;
	}
	return 0;
}

/* 0 none is listed, 1 one is, 75 could not tell. */
static int
status_of(const struct check *check)
{
	bool untold = check->n == 0;

	for (size_t i = 0; i < check->n; i++) {
		const struct check_item *item = &check->item[i];

		if (item->against > 0)
			return 1;
		untold |= item->failed || item->lookups.n == 0;
	}
	return untold ? CHECK_TEMPFAIL : 0;
}

static int
check(struct run *run, const struct options *options, struct err *err)
{
	static struct check all;

	all.conf = &run->conf;
	if (run->conf_broken) {
		(void)err_set(err, "the configuration is broken: spamcop-filter doctor says where");
		return give_up(options, CHECK_TEMPFAIL, err);
	}
	if (options->n_words == 0 && !options->self) {
		(void)err_set(err, "check needs an argument; see spamcop-filter help check");
		return give_up(options, EX_USAGE, err);
	}
	int status = collect(&all, options, err);
	if (status != 0)
		return give_up(options, status, err);
	check_ask(&all);
	status = status_of(&all);
	if (options->form == FORM_NAGIOS)
		status = check_print_nagios(&all);
	else if (options->form == FORM_JSON)
		check_print_json(&all);
	else if (!options->quiet)
		check_print(&all);
	for (size_t i = 0; i < all.n; i++)
		dnsbl_free(&all.item[i].lookups);
	return status;
}

const struct command cmd_check = {
	.name = "check",
	.run = check,
	.words_max = SIZE_MAX,
	.arguments = "WHAT...",
	.help = "is this address listed, and what to do about it",
	.details =
		"WHAT is an address, [A], A:25, a network up to /28, a host name, a domain or a\n"
		"mail address (its mail servers), the page of a list about an address, a file\n"
		"with such things, one a line, or a mail that came back (FILE, or - for standard\n"
		"input).\n"
		"  --self    the public addresses of this machine and of trusted_networks\n"
		"  -q        no output: 0 none is listed, 1 one is, 75 could not tell\n"
		"  --nagios  one line: 0 none, 1 a hit below the threshold or a list that\n"
		"            refuses, 2 listed, 3 could not tell\n"
		"  --json    for programs\n",
};
