#include "sieve/mail/mime_type.h"

struct mime_type
mime_type_default(bool digest)
{
	if (digest)
		return (struct mime_type){.type = SPAN("message"), .subtype = SPAN("rfc822")};
	return (struct mime_type){.type = SPAN("text"), .subtype = SPAN("plain")};
}

bool
mime_type_is(const struct mime_type *type, const char *major, const char *minor)
{
	return span_equal_case(type->type, span_of(major)) &&
	       (minor == NULL || span_equal_case(type->subtype, span_of(minor)));
}

/* Over white space, line ends and comments. */
static struct span
skip_blank(struct span rest)
{
	size_t depth = 0, i = 0;

	for (; i < rest.n; i++) {
		if (rest.p[i] == '(')
			depth++;
		else if (rest.p[i] == ')' && depth > 0)
			depth--;
		else if (rest.p[i] == '\\' && depth > 0)
			i++;
		else if (depth == 0 && !span_is_space(rest.p[i]))
			break;
	}
	return span_skip(rest, i);
}

/*
 * A token (RFC 2045 5.1) at the begin of *rest, which moves behind it; empty:
 * there is none. A little more than the RFC's characters is taken, for values
 * that should be quoted.
 */
static struct span
take_token(struct span *rest, const char *ends)
{
	size_t n = 0;

	while (n < rest->n && (unsigned char)rest->p[n] > ' ' && rest->p[n] != 127 &&
	       strchr(ends, rest->p[n]) == NULL)
		n++;
	struct span token = {rest->p, n};
	*rest = span_skip(*rest, n);
	return token;
}

static struct span
take_value(struct span *rest)
{
	size_t i;

	if (rest->n == 0 || rest->p[0] != '"')
		return take_token(rest, ";()<>\",");
	for (i = 1; i < rest->n && rest->p[i] != '"'; i++)
		if (rest->p[i] == '\\')
			i++;
	size_t end = i < rest->n ? i : rest->n;
	struct span value = {rest->p + 1, end - 1};
	*rest = span_skip(*rest, i + 1);
	return value;
}

/*
 * A parameter's name without RFC 2231's marks ("*", "*0", "*0*"); *extended:
 * its value begins with charset'language'.
 */
static struct span
plain_name(struct span name, bool *extended)
{
	*extended = name.n > 1 && name.p[name.n - 1] == '*';
	if (*extended)
		name.n--;
	if (name.n > 2 && name.p[name.n - 1] == '0' && name.p[name.n - 2] == '*')
		name.n -= 2;
	return name;
}

static struct span
behind_language(struct span value)
{
	const char *quote = value.n == 0 ? NULL : memrchr(value.p, '\'', value.n);

	return quote == NULL ? value : span_skip(value, (size_t)(quote - value.p) + 1);
}

static void
take_parameter(struct span *rest, struct mime_type *type)
{
	bool extended;
	struct span name = plain_name(take_token(rest, ";=()<>\","), &extended);

	*rest = skip_blank(*rest);
	if (rest->n == 0 || rest->p[0] != '=')
		return;
	*rest = skip_blank(span_skip(*rest, 1));
	struct span value = take_value(rest);
	if (extended)
		value = behind_language(value);
	if (span_equal_case(name, SPAN("charset")) && type->charset.n == 0)
		type->charset = span_trim(value);
	else if (span_equal_case(name, SPAN("boundary")) && type->boundary.n == 0)
		type->boundary = span_trim(value);
}

void
mime_type_read(struct span value, struct mime_type *type)
{
	struct span rest = skip_blank(value);
	struct span major = take_token(&rest, "/;=()<>\",");

	rest = skip_blank(rest);
	if (major.n == 0 || rest.n == 0 || rest.p[0] != '/')
		return;
	rest = skip_blank(span_skip(rest, 1));
	struct span minor = take_token(&rest, "/;=()<>\",");
	if (minor.n == 0)
		return;
	type->type = major;
	type->subtype = minor;
	for (rest = skip_blank(rest); rest.n > 0; rest = skip_blank(rest)) {
		size_t before = rest.n;

		if (rest.p[0] == ';')
			rest = span_skip(rest, 1);
		else
			take_parameter(&rest, type);
		if (rest.n == before) /* a character that nothing begins with */
			rest = span_skip(rest, 1);
	}
}

/* Identity: 7bit, 8bit, binary, the ways in which they are misspelt, nothing. */
static bool
is_identity(struct span token)
{
	static const char *const names[] = {"",      "7bit",  "8bit",  "binary", "7-bit",
					    "8-bit", "7bits", "8bits", "none",   "identity"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_equal_case(token, span_of(names[i])))
			return true;
	return false;
}

void
mime_encoding_read(struct span value, struct mime_type *type)
{
	struct span rest = skip_blank(value);
	struct span token = take_value(&rest);

	type->encoding = span_equal_case(token, SPAN("base64"))             ? MIME_BASE64
			 : span_equal_case(token, SPAN("quoted-printable")) ? MIME_QUOTED
			 : is_identity(token)                               ? MIME_IDENTITY
									    : MIME_UNKNOWN;
	if (type->encoding != MIME_UNKNOWN || mime_type_is(type, "multipart", NULL) ||
	    mime_type_is(type, "message", NULL))
		return;
	type->type = SPAN("application");
	type->subtype = SPAN("octet-stream");
}
