/* vacation (RFC 5230, 6131). */
#include "sieve/run/act/act.h"

#include "sieve/mail/address.h"
#include "sieve/script/language.h"

#define DAY           86400UL
#define VACATION_DAYS 7 /* RFC 5230 4.1 leaves the default to us */

static struct span
tag_string(struct run *run, const struct step *step, enum tag name)
{
	const struct argument *tag = node_tag(step->node, (int)name);

	return tag == NULL ? SPAN("") : run_string(run, step->frame, &tag->value->string[0]);
}

static bool
is_word(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

/*
 * The addresses that are the user's own: those that are addresses, without
 * spaces, as words.
 */
static struct span
own_addresses(struct run *run, const struct step *step)
{
	const struct argument *tag = node_tag(step->node, TAG_ADDRESSES);
	struct span words = SPAN("");
	char address[PROTOCOL_ADDRESS_MAX];

	for (size_t i = 0; tag != NULL && i < tag->value->n && i < PROTOCOL_ADDRESSES_MAX; i++) {
		struct span text = run_string(run, step->frame, &tag->value->string[i]);

		if (address_is_one(text, address, sizeof address) && is_word(address))
			words = pool_printf(&run->pool, "%.*s%s%s", (int)words.n, words.p,
					    words.n == 0 ? "" : " ", address);
	}
	return words;
}

/*
 * :handle; without it, where variables make what is said, a number of what the
 * script itself says (RFC 5230 4.2: answers are tracked by the arguments before
 * their variables, or each subject would bring an answer of its own).
 */
static struct span
handle_of(struct run *run, const struct step *step)
{
	const enum tag tags[] = {TAG_SUBJECT, TAG_FROM};
	const struct string *said[3] = {&step->node->positional[0]->string[0]};
	uint64_t number = 14695981039346656037U; /* FNV-1a */
	bool variable = said[0]->variable;
	size_t n = 1;

	if (node_tag(step->node, TAG_HANDLE) != NULL)
		return tag_string(run, step, TAG_HANDLE);
	for (size_t i = 0; i < 2; i++) {
		const struct argument *tag = node_tag(step->node, (int)tags[i]);

		if (tag != NULL)
			said[n++] = &tag->value->string[0];
	}
	for (size_t i = 0; i < n; i++) {
		variable = variable || said[i]->variable;
		for (size_t at = 0; at < said[i]->text.n; at++)
			number = (number ^ (unsigned char)said[i]->text.p[at]) * 1099511628211U;
	}
	return variable ? pool_printf(&run->pool, "said-%016llx", (unsigned long long)number)
			: SPAN("");
}

int
act_vacation(struct run *run, const struct step *step)
{
	const struct argument *days = node_tag(step->node, TAG_DAYS),
			      *seconds = node_tag(step->node, TAG_SECONDS);
	uint64_t wait = VACATION_DAYS * DAY;

	if (days != NULL)
		wait = days->value->number < 1 ? DAY
		       : days->value->number > PROTOCOL_SECONDS_MAX / DAY
			       ? PROTOCOL_SECONDS_MAX
			       : days->value->number * DAY;
	if (seconds != NULL)
		wait = seconds->value->number > PROTOCOL_SECONDS_MAX ? PROTOCOL_SECONDS_MAX
								     : seconds->value->number;
	const struct span column[7] = {
		pool_printf(&run->pool, "%llu", (unsigned long long)wait),
		handle_of(run, step),
		act_one_line(run, tag_string(run, step, TAG_SUBJECT), PROTOCOL_VALUE_MAX),
		act_one_line(run, tag_string(run, step, TAG_FROM), PROTOCOL_ADDRESS_MAX),
		node_tag(step->node, TAG_MIME) != NULL ? SPAN("1") : SPAN(""),
		own_addresses(run, step),
		run_string(run, step->frame, &step->node->positional[0]->string[0]),
	};
	return result_vacation(&run->result, column, &run->why);
}
