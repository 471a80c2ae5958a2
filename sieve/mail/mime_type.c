#include "sieve/mail/mime_type.h"

#include "sieve/mail/mime_param.h"

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
take_parameter(const struct mime_param *param, struct mime_type *type)
{
	bool extended;
	struct span name = plain_name(param->name, &extended), value = param->value;

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
	struct mime_param param;
	struct span rest = mime_param_blank(value);
	struct span major = mime_param_token(&rest, MIME_PARAM_ENDS);

	rest = mime_param_blank(rest);
	if (major.n == 0 || rest.n == 0 || rest.p[0] != '/')
		return;
	rest = mime_param_blank(span_skip(rest, 1));
	struct span minor = mime_param_token(&rest, MIME_PARAM_ENDS);
	if (minor.n == 0)
		return;
	type->type = major;
	type->subtype = minor;
	while (mime_param_next(&rest, &param))
		take_parameter(&param, type);
}

/*
 * Identity: 7bit, 8bit, binary, the ways in which they are misspelt, nothing.
 */
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
	struct span rest = mime_param_blank(value);
	bool quoted;
	struct span token = mime_param_value(&rest, &quoted);

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
