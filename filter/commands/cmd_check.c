/*
 * cmd_check.c - the check command: is an address listed, what does the list
 * say, what to do about it.
 *
 *     11.22.33.44
 *       bl.spamcop.net  listed      127.0.0.2  Blocked - see
 *                       https://www.spamcop.net/bl.shtml?11.22.33.44
 *       office          not listed
 *
 * Every address is asked of every list as if it had handed us a message. A
 * person who asks about a special-purpose address gets an answer, too, so that
 * the test entries 127.0.0.2 and 127.0.0.1 can be tried.
 */
#include "filter/commands/advice.h"
#include "filter/commands/commands.h"
#include "filter/commands/options.h"
#include "filter/run.h"
#include "filter/lists/hits.h"

#include <stdint.h>
#include <stdio.h>
#include <sysexits.h>

#define CHECK_TEMPFAIL 75 /* could not tell */

/* What was found over all addresses. */
struct found {
	bool listed, untold, spamcop;
	char first[ADDR_TEXT_MAX];         /* the first listed address */
	const char *cause[CONF_LISTS_MAX]; /* of failed lookups, each once */
	size_t causes;
};

static bool
is_spamcop(const struct list *list)
{
	return list->zone != NULL && strcmp(list->zone, "bl.spamcop.net") == 0;
}

/* Does any meaning that matched count against the address? */
static bool
counts_against(const struct lookup *lookup)
{
	for (size_t i = 0; i < lookup->list->n_answers; i++)
		if ((lookup->matched & 1U << i) != 0 && lookup->list->answers[i].weight > 0)
			return true;
	return false;
}

static void
note_cause(struct found *found, const char *cause)
{
	for (size_t i = 0; i < found->causes; i++)
		if (strcmp(found->cause[i], cause) == 0)
			return;
	if (found->causes < CONF_LISTS_MAX)
		found->cause[found->causes++] = cause;
}

static void
put_answers(const struct lookup *lookup)
{
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < lookup->answers; i++) {
		struct addr addr = addr_from_ipv4(lookup->answer[i]);

		printf("%s%s", i == 0 ? "  " : ",", addr_print(&addr, text));
	}
}

/*
 * The names of the meanings that matched, where the list has any besides its
 * own.
 */
static void
put_meanings(const struct lookup *lookup)
{
	const char *glue = "  ";

	for (size_t i = 0; i < lookup->list->n_answers; i++)
		if ((lookup->matched & 1U << i) != 0 && lookup->list->answers[i].name != NULL) {
			printf("%s%s", glue, lookup->list->answers[i].name);
			glue = ",";
		}
}

/* "in favour": a weight below zero. */
static void
put_listed(const struct lookup *lookup, const struct addr *addr, struct found *found)
{
	bool allow = lookup->list->allow, against = !allow && counts_against(lookup);

	printf("%-11s", allow ? "let through" : against ? "listed" : "in favour");
	put_answers(lookup);
	put_meanings(lookup);
	if (lookup->reason_n > 0) {
		fputs("  ", stdout);
		advice_print_raw(stdout, (struct span){lookup->reason, lookup->reason_n});
	}
	if (!against)
		return;
	if (!found->listed)
		(void)addr_print(addr, found->first);
	found->listed = true;
	found->spamcop |= is_spamcop(lookup->list);
}

static void
put_lookup(const struct lookup *lookup, const struct addr *addr, int width, struct found *found)
{
	printf("  %-*s  ", width, lookup->list->name);
	if (lookup->state == LOOKUP_LISTED) {
		put_listed(lookup, addr, found);
	} else if (lookup->state == LOOKUP_FAILED) {
		printf("%-11s  %s", "no answer", lookup->cause);
		note_cause(found, lookup->cause);
		found->untold = true;
	} else {
		printf(lookup->answers == 0 ? "not listed" : "not listed ");
		put_answers(lookup);
	}
	putchar('\n');
}

static int
widest_name(const struct conf *conf)
{
	size_t width = 0;

	for (size_t i = 0; i < conf->n_lists; i++)
		if (strlen(conf->lists[i].name) > width)
			width = strlen(conf->lists[i].name);
	return width > 40 ? 40 : (int)width;
}

static void
check_address(const struct conf *conf, const struct addr *addr, struct found *found)
{
	static struct chain chain;
	const char *special = addr_special(addr);
	struct lookups lookups;
	char text[ADDR_TEXT_MAX];

	chain = (struct chain){.stored = 1, .found = 1, .handoff = 0};
	chain.relay[0] = (struct relay){.n = 1,
					.hop.addr = *addr,
					.lookup = addr_unwrap_nat64(addr),
					.role = RELAY_HANDOFF};
	printf("%s", addr_print(addr, text));
	if (special != NULL)
		printf("  (%s: in mail it is not looked up)", special);
	putchar('\n');
	dnsbl_run(conf, &chain, &lookups);
	for (size_t i = 0; i < lookups.n; i++)
		put_lookup(&lookups.lookup[i], &chain.relay[0].lookup, widest_name(conf), found);
	if (lookups.n == 0) {
		printf("  no list can be asked about it: %s\n",
		       addr_is_ipv4(addr) ? "none is configured" : "none has ipv6 = true");
		found->untold = true;
	}
	dnsbl_free(&lookups);
}

static int
check(struct run *run, const struct options *options, struct err *err)
{
	char **addresses = options->words;
	size_t n = options->n_words;
	struct found found = {.listed = false};
	struct addr addr;

	for (size_t i = 0; i < n; i++)
		if (!addr_parse(span_of(addresses[i]), &addr)) {
			(void)err_set(err, "check: \"%.100s\" is no IP address", addresses[i]);
			return EX_USAGE;
		}
	for (size_t i = 0; i < n; i++) {
		(void)addr_parse(span_of(addresses[i]), &addr);
		check_address(&run->conf, &addr, &found);
	}
	for (size_t i = 0; i < found.causes; i++) {
		printf("\n%s\n", found.cause[i]);
		advice_print(stdout, 2, advice_on_failure(found.cause[i]));
	}
	if (found.listed)
		advice_on_listing(stdout, found.spamcop, found.first);
	return found.listed ? 1 : found.untold ? CHECK_TEMPFAIL : 0;
}

const struct command cmd_check = {
	.name = "check",
	.run = check,
	.words_min = 1,
	.words_max = SIZE_MAX,
	.broken = CHECK_TEMPFAIL,
	.arguments = "ADDR...",
	.help = "is this address listed, and what to do about it",
};
