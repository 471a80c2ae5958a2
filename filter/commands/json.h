/*
 * json.h - JSON (RFC 8259) on standard output, in printable ASCII: whatever a
 * text holds, a terminal and a parser can take it.
 *
 * Small and our own, because a library would be loaded at each delivery. What
 * is begun has to be ended; key is NULL inside an array and at the top.
 */
#ifndef JSON_H
#define JSON_H

#include "filter/base/span.h"

#define JSON_DEPTH_MAX 16

struct json {
	int depth;
	bool any[JSON_DEPTH_MAX]; /* the group of this depth has a member */
};

void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
void json_end(struct json *json, char bracket); /* '}' or ']' */

/* Bytes that are no UTF-8 become U+FFFD. A NULL text is null. */
void json_text(struct json *json, const char *key, struct span text);
void json_string(struct json *json, const char *key, const char *text);
void json_number(struct json *json, const char *key, long long number);
void json_bool(struct json *json, const char *key, bool value);

#endif
