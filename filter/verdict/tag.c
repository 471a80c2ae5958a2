#include "filter/verdict/tag.h"

#include "filter/base/copy.h"
#include "filter/lists/hits.h"
#include "filter/message/strip.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define LINE_LIMIT    900  /* bytes of a line of ours; RFC 5322 2.1.1 forbids more than 998 */
#define TOKEN_MAX     511  /* bytes of a token; more of it is cut */
#define CHECKED_MAX   32   /* addresses in X-SpamCop-Checked */
#define TAIL_RESERVED 4096 /* bytes kept free for the fields behind X-SpamCop-Listed */

/* ---- lines of ours */

struct line {
	struct buf *to;
	const char *eol;
	size_t column;
};

/*
 * Adds a token, name and text, with a fold before it where the line would grow
 * too long. glue: what stands between it and the one before. Without printf(3),
 * which took two of three instructions that all the fields cost.
 */
static void
line_add(struct line *line, const char *glue, const char *name, const char *text)
{
	struct span between = span_of(glue), first = span_of(name), second = span_of(text);

	if (second.n > TOKEN_MAX - first.n)
		second.n = TOKEN_MAX - first.n;
	if (line->column + between.n + first.n + second.n > LINE_LIMIT) {
		while (between.n > 0 && between.p[between.n - 1] == ' ')
			between.n--;
		(void)buf_add(line->to, between);
		(void)buf_add(line->to, span_of(line->eol));
		(void)buf_addc(line->to, '\t');
		line->column = 1;
	} else {
		(void)buf_add(line->to, between);
		line->column += between.n;
	}
	(void)buf_add(line->to, first);
	(void)buf_add(line->to, second);
	line->column += first.n + second.n;
}

static void
line_add_number(struct line *line, const char *glue, const char *name, long number)
{
	char text[24], *digit = text + sizeof text - 1;
	bool minus = number < 0;
	unsigned long left = minus ? 0 - (unsigned long)number : (unsigned long)number;

	*digit = '\0';
	do
		*--digit = (char)('0' + left % 10);
	while ((left /= 10) != 0);
	if (minus)
		*--digit = '-';
	line_add(line, glue, name, digit);
}

static void
line_end(struct line *line)
{
	(void)buf_add(line->to, span_of(line->eol));
	line->column = 0;
}

/* ---- X-SpamCop-Status */

#define NAMES_MAX 64

/* Bytes of a name and a cause, with the NUL. */
typedef char value_text[128];

/* Of `failed` and `hits`; not on the stack: most mail has none. */
static value_text texts[2][NAMES_MAX];

/* Values of one parameter, each once. */
struct values {
	struct line *line;
	const char *parameter; /* "hits=" */
	bool only_others;      /* only hits that are no listing: weight 0 or less */
	value_text *text;      /* NAMES_MAX of them */
	size_t n;
};

static void
values_add(struct values *values, const char *name, const char *cause)
{
	value_text text;

	(void)snprintf(text, sizeof text, "%s%s%s", name, cause == NULL ? "" : ":",
		       cause == NULL ? "" : cause);
	for (size_t i = 0; i < values->n; i++)
		if (strcmp(values->text[i], text) == 0)
			return;
	if (values->n == NAMES_MAX)
		return;
	memcpy(values->text[values->n], text, sizeof text);
	if (values->n == 0)
		line_add(values->line, "; ", values->parameter, text);
	else
		line_add(values->line, ",", "", text);
	values->n++;
}

static void
add_other_hit(const char *name, const struct lookup *hit, int weight, void *context)
{
	struct values *values = context;

	(void)hit;
	if (!values->only_others || weight <= 0)
		values_add(values, name, NULL);
}

static void
add_status(struct line *line, const struct verdict *verdict, const struct chain *chain,
	   const struct lookups *lookups)
{
	struct values failed = {.line = line, .parameter = "failed=", .text = texts[0]};
	struct values hits = {.line = line,
			      .parameter = "hits=",
			      .only_others = verdict->kind == VERDICT_LISTED,
			      .text = texts[1]};

	line_add(line, "", "X-SpamCop-Status: ", verdict_name(verdict->kind));
	if (verdict->failed_all != NULL) {
		line_add(line, "; ", "failed=", verdict->failed_all);
		line_end(line);
		return;
	}
	line_add_number(line, "; ", "relays=", (long)chain->found);
	line_add_number(line, "; ", "checked=", (long)verdict->asked);
	if (verdict->scored)
		line_add_number(line, "; ", "score=", verdict->score);
	if (chain->ended > 0)
		values_add(&failed, "received", relay_ended_why(chain));
	for (size_t i = 0; i < lookups->n; i++)
		if (lookups->lookup[i].state == LOOKUP_FAILED)
			values_add(&failed, lookups->lookup[i].list->name,
				   lookups->lookup[i].cause);
	hits_walk(lookups, add_other_hit, &hits);
	if (verdict->allowed != NULL)
		line_add(line, "; ", "allowed=", verdict->allowed);
	line_end(line);
}

/* ---- X-SpamCop-Checked */

static void
add_checked(struct line *line, const struct verdict *verdict, const struct chain *chain)
{
	char text[ADDR_TEXT_MAX];
	size_t end = verdict->kind == VERDICT_LISTED && verdict->last < chain->stored
			     ? verdict->last + 1
			     : chain->stored;

	if (end == 0)
		return;
	line_add(line, "", "X-SpamCop-Checked:", "");
	for (size_t i = 0; i < end; i++) {
		/*
		 * Of too many, the last one shown is still the one that
		 * decided.
		 */
		if (end > CHECKED_MAX && i == CHECKED_MAX - 1 && verdict->kind == VERDICT_LISTED)
			i = end - 1;
		else if (i == CHECKED_MAX)
			break;
		line_add(line, " ", "", addr_print(&chain->relay[i].hop.addr, text));
	}
	line_end(line);
}

/* ---- X-SpamCop-Listed and X-SpamCop-Disposition */

struct listing {
	struct line *line;
	const struct chain *chain;
	const struct verdict *verdict;
	const char *blocked; /* the list that X-SpamCop-Disposition names */
	int blocked_weight;
};

static void
add_answers(struct buf *to, const char *name, const struct lookup *hit)
{
	const char *glue = "; answer=";

	for (size_t i = 0; i < hit->answers; i++) {
		char text[ADDR_TEXT_MAX];
		struct addr addr = addr_from_ipv4(hit->answer[i]);

		for (size_t k = 0; k < hit->list->n_answers; k++)
			if (strcmp(hits_name(hit->list, k), name) == 0 &&
			    conf_answer_matches(&hit->list->answers[k], hit->answer[i])) {
				(void)buf_addf(to, "%s%s", glue, addr_print(&addr, text));
				glue = ",";
				break;
			}
	}
}

/*
 * A quoted-string (RFC 5322 3.2.4) of printable ASCII, whatever the list said.
 */
static void
add_reason(struct buf *to, const struct lookup *hit, const char *eol)
{
	(void)buf_addf(to, ";%s\treason=\"", eol);
	for (size_t i = 0; i < hit->reason_n; i++) {
		char c = hit->reason[i];

		if (c < ' ' || c > '~')
			c = '?';
		if (c == '"' || c == '\\')
			(void)buf_addc(to, '\\');
		(void)buf_addc(to, c);
	}
	(void)buf_addc(to, '"');
}

static void
add_listed(const char *name, const struct lookup *hit, int weight, void *context)
{
	struct listing *listing = context;
	const struct relay *relay = &listing->chain->relay[hit->relay];
	char text[ADDR_TEXT_MAX];
	struct buf field;

	if (weight <= 0)
		return;
	if (listing->blocked == NULL ||
	    (hit->relay == listing->verdict->last && weight > listing->blocked_weight)) {
		listing->blocked = name;
		listing->blocked_weight = hit->relay == listing->verdict->last ? weight : 0;
	}
	buf_init(&field, 2048);
	(void)buf_addf(&field, "X-SpamCop-Listed: %s; list=%s", addr_print(&relay->asked_as, text),
		       name);
	add_answers(&field, name, hit);
	(void)buf_addf(&field, "; relay=%u; trust=%s", relay->n, relay_role_name(relay->role));
	if (hit->reason_n > 0)
		add_reason(&field, hit, listing->line->eol);
	(void)buf_add(&field, span_of(listing->line->eol));
	if (!field.full && listing->line->to->n + field.n + TAIL_RESERVED < listing->line->to->max)
		(void)buf_add(listing->line->to, buf_span(&field));
	buf_free(&field);
}

void
tag_fields(const struct verdict *verdict, const struct chain *chain, const struct lookups *lookups,
	   const char *eol, struct buf *fields)
{
	struct line line = {.to = fields, .eol = eol};
	struct listing listing = {.line = &line, .chain = chain, .verdict = verdict};

	add_status(&line, verdict, chain, lookups);
	if (verdict->failed_all != NULL)
		return;
	add_checked(&line, verdict, chain);
	if (verdict->kind == VERDICT_LISTED) {
		hits_walk(lookups, add_listed, &listing);
		line_add(&line, "", "X-SpamCop-Disposition: Blocked ",
			 listing.blocked == NULL ? "unknown" : listing.blocked);
		line_end(&line);
	}
	if (verdict->scored) {
		line_add_number(&line, "", "X-SpamCop-Score: ", verdict->score);
		line_end(&line);
	}
}

/* ---- the message behind them */

static int
emit(void *to, struct span bytes)
{
	return writer_add(to, bytes);
}

/*
 * The rest of a header that is longer than we hold, and the first of the body
 * read with it.
 */
static int
write_long_header(struct message *message, struct strip *strip, struct writer *writer,
		  struct err *err)
{
	static char more[64U << 10];
	struct span bytes = message->rest;

	for (;;) {
		ptrdiff_t used = strip_feed(strip, bytes, emit, writer);

		if (used < 0)
			return 0; /* the writer keeps the error */
		if (strip->state == STRIP_END)
			(void)writer_add(writer, span_skip(bytes, (size_t)used));
		if (strip->state == STRIP_END || message->at_end)
			return 0;
		ssize_t n = read(message->fd, more, sizeof more);
		if (n < 0 && copy_again(message->fd, POLLIN)) {
			bytes.n = 0;
			continue;
		}
		if (n < 0)
			return err_set(err, "standard input: %s", strerror(errno));
		message->at_end = n == 0;
		bytes = (struct span){more, (size_t)n};
	}
}

int
tag_write(struct message *message, struct span fields, bool from_line, int fd, struct err *err)
{
	static struct strip strip;
	struct writer writer;

	strip_begin(&strip);
	writer_init(&writer, fd);
	if (from_line)
		(void)writer_add(&writer, message->from_line);
	(void)writer_add(&writer, fields);
	if (message->headless)
		(void)writer_add(&writer, span_of(message->eol));
	(void)strip_feed(&strip, message->header, emit, &writer);
	if (message->too_long) {
		if (write_long_header(message, &strip, &writer, err) != 0)
			return -1;
		if (strip.state != STRIP_END)
			(void)strip_end(&strip, emit, &writer);
	} else {
		(void)strip_end(&strip, emit, &writer);
		(void)writer_add(&writer, message->rest);
	}
	if (writer_flush(&writer) != 0)
		return err_set(err, "writing the message: %s", strerror(writer.error));
	return message->at_end ? 0 : copy_rest(message->fd, fd, err);
}
