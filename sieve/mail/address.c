#include "sieve/mail/address.h"

#include <stdint.h>
#include <stdlib.h>

void
address_open(struct address_list *list, struct span value)
{
	*list = (struct address_list){.value = span_trim(value), .no_quote = SIZE_MAX};
	/*
	 * Local part and domain; then both again with "@" and, at worst, a
	 * backslash before each byte and two quotes.
	 */
	list->scratch = malloc(3 * list->value.n + 8);
	if (list->scratch == NULL)
		abort();
}

void
address_close(struct address_list *list)
{
	free(list->scratch);
	list->scratch = NULL;
}

/* ---- lexical */

/* RFC 5322 3.2.3, and 8-bit characters (RFC 6532). */
static bool
is_atext(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL) || (unsigned char)c >= 128;
}

static bool
at_end(const struct address_list *list)
{
	return list->at >= list->value.n;
}

static char
here(const struct address_list *list)
{
	return list->value.p[list->at];
}

/*
 * Over a comment, with the comments in it; one that does not end reaches to the
 * end.
 */
static void
skip_comment(struct address_list *list)
{
	size_t depth = 0;

	for (; !at_end(list); list->at++) {
		char c = here(list);

		if (c == '\\' && list->at + 1 < list->value.n)
			list->at++;
		else if (c == '(')
			depth++;
		else if (c == ')' && --depth == 0) {
			list->at++;
			return;
		}
	}
	list->flawed = true;
}

static void
skip_blank(struct address_list *list)
{
	while (!at_end(list)) {
		if (here(list) == '(')
			skip_comment(list);
		else if (span_is_space(here(list)))
			list->at++;
		else
			return;
	}
}

/*
 * The quoted string at the current place, unquoted to *to, which moves on
 * (NULL: passed over). false where it does not end; then nothing has moved.
 * Each value is searched in vain at most once.
 */
static bool
take_quoted(struct address_list *list, char **to)
{
	size_t begin = list->at;
	char *p = to == NULL ? NULL : *to;

	if (begin >= list->no_quote)
		return false;
	for (list->at++; !at_end(list); list->at++) {
		char c = here(list);

		if (c == '"') {
			list->at++;
			if (to != NULL)
				*to = p;
			return true;
		}
		if (c == '\\' && list->at + 1 < list->value.n)
			c = list->value.p[++list->at];
		if (p != NULL)
			*p++ = c;
	}
	list->at = begin;
	list->no_quote = begin;
	return false;
}

/*
 * On to what ends this element of the list: a comma, or a semicolon in a group.
 */
static void
skip_rest(struct address_list *list)
{
	for (skip_blank(list); !at_end(list); skip_blank(list)) {
		if (here(list) == ',' || (here(list) == ';' && list->in_group))
			return;
		list->flawed = true;
		if (here(list) != '"' || !take_quoted(list, NULL))
			list->at++;
	}
}

/* ---- one address */

/* What has been read of one. */
struct reading {
	char *to; /* next free byte of the scratch */
	struct span local;
	struct span domain;
	bool word; /* the last token was a word */
	/*
	 * two words without a dot between them: no local part, but perhaps a
	 * name
	 */
	bool phrase;
	bool any; /* there is some word or dot */
};

static void
begin_local(struct address_list *list, struct reading *reading)
{
	*reading = (struct reading){.to = list->scratch, .local = {list->scratch, 0}};
}

/* One word or dot of a local part or name. false where there is none. */
static bool
take_word(struct address_list *list, struct reading *reading)
{
	char c = here(list);

	if (c == '.') {
		*reading->to++ = c;
		list->at++;
		reading->word = false;
		reading->any = true;
		return true;
	}
	bool quoted = c == '"';
	if (!quoted && !is_atext(c))
		return false;
	reading->phrase = reading->phrase || reading->word;
	if (quoted && !take_quoted(list, &reading->to))
		return false;
	while (!quoted && !at_end(list) && is_atext(here(list)))
		*reading->to++ = list->value.p[list->at++];
	reading->word = true;
	reading->any = true;
	return true;
}

/* Words and dots from here on. */
static void
take_words(struct address_list *list, struct reading *reading)
{
	for (skip_blank(list); !at_end(list) && take_word(list, reading); skip_blank(list))
		;
	reading->local.n = (size_t)(reading->to - reading->local.p);
}

/* "[...]" */
static bool
take_literal(struct address_list *list, struct reading *reading)
{
	for (; !at_end(list); list->at++) {
		char c = here(list);

		if (c != ' ' && c != '\t')
			*reading->to++ = c;
		if (c == ']') {
			list->at++;
			return true;
		}
	}
	return false;
}

/*
 * The domain behind an @: atoms and dots, white space and comments around the
 * dots; no empty label.
 */
static bool
take_domain(struct address_list *list, struct reading *reading)
{
	bool dot = true;

	reading->domain.p = reading->to;
	skip_blank(list);
	if (!at_end(list) && here(list) == '[') {
		bool closed = take_literal(list, reading);
		reading->domain.n = (size_t)(reading->to - reading->domain.p);
		return closed;
	}
	for (; !at_end(list); skip_blank(list)) {
		if (here(list) == '.' && !dot) {
			*reading->to++ = '.';
			list->at++;
			dot = true;
			continue;
		}
		if (!dot || !is_atext(here(list)))
			break;
		while (!at_end(list) && is_atext(here(list)))
			*reading->to++ = list->value.p[list->at++];
		dot = false;
	}
	reading->domain.n = (size_t)(reading->to - reading->domain.p);
	return !dot;
}

/* An obsolete route (RFC 5322 4.4): "@a,@b:", at the current place. */
static bool
skip_route(struct address_list *list, struct reading *reading)
{
	list->flawed = true;
	for (;;) {
		skip_blank(list);
		if (at_end(list))
			return false;
		if (here(list) == ':') {
			list->at++;
			return true;
		}
		if (here(list) == ',') {
			list->at++;
			continue;
		}
		if (here(list) != '@')
			return false;
		list->at++;
		if (!take_domain(list, reading))
			return false;
		reading->to = list->scratch;
	}
}

/* "<...>" */
static bool
take_angle(struct address_list *list, struct reading *reading)
{
	list->at++;
	begin_local(list, reading);
	skip_blank(list);
	if (!at_end(list) && here(list) == '@' && !skip_route(list, reading))
		return false;
	take_words(list, reading);
	if (at_end(list) || here(list) != '@' || reading->phrase || reading->local.n == 0)
		return false;
	list->at++;
	if (!take_domain(list, reading))
		return false;
	skip_blank(list);
	if (at_end(list) || here(list) != '>')
		return false;
	list->at++;
	return true;
}

static bool
is_dot_atom(struct span s)
{
	bool dot = true;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' ? dot : !is_atext(s.p[i]))
			return false;
		dot = s.p[i] == '.';
	}
	return !dot;
}

/* local@domain, quoted where the local part would not be read back as it is. */
static void
put_all(struct reading *reading, struct address *address)
{
	bool plain = is_dot_atom(reading->local);
	char *p = reading->to;

	if (!plain)
		*p++ = '"';
	for (size_t i = 0; i < reading->local.n; i++) {
		if (!plain && (reading->local.p[i] == '"' || reading->local.p[i] == '\\'))
			*p++ = '\\';
		*p++ = reading->local.p[i];
	}
	if (!plain)
		*p++ = '"';
	*p++ = '@';
	memcpy(p, reading->domain.p, reading->domain.n);
	p += reading->domain.n;
	*address = (struct address){
		true, reading->local, reading->domain, {reading->to, (size_t)(p - reading->to)}};
}

/*
 * The element at the current place, which is no blank: an address, the begin of
 * a group, or nothing that counts. Moves on to its end.
 */
static bool
take_element(struct address_list *list, struct reading *reading)
{
	bool found = false;

	begin_local(list, reading);
	take_words(list, reading);
	if (!at_end(list) && here(list) == ':' && !list->in_group) {
		list->at++;
		list->in_group = list->groups = true;
		list->flawed = true;
		return false;
	}
	if (!at_end(list) && here(list) == '@') {
		list->at++;
		found = reading->local.n > 0 && !reading->phrase && take_domain(list, reading);
	} else if (!at_end(list) && here(list) == '<')
		found = take_angle(list, reading);
	if (!found)
		list->flawed = true;
	skip_rest(list);
	return found;
}

bool
address_next(struct address_list *list, struct address *address)
{
	struct reading reading;
	bool any = false;

	for (skip_blank(list); !at_end(list); skip_blank(list)) {
		any = true;
		if (here(list) == ',') {
			list->at++;
			list->flawed = true;
		} else if (here(list) == ';' && list->in_group) {
			list->at++;
			list->in_group = false;
			skip_rest(list);
		} else if (take_element(list, &reading)) {
			put_all(&reading, address);
			list->found = true;
			return true;
		}
	}
	bool none = any && !list->found && !list->ended;
	list->ended = true;
	*address = (struct address){.all = list->value};
	return none;
}

/* RFC 5228 5.4: "@a,@b:" before an address is no part of it. */
static struct span
without_route(struct span path)
{
	const char *end = path.n > 0 && path.p[0] == '@' ? memchr(path.p, ':', path.n) : NULL;

	return end == NULL ? path : span_skip(path, (size_t)(end + 1 - path.p));
}

void
address_envelope(struct address_list *list, struct span path, struct address *address)
{
	path = span_trim(path);
	if (path.n >= 2 && path.p[0] == '<' && path.p[path.n - 1] == '>')
		path = (struct span){path.p + 1, path.n - 2};
	path = without_route(path);
	address_open(list, path);
	if (address_next(list, address) && address->valid)
		return;
	*address = (struct address){
		path.n == 0 || memchr(path.p, '@', path.n) == NULL, path, {NULL, 0}, path};
}

bool
address_part(const struct address *address, enum address_part part, char delimiter,
	     struct span *text)
{
	const char *divider = NULL;

	if (part == ADDRESS_ALL) {
		*text = address->all;
		return true;
	}
	if (!address->valid)
		return false;
	if (part == ADDRESS_DOMAIN) {
		*text = address->domain;
		return address->domain.n > 0 || address->all.n == 0;
	}
	*text = address->local;
	if (part == ADDRESS_LOCALPART)
		return true;
	if (delimiter != '\0' && text->n > 0)
		divider = memchr(text->p, delimiter, text->n);
	if (part == ADDRESS_USER) {
		text->n = divider == NULL ? text->n : (size_t)(divider - text->p);
		return true;
	}
	if (divider == NULL)
		return false;
	*text = span_skip(*text, (size_t)(divider - text->p) + 1);
	return true;
}

bool
address_is_one(struct span text, char *to, size_t size)
{
	struct address_list list;
	struct address address, another;

	address_open(&list, text);
	bool one = address_next(&list, &address) && address.valid &&
		   (to == NULL || address.all.n < size);
	for (size_t i = 0; one && i < address.all.n; i++)
		one = (unsigned char)address.all.p[i] >= ' ' && address.all.p[i] != 127;
	if (one && to != NULL) {
		memcpy(to, address.all.p, address.all.n);
		to[address.all.n] = '\0';
	}
	one = one && !address_next(&list, &another) && !list.flawed;
	address_close(&list);
	return one;
}
