#include "sieve/mail/mime.h"

#include "filter/base/copy.h"
#include "filter/message/header.h"
#include "sieve/protocol/charset.h"
#include "sieve/mail/html.h"
#include "sieve/mail/mime_parts.h"
#include "sieve/text/text.h"
#include "sieve/text/words.h"

#include <stdlib.h>

/* The fields of one part's header, once a test asked for them. */
struct fields {
	struct mail_field *field; /* NULL: not asked for yet */
	size_t n;
};

struct mime {
	struct span body;
	struct mime_part *part;
	size_t n;
	struct mime_entity *entity;
	struct fields *fields; /* of each entity */
	size_t entities;
	size_t fields_left; /* that may still be held, of MIME_FIELDS_MAX */
	size_t text;        /* bytes of decoded texts so far */
};

/*
 * The first MIME_BODY_MAX bytes of the body; none where they cannot be read.
 */
static struct span
read_body(struct mail *mail)
{
	uint64_t left = mail->size - mail->body;
	size_t want = left < MIME_BODY_MAX ? (size_t)left : MIME_BODY_MAX;
	char *p = mail_take(mail, want + 1);
	ssize_t got = copy_read_at(mail->fd, p, want, (off_t)mail->body);

	return (struct span){p, got < 0 ? 0 : (size_t)got};
}

/* What the message's own header says. */
static struct mime_type
top_type(struct mail *mail)
{
	struct mime_type type = mime_type_default(false);
	size_t at = 0;
	const struct mail_field *field = mail_next(mail, SPAN("Content-Type"), &at);

	if (field != NULL)
		mime_type_read(field->value, &type);
	at = 0;
	field = mail_next(mail, SPAN("Content-Transfer-Encoding"), &at);
	if (field != NULL)
		mime_encoding_read(field->value, &type);
	return type;
}

/* A copy of n bytes that lives as long as the mail. */
static void *
settle(struct mail *mail, void *p, size_t n)
{
	char *copy = mail_take(mail, n + 1);

	if (n > 0)
		memcpy(copy, p, n);
	free(p);
	return copy;
}

static struct mime *
open_parts(struct mail *mail)
{
	if (mail->mime != NULL)
		return mail->mime;
	struct mime_type type = top_type(mail);
	struct mime_tree tree = {.part = calloc(MIME_PARTS_MAX, sizeof *tree.part),
				 .entity = calloc(MIME_PARTS_MAX, sizeof *tree.entity),
				 .max = MIME_PARTS_MAX};
	struct mime *mime = (struct mime *)(void *)mail_take(mail, sizeof *mime);

	if (tree.part == NULL || tree.entity == NULL)
		abort();
	*mime = (struct mime){.body = read_body(mail), .fields_left = MIME_FIELDS_MAX};
	mime_parts(mime->body, &type, &tree);
	mime->n = tree.parts;
	mime->entities = tree.entities;
	mime->part = settle(mail, tree.part, tree.parts * sizeof *tree.part);
	mime->entity = settle(mail, tree.entity, tree.entities * sizeof *tree.entity);
	size_t bytes = tree.entities * sizeof *mime->fields;
	mime->fields = (struct fields *)(void *)mail_take(mail, bytes);
	memset(mime->fields, 0, bytes);
	mail->mime = mime;
	return mime;
}

/* ---- decoding */

static struct span
keep(struct mail *mail, struct buf *buf)
{
	mail->mime->text += buf->n;
	return mail_adopt(mail, buf);
}

static bool
is_text(const struct mime_part *part)
{
	return mime_type_is(&part->type, "text", NULL);
}

/*
 * Bytes of a text part as UTF-8; the bytes themselves where they are that
 * already.
 */
static struct span
to_utf8(struct mail *mail, const struct mime_part *part, struct span bytes)
{
	int charset = part->type.charset.n == 0 ? CHARSET_UTF8 : charset_find(part->type.charset);
	struct buf text;

	if (charset == CHARSET_ASCII || charset == CHARSET_UTF8) {
		charset = CHARSET_UTF8;
		if (text_utf8_valid(bytes))
			return bytes;
	}
	buf_init(&text, MIME_TEXT_MAX - mail->mime->text);
	charset_to_utf8(charset, bytes, &text);
	return keep(mail, &text);
}

static struct span
decode(struct mail *mail, struct mime_part *part)
{
	struct buf bytes;

	if (part->text.p != NULL)
		return part->text;
	part->text = part->raw;
	if (part->container)
		return part->text;
	if (part->type.encoding == MIME_BASE64 || part->type.encoding == MIME_QUOTED) {
		buf_init(&bytes, MIME_TEXT_MAX - mail->mime->text);
		if (part->type.encoding == MIME_BASE64)
			words_base64(part->raw, &bytes);
		else
			words_quoted(part->raw, false, &bytes);
		part->text =
			is_text(part) ? to_utf8(mail, part, buf_span(&bytes)) : keep(mail, &bytes);
		if (part->text.p == bytes.p) /* it was UTF-8 */
			part->text = keep(mail, &bytes);
		buf_free(&bytes);
	} else if (is_text(part))
		part->text = to_utf8(mail, part, part->raw);
	if (part->text.p == NULL)
		part->text.p = "";
	return part->text;
}

static struct span
without_markup(struct mail *mail, struct mime_part *part)
{
	struct buf text;

	if (part->plain.p != NULL)
		return part->plain;
	part->plain = decode(mail, part);
	if (!mime_type_is(&part->type, "text", "html") &&
	    !mime_type_is(&part->type, "application", "xhtml+xml"))
		return part->plain;
	buf_init(&text, MIME_TEXT_MAX - mail->mime->text);
	html_text(part->plain, &text);
	part->plain = keep(mail, &text);
	return part->plain;
}

/* ---- what a test compares */

/* RFC 5173 5.2: does a string of :content name this part's type? */
static bool
type_matches(const struct mime_part *part, struct span wanted)
{
	const char *slash = wanted.n == 0 ? NULL : memchr(wanted.p, '/', wanted.n);

	if (wanted.n == 0)
		return true;
	if (slash == NULL)
		return span_equal_case(wanted, part->type.type);
	struct span major = {wanted.p, (size_t)(slash - wanted.p)},
		    minor = span_skip(wanted, major.n + 1);
	if (major.n == 0 || minor.n == 0 || memchr(minor.p, '/', minor.n) != NULL)
		return false;
	return span_equal_case(major, part->type.type) &&
	       span_equal_case(minor, part->type.subtype);
}

static bool
is_wanted(const struct mime_part *part, enum mime_body kind, const struct span *types,
	  size_t n_types)
{
	if (kind == MIME_TEXT)
		return !part->container &&
		       (is_text(part) || mime_type_is(&part->type, "application", "xhtml+xml"));
	for (size_t i = 0; i < n_types; i++)
		if (type_matches(part, types[i]))
			return true;
	return false;
}

int
mime_body(struct mail *mail, enum mime_body kind, const struct span *types, size_t n_types,
	  int (*see)(void *context, struct span value), void *context)
{
	int result = 0;

	if (!mail->has_body)
		return 0;
	struct mime *mime = open_parts(mail);
	if (kind == MIME_RAW)
		return see(context, mime->body);
	for (size_t i = 0; result == 0 && i < mime->n; i++) {
		struct mime_part *part = &mime->part[i];

		if (is_wanted(part, kind, types, n_types))
			result = see(context, kind == MIME_TEXT ? without_markup(mail, part)
								: decode(mail, part));
	}
	return result;
}

/* ---- parts with headers */

size_t
mime_entities(struct mail *mail)
{
	return open_parts(mail)->entities;
}

size_t
mime_entity_end(struct mail *mail, size_t i)
{
	const struct mime *mime = open_parts(mail);
	size_t end = i + 1;

	while (end < mime->entities && mime->entity[end].depth > mime->entity[i].depth)
		end++;
	return end;
}

static const struct fields *
fields_of(struct mail *mail, size_t i)
{
	struct mime *mime = open_parts(mail);
	struct fields *fields = &mime->fields[i];
	struct field field;
	size_t n = 0;

	if (fields->field != NULL)
		return fields;
	for (size_t at = 0;
	     n < mime->fields_left && header_next(mime->entity[i].header, &at, &field);)
		n++;
	mime->fields_left -= n;
	fields->field =
		(struct mail_field *)(void *)mail_take(mail, (n + 1) * sizeof *fields->field);
	for (size_t at = 0; fields->n < n && header_next(mime->entity[i].header, &at, &field);)
		fields->field[fields->n++] =
			(struct mail_field){.name = field.name, .value = field.value};
	return fields;
}

struct mail_field *
mime_entity_next(struct mail *mail, size_t i, struct span name, size_t *at)
{
	if (i == 0)
		return mail_next(mail, name, at);
	const struct fields *fields = fields_of(mail, i);
	while (*at < fields->n) {
		struct mail_field *field = &fields->field[(*at)++];

		if (span_equal_case(field->name, name))
			return field;
	}
	return NULL;
}

struct span
mime_entity_text(struct mail *mail, size_t i)
{
	struct mime *mime = open_parts(mail);
	const struct mime_entity *entity = &mime->entity[i];
	struct mime_part *part = entity->part < mime->n ? &mime->part[entity->part] : NULL;

	if (part == NULL || part->container || part->type.encoding == MIME_UNKNOWN ||
	    (is_text(part) && part->type.charset.n > 0 &&
	     charset_find(part->type.charset) == CHARSET_UNKNOWN))
		return SPAN("");
	struct span text = without_markup(mail, part);
	return is_text(part) || text_utf8_valid(text) ? text : SPAN("");
}
