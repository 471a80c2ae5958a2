/*
 *     11.22.33.44
 *       bl.spamcop.net  listed      127.0.0.2  Blocked - see
 *                       https://www.spamcop.net/bl.shtml?11.22.33.44
 *       office          not listed
 */
#include "filter/commands/check/check_parts.h"

#include "filter/commands/advice.h"

#include <stdio.h>

/* What was found over all addresses. */
struct found {
	bool listed, spamcop;
	char first[ADDR_TEXT_MAX];         /* the first listed address */
	const char *cause[CONF_LISTS_MAX]; /* of failed lookups, each once */
	size_t causes;
};

static bool
is_spamcop(const struct list *list)
{
	return list->zone != NULL && strcmp(list->zone, "bl.spamcop.net") == 0;
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
	bool allow = lookup->list->allow, against = check_against(lookup);

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
put_item(const struct conf *conf, const struct check_item *item, struct found *found)
{
	const char *special = check_special(&item->addr);
	char text[ADDR_TEXT_MAX];

	printf("%s", addr_print(&item->addr, text));
	if (item->what[0] != '\0')
		printf("  (%s)", item->what);
	if (special != NULL)
		printf("  (%s)", special);
	putchar('\n');
	for (size_t i = 0; i < item->lookups.n; i++)
		put_lookup(&item->lookups.lookup[i], &item->addr, widest_name(conf), found);
	if (item->lookups.n == 0)
		printf("  no list can be asked about it: %s\n",
		       addr_is_ipv4(&item->addr) ? "none is configured" : "none has ipv6 = true");
}

void
check_print(const struct check *check)
{
	struct found found = {.listed = false};

	for (size_t i = 0; i < check->n; i++)
		put_item(check->conf, &check->item[i], &found);
	for (size_t i = 0; i < found.causes; i++) {
		printf("\n%s\n", found.cause[i]);
		advice_print(stdout, 2, advice_on_failure(found.cause[i]));
	}
	if (found.listed)
		advice_on_listing(stdout, found.spamcop, found.first);
}
