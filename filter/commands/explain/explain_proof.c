/* What this site's own Authentication-Results prove of the sender. */
#include "filter/commands/explain/explain.h"
#include "filter/verdict/proof.h"

#include <stdio.h>

void
explain_proof(const struct run *run)
{
	static const char *const methods[] = {
		[AUTHRES_DKIM] = "DKIM", [AUTHRES_SPF] = "SPF", [AUTHRES_DMARC] = "DMARC"};
	const char *id = run->conf.allow.authserv_id;
	static struct authres results;

	if (id == NULL)
		return;
	printf("\nWhat your server found out about the sender\n");
	switch (proof_find(id, run->message.header, &run->chain, &results)) {
	case PROOF_NONE:
		printf("  No Authentication-Results of \"%s\" where only it can have put them.\n",
		       id);
		break;
	case PROOF_UNREADABLE:
		printf("  The Authentication-Results of \"%s\" cannot be read, so they prove\n"
		       "  nothing.\n",
		       id);
		break;
	case PROOF_READ:
		for (size_t i = 0; i < results.n; i++)
			printf("  %-5s passed for %s\n", methods[results.pass[i].method],
			       results.pass[i].domain);
		if (results.n == 0)
			printf("  Nothing passed.\n");
		break;
	}
	if (run->conf.allow.authenticated)
		printf("  Senders are let in only where one of these is their domain, or above "
		       "it.\n");
}
