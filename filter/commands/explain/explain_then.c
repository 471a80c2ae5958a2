/*
 * explain_then.c - what was true when the message came, by the tags in it, and
 * what is true now. A listing ends after a day or two, so the two often differ.
 */
#include "filter/commands/explain/explain.h"
#include "filter/commands/print.h"
#include "filter/commands/tagged.h"

#include <stdio.h>

#define TEXT_SHOWN   120
#define REASON_SHOWN 200
#define CONTINUED    "                  "

static bool
is_listed(struct span verdict)
{
	return span_equal(verdict, SPAN("listed"));
}

static void
print_listing(const struct tagged_listing *listing)
{
	printf(CONTINUED);
	print_ascii(listing->address, TEXT_SHOWN);
	printf(" on ");
	print_ascii(listing->list, TEXT_SHOWN);
	if (listing->reason.n > 0) {
		printf(": ");
		print_ascii(listing->reason, REASON_SHOWN);
	}
	putchar('\n');
}

static void
print_then(const struct tagged *tagged)
{
	printf("  when it came:   ");
	if (tagged->when.n > 0) {
		print_ascii(tagged->when, TEXT_SHOWN);
		printf("\n" CONTINUED);
	}
	if (tagged->verdict.n == 0)
		printf("not known: it has no X-SpamCop fields, so it was not tagged");
	else
		print_ascii(tagged->verdict, TEXT_SHOWN);
	if (tagged->allowed.n > 0) {
		printf(", by ");
		print_ascii(tagged->allowed, TEXT_SHOWN);
	}
	if (tagged->failed.n > 0) {
		printf(", no answer from ");
		print_ascii(tagged->failed, TEXT_SHOWN);
	}
	putchar('\n');
	for (size_t i = 0; i < tagged->n; i++)
		print_listing(&tagged->listing[i]);
}

/* Is this address on this list now? */
static bool
holds(const struct run *run, const struct tagged_listing *listing)
{
	struct addr addr;

	if (!addr_parse(listing->address, &addr))
		return false;
	for (size_t i = 0; i < run->lookups.n; i++) {
		const struct lookup *lookup = &run->lookups.lookup[i];

		if (lookup->state == LOOKUP_LISTED &&
		    addr_equal(&run->chain.relay[lookup->relay].asked_as, &addr) &&
		    lookup->list->name != NULL &&
		    span_equal(span_of(lookup->list->name), listing->list))
			return true;
	}
	return false;
}

const char *
explain_now(const struct run *run, const struct tagged *tagged)
{
	switch (run->verdict.kind) {
	case VERDICT_LISTED:
		return is_listed(tagged->verdict) || tagged->verdict.n == 0
			       ? "listed"
			       : "listed, which it was not when it came";
	case VERDICT_ALLOWED:
		return "let through by the allow list";
	case VERDICT_UNKNOWN:
		return "not known: a list does not answer";
	case VERDICT_UNCHECKED:
		return "nothing to look up";
	case VERDICT_CLEAN:
	default:
		return is_listed(tagged->verdict) ? "no longer listed" : "not listed";
	}
}

void
explain_then(const struct run *run)
{
	struct tagged tagged;

	tagged_read(&tagged, run->message.header);
	printf("Then and now\n");
	print_then(&tagged);
	printf("  now:            %s\n", explain_now(run, &tagged));
	for (size_t i = 0; i < tagged.n; i++) {
		printf(CONTINUED);
		print_ascii(tagged.listing[i].address, TEXT_SHOWN);
		printf(" is %s ", holds(run, &tagged.listing[i]) ? "still on" : "not on");
		print_ascii(tagged.listing[i].list, TEXT_SHOWN);
		putchar('\n');
	}
	putchar('\n');
	tagged_free(&tagged);
}
