/* The tests of RFC 5228, and which test is which. */
#include "sieve/run/run.h"

#include "sieve/mail/address.h"
#include "sieve/script/language.h"

size_t
test_index(const struct node *node, bool *last)
{
	const struct argument *index = node_tag(node, TAG_INDEX);

	*last = node_tag(node, TAG_LAST) != NULL;
	return index == NULL                            ? 0
	       : index->value->number > MAIL_FIELDS_MAX ? MAIL_FIELDS_MAX + 1
							: (size_t)index->value->number;
}

/*
 * Calls see() for each field of the names, or for the one that :index picks,
 * until it gives true.
 */
static void
each_field(struct run *run, const struct step *step, const struct argument *names,
	   bool (*see)(struct run *, struct mail_field *, void *), void *context)
{
	struct span *name = pool_alloc(&run->pool, names->n * sizeof *name);
	bool last;
	size_t index = test_index(step->node, &last);

	for (size_t i = 0; i < names->n; i++)
		name[i] = run_string(run, step->frame, &names->string[i]);
	if (index > 0) {
		struct mail_field *field = mail_nth(&run->mail, name, names->n, index, last);

		if (field != NULL)
			(void)see(run, field, context);
		return;
	}
	for (size_t i = 0; i < names->n; i++) {
		struct mail_field *field;

		for (size_t at = 0; (field = mail_next(&run->mail, name[i], &at)) != NULL;)
			if (see(run, field, context))
				return;
	}
}

static bool
see_header(struct run *run, struct mail_field *field, void *context)
{
	struct matcher *matcher = context;

	/* :count needs no decoded value */
	return matcher_see(matcher, matcher->step->node->match_type == MATCH_COUNT
					    ? SPAN("")
					    : mail_text(&run->mail, field));
}

static bool
test_header(struct run *run, const struct step *step)
{
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[1]);
	each_field(run, step, step->node->positional[0], see_header, &matcher);
	return matcher_close(&matcher);
}

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

static bool
test_address(struct run *run, const struct step *step)
{
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[1]);
	each_field(run, step, step->node->positional[0], see_address, &matcher);
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

static bool
test_envelope(struct run *run, const struct step *step)
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

static bool
test_exists(struct run *run, const struct step *step)
{
	const struct argument *names = step->node->positional[0];

	for (size_t i = 0; i < names->n; i++)
		if (mail_count(&run->mail, run_string(run, step->frame, &names->string[i])) == 0)
			return false;
	return true;
}

static bool
test_size(struct run *run, const struct step *step)
{
	uint64_t limit = step->node->positional[0]->number;

	run_trace(run, step, "  the message has %llu bytes", (unsigned long long)run->mail.size);
	return node_tag(step->node, TAG_OVER) != NULL ? run->mail.size > limit
						      : run->mail.size < limit;
}

static bool
test_leaf(struct run *run, const struct step *step)
{
	switch (step->node->command->command) {
	case TEST_HEADER:
		return test_header(run, step);
	case TEST_ADDRESS:
		return test_address(run, step);
	case TEST_ENVELOPE:
		return test_envelope(run, step);
	case TEST_EXISTS:
		return test_exists(run, step);
	case TEST_SIZE:
		return test_size(run, step);
	default:
		return test_extension(run, step);
	}
}

bool
test_run(struct run *run, const struct step *step)
{
	bool yes = test_leaf(run, step);

	if (!run->failed)
		run_trace(run, step, "%s: %s", step->node->command->name, yes ? "true" : "false");
	return yes && !run->failed;
}
