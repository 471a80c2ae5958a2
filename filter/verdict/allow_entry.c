#include "filter/verdict/allow_entry.h"

#include <stdio.h>

#define FROM_MAX 2048 /* bytes of a From value; a longer one names nobody */

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (span_lower(c) >= 'a' && span_lower(c) <= 'z');
}

/*
 * Labels of letters, digits, hyphens and underscores with dots between them; at
 * least two, for a bare word is no domain.
 */
static bool
is_domain(struct span s)
{
	size_t label = 0, dots = 0;

	if (s.n == 0 || s.n > 253)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' ? label == 0
				  : !is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
		dots += s.p[i] == '.';
		label = s.p[i] == '.' ? 0 : label + 1;
		if (label > 63)
			return false;
	}
	return label > 0 && dots > 0;
}

static bool
is_local(struct span s)
{
	if (s.n == 0 || s.n > 64)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' ||
		    (!is_alnum(s.p[i]) && strchr("!#$%&'*+-/=?^_`{|}~.", s.p[i]) == NULL))
			return false;
	return true;
}

struct span
allow_domain(struct span address)
{
	const char *at = address.n == 0 ? NULL : memrchr(address.p, '@', address.n);

	return at == NULL ? (struct span){NULL, 0}
			  : (struct span){at + 1, address.n - (size_t)(at - address.p) - 1};
}

bool
allow_address_plain(struct span address)
{
	struct span domain = allow_domain(address);

	return domain.p != NULL && is_domain(domain) &&
	       is_local((struct span){address.p, address.n - domain.n - 1});
}

/* A List-Id: labels of atom characters with dots between them (RFC 2919 2). */
static bool
is_list(struct span s)
{
	bool dot = false;

	for (size_t i = 0; i < s.n; i++) {
		bool end = i == 0 || i + 1 == s.n || s.p[i - 1] == '.';

		if (s.p[i] == '.' && end)
			return false;
		dot |= s.p[i] == '.';
		if (s.p[i] == '\0' || s.p[i] == '*' ||
		    (!is_alnum(s.p[i]) && strchr("!#$%&'+-/=?^_`{|}~.", s.p[i]) == NULL))
			return false;
	}
	return dot && s.n <= 255;
}

void
allow_entry_of_network(const struct network *network, struct allow_entry *entry)
{
	char printed[ADDR_TEXT_MAX];
	bool v4 = addr_is_ipv4(&network->addr) && network->prefix >= 96;

	*entry = (struct allow_entry){.kind = ALLOW_NETWORK, .network = *network};
	(void)addr_print(&network->addr, printed);
	if (network->prefix == 128)
		(void)snprintf(entry->text, sizeof entry->text, "%s", printed);
	else
		(void)snprintf(entry->text, sizeof entry->text, "%s/%u", printed,
			       v4 ? network->prefix - 96 : network->prefix);
}

/*
 * Fills in the text: the first front bytes as they came, the domain in lower
 * case.
 */
static enum allow_kind
take(struct allow_entry *entry, enum allow_kind kind, struct span front, struct span domain)
{
	entry->kind = kind;
	memcpy(entry->text, front.p, front.n);
	for (size_t i = 0; i < domain.n; i++)
		entry->text[front.n + i] = span_lower(domain.p[i]);
	return kind;
}

/* "list:tulips.example.org", "dkim:example.org". */
static enum allow_kind
read_prefixed(struct span s, struct allow_entry *entry)
{
	static const struct {
		struct span prefix;
		enum allow_kind kind;
	} kinds[] = {{SPAN("list:"), ALLOW_LIST_ID}, {SPAN("dkim:"), ALLOW_SIGNER}};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (span_starts_case(s, kinds[i].prefix)) {
			struct span rest = span_skip(s, kinds[i].prefix.n);

			if (kinds[i].kind == ALLOW_LIST_ID ? is_list(rest) : is_domain(rest))
				return take(entry, kinds[i].kind, kinds[i].prefix, rest);
		}
	return ALLOW_NONE;
}

enum allow_kind
allow_entry_read(struct span text, struct allow_entry *entry)
{
	static const struct span at = SPAN("@"), below = SPAN("@.");
	struct span s = span_trim(text);
	struct network network;

	*entry = (struct allow_entry){.kind = ALLOW_NONE};
	if (s.n == 0 || s.n >= ALLOW_ENTRY_MAX - 1 || memchr(s.p, '*', s.n) != NULL)
		return ALLOW_NONE;
	if (network_parse(s, &network)) {
		allow_entry_of_network(&network, entry);
		return ALLOW_NETWORK;
	}
	if (read_prefixed(s, entry) != ALLOW_NONE)
		return entry->kind;
	if (span_starts_case(s, below) && is_domain(span_skip(s, below.n)))
		return take(entry, ALLOW_SUBDOMAINS, below, span_skip(s, below.n));
	if (s.p[0] == '@' && is_domain(span_skip(s, 1)))
		return take(entry, ALLOW_DOMAIN, at, span_skip(s, 1));
	if (is_domain(s))
		return take(entry, ALLOW_DOMAIN, at, s);
	if (!allow_address_plain(s))
		return ALLOW_NONE;
	struct span domain = allow_domain(s);
	return take(entry, ALLOW_SENDER, (struct span){s.p, s.n - domain.n}, domain);
}

const char *
allow_entry_instead(struct span text)
{
	struct span s = span_trim(text), domain = allow_domain(s);
	const char *star = s.n == 0 ? NULL : memchr(s.p, '*', s.n);

	if (star == NULL)
		return NULL;
	if (domain.p == NULL)
		domain = s;
	if (domain.n > 2 && domain.p[0] == '*' && domain.p[1] == '.')
		return "write @.example.org for all domains below example.org, and @example.org "
		       "for the domain itself";
	if (domain.n > 0 && memchr(domain.p, '*', domain.n) == NULL)
		return "write @example.org for everybody at example.org";
	return "name a sender (friend@example.org), a domain (@example.org) or the domains below "
	       "one (@.example.org)";
}

struct span
allow_entry_of_line(struct span line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '#' && (i == 0 || span_is_space(line.p[i - 1])))
			return (struct span){line.p, i};
	return line;
}

bool
allow_entry_same(const struct allow_entry *a, const struct allow_entry *b)
{
	return a->kind == b->kind && span_equal_case(span_of(a->text), span_of(b->text));
}

bool
allow_entry_matches(const struct allow_entry *entry, struct span address)
{
	struct span text = span_of(entry->text);

	if (!allow_address_plain(address))
		return false;
	if (entry->kind == ALLOW_SENDER)
		return span_equal_case(text, address);
	struct span domain = allow_domain(address);
	if (entry->kind == ALLOW_DOMAIN)
		return span_equal_case(span_skip(text, 1), domain);
	/* "@.example.org": what stands behind its "@" ends the domain. */
	text = span_skip(text, 1);
	return entry->kind == ALLOW_SUBDOMAINS && domain.n > text.n &&
	       span_equal_case(span_skip(domain, domain.n - text.n), text);
}

/* ---- the From field */

/*
 * One From value on its way through: what is outside of quoted strings and
 * comments (RFC
 * 5322 3.2.2, 3.2.4).
 */
struct walk {
	struct span value;
	size_t at;
	bool bad; /* a quoted string or comment does not end */
};

#define WALK_END    (-1)
#define WALK_OPAQUE (-2) /* a quoted string went by */

static int
walk_next(struct walk *walk)
{
	const char *p = walk->value.p;
	size_t n = walk->value.n, depth = 0;

	for (; walk->at < n; walk->at++) {
		char c = p[walk->at];

		if (c == '\\' && depth > 0) {
			walk->at++;
		} else if (c == '(') {
			depth++;
		} else if (c == ')' && depth > 0) {
			depth--;
		} else if (depth == 0 && c == '"') {
			for (walk->at++; walk->at < n && p[walk->at] != '"'; walk->at++)
				if (p[walk->at] == '\\')
					walk->at++;
			walk->bad |= walk->at >= n;
			walk->at++;
			return WALK_OPAQUE;
		} else if (depth == 0) {
			walk->at++;
			return (unsigned char)c;
		}
	}
	walk->bad |= depth > 0;
	return WALK_END;
}

/*
 * The addr-spec of a mailbox: what is between "<" and ">", else the whole.
 * Anything that could be more than one mailbox, or read as another one by
 * another program, is none.
 */
static struct span
mailbox(struct span value, char *to, size_t size)
{
	static const struct span none = {NULL, 0};
	struct walk walk = {.value = value};
	enum { BEFORE, INSIDE, AFTER } where = BEFORE;
	bool opaque = false, gap = false;
	size_t n = 0;

	for (int c; (c = walk_next(&walk)) != WALK_END;) {
		if (c == WALK_OPAQUE) {
			if (where != BEFORE)
				return none;
			opaque = true;
			continue;
		}
		if (c == '<' && where == BEFORE) {
			where = INSIDE;
			n = 0;
			gap = false;
			opaque = false;
			continue;
		}
		if (c == '>' && where == INSIDE) {
			where = AFTER;
			continue;
		}
		bool blank = span_is_space((char)c);
		if (strchr(",;:<>", c) != NULL || c == '\0' || (where == AFTER && !blank) ||
		    (where == INSIDE && blank))
			return none;
		if (where == AFTER)
			continue;
		if (where == BEFORE && blank) {
			gap |= n > 0;
			continue;
		}
		/*
		 * Words before "<" are a name; words without one are no
		 * address.
		 */
		if (where == BEFORE && gap)
			opaque = true;
		if (n == size)
			return none;
		to[n++] = (char)c;
	}
	return walk.bad || where == INSIDE || opaque ? none : (struct span){to, n};
}

struct span
allow_from(struct span header, char *to, size_t size)
{
	static const struct span none = {NULL, 0};
	char line[FROM_MAX];
	struct span value = none;
	struct field field;
	size_t at = 0;

	while (header_next(header, &at, &field)) {
		if (!span_equal_case(field.name, SPAN("From")))
			continue;
		if (value.p != NULL || field.value.n >= sizeof line)
			return none;
		value = field.value;
	}
	if (value.p == NULL)
		return none;
	struct span address = mailbox(header_unfold(value, line, sizeof line), to, size);
	return allow_address_plain(address) ? address : none;
}

struct span
allow_list_id(struct span header)
{
	static const struct span none = {NULL, 0};
	struct span value = none;
	struct field field;
	size_t at = 0;

	while (header_next(header, &at, &field)) {
		if (!span_equal_case(field.name, SPAN("List-Id")))
			continue;
		if (value.p != NULL)
			return none;
		value = span_trim(field.value);
	}
	if (value.n > 0 && value.p[value.n - 1] == '>') {
		value.n--;
		const char *open = memrchr(value.p, '<', value.n);
		if (open == NULL)
			return none;
		value = span_trim(span_skip(value, (size_t)(open - value.p) + 1));
	}
	return is_list(value) ? value : none;
}
