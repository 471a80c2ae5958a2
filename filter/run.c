#include "filter/run.h"

#include "filter/base/clock.h"
#include "filter/base/log.h"
#include "filter/base/show.h"
#include "filter/lists/hits.h"
#include "filter/message/header.h"
#include "filter/verdict/tag.h"

#include <stdio.h>

/* Bytes of what is shown in the log. */
#define TEXT_SHOWN   160
#define USER_SHOWN   64
#define LIST_SHOWN   120 /* names or addresses, with commas */
#define STATUS_SHOWN 300
#define LINE_MAX     4096

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
		const char *allowed = allow_match(&run->conf, &run->user, &run->envelope,
						  &run->message, &run->chain);
		dnsbl_run(&run->conf, &run->chain, &run->lookups);
		verdict_of(&run->conf, &run->chain, &run->lookups, allowed, &run->verdict);
	}
	tag_fields(&run->verdict, &run->chain, &run->lookups, run->message.eol, &run->fields);
}

/* ---- the log line */

/*
 * A line that cost the message its handoff: one odd local one would do so for
 * each.
 */
static void
log_ended(const struct chain *chain, const char *id)
{
	char line[TEXT_SHOWN];

	if (chain->ended > 0)
		log_line(LOG_WARNING, "message-id=%s trust ends at Received line %u, %s: %s", id,
			 chain->ended, relay_ended_why(chain),
			 show_escaped(span_trim(chain->ended_line), line, sizeof line));
}

/* What the listings of a message are called, each once, with commas. */
struct listed {
	const struct chain *chain;
	char list[LIST_SHOWN], address[LIST_SHOWN];
};

/* Adds one of several values where it is new and fits. */
static void
add_once(char to[LIST_SHOWN], const char *text)
{
	size_t n = strlen(to), length = strlen(text);

	for (const char *at = to; (at = strstr(at, text)) != NULL; at += length)
		if ((at == to || at[-1] == ',') && (at[length] == ',' || at[length] == '\0'))
			return;
	if (n + 1 + length < LIST_SHOWN)
		(void)snprintf(to + n, LIST_SHOWN - n, "%s%s", n == 0 ? "" : ",", text);
}

static void
add_listed(const char *name, const struct lookup *hit, int weight, void *context)
{
	struct listed *listed = context;
	char text[ADDR_TEXT_MAX], word[LIST_SHOWN];

	if (weight <= 0)
		return;
	add_once(listed->list, show_word(span_of(name), word, sizeof word));
	add_once(listed->address, addr_print(&listed->chain->relay[hit->relay].asked_as, text));
}

/*
 * The value of X-SpamCop-Status has the same words: verdict, relays, score,
 * lists that failed or hit.
 */
static void
add_status(const struct run *run, struct buf *line)
{
	struct span status = buf_span(&run->fields);
	const char *end = status.n == 0 ? NULL : memchr(status.p, run->message.eol[0], status.n);

	status.n = end == NULL ? 0 : (size_t)(end - status.p);
	status = span_skip(status, sizeof "X-SpamCop-Status: " - 1);
	(void)buf_add(line, SPAN(" verdict="));
	for (size_t i = 0; i < status.n && i < STATUS_SHOWN; i++)
		if (status.p[i] != ';')
			(void)buf_addc(line, status.p[i]);
}

static void
add_address(struct buf *line, const char *key, const char *address)
{
	char word[TEXT_SHOWN];

	if (address == NULL)
		(void)buf_addf(line, " %s=-", key);
	else
		(void)buf_addf(line, " %s=<%s>", key,
			       address[0] == '\0' ? ""
						  : show_word(span_of(address), word, sizeof word));
}

void
run_log(const struct run *run, const char *stored, const char *trouble)
{
	char id[TEXT_SHOWN], user[USER_SHOWN], where[TEXT_SHOWN], handoff[ADDR_TEXT_MAX] = "-";
	struct listed listed = {.chain = &run->chain};
	struct span message_id = SPAN("");
	struct buf line;

	if (!log_is_on(LOG_WARNING))
		return;
	if (header_find(run->message.header, SPAN("Message-ID"), &message_id))
		message_id = span_trim(message_id);
	log_ended(&run->chain, show_word(message_id, id, sizeof id));
	if (!log_is_on(LOG_INFO))
		return;
	buf_init(&line, LINE_MAX);
	if (run->chain.handoff < run->chain.stored)
		(void)addr_print(&run->chain.relay[run->chain.handoff].hop.addr, handoff);
	(void)buf_addf(&line, "message-id=%s", id);
	add_address(&line, "from", run->envelope.sender);
	add_address(&line, "to", run->envelope.recipient);
	(void)buf_addf(&line, " user=%s handoff=%s",
		       show_word(span_of(run->user.name), user, sizeof user), handoff);
	add_status(run, &line);
	if (run->verdict.kind == VERDICT_LISTED) {
		hits_walk(&run->lookups, add_listed, &listed);
		(void)buf_addf(&line, " list=%s listed=%s", listed.list, listed.address);
	}
	if (stored[0] != '\0')
		(void)buf_addf(&line, " stored=%s",
			       show_word(span_of(stored), where, sizeof where));
	(void)buf_addf(&line, " ms=%ld", (long)(clock_ms() - run->begin));
	if (trouble[0] != '\0')
		(void)buf_addf(&line, " sieve=failed why=%s", trouble);
	log_line(LOG_INFO, "%.*s", (int)line.n, line.p);
	buf_free(&line);
}
