/*
 * The actions: what a script wants done, noted in the result; variables, flags
 * and edits take effect at once.
 */
#include "sieve/run/run.h"

#include "sieve/mail/address.h"
#include "sieve/protocol/fields.h"
#include "sieve/protocol/folder.h"
#include "sieve/script/flags.h"
#include "sieve/script/language.h"
#include "sieve/text/text.h"

#define DAY           86400UL
#define VACATION_DAYS 7 /* RFC 5230 4.1 leaves the default to us */

/*
 * Flags of all strings of an argument; without it those of the internal
 * variable.
 */
static struct span
flags_of(struct run *run, const struct step *step, const struct argument *argument)
{
	struct span flags = SPAN("");

	if (argument == NULL)
		return run->flags;
	for (size_t i = 0; i < argument->n; i++)
		flags = flags_add(&run->pool, flags,
				  run_string(run, step->frame, &argument->string[i]));
	return flags;
}

static struct span
action_flags(struct run *run, const struct step *step)
{
	const struct argument *tag = node_tag(step->node, TAG_FLAGS);

	return flags_of(run, step, tag == NULL ? NULL : tag->value);
}

static void
act_flags(struct run *run, const struct step *step)
{
	const struct argument *name = step->node->positional[0];
	struct span flags = flags_of(run, step, step->node->positional[1]);
	struct span old = name == NULL
				  ? run->flags
				  : variables_get(&step->frame->variables, name->string[0].text);

	if (step->node->command->command == COMMAND_ADDFLAG)
		flags = flags_add(&run->pool, flags_add(&run->pool, SPAN(""), old), flags);
	else if (step->node->command->command == COMMAND_REMOVEFLAG)
		flags = flags_remove(&run->pool, old, flags);
	if (name == NULL)
		run->flags = flags;
	else
		(void)variables_set(&step->frame->variables, &run->pool, name->string[0].text,
				    flags);
}

static int
act_fileinto(struct run *run, const struct step *step)
{
	struct span folder = run_string(run, step->frame, &step->node->positional[0]->string[0]);
	struct err why;

	/* what is not carried out cancels no keep, and no other action */
	if (folder_refused(folder, run->facts.separator, &why)) {
		run_trace(run, step, "\"%s\" cannot be a folder: %s: not carried out",
			  report_quote(folder), why.why);
		return 0;
	}
	return result_fileinto(&run->result, folder, action_flags(run, step),
			       node_tag(step->node, TAG_COPY) != NULL, &run->why);
}

static int
act_redirect(struct run *run, const struct step *step)
{
	struct span text = run_string(run, step->frame, &step->node->positional[0]->string[0]);
	char address[PROTOCOL_ADDRESS_MAX];

	if (!address_is_one(text, address, sizeof address) ||
	    address[0] == '-') { /* an option to a mail program: the filter refuses the plan */
		run_trace(run, step, "\"%s\" is no address to redirect to: not carried out",
			  report_quote(text));
		return 0;
	}
	return result_redirect(&run->result, span_of(address),
			       node_tag(step->node, TAG_COPY) != NULL, &run->why);
}

static void
act_set(struct run *run, const struct step *step)
{
	static const struct {
		enum tag tag;
		unsigned modifier;
	} modifiers[] = {{TAG_LOWER, TEXT_LOWER},
			 {TAG_UPPER, TEXT_UPPER},
			 {TAG_LOWERFIRST, TEXT_LOWERFIRST},
			 {TAG_UPPERFIRST, TEXT_UPPERFIRST},
			 {TAG_QUOTEWILDCARD, TEXT_QUOTEWILDCARD},
			 {TAG_QUOTEREGEX, TEXT_QUOTEREGEX},
			 {TAG_LENGTH, TEXT_LENGTH}};
	struct span value = run_string(run, step->frame, &step->node->positional[1]->string[0]);
	unsigned bits = 0;
	struct buf buf;

	buf_init(&buf, VARIABLE_STRING_MAX);
	for (size_t i = 0; i < sizeof modifiers / sizeof modifiers[0]; i++)
		if (node_tag(step->node, modifiers[i].tag) != NULL)
			bits |= modifiers[i].modifier;
	if (bits != 0) {
		text_modify(bits, value, &buf);
		value = buf_span(&buf);
	}
	if (!variables_set(&step->frame->variables, &run->pool,
			   step->node->positional[0]->string[0].text, value))
		run_fail(run, step, "too many variables: expected at most %d", VARIABLES_MAX);
	else
		run_trace(run, step, "set \"%s\" to \"%s\"",
			  report_quote(step->node->positional[0]->string[0].text),
			  report_quote(value));
	buf_free(&buf);
}

static void
act_global(struct run *run, const struct step *step)
{
	const struct argument *names = step->node->positional[0];

	for (size_t i = 0; i < names->n; i++)
		if (!variables_share(&step->frame->variables, &run->pool, names->string[i].text))
			run_fail(run, step,
				 "the variable \"%s\" was set before it was declared global",
				 report_quote(names->string[i].text));
}

/*
 * One line of text for a field: line ends and control characters as spaces, cut
 * at a character.
 */
static struct span
one_line(struct run *run, struct span text, size_t max)
{
	struct buf clean;

	buf_init(&clean, 3 * (text.n + 1));
	text_utf8_clean(text, &clean);
	struct span line = pool_copy(&run->pool, buf_span(&clean));
	buf_free(&clean);
	char *p = (char *)(uintptr_t)line.p;
	size_t n = 0;
	for (size_t i = 0; i < line.n; i++)
		if (p[i] != '\r')
			p[n++] = ((unsigned char)p[i] < ' ' && p[i] != '\t') || p[i] == 0x7f ? ' '
											     : p[i];
	while (n > max || (n > 0 && n == max && (p[n - 1] & 0x80) != 0))
		n--;
	return span_trim((struct span){p, n});
}

static int
act_addheader(struct run *run, const struct step *step)
{
	struct span name = run_string(run, step->frame, &step->node->positional[0]->string[0]);
	struct span value =
		one_line(run, run_string(run, step->frame, &step->node->positional[1]->string[0]),
			 PROTOCOL_VALUE_MAX);
	bool last = node_tag(step->node, TAG_LAST) != NULL;

	if (!mail_is_field_name(name) || name.n > PROTOCOL_NAME_MAX || fields_protected(name) ||
	    !result_can_edit(&run->result)) {
		run_trace(run, step, "the field \"%s\" cannot be added", report_quote(name));
		return 0;
	}
	mail_add(&run->mail, name, value, last);
	return result_addheader(&run->result, name, value, last, &run->why);
}

/*
 * Does this field match the values of deleteheader? Without values every one
 * does.
 */
static bool
is_chosen(struct run *run, const struct step *step, struct mail_field *field)
{
	struct matcher matcher;

	if (step->node->positional[1] == NULL)
		return true;
	matcher_open(&matcher, run, step, step->node->positional[1]);
	matcher.no_captures = true;
	(void)matcher_see(&matcher, mail_text(&run->mail, field));
	return matcher_close(&matcher);
}

static int
act_deleteheader(struct run *run, const struct step *step)
{
	struct span name = run_string(run, step->frame, &step->node->positional[0]->string[0]);
	size_t at = 0, n = 0, total, only;
	struct mail_field *field;
	bool last;

	if (!mail_is_field_name(name) || name.n > PROTOCOL_NAME_MAX || fields_protected(name)) {
		run_trace(run, step, "the field \"%s\" cannot be deleted", report_quote(name));
		return 0;
	}
	total = mail_count(&run->mail, name);
	only = test_index(step->node, &last);
	if (only > 0 && last)
		only = only > total ? total + 1 : total + 1 - only;
	/*
	 * n: the field's number as things are now; each deletion moves those
	 * below it up.
	 */
	for (size_t i = 1;
	     i <= total && !run->failed && (field = mail_next(&run->mail, name, &at)) != NULL;
	     i++) {
		n++;
		if ((only > 0 && i != only) || !is_chosen(run, step, field))
			continue;
		if (!result_can_edit(&run->result)) {
			run_trace(run, step, "more than %d edits: the other fields \"%s\" stay",
				  RESULT_EDITS_MAX, report_quote(name));
			return 0;
		}
		if (result_deleteheader(&run->result, name, n, &run->why) != 0)
			return -1;
		(void)mail_delete(&run->mail, name, n);
		at = 0;
		n--;
		for (size_t skip = 0; skip < n; skip++)
			(void)mail_next(&run->mail, name, &at);
	}
	return 0;
}

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

static int
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
		tag_string(run, step, TAG_HANDLE),
		one_line(run, tag_string(run, step, TAG_SUBJECT), PROTOCOL_VALUE_MAX),
		one_line(run, tag_string(run, step, TAG_FROM), PROTOCOL_ADDRESS_MAX),
		node_tag(step->node, TAG_MIME) != NULL ? SPAN("1") : SPAN(""),
		own_addresses(run, step),
		run_string(run, step->frame, &step->node->positional[0]->string[0]),
	};
	return result_vacation(&run->result, column, &run->why);
}

/* Actions that become lines of the plan, or edit the header. */
static int
act_delivery(struct run *run, const struct step *step)
{
	switch (step->node->command->command) {
	case COMMAND_KEEP:
		return result_keep(&run->result, action_flags(run, step), &run->why);
	case COMMAND_FILEINTO:
		return act_fileinto(run, step);
	case COMMAND_DISCARD:
		return result_discard(&run->result, &run->why);
	case COMMAND_REDIRECT:
		return act_redirect(run, step);
	case COMMAND_REJECT:
	case COMMAND_EREJECT:
		return result_reject(
			&run->result,
			run_string(run, step->frame, &step->node->positional[0]->string[0]),
			&run->why);
	case COMMAND_VACATION:
		return act_vacation(run, step);
	case COMMAND_ADDHEADER:
		return act_addheader(run, step);
	case COMMAND_DELETEHEADER:
		return act_deleteheader(run, step);
	default:
		/* a table and this switch differ */
		run_fail(run, step, "an action without a meaning");
		return 0;
	}
}

void
act_run(struct run *run, const struct step *step)
{
	switch (step->node->command->command) {
	case COMMAND_SETFLAG:
	case COMMAND_ADDFLAG:
	case COMMAND_REMOVEFLAG:
		act_flags(run, step);
		return;
	case COMMAND_SET:
		act_set(run, step);
		return;
	case COMMAND_GLOBAL:
		act_global(run, step);
		return;
	case COMMAND_ERROR:
		run_fail(run, step, "the script says: %s",
			 report_quote(run_string(run, step->frame,
						 &step->node->positional[0]->string[0])));
		return;
	default:
		run_trace(run, step, "%s", step->node->command->name);
		if (act_delivery(run, step) != 0) {
			struct err why = run->why;

			run_fail(run, step, "%s", why.why);
		}
	}
}
