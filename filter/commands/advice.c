#include "filter/commands/advice.h"
#include "filter/base/show.h"

#define COLUMNS 80

static const struct {
	const char *cause, *advice;
} failures[] = {
	{"timeout", "Nobody answered in time. Is the resolver in dns.servers (or resolv.conf) "
		    "running and reachable? Does the list still exist?"},
	{"servfail", "The resolver could not get an answer from the list (SERVFAIL). The list is "
		     "in trouble, gone, or unreachable from "
		     "here; try again later."},
	{"refused", "The list refuses to answer this resolver. Lists do that to public resolvers "
		    "and to sites that ask too much: ask "
		    "through a resolver of your own "
		    "(doc/lists.md), or get an access key from the list."},
	{"formerr", "The server did not understand the question. It is hardly a resolver; name "
		    "another one in dns.servers."},
	{"notimp", "The server does not answer such questions. It is hardly a resolver; name "
		   "another one in dns.servers."},
	{"unreachable", "No server takes questions there. Start the resolver, or correct "
			"dns.servers (or resolv.conf)."},
	{"truncated", "The answer was too long for UDP, and the server could not be asked over "
		      "TCP. Let TCP to its port through."},
	{"malformed", "The server sent something that is no answer. If it goes on, use another "
		      "resolver, or take the list out."},
	{"insane", "The list is not to be believed: it lists addresses that no list may "
		   "(127.0.0.1), gives answers that mean so unless `answers` names them, or "
		   "answers with addresses that mean "
		   "nothing. Mostly its domain has "
		   "lapsed or moved. Look at its home page, and take it out of the configuration "
		   "until it is well."},
	{"config", "Its answers in the configuration are wrong: spamcop-filter doctor says where."},
	{"expired", "The file's $TIMESTAMP says that its time is over. Get it anew."},
	{"unreadable",
	 "The file cannot be read. Check its path and permissions, and that it is a plain file."},
	{"badname", "The name to ask for would be longer than DNS allows. Shorten the zone."},
};

const char *
advice_on_failure(const char *cause)
{
	for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
		if (strcmp(failures[i].cause, cause) == 0)
			return failures[i].advice;
	return "The lookup failed; try again later.";
}

void
advice_print(FILE *to, unsigned indent, const char *text)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t word = strcspn(text, " ");

		if (column > 0 && column + 1 + word > COLUMNS) {
			(void)fputc('\n', to);
			column = 0;
		}
		column += (size_t)fprintf(to, "%*s%.*s", column == 0 ? (int)indent : 1, "",
					  (int)word, text);
		text += word;
		text += strspn(text, " ");
	}
	(void)fputc('\n', to);
}

void
advice_print_raw(FILE *to, struct span raw)
{
	for (size_t i = 0; i < raw.n; i++)
		(void)fputc(show_byte(raw.p[i]), to);
}

void
advice_on_listing(FILE *to, bool spamcop, const char *address)
{
	static const char spamcop_page[] = "https://www.spamcop.net/bl.shtml?";

	(void)fputs("\nWhat it means\n", to);
	advice_print(to, 2,
		     "A listing is about a server, not about a person: everybody whose mail leaves "
		     "through it shares the address, and one "
		     "of them, or somebody who broke "
		     "in, sent spam. It does not say that a certain message is spam, which is why "
		     "this filter sorts such mail into a "
		     "folder and refuses nothing.");
	if (spamcop)
		advice_print(to, 2,
			     "SpamCop lists an address while spam from it is being reported or "
			     "reaches its traps, and drops it by itself, "
			     "mostly 24 to 48 hours after the "
			     "last one. There is nothing to pay and nobody to convince.");
	(void)fputs("\nWhat to do\n", to);
	advice_print(to, 2,
		     "You are waiting for mail from there: look into the Junk folder, and let the "
		     "sender through with");
	(void)fputs("    spamcop-filter allow SENDER\n", to);
	advice_print(to, 2,
		     "Your own mail leaves through it: tell whoever runs the server, usually your "
		     "provider. They can get at the evidence, "
		     "may know already, and are the only "
		     "ones who can stop the spam. Until then send what is urgent another way. It "
		     "is not aimed at you, and those who use "
		     "the list cannot help.");
	advice_print(to, 2,
		     "You run the server: see what the list says about it (more in doc/faq.md):");
	if (!spamcop) {
		advice_print(to, 4, "the page that its reason above names");
		return;
	}
	(void)fprintf(to, "    %s%s\n", spamcop_page, address);
	(void)fputs(
		"    only traps    it answers forged senders: auto-replies, or bounces for mail\n"
		"                  that it had accepted first\n"
		"    only reports  somebody sends spam through it\n"
		"    both          a hijacked machine, web form or password, or an open relay\n",
		to);
}
