/*
 * Any bytes as a body: its parts lie in it, in order, none in another; as HTML
 * it is no longer than it was.
 */
#include "filter/base/buf.h"
#include "fuzz.h"
#include "sieve/mail/html.h"
#include "sieve/mail/mime_param.h"
#include "sieve/mail/mime_parts.h"

#include <stdlib.h>

static void
check(bool truth)
{
	if (!truth)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mime_part part[MIME_PARTS_MAX];
	struct span body = {(const char *)data, size};
	struct mime_type type = {
		.type = SPAN("multipart"), .subtype = SPAN("mixed"), .boundary = SPAN("b")};
	const char *behind = body.p;
	struct buf text;

	static struct mime_entity entity[MIME_PARTS_MAX];
	struct mime_tree tree = {
		.part = part, .entity = entity, .max = size % 7 == 0 ? 3 : MIME_PARTS_MAX};

	mime_parts(body, &type, &tree);
	size_t n = tree.parts;
	check(tree.entities >= 1 && tree.entities <= tree.max && entity[0].depth == 0);
	for (size_t i = 1; i < tree.entities; i++)
		check(entity[i].depth > 0 && entity[i].depth <= entity[i - 1].depth + 1 &&
		      (entity[i].part == MIME_NO_PART || entity[i].part < n));
	check(n >= 1 && n <= MIME_PARTS_MAX);
	for (size_t i = 0; i < n; i++) {
		check(part[i].raw.p >= behind && part[i].raw.p + part[i].raw.n <= body.p + body.n);
		behind = part[i].raw.p + part[i].raw.n;
		check(part[i].type.type.n > 0 && part[i].type.subtype.n > 0);
	}
	buf_init(&text, 2 * size + 16);
	html_text(body, &text);
	check(!text.full);
	buf_free(&text);
	buf_init(&text, 3 * size + 16);
	(void)mime_param_find(body, SPAN("a"), &text);
	buf_free(&text);
	return 0;
}
