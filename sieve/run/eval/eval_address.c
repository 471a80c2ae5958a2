/* address and envelope (RFC 5228 5.1, 5.4). */
#include "sieve/run/eval/eval.h"

#include "sieve/mail/address.h"
#include "sieve/script/language.h"

static bool
counts(const struct matcher *matcher)
{
	return matcher->step->node->match_type == MATCH_COUNT;
}

/*
 * One address of a field or an envelope. RFC 5231 4.2: what :count counts is
 * addresses, whatever part of them is asked for.
 */
static bool
see_part(struct run *run, const struct address *address, struct matcher *matcher)
{
	enum address_part which = (enum address_part)matcher->step->node->address_part;
	struct span part = SPAN("");

	return (counts(matcher) || address_part(address, which, run->facts.delimiter, &part)) &&
	       matcher_see(matcher, part);
}

static bool
see_list(struct run *run, struct span value, void *context)
{
	struct address_list list;
	struct address address;
	bool done = false;

	address_open(&list, value);
	while (!done && address_next(&list, &address))
		if (address.valid || !list.groups || !counts(context))
			done = see_part(run, &address, context);
	address_close(&list);
	return done;
}

/* Message-ID, References, In-Reply-To: ids in brackets, without commas. */
static bool
holds_ids(struct span name)
{
	return span_equal_case(name, SPAN("Message-ID")) ||
	       span_equal_case(name, SPAN("References")) ||
	       span_equal_case(name, SPAN("In-Reply-To"));
}

static bool
see_address(struct run *run, struct mail_field *field, void *context)
{
	struct span value = mail_plain(&run->mail, field);

	while (holds_ids(field->name) && value.n > 0) {
		const char *end = memchr(value.p, '>', value.n);
		struct span one = {value.p, end == NULL ? value.n : (size_t)(end + 1 - value.p)};

		if (span_trim(one).n > 0 && see_list(run, one, context))
			return true;
		value = span_skip(value, one.n);
	}
	return value.n > 0 && see_list(run, value, context);
}

bool
eval_address(struct run *run, const struct step *step)
{
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[1]);
	eval_each_field(run, step, step->node->positional[0], see_address, &matcher);
	return matcher_close(&matcher);
}

static void
see_envelope(struct run *run, struct matcher *matcher, const char *path)
{
	struct address_list list;
	struct address address;

	/* RFC 5231 4.2: the null sender counts 0 */
	if (path == NULL || (*path == '\0' && counts(matcher)))
		return;
	/* RFC 5228 5.4: it is the empty string, whatever part is asked for */
	if (*path == '\0') {
		(void)matcher_see(matcher, SPAN(""));
		return;
	}
	address_envelope(&list, span_of(path), &address);
	(void)see_part(run, &address, matcher);
	address_close(&list);
}

bool
eval_address_envelope(struct run *run, const struct step *step)
{
	const struct argument *parts = step->node->positional[0];
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[1]);
	for (size_t i = 0; i < parts->n && !matcher.matched; i++) {
		struct span part = run_string(run, step->frame, &parts->string[i]);

		if (span_equal_case(part, SPAN("from")))
			see_envelope(run, &matcher, run->facts.sender);
		else if (span_equal_case(part, SPAN("to")))
			see_envelope(run, &matcher, run->facts.recipient);
	}
	return matcher_close(&matcher);
}
