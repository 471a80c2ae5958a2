/* notify (RFC 5435), by mail (RFC 5436). */
#include "sieve/run/act/act.h"

#include "sieve/mail/address.h"
#include "sieve/mail/mailto.h"
#include "sieve/script/language.h"

#define SUBJECT_MAX 512
#define BODY_MAX    (16U << 10)

static struct span
tag_string(struct run *run, const struct step *step, enum tag name)
{
	const struct argument *tag = node_tag(step->node, (int)name);

	return tag == NULL ? SPAN("") : run_string(run, step->frame, &tag->value->string[0]);
}

static struct span
field(struct run *run, struct span name)
{
	size_t at = 0;
	struct mail_field *found = mail_next(&run->mail, name, &at);

	return found == NULL ? SPAN("") : mail_text(&run->mail, found);
}

/*
 * RFC 5436 2.7: the subject is :message, else the URI's, else the message's
 * own; the body is the URI's.
 */
static struct span
text_of(struct run *run, const struct step *step, const struct mailto *mailto)
{
	struct span subject = act_one_line(run, tag_string(run, step, TAG_MESSAGE), SUBJECT_MAX),
		    body = mailto->body;

	if (subject.n == 0)
		subject = act_one_line(run, mailto->subject, SUBJECT_MAX);
	if (subject.n == 0)
		subject = act_one_line(run, field(run, SPAN("Subject")), SUBJECT_MAX);
	if (subject.n == 0)
		subject = SPAN("New message");
	if (body.n > BODY_MAX)
		body.n = BODY_MAX;
	return pool_printf(&run->pool, "%.*s\n%.*s", (int)subject.n, subject.p, (int)body.n,
			   body.p == NULL ? "" : body.p);
}

/* RFC 5436 2.2: what a program sent, or itself a notification, tells nobody. */
static bool
is_automatic(struct run *run)
{
	struct span value = span_trim(field(run, SPAN("Auto-Submitted")));

	return value.n > 0 && !span_equal_case(value, SPAN("no"));
}

int
act_notify(struct run *run, const struct step *step)
{
	struct span uri = run_string(run, step->frame, &step->node->positional[0]->string[0]),
		    importance = tag_string(run, step, TAG_IMPORTANCE);
	char from[PROTOCOL_ADDRESS_MAX];
	struct mailto mailto;

	if (!mailto_read(&run->pool, uri, &mailto) || is_automatic(run)) {
		run_trace(run, step, "\"%s\" notifies nobody%s", report_quote(uri),
			  is_automatic(run) ? " of an automatic message" : "");
		return 0;
	}
	if (importance.n != 1 || importance.p[0] < '1' || importance.p[0] > '3')
		importance = SPAN("2");
	bool has_from = address_is_one(tag_string(run, step, TAG_FROM), from, sizeof from) &&
			from[0] != '-';
	for (size_t i = 0; i < mailto.n; i++) {
		const struct span column[4] = {mailto.address[i],
					       has_from ? pool_copy(&run->pool, span_of(from))
							: SPAN(""),
					       importance, text_of(run, step, &mailto)};

		if (!result_notify(&run->result, column))
			run_trace(run, step, "too many notifications: not carried out");
	}
	return 0;
}
