#include "filter/verdict/own.h"

#include "filter/verdict/allow_entry.h"

static bool
is_name(char c)
{
	c = span_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

/* Does value name an address of this domain? */
static bool
names_domain(struct span value, struct span domain)
{
	for (size_t i = 0; i + domain.n < value.n; i++) {
		struct span after = span_skip(value, i + 1);
		char next = after.n > domain.n ? after.p[domain.n] : ' ';

		if (value.p[i] == '@' && span_starts_case(after, domain) && !is_name(next))
			return true;
	}
	return false;
}

static bool
header_names(struct span header, struct span domain)
{
	static const struct span names[] = {SPAN("Delivered-To"), SPAN("X-Original-To"),
					    SPAN("Envelope-To"), SPAN("To"), SPAN("Cc")};
	struct field field;
	size_t at = 0;

	while (header_next(header, &at, &field))
		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
			if (span_equal_case(field.name, names[i]) &&
			    names_domain(field.value, domain))
				return true;
	return false;
}

/*
 * Wherever a "for" stands in the line, whosever text it may be: an address too
 * many lets nobody in.
 */
static bool
line_names(struct span line, struct span domain)
{
	for (size_t i = 0; i + 3 < line.n; i++) {
		if (span_lower(line.p[i]) != 'f' || (i > 0 && is_name(line.p[i - 1])))
			continue;
		struct span rest = span_skip(line, i);
		if (!span_starts_case(rest, SPAN("for")) || is_name(rest.p[3]))
			continue;
		rest = span_skip(rest, 3);
		while (rest.n > 0 && (span_is_space(rest.p[0]) || rest.p[0] == '<'))
			rest = span_skip(rest, 1);
		size_t n = 0;
		while (n < rest.n && !span_is_space(rest.p[n]) && rest.p[n] != '>' &&
		       rest.p[n] != ';')
			n++;
		if (names_domain((struct span){rest.p, n}, domain))
			return true;
		i = (size_t)(rest.p - line.p) - 1;
	}
	return false;
}

bool
own_domain(struct span domain, const char *recipient, const struct message *message,
	   const struct chain *chain)
{
	struct span known = allow_domain(span_of(recipient));

	if (known.p != NULL && span_equal_case(domain, known))
		return true;
	if (line_names(chain->handoff_line, domain) || line_names(chain->ended_line, domain))
		return true;
	return known.p == NULL && header_names(message->header, domain);
}
