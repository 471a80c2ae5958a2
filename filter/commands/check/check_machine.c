/*
 * check_machine.c - what check found, for programs: JSON (doc/json.md), and the
 * one line of a monitoring plugin.
 */
#include "filter/commands/check/check_parts.h"
#include "filter/commands/json_relay.h"

#include <stdio.h>

static const char *
state_of(const struct lookup *lookup)
{
	if (lookup->state == LOOKUP_FAILED)
		return "no answer";
	if (lookup->state != LOOKUP_LISTED)
		return "not listed";
	return lookup->list->allow ? "let through" : check_against(lookup) ? "listed" : "in favour";
}

static void
put_lookup(struct json *json, const struct lookup *lookup)
{
	json_object(json, NULL);
	json_relay_lookup(json, lookup, state_of(lookup));
	json_end(json, '}');
}

void
check_print_json(const struct check *check)
{
	struct json json = {.depth = 0};
	char text[ADDR_TEXT_MAX];

	json_object(&json, NULL);
	json_number(&json, "threshold", check->conf->threshold);
	json_array(&json, "addresses");
	for (size_t i = 0; i < check->n; i++) {
		const struct check_item *item = &check->item[i];

		json_object(&json, NULL);
		json_string(&json, "address", addr_print(&item->addr, text));
		json_string(&json, "what", item->what[0] == '\0' ? NULL : item->what);
		json_string(&json, "special", addr_special(&item->addr));
		json_bool(&json, "listed", item->against > 0);
		json_number(&json, "score", item->against);
		json_array(&json, "lists");
		for (size_t k = 0; k < item->lookups.n; k++)
			put_lookup(&json, &item->lookups.lookup[k]);
		json_end(&json, ']');
		json_end(&json, '}');
	}
	json_end(&json, ']');
	json_end(&json, '}');
}

/* ---- for monitoring */

static int
judge(const struct check *check, size_t counts[4])
{
	for (size_t i = 0; i < check->n; i++) {
		const struct check_item *item = &check->item[i];
		bool nobody = item->lookups.n == 0;

		counts[item->against >= check->conf->threshold ? 2
		       : item->against > 0 || item->refused    ? 1
		       : item->failed || nobody                ? 3
							       : 0]++;
	}
	return counts[2] > 0 ? 2 : counts[1] > 0 ? 1 : counts[3] > 0 || check->n == 0 ? 3 : 0;
}

static void
put_lists(const struct check_item *item)
{
	const char *glue = " on ";

	for (size_t i = 0; i < item->lookups.n; i++) {
		const struct lookup *lookup = &item->lookups.lookup[i];

		if (lookup->state == LOOKUP_FAILED)
			printf("%s%s (%s)", glue, lookup->list->name, lookup->cause);
		else if (check_against(lookup))
			printf("%s%s", glue, lookup->list->name);
		else
			continue;
		glue = ",";
	}
}

int
check_print_nagios(const struct check *check)
{
	static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	char text[ADDR_TEXT_MAX];
	size_t counts[4] = {0, 0, 0, 0};
	int status = judge(check, counts);
	const char *glue = ": ";

	printf("SPAMCOP %s - %zu address%s, %zu listed", words[status], check->n,
	       check->n == 1 ? "" : "es", counts[2]);
	if (counts[1] > 0)
		printf(", %zu below the threshold or refused", counts[1]);
	if (counts[3] > 0)
		printf(", %zu could not be told", counts[3]);
	for (size_t i = 0; i < check->n; i++) {
		const struct check_item *item = &check->item[i];

		if (item->against == 0 && !item->failed)
			continue;
		printf("%s%s", glue, addr_print(&item->addr, text));
		put_lists(item);
		glue = "; ";
	}
	printf(" | listed=%zu;;0;0;%zu warned=%zu unknown=%zu time=%u.%03us\n", counts[2], check->n,
	       counts[1], counts[3], check->ms / 1000, check->ms % 1000);
	return status;
}
