/* Which test is which; the tests of fields share their walk over them. */
#include "sieve/run/eval/eval.h"

#include "sieve/script/language.h"

static eval_test *const tests[COMMANDS] = {
	[TEST_HEADER] = eval_header,
	[TEST_ADDRESS] = eval_address,
	[TEST_ENVELOPE] = eval_address_envelope,
	[TEST_EXISTS] = eval_exists,
	[TEST_SIZE] = eval_size,
	[TEST_BODY] = eval_body,
	[TEST_CURRENTDATE] = eval_date_current,
	[TEST_DATE] = eval_date,
	[TEST_DUPLICATE] = eval_duplicate,
	[TEST_ENVIRONMENT] = eval_environment,
	[TEST_HASFLAG] = eval_hasflag,
	[TEST_IHAVE] = eval_ihave,
	[TEST_MAILBOXEXISTS] = eval_mailbox_exists,
	[TEST_SPAMTEST] = eval_spamtest,
	[TEST_STRING] = eval_string,
	[TEST_VIRUSTEST] = eval_spamtest_virus,
	[TEST_METADATA] = eval_mailbox_metadata,
	[TEST_METADATAEXISTS] = eval_mailbox_metadata,
	[TEST_SERVERMETADATA] = eval_mailbox_metadata,
	[TEST_SERVERMETADATAEXISTS] = eval_mailbox_metadata,
	[TEST_SPECIALUSE_EXISTS] = eval_mailbox_use,
	[TEST_VALID_NOTIFY_METHOD] = eval_notify_valid,
	[TEST_NOTIFY_METHOD_CAPABILITY] = eval_notify_capability,
};

bool
eval(struct run *run, const struct step *step)
{
	eval_test *test = tests[step->node->command->command];
	bool yes = test != NULL && test(run, step);

	if (test == NULL)
		run_fail(run, step, "a test without a row");
	if (!run->failed)
		run_trace(run, step, "%s: %s", step->node->command->name, yes ? "true" : "false");
	return yes && !run->failed;
}

size_t
eval_index(const struct node *node, bool *last)
{
	const struct argument *index = node_tag(node, TAG_INDEX);

	*last = node_tag(node, TAG_LAST) != NULL;
	return index == NULL                            ? 0
	       : index->value->number > MAIL_FIELDS_MAX ? MAIL_FIELDS_MAX + 1
							: (size_t)index->value->number;
}

void
eval_each_field(struct run *run, const struct step *step, const struct argument *names,
		bool (*see)(struct run *, struct mail_field *, void *), void *context)
{
	struct span *name = pool_alloc(&run->pool, names->n * sizeof *name);
	bool last;
	size_t index = eval_index(step->node, &last);

	for (size_t i = 0; i < names->n; i++)
		name[i] = run_string(run, step->frame, &names->string[i]);
	if (node_tag(step->node, TAG_MIME) != NULL) {
		eval_part_fields(run, step, name, names->n, see, context);
		return;
	}
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
