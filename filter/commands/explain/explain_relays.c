#include "filter/commands/advice.h"
#include "filter/commands/explain/explain.h"
#include "filter/commands/print.h"
#include "filter/lists/hits.h"

#include <stdio.h>

#define NAME_SHOWN   80
#define LINE_SHOWN   200
#define REASON_SHOWN 200
#define INDENT       6

/* ---- the way it came */

static const char *
trusted_because(const struct conf *conf, const struct relay *relay)
{
	if (addr_is_loopback(&relay->asked_as))
		return "Ours: this computer itself.";
	for (size_t i = 0; i < conf->n_trusted; i++)
		if (addr_in(&relay->hop.addr, &conf->trusted[i]) ||
		    addr_in(&relay->asked_as, &conf->trusted[i]))
			return "Ours: it is in trusted_networks.";
	if (relay->hop.auth)
		return "Ours: a server of ours knows this client by its password.";
	return "Ours: a private address, and trusted_networks is not set.";
}

static const char *
role_of(const struct conf *conf, const struct relay *relay)
{
	switch (relay->role) {
	case RELAY_TRUSTED:
		return trusted_because(conf, relay);
	case RELAY_HANDOFF:
		return "This host handed the message to ours. Ours saw the address, so nobody can "
		       "have made it up.";
	case RELAY_CLAIMED:
	default:
		return "A claim: whoever handed the message over may have written this line.";
	}
}

static const struct {
	const char *word, *sentence;
} not_asked[] = {
	{"trusted", "Not looked up: we do not ask about our own."},
	{"authenticated", "Not looked up: a client of ours."},
	{"repeated", "Not looked up again: it stands further up already."},
	{"limit", "Not looked up: 32 addresses are enough for one message."},
};

static void
explain_not_asked(const struct relay *relay)
{
	for (size_t i = 0; i < sizeof not_asked / sizeof not_asked[0]; i++)
		if (strcmp(relay->no_lookup, not_asked[i].word) == 0) {
			advice_print(stdout, INDENT, not_asked[i].sentence);
			return;
		}
	printf("%*sNot looked up: such an address (%s) is on no public list.\n", INDENT, "",
	       relay->no_lookup);
}

static void
explain_relay(const struct conf *conf, const struct relay *relay)
{
	char text[ADDR_TEXT_MAX];

	printf("  %2u  %s", relay->n, addr_print(&relay->hop.addr, text));
	if (relay->hop.rdns.n > 0) {
		fputs("  ", stdout);
		print_ascii(relay->hop.rdns, NAME_SHOWN);
	}
	if (relay->hop.helo.n > 0) {
		fputs("  (calls itself ", stdout);
		print_ascii(relay->hop.helo, NAME_SHOWN);
		fputs(")", stdout);
	}
	if (relay->hop.by.n > 0) {
		fputs("  to ", stdout);
		print_ascii(relay->hop.by, NAME_SHOWN);
	}
	putchar('\n');
	advice_print(stdout, INDENT, role_of(conf, relay));
	if (relay->no_lookup != NULL && relay->role != RELAY_TRUSTED)
		explain_not_asked(relay);
}

/* The line that does not say for sure who handed the message over. */
static void
explain_ended(const struct chain *chain)
{
	printf("  Line %u ends trust, for it %s:\n    ", chain->ended,
	       chain->handoff < chain->stored ? "can be read in two ways"
					      : "names no address, and should");
	print_ascii(chain->ended_line, LINE_SHOWN);
	putchar('\n');
	advice_print(stdout, 2,
		     "Who handed the message over is not known, so allow.networks, allow.zones and "
		     "negative weights say nothing, lists with relays = \"handoff\" are not asked, "
		     "and the verdict is unknown where it would be clean. If one of your own "
		     "servers writes such lines, doc/relays.md says what to do.");
}

void
explain_relays(const struct conf *conf, const struct chain *chain)
{
	printf("The way it came, newest first\n");
	if (chain->found == 0)
		advice_print(stdout, 2,
			     "No Received line names an address: it was written here, or by a "
			     "program here.");
	for (size_t i = 0; i < chain->stored; i++)
		explain_relay(conf, &chain->relay[i]);
	if (chain->found > chain->stored)
		printf("  and %zu more, which are not looked at\n", chain->found - chain->stored);
	if (chain->unparsed > 0)
		printf("  %zu line%s should have named an address and did not; `spamcop-filter "
		       "relays` shows them\n",
		       chain->unparsed, chain->unparsed == 1 ? "" : "s");
	if (chain->ended > 0)
		explain_ended(chain);
	else if (chain->found > 0 && chain->handoff >= chain->stored)
		advice_print(stdout, 2, "All of them are ours, so there is nobody to ask about.");
	if (!conf->trusted_set)
		advice_print(stdout, 2,
			     "trusted_networks is not set. If your mail passes through a public "
			     "server of yours or a forwarder, that one "
			     "is taken for the handoff: "
			     "`spamcop-filter doctor --mail FOLDER` finds out.");
}

/* ---- what the lists said */

static void
explain_lookup(const struct lookup *lookup)
{
	char text[ADDR_TEXT_MAX];

	printf("      %-24s ", lookup->list->name);
	if (lookup->state == LOOKUP_FAILED) {
		printf("no answer (%s): neither listed nor clean\n", lookup->cause);
		return;
	}
	if (lookup->state != LOOKUP_LISTED) {
		printf("not listed\n");
		return;
	}
	fputs(lookup->list->allow ? "let through" : "listed", stdout);
	for (size_t i = 0; i < lookup->answers; i++) {
		struct addr addr = addr_from_ipv4(lookup->answer[i]);

		printf("%s%s", i == 0 ? ", " : " ", addr_print(&addr, text));
	}
	if (lookup->reason_n > 0) {
		fputs(": ", stdout);
		print_ascii((struct span){lookup->reason, lookup->reason_n}, REASON_SHOWN);
	}
	putchar('\n');
}

void
explain_lists(const struct conf *conf, const struct chain *chain, const struct lookups *lookups)
{
	size_t last = (size_t)-1;
	char text[ADDR_TEXT_MAX];

	printf("\nWhat the lists say\n");
	if (lookups->n == 0)
		advice_print(stdout, 2,
			     conf->n_lists == 0 ? "No list is configured."
						: "Nothing was asked: there is no address that may "
						  "be asked about.");
	for (size_t i = 0; i < lookups->n; i++) {
		const struct lookup *lookup = &lookups->lookup[i];

		if (lookup->relay != last)
			printf("  %2u  %s\n", chain->relay[lookup->relay].n,
			       addr_print(&chain->relay[lookup->relay].asked_as, text));
		last = lookup->relay;
		explain_lookup(lookup);
	}
}

/* ---- the verdict */

static void
explain_hit(const char *name, const struct lookup *hit, int weight, void *context)
{
	(void)hit;
	(void)context;
	printf("  %+3d  %s\n", weight, name);
}

static const char *
first_cause(const struct lookups *lookups)
{
	for (size_t i = 0; i < lookups->n; i++)
		if (lookups->lookup[i].state == LOOKUP_FAILED)
			return lookups->lookup[i].cause;
	return NULL;
}

static void
explain_listed(const struct conf *conf, const struct lookups *lookups, const char *again)
{
	hits_walk(lookups, explain_hit, NULL);
	printf("  The score reaches the threshold of %d. Such mail goes to %s, unless a rule says "
	       "otherwise.\n",
	       conf->threshold, conf->deliver.junk);
	advice_print(stdout, 2,
		     "Nothing is blocked and nobody is answered. A listing is about a server that "
		     "many people may share, not about the "
		     "person who wrote; it ends by itself, "
		     "usually a day or two after the last report.");
	advice_print(stdout, 2, "Questions about listings are answered in doc/faq.md.");
	printf("  If it is from somebody you know:  spamcop-filter allow --from-message %s\n",
	       again);
}

void
explain_verdict(const struct conf *conf, const struct chain *chain, const struct lookups *lookups,
		const struct verdict *verdict, const char *again)
{
	const char *cause = first_cause(lookups);

	printf("\nThe verdict: %s", verdict_name(verdict->kind));
	if (verdict->scored)
		printf(", score %d", verdict->score);
	putchar('\n');
	switch (verdict->kind) {
	case VERDICT_ALLOWED:
		printf("  The allow list has %s. Whatever the lists say, this message is let "
		       "through.\n",
		       verdict->allowed == NULL ? "it" : verdict->allowed);
		break;
	case VERDICT_LISTED:
		explain_listed(conf, lookups, again);
		break;
	case VERDICT_UNKNOWN:
		advice_print(stdout, 2,
			     "An answer is missing that could have changed the outcome, so nobody "
			     "is accused: the message goes where mail "
			     "goes that is not listed, and says so. "
			     "Nothing is sent because of it either.");
		if (cause != NULL)
			advice_print(stdout, 2, advice_on_failure(cause));
		break;
	case VERDICT_UNCHECKED:
		advice_print(stdout, 2,
			     chain->found == 0 ? "There was no relay to ask about."
					       : "None of the relays may be asked about: they are "
						 "ours, or have no public address.");
		break;
	case VERDICT_CLEAN:
	default:
		hits_walk(lookups, explain_hit, NULL);
		printf("  The score stays below the threshold of %d.\n", conf->threshold);
		break;
	}
}
