#include "sieve/mail/mime_param.h"

#include "sieve/protocol/charset.h"
#include "sieve/text/text.h"
#include "sieve/text/words.h"

struct span
mime_param_blank(struct span rest)
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

struct span
mime_param_token(struct span *rest, const char *ends)
{
	size_t n = 0;

	while (n < rest->n && (unsigned char)rest->p[n] > ' ' && rest->p[n] != 127 &&
	       strchr(ends, rest->p[n]) == NULL)
		n++;
	struct span token = {rest->p, n};
	*rest = span_skip(*rest, n);
	return token;
}

struct span
mime_param_value(struct span *rest, bool *quoted)
{
	size_t i;

	*quoted = rest->n > 0 && rest->p[0] == '"';
	if (!*quoted)
		return mime_param_token(rest, ";()<>\",");
	for (i = 1; i < rest->n && rest->p[i] != '"'; i++)
		if (rest->p[i] == '\\')
			i++;
	size_t end = i < rest->n ? i : rest->n;
	struct span value = {rest->p + 1, end - 1};
	*rest = span_skip(*rest, i + 1);
	return value;
}

bool
mime_param_next(struct span *rest, struct mime_param *param)
{
	for (*rest = mime_param_blank(*rest); rest->n > 0; *rest = mime_param_blank(*rest)) {
		size_t before = rest->n;

		if (rest->p[0] == ';') {
			*rest = span_skip(*rest, 1);
			continue;
		}
		param->name = mime_param_token(rest, ";=()<>\",");
		*rest = mime_param_blank(*rest);
		if (rest->n > 0 && rest->p[0] == '=') {
			*rest = mime_param_blank(span_skip(*rest, 1));
			param->value = mime_param_value(rest, &param->quoted);
			return true;
		}
		if (rest->n == before) /* a character that nothing begins with */
			*rest = span_skip(*rest, 1);
	}
	return false;
}

/* ---- the value of one */

/* What was found of it. */
struct found {
	struct mime_param plain, extended, section[MIME_PARAM_SECTIONS];
	bool has_plain, has_extended, has[MIME_PARAM_SECTIONS];
	bool encoded[MIME_PARAM_SECTIONS]; /* "*" behind the number */
};

/* "*", "*N" or "*N*" behind the name: RFC 2231's forms. */
static void
take_marked(struct found *found, struct span mark, const struct mime_param *param)
{
	size_t number = 0, i = 1;

	if (mark.n == 1) {
		if (!found->has_extended)
			found->extended = *param;
		found->has_extended = true;
		return;
	}
	for (; i < mark.n && mark.p[i] >= '0' && mark.p[i] <= '9' && number < MIME_PARAM_SECTIONS;
	     i++)
		number = number * 10 + (size_t)(mark.p[i] - '0');
	bool encoded = i + 1 == mark.n && mark.p[i] == '*';
	if (i == 1 || (i < mark.n && !encoded) || number >= MIME_PARAM_SECTIONS ||
	    found->has[number])
		return;
	found->section[number] = *param;
	found->encoded[number] = encoded;
	found->has[number] = true;
}

static void
take_param(struct found *found, struct span name, const struct mime_param *param)
{
	struct span mark = span_skip(param->name, name.n);

	if (!span_starts_case(param->name, name))
		return;
	if (mark.n > 0 && mark.p[0] == '*')
		take_marked(found, mark, param);
	else if (mark.n == 0 && !found->has_plain) {
		found->plain = *param;
		found->has_plain = true;
	}
}

/* A value's bytes, escapes undone where it was quoted. */
static void
add_plain(const struct mime_param *param, struct buf *to)
{
	for (size_t i = 0; i < param->value.n; i++) {
		if (param->quoted && param->value.p[i] == '\\' && i + 1 < param->value.n)
			i++;
		(void)buf_addc(to, param->value.p[i]);
	}
}

static void
add_percent(struct span value, struct buf *to)
{
	for (size_t i = 0; i < value.n; i++) {
		int byte = value.p[i] == '%' ? span_hex(value, i + 1) : -1;

		(void)buf_addc(to, byte >= 0 ? (char)byte : value.p[i]);
		i += byte >= 0 ? 2 : 0;
	}
}

/*
 * charset'language' in front of an extended value: the set; value moves behind.
 */
static int
take_charset(struct span *value)
{
	const char *quote = value->n == 0 ? NULL : memchr(value->p, '\'', value->n);
	size_t n = quote == NULL ? 0 : (size_t)(quote - value->p);
	struct span behind = span_skip(*value, n + 1);
	const char *second =
		quote == NULL || behind.n == 0 ? NULL : memchr(behind.p, '\'', behind.n);

	if (second == NULL)
		return CHARSET_UTF8;
	int charset = n == 0 ? CHARSET_UTF8 : charset_find((struct span){value->p, n});
	*value = span_skip(behind, (size_t)(second - behind.p) + 1);
	return charset;
}

/* RFC 2231 3 and 4: the sections in order, until one is missing. */
static void
add_extended(const struct found *found, struct buf *to)
{
	int charset = CHARSET_UTF8;
	struct buf bytes;

	buf_init(&bytes, to->max);
	if (found->has_extended) {
		struct span value = found->extended.value;

		charset = take_charset(&value);
		add_percent(value, &bytes);
	} else
		for (size_t i = 0; i < MIME_PARAM_SECTIONS && found->has[i]; i++) {
			struct span value = found->section[i].value;

			if (i == 0 && found->encoded[i])
				charset = take_charset(&value);
			if (found->encoded[i])
				add_percent(value, &bytes);
			else
				add_plain(&found->section[i], &bytes);
		}
	charset_to_utf8(charset, buf_span(&bytes), to);
	buf_free(&bytes);
}

/*
 * An unquoted value with spaces in it, as some mailers write file names: it
 * goes on to the next semicolon, unless a parameter or comment stands before
 * that.
 */
static void
extend(struct mime_param *param, struct span rest)
{
	size_t n = 0;

	if (param->quoted || param->value.n == 0)
		return;
	while (n < rest.n && rest.p[n] != ';' && rest.p[n] != '=' && rest.p[n] != '(')
		n++;
	if (n == rest.n || rest.p[n] == ';')
		param->value = span_trim(
			(struct span){param->value.p, (size_t)(rest.p + n - param->value.p)});
}

bool
mime_param_find(struct span value, struct span name, struct buf *to)
{
	const char *begin = value.n == 0 ? NULL : memchr(value.p, ';', value.n);
	struct span rest = begin == NULL ? SPAN("") : span_skip(value, (size_t)(begin - value.p));
	struct found found = {.has_plain = false};
	struct mime_param param;
	struct buf bytes;

	while (mime_param_next(&rest, &param)) {
		extend(&param, rest);
		take_param(&found, name, &param);
	}
	if (found.has_extended || found.has[0]) {
		add_extended(&found, to);
		return true;
	}
	if (!found.has_plain)
		return false;
	buf_init(&bytes, to->max);
	add_plain(&found.plain, &bytes);
	words_decode(buf_span(&bytes), to);
	buf_free(&bytes);
	return true;
}
