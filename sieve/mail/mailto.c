#include "sieve/mail/mailto.h"

#include "sieve/mail/address.h"
#include "sieve/mail/mail.h"
#include "sieve/protocol/protocol.h"

#define NEVER "/\"#<>\\^`{|}"

/* RFC 3986 2.1. false: a % that begins no escape, or a NUL. */
static bool
decode(struct pool *pool, struct span text, struct span *to)
{
	char *p = pool_alloc(pool, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '%') {
			int byte = span_hex(text, i + 1);

			if (byte < 0)
				return false;
			c = (char)byte;
			i += 2;
		}
		if (c == '\0')
			return false;
		p[n++] = c;
	}
	*to = (struct span){p, n};
	return true;
}

/* What URIs have only as an escape (RFC 3986 2, RFC 6068 2). */
static bool
is_bare(struct span text, const char *never)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c <= ' ' || c >= 127 || strchr(never, c) != NULL)
			return true;
	}
	return false;
}

/* What stands up to the next of these bytes, which is taken as well. */
static struct span
part(struct span *rest, char ends)
{
	const char *end = rest->n == 0 ? NULL : memchr(rest->p, ends, rest->n);
	struct span taken = {rest->p, end == NULL ? rest->n : (size_t)(end - rest->p)};

	*rest = span_skip(*rest, taken.n + 1);
	return taken;
}

static bool
add_addresses(struct pool *pool, struct span list, struct mailto *mailto)
{
	while (list.n > 0) {
		struct span text;
		char address[PROTOCOL_ADDRESS_MAX];

		if (!decode(pool, part(&list, ','), &text) || mailto->n == MAILTO_ADDRESSES_MAX ||
		    !address_is_one(text, address, sizeof address) || address[0] == '-')
			return false;
		mailto->address[mailto->n++] = pool_copy(pool, span_of(address));
	}
	return true;
}

/* NAME=VALUE behind the "?". */
static bool
add_field(struct pool *pool, struct span value, struct mailto *mailto)
{
	struct span name = part(&value, '='), text, plain;

	if (!decode(pool, name, &plain) || !mail_is_field_name(plain) || is_bare(name, NEVER) ||
	    is_bare(value, NEVER "?[]") || !decode(pool, value, &text))
		return false;
	if (span_equal_case(plain, SPAN("to")) || span_equal_case(plain, SPAN("cc")))
		return value.n > 0 && add_addresses(pool, value, mailto);
	if (span_equal_case(plain, SPAN("subject")))
		mailto->subject = text;
	else if (span_equal_case(plain, SPAN("body")))
		mailto->body = text;
	return true;
}

bool
mailto_read(struct pool *pool, struct span uri, struct mailto *mailto)
{
	const struct span scheme = SPAN("mailto:");

	*mailto = (struct mailto){.n = 0};
	if (!span_starts_case(uri, scheme))
		return false;
	uri = span_skip(uri, scheme.n);
	struct span path = part(&uri, '?');
	mailto->valid = !is_bare(path, NEVER "&;=") && add_addresses(pool, path, mailto);
	while (uri.n > 0 && mailto->valid)
		mailto->valid = add_field(pool, part(&uri, '&'), mailto);
	return mailto->valid && mailto->n > 0;
}
