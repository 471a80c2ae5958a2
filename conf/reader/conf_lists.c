/* The lists that are asked: `lists` and `allow.zones`. */
#include "conf/reader/conf_reader.h"
#include "conf/reader/conf_value.h"

#include <stdlib.h>

#define SPAMCOP_ZONE   "bl.spamcop.net"
#define WEIGHT         6 /* of a list that does not say */
#define LISTS_EXPECTED "a list of groups such as ( { zone = \"bl.spamcop.net\"; } )"
#define NAME           "a name of at most 64 letters, digits, '.', '-' and '_'"

/*
 * One list as it is being read; what the list says about its answers may stand
 * before or behind them.
 */
struct draft {
	struct list list;
	int weight;
	bool ipv6_set;
	enum { RELAYS_DEFAULT, RELAYS_ALL, RELAYS_HANDOFF, RELAYS_NOT_FIRST } relays;
};

struct answer_draft {
	struct answer answer;
	bool set;   /* there is one */
	bool wrong; /* it cannot be one */
	int weight;
};

#define WEIGHT_UNSET 1000

static void
list_free(struct list *list)
{
	for (size_t i = 0; i < list->n_answers; i++)
		free(list->answers[i].name);
	free(list->answers);
	free(list->name);
	free(list->zone);
	free(list->file);
	free(list->format);
	free(list->wrong);
}

void
conf_lists_free(struct list *lists, size_t n)
{
	for (size_t i = 0; i < n; i++)
		list_free(&lists[i]);
	free(lists);
}

static void
add_answer(struct list *list, const struct answer *answer)
{
	list->answers = reallocarray(list->answers, list->n_answers + 1, sizeof *answer);
	if (list->answers == NULL)
		abort();
	list->answers[list->n_answers++] = *answer;
}

/* Takes every text: a wrong one is an error of its list only. */
static bool
take_answer(const char *text, void *to)
{
	struct answer_draft *draft = to;
	struct err err;

	draft->set = true;
	draft->wrong = conf_parse_answer(text, &draft->answer, &err) != 0;
	return true;
}

static bool
take_relays(const char *text, void *to)
{
	static const char *const words[] = {[RELAYS_ALL] = "all",
					    [RELAYS_HANDOFF] = "handoff",
					    [RELAYS_NOT_FIRST] = "not-first"};
	struct draft *draft = to;

	for (int i = RELAYS_ALL; i <= RELAYS_NOT_FIRST; i++)
		if (strcmp(text, words[i]) == 0) {
			draft->relays = i;
			return true;
		}
	return false;
}

static bool
take_format(const char *text, void *to)
{
	static const char *const names[] = {"ip4set", "ip4trie", "ip4tset", "ip6trie", "ip6tset"};
	char **format = to;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(text, names[i]) == 0) {
			free(*format);
			*format = strdup(text);
			if (*format == NULL)
				abort();
			return true;
		}
	return false;
}

static int
read_ipv6(struct reader *reader, const config_setting_t *setting, void *to)
{
	static const struct key key = {.kind = KEY_BOOL,
				       .offset = offsetof(struct draft, list.ipv6)};
	struct draft *draft = to;

	draft->ipv6_set = true;
	return conf_reader_setting(reader, setting, &key, draft);
}

const struct key answer_keys[] = {
	{.name = "answer", .kind = KEY_TEXT, .take = take_answer, .expected = VALUE_ANSWER},
	{.name = "name",
	 .kind = KEY_TEXT,
	 offsetof(struct answer_draft, answer.name),
	 .take = conf_value_name,
	 .expected = NAME},
	{.name = "weight", .kind = KEY_WHOLE, offsetof(struct answer_draft, weight), -100, 100},
	{.name = NULL},
};

/* The first wrong answer of a list, in words. */
static void
remember_wrong(struct reader *reader, const config_setting_t *setting, struct list *list)
{
	const config_setting_t *answer = config_setting_is_group(setting)
						 ? config_setting_get_member(setting, "answer")
						 : setting;
	struct err err;
	struct reader aside = *reader;

	aside.err = &err;
	(void)conf_reader_wrong(&aside, answer, NULL, VALUE_ANSWER);
	if (list->wrong == NULL && (list->wrong = strdup(err.why)) == NULL)
		abort();
}

static int
read_answer_group(struct reader *reader, const config_setting_t *setting,
		  struct answer_draft *draft)
{
	if (conf_reader_group(reader, setting, answer_keys, draft) != 0)
		return -1;
	return draft->set ? 0
			  : conf_reader_wrong(reader, setting, "there is no answer in this group",
					      VALUE_ANSWER);
}

static int
read_answer(struct reader *reader, const config_setting_t *setting, struct list *list)
{
	struct answer_draft draft = {.weight = WEIGHT_UNSET};
	int failed;

	if (config_setting_type(setting) == CONFIG_TYPE_STRING)
		failed = conf_reader_setting(reader, setting, &answer_keys[0], &draft);
	else if (config_setting_type(setting) == CONFIG_TYPE_GROUP)
		failed = read_answer_group(reader, setting, &draft);
	else
		failed = conf_reader_wrong(
			reader, setting, NULL,
			"an answer such as \"127.0.0.2\" or a group such as { answer = "
			"\"127.0.0.2\"; weight = 6; }");
	if (failed != 0) {
		free(draft.answer.name);
		return -1;
	}
	if (draft.wrong)
		remember_wrong(reader, setting, list);
	draft.answer.weight = draft.weight;
	add_answer(list, &draft.answer);
	return 0;
}

static int
read_answers(struct reader *reader, const config_setting_t *setting, void *to)
{
	struct draft *draft = to;
	int type = config_setting_type(setting), n = config_setting_length(setting);

	if (type == CONFIG_TYPE_STRING)
		return read_answer(reader, setting, &draft->list);
	if ((type != CONFIG_TYPE_ARRAY && type != CONFIG_TYPE_LIST) || n == 0 ||
	    n > CONF_ANSWERS_MAX)
		return conf_reader_wrong(reader, setting,
					 n == 0                 ? "there is none"
					 : n > CONF_ANSWERS_MAX ? "there are too many"
								: NULL,
					 "an array of 1 to 32 answers such as [ \"127.0.0.2\" ]");
	for (int i = 0; i < n; i++) {
		if (read_answer(reader, config_setting_get_elem(setting, (unsigned)i),
				&draft->list) != 0)
			return -1;
	}
	return 0;
}

const struct key list_keys[] = {
	{.name = "zone",
	 .kind = KEY_TEXT,
	 offsetof(struct draft, list.zone),
	 .take = conf_value_zone,
	 .expected = "a domain name of at most 189 bytes"},
	{.name = "file",
	 .kind = KEY_TEXT,
	 offsetof(struct draft, list.file),
	 .take = conf_value_absolute,
	 .expected = "a path that begins with /"},
	{.name = "format",
	 .kind = KEY_TEXT,
	 offsetof(struct draft, list.format),
	 .take = take_format,
	 .expected = "ip4set, ip4trie, ip4tset, ip6trie or ip6tset"},
	{.name = "name",
	 .kind = KEY_TEXT,
	 offsetof(struct draft, list.name),
	 .take = conf_value_name,
	 .expected = NAME},
	{.name = "answers", .kind = KEY_READ, .read = read_answers},
	{.name = "weight", .kind = KEY_WHOLE, offsetof(struct draft, weight), -100, 100},
	{.name = "relays",
	 .kind = KEY_TEXT,
	 .take = take_relays,
	 .expected = "\"handoff\", \"all\" or \"not-first\""},
	{.name = "ipv6", .kind = KEY_READ, .read = read_ipv6},
	{.name = NULL},
};

/* Fills in what the draft left open. */
static void
complete(struct draft *draft, bool allow)
{
	struct list *list = &draft->list;
	struct answer answer = {.weight = WEIGHT_UNSET};
	struct err err;

	if (list->name == NULL && list->zone != NULL)
		(void)conf_value_name(list->zone, &list->name);
	if (list->name == NULL && list->file != NULL)
		(void)conf_value_name(strrchr(list->file, '/') + 1, &list->name);
	if (list->n_answers == 0 &&
	    conf_parse_answer(allow ? "127.0.0.[2..254]" : "127.0.0.2", &answer, &err) == 0)
		add_answer(list, &answer);
	for (size_t i = 0; i < list->n_answers; i++)
		if (list->answers[i].weight == WEIGHT_UNSET)
			list->answers[i].weight = draft->weight;
	list->allow = allow;
	if (!draft->ipv6_set)
		list->ipv6 = list->file != NULL;
	if (draft->relays == RELAYS_DEFAULT)
		list->handoff_only = list->zone == NULL ||
				     !span_equal_case(span_of(list->zone), SPAN(SPAMCOP_ZONE));
	else
		list->handoff_only = draft->relays == RELAYS_HANDOFF;
	list->not_first = draft->relays == RELAYS_NOT_FIRST;
	if (allow)
		list->handoff_only = true;
}

/* The rules that concern more than one key. */
static int
check(struct reader *reader, const config_setting_t *setting, const struct draft *draft)
{
	const struct conf *conf = reader->conf;
	const struct list *list = &draft->list;

	if ((list->zone == NULL) == (list->file == NULL))
		return conf_reader_wrong(reader, setting,
					 list->zone == NULL ? "there is neither zone nor file"
							    : "there are both zone and file",
					 "one of them");
	if (list->zone != NULL && list->format != NULL)
		return conf_reader_wrong(reader, setting, "format is of a file", "no key format");
	if (list->name == NULL)
		return conf_reader_wrong(
			reader, setting,
			"what stands for a name (the zone, or the last part of the "
			"file) cannot be one",
			"a key name with " NAME);
	if (list->allow && (draft->relays == RELAYS_ALL || draft->relays == RELAYS_NOT_FIRST))
		return conf_reader_wrong(
			reader, setting,
			"relays: to ask about more than the handoff would let anybody in who "
			"invents a Received line",
			"no key relays");
	for (size_t i = 0; i < conf->n_lists; i++)
		if (span_equal_case(span_of(conf->lists[i].name), span_of(list->name)))
			return conf_reader_wrong(reader, setting, "another list has the same name",
						 "a key name that tells them apart");
	return 0;
}

static void
add_list(struct conf *conf, const struct list *list)
{
	conf->lists = reallocarray(conf->lists, conf->n_lists + 1, sizeof *list);
	if (conf->lists == NULL)
		abort();
	conf->lists[conf->n_lists++] = *list;
}

/* A list in a group, or a zone in a string. */
static int
read_list(struct reader *reader, const config_setting_t *setting, bool allow)
{
	struct draft draft = {.weight = WEIGHT};
	int failed;

	if (config_setting_type(setting) == CONFIG_TYPE_STRING)
		failed = conf_reader_setting(reader, setting, &list_keys[0], &draft);
	else if (config_setting_type(setting) == CONFIG_TYPE_GROUP)
		failed = conf_reader_group(reader, setting, list_keys, &draft);
	else
		failed = conf_reader_wrong(reader, setting, NULL,
					   "a group such as { zone = \"bl.spamcop.net\"; }");
	if (failed == 0) {
		complete(&draft, allow);
		failed = check(reader, setting, &draft);
	}
	if (failed == 0)
		add_list(reader->conf, &draft.list);
	else
		list_free(&draft.list);
	return failed;
}

static int
read_lists(struct reader *reader, const config_setting_t *setting, bool allow)
{
	int type = config_setting_type(setting), n = config_setting_length(setting), failed = 0;

	if (type != CONFIG_TYPE_LIST && type != CONFIG_TYPE_ARRAY)
		return conf_reader_wrong(reader, setting, NULL, LISTS_EXPECTED);
	for (int i = 0; i < n; i++) {
		const config_setting_t *list = config_setting_get_elem(setting, (unsigned)i);

		if (reader->conf->n_lists >= CONF_LISTS_MAX)
			return conf_reader_wrong(reader, list, "there are too many",
						 "at most 32 lists and allow zones");
		if (read_list(reader, list, allow) != 0) {
			conf_reader_remember(reader);
			failed = -1;
		}
	}
	return failed;
}

int
conf_lists_read(struct reader *reader, const config_setting_t *setting, void *to)
{
	(void)to;
	return read_lists(reader, setting, false);
}

int
conf_lists_read_allow(struct reader *reader, const config_setting_t *setting, void *to)
{
	(void)to;
	return read_lists(reader, setting, true);
}

void
conf_lists_default(struct conf *conf)
{
	struct draft draft = {.weight = WEIGHT};

	(void)conf_value_zone(SPAMCOP_ZONE, &draft.list.zone);
	complete(&draft, false);
	add_list(conf, &draft.list);
}
