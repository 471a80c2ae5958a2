#include "conf/reader/conf_reader.h"
#include "conf/reader/suggest.h"
#include "conf/reader/conf_value.h"

#include <stdio.h>
#include <stdlib.h>

#define READER_PATH_MAX 160 /* bytes of a key's full name, "lists[2].answers[1].weight" */

/*
 * A setting's full name, "lists[2].answers[1].weight"; cut where it is too
 * long. Returns its length.
 */
static size_t
add_path(char to[READER_PATH_MAX], const config_setting_t *setting)
{
	const config_setting_t *parent = config_setting_parent(setting);
	const char *name = config_setting_name(setting);

	if (parent == NULL)
		return 0;
	size_t n = add_path(to, parent), room = READER_PATH_MAX - n;
	int added = name == NULL ? snprintf(to + n, room, "[%d]", config_setting_index(setting) + 1)
				 : snprintf(to + n, room, "%s%.64s", n > 0 ? "." : "", name);
	return added < 0 ? n : (size_t)added < room ? n + (size_t)added : READER_PATH_MAX - 1;
}

static int
type_of(const config_setting_t *setting)
{
	return config_setting_type(setting);
}

/* What a person wrote, for an error. */
static void
describe(const config_setting_t *setting, char *to, size_t size)
{
	switch (type_of(setting)) {
	case CONFIG_TYPE_INT:
		(void)snprintf(to, size, "%d", config_setting_get_int(setting));
		break;
	case CONFIG_TYPE_INT64:
		(void)snprintf(to, size, "%lldL", config_setting_get_int64(setting));
		break;
	case CONFIG_TYPE_FLOAT:
		if (config_setting_get_float(setting) > 1e9)
			(void)snprintf(to, size, "the number is too large");
		else
			(void)snprintf(to, size, "%g", config_setting_get_float(setting));
		break;
	case CONFIG_TYPE_BOOL:
		(void)snprintf(to, size, "%s", config_setting_get_bool(setting) ? "true" : "false");
		break;
	case CONFIG_TYPE_STRING:
		(void)snprintf(to, size, "\"%.80s\"", config_setting_get_string(setting));
		break;
	case CONFIG_TYPE_GROUP:
		(void)snprintf(to, size, "this is a group");
		break;
	case CONFIG_TYPE_ARRAY:
		(void)snprintf(to, size, "this is an array");
		break;
	case CONFIG_TYPE_LIST:
		(void)snprintf(to, size, "this is a list");
		break;
	default:
		(void)snprintf(to, size, "there is no value");
		break;
	}
}

int
conf_reader_wrong(struct reader *reader, const config_setting_t *setting, const char *got,
		  const char *expected)
{
	char value[128], path[READER_PATH_MAX] = "";

	if (got == NULL) {
		describe(setting, value, sizeof value);
		got = value;
	}
	(void)add_path(path, setting);
	return err_set(reader->err, "%s:%u: %s: %s; %s is expected", reader->file,
		       config_setting_source_line(setting), path, got, expected);
}

static int
wrong_number(struct reader *reader, const config_setting_t *setting, const struct key *key)
{
	char expected[96];

	(void)snprintf(expected, sizeof expected, "%s from %g to %g",
		       key->kind == KEY_WHOLE ? "a whole number" : "a number of seconds", key->min,
		       key->max);
	return conf_reader_wrong(reader, setting, NULL, expected);
}

static int
read_number(struct reader *reader, const config_setting_t *setting, const struct key *key, void *to)
{
	double value;

	if (type_of(setting) == CONFIG_TYPE_INT)
		value = config_setting_get_int(setting);
	else if (type_of(setting) == CONFIG_TYPE_INT64)
		value = (double)config_setting_get_int64(setting);
	else if (type_of(setting) == CONFIG_TYPE_FLOAT && key->kind == KEY_SECONDS)
		value = config_setting_get_float(setting);
	else
		return wrong_number(reader, setting, key);
	if (!(value >= key->min && value <= key->max))
		return wrong_number(reader, setting, key);
	if (key->kind == KEY_WHOLE)
		*(int *)to = (int)value;
	else
		*(double *)to = value;
	return 0;
}

static int
read_text(struct reader *reader, const config_setting_t *setting, const struct key *key, void *to)
{
	if (type_of(setting) != CONFIG_TYPE_STRING ||
	    !key->take(config_setting_get_string(setting), to))
		return conf_reader_wrong(reader, setting, NULL, key->expected);
	return 0;
}

static int
read_texts(struct reader *reader, const config_setting_t *setting, const struct key *key, void *to)
{
	char expected[256];
	int n = config_setting_length(setting);

	if (type_of(setting) != CONFIG_TYPE_ARRAY && type_of(setting) != CONFIG_TYPE_LIST) {
		(void)snprintf(expected, sizeof expected, "an array such as [ %s ]", key->expected);
		return conf_reader_wrong(reader, setting, NULL, expected);
	}
	if (n > READER_STRINGS_MAX)
		return conf_reader_wrong(reader, setting, "there are too many",
					 "an array of at most 4096 strings");
	for (int i = 0; i < n; i++) {
		const config_setting_t *string = config_setting_get_elem(setting, (unsigned)i);

		if (type_of(string) != CONFIG_TYPE_STRING ||
		    !key->take(config_setting_get_string(string), to))
			return conf_reader_wrong(reader, string, NULL, key->expected);
	}
	return 0;
}

static int
read_group(struct reader *reader, const config_setting_t *setting, const struct key *key,
	   void *base)
{
	if (type_of(setting) != CONFIG_TYPE_GROUP)
		return conf_reader_wrong(reader, setting, NULL, "a group { ... }");
	return conf_reader_group(reader, setting, key->keys, base);
}

int
conf_reader_setting(struct reader *reader, const config_setting_t *setting, const struct key *key,
		    void *base)
{
	void *to = (char *)base + key->offset;

	switch (key->kind) {
	case KEY_WHOLE:
	case KEY_SECONDS:
		return read_number(reader, setting, key, to);
	case KEY_BOOL:
		if (type_of(setting) != CONFIG_TYPE_BOOL)
			return conf_reader_wrong(reader, setting, NULL, "true or false");
		*(bool *)to = config_setting_get_bool(setting) != CONFIG_FALSE;
		return 0;
	case KEY_TEXT:
		return read_text(reader, setting, key, to);
	case KEY_TEXTS:
		return read_texts(reader, setting, key, to);
	case KEY_GROUP:
		return read_group(reader, setting, key, base);
	case KEY_READ:
		return key->read(reader, setting, to);
	}
	return -1;
}

static void
remember_unknown(struct reader *reader, const config_setting_t *setting, const struct key *keys)
{
	struct strings *unknown = &reader->conf->unknown;
	char meant[SUGGEST_TEXT_MAX], path[READER_PATH_MAX] = "";
	struct suggest suggest;
	struct err text;

	if (unknown->n >= READER_UNKNOWN_MAX)
		return;
	suggest_init(&suggest, config_setting_name(setting));
	for (; keys->name != NULL; keys++)
		suggest_try(&suggest, keys->name);
	(void)add_path(path, setting);
	err_set(&text, "%s:%u: unknown key %s%s", reader->file, config_setting_source_line(setting),
		path, suggest_text(&suggest, meant));
	conf_value_strings_add(unknown, text.why);
}

void
conf_reader_remember(struct reader *reader)
{
	struct strings *wrong = reader->wrong;

	if (wrong != NULL && wrong->n < READER_UNKNOWN_MAX &&
	    (wrong->n == 0 || strcmp(wrong->string[wrong->n - 1], reader->err->why) != 0))
		conf_value_strings_add(wrong, reader->err->why);
}

int
conf_reader_group(struct reader *reader, const config_setting_t *group, const struct key *keys,
		  void *base)
{
	int n = config_setting_length(group), failed = 0;

	for (int i = 0; i < n; i++) {
		const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
		const char *name = config_setting_name(setting);
		const struct key *key = keys;

		if (name == NULL)
			continue;
		while (key->name != NULL && strcmp(key->name, name) != 0)
			key++;
		if (key->name == NULL)
			remember_unknown(reader, setting, keys);
		else if (conf_reader_setting(reader, setting, key, base) != 0) {
			conf_reader_remember(reader);
			failed = -1;
		}
	}
	return failed;
}
