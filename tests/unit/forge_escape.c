#include "forge_escape.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct out {
	char *to;
	size_t n, size;
};

static void
put(struct out *out, char c)
{
	if (out->n < out->size)
		out->to[out->n++] = c;
}

static bool
is_print(char c)
{
	return c >= ' ' && c < 127;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (span_lower(c) >= 'a' && span_lower(c) <= 'z');
}

/*
 * Each byte that is not alphanumeric, nor in safe, as instead; '\0': left out.
 */
static size_t
only(struct span text, const char *safe, char instead, size_t most, char *to, size_t size)
{
	struct out out = {.to = to, .size = size < most ? size : most};

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (is_alnum(c) || (c != '\0' && strchr(safe, c) != NULL))
			put(&out, c);
		else if (instead != '\0')
			put(&out, instead);
	}
	return out.n;
}

/*
 * A line of SMTP ends at CR LF or LF, and no server keeps a NUL in a command.
 */
size_t
forge_escape_raw(struct span text, char *to, size_t size)
{
	struct out out = {.to = to, .size = size};

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\0' && text.p[i] != '\n')
			put(&out, text.p[i]);
	return out.n;
}

/* NULs too, as a proxy or a program in another language may. */
size_t
forge_escape_raw_with_nul(struct span text, char *to, size_t size)
{
	struct out out = {.to = to, .size = size};

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\n')
			put(&out, text.p[i]);
	return out.n;
}

/* The first word of it, with whatever it is made of. */
size_t
forge_escape_word(struct span text, char *to, size_t size)
{
	struct out out = {.to = to, .size = size};

	for (size_t i = 0; i < text.n; i++) {
		if ((unsigned char)text.p[i] > ' ')
			put(&out, text.p[i]);
		else if (out.n > 0)
			break;
	}
	if (out.n == 0)
		put(&out, 'x');
	return out.n;
}

/* Postfix: NEUTER_CHARACTERS in smtpd.c, and printable(). */
size_t
forge_escape_postfix_helo(struct span text, char *to, size_t size)
{
	struct out out = {.to = to, .size = size};

	for (size_t i = 0; i < text.n; i++)
		put(&out, !is_print(text.p[i]) || strchr(" <>()\\\";@", text.p[i]) != NULL
				  ? '?'
				  : text.p[i]);
	if (out.n == 0)
		put(&out, 'x');
	return out.n;
}

/*
 * Postfix's comment_sanitize(): printable, no backslash, parentheses in pairs.
 */
size_t
forge_escape_postfix_comment(struct span text, char *to, size_t size)
{
	struct out out = {.to = to, .size = size - size / 2};
	size_t depth = 0;

	for (size_t i = 0; i < text.n && out.n < out.size; i++) {
		char c = text.p[i];

		if (!is_print(c) || c == '\\' || (c == ')' && depth == 0))
			c = '?';
		depth += c == '(';
		depth -= c == ')';
		put(&out, c);
	}
	for (out.size = size; depth > 0; depth--)
		put(&out, ')');
	return out.n;
}

/* Sendmail's check of a HELO, and cleanstrcpy() of an ident. */
size_t
forge_escape_sendmail_helo(struct span text, char *to, size_t size)
{
	size_t n = only(text, "[].-_#:", '\0', 512, to, size);

	if (n == 0)
		to[n++] = 'x';
	return n;
}

size_t
forge_escape_sendmail_ident(struct span text, char *to, size_t size)
{
	size_t n = only(text, "!#$%&'*+-./^_`{|}~=@:", '\0', 256, to, size);

	if (n == 0)
		to[n++] = 'x';
	return n;
}

/* qmail's safeput(). */
size_t
forge_escape_qmail(struct span text, char *to, size_t size)
{
	size_t n = only(text, ".@%+/=:-", '?', 1000, to, size);

	if (n == 0)
		to[n++] = '?';
	return n;
}

/* The same with brackets, as some patches have it. */
size_t
forge_escape_qmail_brackets(struct span text, char *to, size_t size)
{
	size_t n = only(text, ".@%+/=:-[]", '?', 1000, to, size);

	if (n == 0)
		to[n++] = '?';
	return n;
}

/* Courier: white space and controls become "_". */
size_t
forge_escape_courier(struct span text, char *to, size_t size)
{
	struct out out = {.to = to, .size = size < 255 ? size : 255};

	for (size_t i = 0; i < text.n; i++)
		put(&out, (unsigned char)text.p[i] <= ' ' ? '_' : text.p[i]);
	if (out.n == 0)
		put(&out, 'x');
	return out.n;
}

/* Exim's string_printing(), of which an ident keeps 127 bytes. */
size_t
forge_escape_exim_ident(struct span text, char *to, size_t size)
{
	struct out out = {.to = to, .size = size < 127 ? size : 127};
	char octal[8];

	for (size_t i = 0; i < text.n; i++) {
		if (is_print(text.p[i])) {
			put(&out, text.p[i]);
			continue;
		}
		snprintf(octal, sizeof octal, "\\%03o", (unsigned char)text.p[i]);
		for (const char *p = octal; *p != '\0'; p++)
			put(&out, *p);
	}
	return out.n;
}

/*
 * A host name as the resolver's library prints what is in the DNS
 * (ns_name_ntop).
 */
size_t
forge_escape_name(struct span text, char *to, size_t size)
{
	struct out out = {.to = to, .size = size < 255 ? size : 255};
	char octal[8];

	for (size_t i = 0; i < text.n && out.n + 4 < out.size; i++) {
		char c = text.p[i];

		if (c <= ' ' || c == 127) {
			snprintf(octal, sizeof octal, "\\%03d", (unsigned char)c);
			for (const char *p = octal; *p != '\0'; p++)
				put(&out, *p);
			continue;
		}
		if (strchr("\";\\()@$", c) != NULL)
			put(&out, '\\');
		put(&out, c);
	}
	if (out.n == 0)
		put(&out, 'x');
	return out.n;
}

/*
 * A name that is one, as res_hnok() or a library that refuses others has it;
 * below some top-level domain.
 */
size_t
forge_escape_host(struct span text, char *to, size_t size)
{
	static const char domain[] = ".example";
	size_t n = only(text, ".-_", '\0', 240, to, size);

	memcpy(to + n, domain, sizeof domain - 1);
	return n + sizeof domain - 1;
}

/* The same, or a literal as OpenSMTPD and Exim take it. */
size_t
forge_escape_host_or_literal(struct span text, char *to, size_t size)
{
	static const char *const literals[] = {"[9.9.9.9]", "[IPv6:2001:db8::66]", "[192.0.2.8]"};

	if (text.n % 3 != 0)
		return forge_escape_host(text, to, size);
	return (size_t)snprintf(to, size, "%s", literals[text.n / 3 % 3]);
}

/* The local part in quotes, as RFC 5321 wants it where it holds such bytes. */
size_t
forge_escape_path(struct span text, char *to, size_t size)
{
	static const char domain[] = "\"@b.example";
	struct out out = {.to = to, .size = size - sizeof domain};

	put(&out, '"');
	for (size_t i = 0; i < text.n && out.n + 2 < out.size; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			put(&out, '\\');
		if (text.p[i] != '\0' && text.p[i] != '\n' && text.p[i] != '\r')
			put(&out, text.p[i]);
	}
	out.size = size;
	for (const char *p = domain; *p != '\0'; p++)
		put(&out, *p);
	return out.n;
}

/* Go's %q of such a path. */
size_t
forge_escape_go_quoted(struct span text, char *to, size_t size)
{
	char inner[FORGE_TEXT_MAX * 2 + 32], hex[8];
	struct out out = {.to = to, .size = size};
	size_t n = forge_escape_path(text, inner, sizeof inner);

	for (size_t i = 0; i < n && out.n + 5 < out.size; i++) {
		if (inner[i] == '"' || inner[i] == '\\') {
			put(&out, '\\');
			put(&out, inner[i]);
		} else if (is_print(inner[i])) {
			put(&out, inner[i]);
		} else {
			snprintf(hex, sizeof hex, "\\x%02x", (unsigned char)inner[i]);
			for (const char *p = hex; *p != '\0'; p++)
				put(&out, *p);
		}
	}
	return out.n;
}
