#include "filter/run.h"

#include "filter/base/clock.h"
#include "filter/base/log.h"
#include "filter/base/show.h"
#include "filter/message/header.h"
#include "filter/verdict/tag.h"

#define TEXT_SHOWN 200 /* bytes of a text in the log */

int
run_read(struct run *run, int fd, struct err *err)
{
	if (message_read(&run->message, fd, err) != 0)
		return -1;
	if (run->envelope.sender == NULL)
		run->envelope.sender = envelope_from_line(run->message.from_line, run->sender);
	return 0;
}

void
run_examine(struct run *run)
{
	buf_init(&run->fields, TAG_FIELDS_MAX);
	if (run->conf_broken) {
		run->verdict = (struct verdict){.kind = VERDICT_UNKNOWN, .failed_all = "config"};
	} else {
		relay_chain(&run->message, &run->conf, &run->chain);
		const char *allowed = allow_match(&run->conf, run->user.home, &run->envelope,
						  &run->message, &run->chain);
		dnsbl_run(&run->conf, &run->chain, &run->lookups);
		verdict_of(&run->conf, &run->chain, &run->lookups, allowed, &run->verdict);
	}
	tag_fields(&run->verdict, &run->chain, &run->lookups, run->message.eol, &run->fields);
}

/* A line that cost the message its handoff: one odd local one would do so for each. */
static void
log_ended(const struct chain *chain, const char *id)
{
	char line[TEXT_SHOWN];

	if (chain->ended > 0)
		log_line(LOG_WARNING, "message-id=%s trust ends at Received line %u, %s: %s", id,
			 chain->ended, relay_ended_why(chain),
			 show_escaped(span_trim(chain->ended_line), line, sizeof line));
}

void
run_log(const struct run *run, const char *done, const char *trouble)
{
	char id[TEXT_SHOWN], sender[TEXT_SHOWN], handoff[ADDR_TEXT_MAX] = "-";
	const struct chain *chain = &run->chain;
	struct span message_id = SPAN("-");

	if (header_find(run->message.header, SPAN("Message-ID"), &message_id))
		message_id = span_trim(message_id);
	if (chain->handoff < chain->stored)
		(void)addr_print(&chain->relay[chain->handoff].hop.addr, handoff);
	/*
	 * The Status field says the rest: relays, score, lists that failed or
	 * hit.
	 */
	struct span status = buf_span(&run->fields);
	const char *end = status.n == 0 ? NULL : memchr(status.p, run->message.eol[0], status.n);
	status.n = end == NULL ? 0 : (size_t)(end - status.p);
	status = span_skip(status, sizeof "X-SpamCop-Status: " - 1);
	char shown[TEXT_SHOWN * 2];
	log_ended(chain, show_escaped(message_id, id, sizeof id));
	log_line(LOG_INFO, "message-id=%s from=<%s> handoff=%s %s%s%s%s%s ms=%ld", id,
		 run->envelope.sender == NULL
			 ? "?"
			 : show_escaped(span_of(run->envelope.sender), sender, sizeof sender),
		 handoff, show_escaped(status, shown, sizeof shown), done[0] == '\0' ? "" : " ",
		 done, trouble[0] == '\0' ? "" : " ", trouble, (long)(clock_ms() - run->begin));
}
