/* address and envelope (RFC 5228 5.1, 5.4). */
#include "sieve/run/eval/eval.h"

#include "sieve/mail/address.h"
#include "sieve/script/language.h"

static bool
see_addresses(struct run *run, struct span value, struct matcher *matcher)
{
	struct address_list list;
	struct address address;
	struct span part;
	bool done = false;

	address_open(&list, value);
	while (!done && address_next(&list, &address))
		if (address_part(&address, (enum address_part)matcher->step->node->address_part,
				 run->facts.delimiter, &part))
			done = matcher_see(matcher, part);
	address_close(&list);
	return done;
}

static bool
see_address(struct run *run, struct mail_field *field, void *context)
{
	return see_addresses(run, mail_plain(&run->mail, field), context);
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
see_envelope(struct run *run, struct matcher *matcher, const char *address)
{
	if (address == NULL)
		return;
	if (*address != '\0') {
		(void)see_addresses(run, span_of(address), matcher);
		return;
	}
	/*
	 * RFC 5228 5.4: the null sender is the empty string, whatever part is
	 * asked for; RFC
	 * 5231 4.2: it counts 0.
	 */
	if (matcher->step->node->match_type != MATCH_COUNT)
		(void)matcher_see(matcher, SPAN(""));
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
