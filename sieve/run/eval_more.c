/* The tests of the extensions. */
#include "config.h"

#include "sieve/run/run.h"

#include "sieve/mail/date.h"
#include "sieve/protocol/folder.h"
#include "sieve/script/flags.h"
#include "sieve/script/language.h"

/* RFC 7352 3.3: default and bound of :seconds are the implementation's */
#define DUPLICATE_DAYS   7
#define DUPLICATE_ID_MAX 1000 /* bytes of an id that are told apart */
#define DAY              86400UL

static bool
test_string(struct run *run, const struct step *step)
{
	const struct argument *sources = step->node->positional[0];
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[1]);
	for (size_t i = 0; i < sources->n; i++) {
		struct span value = run_string(run, step->frame, &sources->string[i]);

		/* RFC 5229 5: empty strings do not count */
		if (step->node->match_type == MATCH_COUNT && value.n == 0)
			continue;
		if (matcher_see(&matcher, value))
			break;
	}
	return matcher_close(&matcher);
}

/* Each word of each key is a key of its own (RFC 5232 4). */
static const struct argument *
flag_keys(struct run *run, const struct step *step, const struct argument *keys)
{
	struct argument *words = pool_alloc(&run->pool, sizeof *words);

	*words = (struct argument){.kind = ARGUMENT_STRINGS, .at = keys->at};
	if (step->node->match_type == MATCH_COUNT || step->node->match_type == MATCH_REGEX)
		return keys;
	for (size_t i = 0; i < keys->n; i++) {
		struct span text = run_string(run, step->frame, &keys->string[i]), word;

		for (size_t at = 0; flags_next(text, &at, &word);) {
			words->string = pool_grow(&run->pool, words->string, words->n,
						  sizeof *words->string);
			words->string[words->n++] = (struct string){.text = word, .at = keys->at};
		}
	}
	return words;
}

static bool
test_hasflag(struct run *run, const struct step *step)
{
	const struct argument *names = step->node->positional[0];
	struct matcher matcher;
	struct span word;

	matcher_open(&matcher, run, step, flag_keys(run, step, step->node->positional[1]));
	for (size_t i = 0; i < (names == NULL ? 1 : names->n) && !matcher.matched; i++) {
		struct span text =
			names == NULL
				? run->flags
				: variables_get(&step->frame->variables,
						run_string(run, step->frame, &names->string[i]));
		struct span flags = flags_add(&run->pool, SPAN(""), text);

		for (size_t at = 0; flags_next(flags, &at, &word);)
			if (matcher_see(&matcher, word))
				break;
	}
	return matcher_close(&matcher);
}

static bool
see_date(struct matcher *matcher, struct date date)
{
	const struct step *step = matcher->step;
	const struct node *node = step->node;
	const struct argument *zone = node_tag(node, TAG_ZONE);
	const struct string *part =
		&node->positional[node->command->command == TEST_DATE ? 1 : 0]->string[0];
	char text[DATE_TEXT_MAX];

	if (zone != NULL) {
		if (!date_zone_parse(run_string(matcher->run, step->frame, &zone->value->string[0]),
				     &date.zone))
			return false;
	} else if (node_tag(node, TAG_ORIGINALZONE) == NULL)
		date.zone = date_local_zone(date.seconds);
	struct span name = run_string(matcher->run, step->frame, part);
	return date_part_exists(name) && matcher_see(matcher, date_part(&date, name, text));
}

static bool
test_currentdate(struct run *run, const struct step *step)
{
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[1]);
	(void)see_date(&matcher, date_now());
	return matcher_close(&matcher);
}

static bool
test_date(struct run *run, const struct step *step)
{
	struct span name = run_string(run, step->frame, &step->node->positional[0]->string[0]);
	struct mail_field *field;
	struct matcher matcher;
	struct date date;
	bool last;
	size_t index = test_index(step->node, &last);

	matcher_open(&matcher, run, step, step->node->positional[2]);
	if (index > 0) {
		field = mail_nth(&run->mail, &name, 1, index, last);
		if (field != NULL && date_parse(mail_plain(&run->mail, field), &date))
			(void)see_date(&matcher, date);
		return matcher_close(&matcher);
	}
	for (size_t at = 0; (field = mail_next(&run->mail, name, &at)) != NULL;)
		if (date_parse(mail_plain(&run->mail, field), &date) && see_date(&matcher, date))
			break;
	return matcher_close(&matcher);
}

static bool
test_environment(struct run *run, const struct step *step)
{
	struct span name = run_string(run, step->frame, &step->node->positional[0]->string[0]);
	const char *host = run->facts.host, *dot = host == NULL ? NULL : strchr(host, '.');
	char score[16] = "";
	if (run->facts.score >= 0)
		(void)snprintf(score, sizeof score, "%d", run->facts.score);
	const struct {
		const char *name, *value;
	} items[] = {
		{"name", PACKAGE_NAME},
		{"version", PACKAGE_VERSION},
		{"location", "MDA"},
		{"phase", "during"},
		{"host", host},
		{"domain", dot == NULL ? NULL : dot + 1},
		{"vnd.spamcop.verdict", run->facts.verdict},
		{"vnd.spamcop.lists", run->facts.lists},
		{"vnd.spamcop.score", run->facts.score >= 0 ? score : NULL},
	};
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[1]);
	for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
		if (items[i].value != NULL && span_equal_case(name, span_of(items[i].name)))
			(void)matcher_see(&matcher, span_of(items[i].value));
	return matcher_close(&matcher);
}

static bool
test_spamtest(struct run *run, const struct step *step)
{
	int score = run->facts.score;
	int value = node_tag(step->node, TAG_PERCENT) != NULL ? (score <= 1 ? 0 : score * 10)
		    : score < 0                               ? 0
		    : score == 0                              ? 1
							      : score;
	struct span text = pool_printf(&run->pool, "%d", value);
	struct matcher matcher;

	matcher_open(&matcher, run, step, step->node->positional[0]);
	/* RFC 5235 3.1: not tested counts 0 */
	if (step->node->match_type != MATCH_COUNT || score >= 0)
		(void)matcher_see(&matcher, text);
	return matcher_close(&matcher);
}

static bool
test_mailboxexists(struct run *run, const struct step *step)
{
	const struct argument *folders = step->node->positional[0];

	for (size_t i = 0; i < folders->n; i++) {
		struct span folder = run_string(run, step->frame, &folders->string[i]);
		struct err why;
		int answer = folder_refused(folder, run->facts.separator, &why)
				     ? 0
				     : ask_mailbox(&run->ask, &run->pool, folder, &run->why);

		if (answer < 0)
			run_fail(run, step, "%s", run->why.why);
		if (answer <= 0)
			return false;
	}
	return true;
}

static bool
test_ihave(const struct step *step)
{
	const struct argument *names = step->node->positional[0];
	uint64_t grammar = EXT(ENCODED_CHARACTER) | EXT(VARIABLES);

	for (size_t i = 0; i < names->n; i++) {
		const struct language_extension *extension =
			language_extension_find(names->string[i].text);
		uint64_t bit = extension == NULL ? 0 : UINT64_C(1) << extension->extension;

		if (bit == 0 || (bit & grammar & ~step->frame->script->extensions) != 0)
			return false;
	}
	return true;
}

/*
 * The id that a message is known by: :uniqueid, the value of :header, or
 * Message-ID. Empty: none.
 */
static struct span
unique_id(struct run *run, const struct step *step)
{
	const struct argument *id = node_tag(step->node, TAG_UNIQUEID),
			      *header = node_tag(step->node, TAG_HEADER);
	size_t at = 0;

	if (id != NULL)
		return run_string(run, step->frame, &id->value->string[0]);
	struct mail_field *field =
		mail_next(&run->mail,
			  header == NULL ? SPAN("Message-ID")
					 : run_string(run, step->frame, &header->value->string[0]),
			  &at);
	return field == NULL ? SPAN("") : mail_plain(&run->mail, field);
}

static bool
test_duplicate(struct run *run, const struct step *step)
{
	const struct argument *handle = node_tag(step->node, TAG_HANDLE),
			      *seconds = node_tag(step->node, TAG_SECONDS);
	struct span id = unique_id(run, step),
		    name = handle == NULL ? SPAN("")
					  : run_string(run, step->frame, &handle->value->string[0]);
	uint64_t within = seconds == NULL ? DUPLICATE_DAYS * DAY : seconds->value->number;

	if (id.n == 0)
		return false;
	if (id.n > DUPLICATE_ID_MAX)
		id.n = DUPLICATE_ID_MAX;
	if (name.n > DUPLICATE_ID_MAX)
		name.n = DUPLICATE_ID_MAX;
	if (within > 365 * DAY)
		within = 365 * DAY;
	struct span key = pool_printf(&run->pool, "%zu %.*s%.*s", name.n, (int)name.n, name.p,
				      (int)id.n, id.p);
	int answer = ask_seen(&run->ask, &run->pool, (unsigned long)within,
			      node_tag(step->node, TAG_LAST) != NULL, key, &run->why);
	if (answer < 0)
		run_fail(run, step, "%s", run->why.why);
	return answer > 0;
}

bool
test_extension(struct run *run, const struct step *step)
{
	switch (step->node->command->command) {
	case TEST_STRING:
		return test_string(run, step);
	case TEST_HASFLAG:
		return test_hasflag(run, step);
	case TEST_DATE:
		return test_date(run, step);
	case TEST_CURRENTDATE:
		return test_currentdate(run, step);
	case TEST_BODY:
		return test_body(run, step);
	case TEST_ENVIRONMENT:
		return test_environment(run, step);
	case TEST_SPAMTEST:
		return test_spamtest(run, step);
	case TEST_MAILBOXEXISTS:
		return test_mailboxexists(run, step);
	case TEST_IHAVE:
		return test_ihave(step);
	case TEST_DUPLICATE:
		return test_duplicate(run, step);
	default:
		/* a table and this switch differ */
		run_fail(run, step, "a test without a meaning");
		return false;
	}
}
