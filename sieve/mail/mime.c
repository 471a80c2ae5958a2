#include "sieve/mail/mime.h"

#include "sieve/protocol/charset.h"
#include "sieve/mail/html.h"
#include "sieve/mail/mime_parts.h"
#include "sieve/text/text.h"
#include "sieve/text/words.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_SIZE ((size_t)1 << 20)

struct mime {
	struct span body;
	struct mime_part *part;
	size_t n;
	size_t text; /* bytes of decoded texts so far */
};

/*
 * The first MIME_BODY_MAX bytes of the body; fewer where they cannot be read.
 */
static struct span
read_body(struct mail *mail)
{
	uint64_t left = mail->size - mail->body;
	size_t want = left < MIME_BODY_MAX ? (size_t)left : MIME_BODY_MAX, got = 0;
	char *p = mail_take(mail, want + 1);

	while (got < want) {
		ssize_t n =
			pread(mail->fd, p + got, want - got < READ_SIZE ? want - got : READ_SIZE,
			      (off_t)(mail->body + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	return (struct span){p, got};
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

static struct mime *
open_parts(struct mail *mail)
{
	if (mail->mime != NULL)
		return mail->mime;
	struct mime_type type = top_type(mail);
	struct mime_part *part = calloc(MIME_PARTS_MAX, sizeof *part);
	struct mime *mime = (struct mime *)(void *)mail_take(mail, sizeof *mime);

	if (part == NULL)
		abort();
	*mime = (struct mime){.body = read_body(mail)};
	mime->n = mime_parts(mime->body, &type, part, MIME_PARTS_MAX);
	mime->part = (struct mime_part *)(void *)mail_take(mail, mime->n * sizeof *part);
	memcpy(mime->part, part, mime->n * sizeof *part);
	free(part);
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
