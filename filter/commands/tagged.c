#include "filter/commands/tagged.h"

#include "filter/message/header.h"

#define TEXT_MAX  (256U << 10) /* bytes of all fields that are looked at */
#define VALUE_MAX 2048         /* bytes of one */

/*
 * The next parameter of a value: up to a ';' outside of a quoted-string. The
 * name is empty for one without '='. Quotes are taken off, in place.
 */
static bool
next_parameter(char **at, char *end, struct span *name, struct span *value)
{
	char *p = *at, *begin, *to, *equals = NULL;
	bool quoted = false;

	while (p < end && (span_is_space(*p) || *p == ';'))
		p++;
	if (p == end)
		return false;
	for (begin = to = p; p < end && (quoted || *p != ';'); p++) {
		if (*p == '"') {
			quoted = !quoted;
			continue;
		}
		if (*p == '\\' && quoted && p + 1 < end)
			p++;
		else if (*p == '=' && equals == NULL && !quoted)
			equals = to;
		*to++ = *p;
	}
	*at = p;
	*name = equals == NULL ? SPAN("") : (struct span){begin, (size_t)(equals - begin)};
	if (equals != NULL)
		begin = equals + 1;
	*value = span_trim((struct span){begin, (size_t)(to - begin)});
	return true;
}

/* The value in one line, in memory of ours; NULL where there is no room. */
static char *
keep(struct tagged *tagged, struct span value, char **end)
{
	char *to = buf_reserve(&tagged->text, VALUE_MAX);

	if (to == NULL)
		return NULL;
	size_t n = header_unfold(value, to, VALUE_MAX).n;
	tagged->text.n += n;
	*end = to + n;
	return to;
}

static void
read_status(struct tagged *tagged, struct span field)
{
	struct span name, value;
	char *end, *at = keep(tagged, field, &end);

	while (at != NULL && next_parameter(&at, end, &name, &value)) {
		if (name.n == 0 && tagged->verdict.n == 0)
			tagged->verdict = value;
		else if (span_equal(name, SPAN("failed")))
			tagged->failed = value;
		else if (span_equal(name, SPAN("allowed")))
			tagged->allowed = value;
	}
}

static void
read_listed(struct tagged *tagged, struct span field)
{
	struct tagged_listing *listing = &tagged->listing[tagged->n];
	struct span name, value;
	char *end, *at = tagged->n < TAGGED_LISTINGS_MAX ? keep(tagged, field, &end) : NULL;

	if (at == NULL)
		return;
	*listing = (struct tagged_listing){{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
	tagged->n++;
	while (next_parameter(&at, end, &name, &value)) {
		if (name.n == 0 && listing->address.n == 0)
			listing->address = value;
		else if (span_equal(name, SPAN("list")))
			listing->list = value;
		else if (span_equal(name, SPAN("trust")))
			listing->trust = value;
		else if (span_equal(name, SPAN("reason")))
			listing->reason = value;
	}
}

/* RFC 5321 4.4: the date stands behind the last semicolon. */
static void
read_received(struct tagged *tagged, struct span field)
{
	char *end, *at = keep(tagged, field, &end);
	const char *semicolon = at == NULL ? NULL : memrchr(at, ';', (size_t)(end - at));

	if (semicolon != NULL)
		tagged->when =
			span_trim((struct span){semicolon + 1, (size_t)(end - semicolon) - 1});
}

void
tagged_read(struct tagged *tagged, struct span header)
{
	struct field field;
	size_t received = 0;

	*tagged = (struct tagged){.n = 0};
	buf_init(&tagged->text, TEXT_MAX);
	/* All of it at once, for the spans point into it. */
	(void)buf_reserve(&tagged->text, TEXT_MAX);
	for (size_t at = 0; header_next(header, &at, &field);) {
		if (span_equal_case(field.name, SPAN("X-SpamCop-Status")) && tagged->verdict.n == 0)
			read_status(tagged, field.value);
		else if (span_equal_case(field.name, SPAN("X-SpamCop-Listed")))
			read_listed(tagged, field.value);
		else if (span_equal_case(field.name, SPAN("Received")) && received++ == 0)
			read_received(tagged, field.value);
	}
}

void
tagged_free(struct tagged *tagged)
{
	buf_free(&tagged->text);
}
