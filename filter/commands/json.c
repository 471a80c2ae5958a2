#include "filter/commands/json.h"

#include "filter/base/utf8.h"

#include <stdio.h>

static void
put_text(struct span text)
{
	putchar('"');
	while (text.n > 0) {
		uint32_t c = utf8_next(&text);

		if (c == UTF8_NONE)
			c = 0xfffd;
		if (c == '"' || c == '\\')
			printf("\\%c", (int)c);
		else if (c >= ' ' && c <= '~')
			putchar((int)c);
		else if (c < 0x10000)
			printf("\\u%04x", (unsigned)c);
		else
			printf("\\u%04x\\u%04x", (unsigned)(0xd800 + ((c - 0x10000) >> 10)),
			       (unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
	}
	putchar('"');
}

static void
begin(struct json *json, const char *key)
{
	if (json->depth > 0)
		printf("%s\n%*s", json->any[json->depth] ? "," : "", 2 * json->depth, "");
	json->any[json->depth] = true;
	if (key != NULL) {
		put_text(span_of(key));
		printf(": ");
	}
}

static void
open_group(struct json *json, const char *key, char bracket)
{
	begin(json, key);
	putchar(bracket);
	if (json->depth + 1 < JSON_DEPTH_MAX)
		json->depth++;
	json->any[json->depth] = false;
}

void
json_object(struct json *json, const char *key)
{
	open_group(json, key, '{');
}

void
json_array(struct json *json, const char *key)
{
	open_group(json, key, '[');
}

void
json_end(struct json *json, char bracket)
{
	bool any = json->any[json->depth];

	json->depth--;
	if (any)
		printf("\n%*s", 2 * json->depth, "");
	putchar(bracket);
	if (json->depth == 0)
		putchar('\n');
}

void
json_text(struct json *json, const char *key, struct span text)
{
	begin(json, key);
	if (text.p == NULL)
		printf("null");
	else
		put_text(text);
}

void
json_string(struct json *json, const char *key, const char *text)
{
	json_text(json, key, span_of(text));
}

void
json_number(struct json *json, const char *key, long long number)
{
	begin(json, key);
	printf("%lld", number);
}

void
json_bool(struct json *json, const char *key, bool value)
{
	begin(json, key);
	printf(value ? "true" : "false");
}
