#include "filter/verdict/authres.h"

#define KEYWORD_MAX 32  /* bytes of a method, result or property that we know, with its NUL */
#define VALUE_MAX   512 /* of a value; a longer one is none */

struct reader {
	const char *p, *end;
	bool bad;
};

static bool
at_end(const struct reader *reader)
{
	return reader->bad || reader->p == reader->end;
}

static bool
is_next(const struct reader *reader, char c)
{
	return !at_end(reader) && *reader->p == c;
}

/*
 * A comment, nested or not (RFC 5322 3.2.2). Quotes mean nothing in one, but
 * servers write a sender's text into them as if they did: (domain of "x);
 * dkim=pass (" ...). Where a parenthesis stands between quotes, nobody knows
 * where the comment ends.
 */
static void
skip_comment(struct reader *reader)
{
	bool quoted = false;
	size_t depth = 0;

	do {
		char c = *reader->p++;

		if (c == '\\' && reader->p < reader->end)
			reader->p++;
		else if (c == '"')
			quoted = !quoted;
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
		reader->bad |= c == '\0' || (quoted && (c == '(' || c == ')'));
	} while (depth > 0 && !at_end(reader));
	reader->bad |= depth > 0;
}

static void
skip_gap(struct reader *reader)
{
	while (!at_end(reader)) {
		if (*reader->p == '(')
			skip_comment(reader);
		else if (span_is_space(*reader->p))
			reader->p++;
		else
			return;
	}
}

/* What stands in a text while there is room for it and a NUL. */
struct text {
	char *to;
	size_t size, n;
	bool full;
};

static void
add(struct text *text, char c)
{
	text->full |= text->n + 1 >= text->size;
	if (!text->full)
		text->to[text->n++] = c;
}

static void
quoted_string(struct reader *reader, struct text *text)
{
	for (reader->p++; !at_end(reader) && *reader->p != '"'; reader->p++) {
		if (*reader->p == '\\' && reader->p + 1 < reader->end)
			reader->p++;
		reader->bad |= *reader->p == '\0';
		add(text, *reader->p);
	}
	if (at_end(reader))
		reader->bad = true;
	else
		reader->p++;
}

/*
 * Atoms and quoted strings without a gap between them, in lower case, up to one
 * of stop. Too long a one is as good as none.
 */
static void
read_text(struct reader *reader, const char *stop, char *to, size_t size)
{
	struct text text = {.to = to, .size = size};

	while (!at_end(reader)) {
		char c = *reader->p;

		if (c == '"') {
			quoted_string(reader, &text);
			continue;
		}
		if (span_is_space(c) || c == ';' || c == '(' ||
		    (c != '\0' && strchr(stop, c) != NULL))
			break;
		if ((unsigned char)c < ' ' || c == '\x7f' || c == ')') {
			reader->bad = true;
			break;
		}
		add(&text, span_lower(c));
		reader->p++;
	}
	to[text.full ? 0 : text.n] = '\0';
}

/* A keyword with what may stand around it. */
static void
read_keyword(struct reader *reader, char word[KEYWORD_MAX])
{
	const char *from;

	skip_gap(reader);
	from = reader->p;
	read_text(reader, "=/.", word, KEYWORD_MAX);
	reader->bad |= reader->p == from || memchr(from, '"', (size_t)(reader->p - from)) != NULL;
	skip_gap(reader);
}

static void
expect(struct reader *reader, char c)
{
	if (!is_next(reader, c))
		reader->bad = true;
	else
		reader->p++;
}

/* ---- one result */

struct result {
	char method[KEYWORD_MAX], result[KEYWORD_MAX];
	char d[AUTHRES_DOMAIN_MAX], i[AUTHRES_DOMAIN_MAX]; /* header.d, header.i */
	char from[AUTHRES_DOMAIN_MAX];                     /* header.from */
	char mailfrom[AUTHRES_DOMAIN_MAX];                 /* smtp.mailfrom */
};

/*
 * The domain of an address, or the whole where there is no "@"; "" where it is
 * none.
 */
static void
domain_of(const char *value, char to[AUTHRES_DOMAIN_MAX])
{
	const char *at = strrchr(value, '@'), *from = at == NULL ? value : at + 1;
	size_t n = strlen(from);

	to[0] = '\0';
	n -= n > 0 && from[n - 1] == '>';
	n -= n > 0 && from[n - 1] == '.';
	if (n == 0 || n >= AUTHRES_DOMAIN_MAX)
		return;
	for (size_t i = 0; i < n; i++)
		if (!(from[i] >= 'a' && from[i] <= 'z') && !(from[i] >= '0' && from[i] <= '9') &&
		    from[i] != '-' && from[i] != '_' && from[i] != '.')
			return;
	memcpy(to, from, n);
	to[n] = '\0';
}

/* "ptype.property = value", or "reason = value". */
static void
read_property(struct reader *reader, struct result *result)
{
	char type[KEYWORD_MAX], name[KEYWORD_MAX] = "", value[VALUE_MAX];

	read_keyword(reader, type);
	if (is_next(reader, '.')) {
		reader->p++;
		read_keyword(reader, name);
	}
	expect(reader, '=');
	skip_gap(reader);
	read_text(reader, "", value, sizeof value);
	char *to = NULL;
	if (strcmp(type, "header") == 0)
		to = strcmp(name, "d") == 0      ? result->d
		     : strcmp(name, "i") == 0    ? result->i
		     : strcmp(name, "from") == 0 ? result->from
						 : NULL;
	else if (strcmp(type, "smtp") == 0 && strcmp(name, "mailfrom") == 0)
		to = result->mailfrom;
	if (to == NULL)
		return;
	/* Twice, and nobody knows which one is the server's. */
	reader->bad |= to[0] != '\0';
	domain_of(value, to);
}

/* "method[/version] = result", then reason and properties. */
static void
read_result(struct reader *reader, struct result *result)
{
	char version[KEYWORD_MAX];

	*result = (struct result){.method = ""};
	read_keyword(reader, result->method);
	if (strcmp(result->method, "none") == 0 && (at_end(reader) || *reader->p == ';'))
		return;
	if (is_next(reader, '/')) {
		reader->p++;
		read_keyword(reader, version);
	}
	expect(reader, '=');
	read_keyword(reader, result->result);
	for (skip_gap(reader); !at_end(reader) && *reader->p != ';'; skip_gap(reader))
		read_property(reader, result);
}

static void
keep(struct authres *results, enum authres_method method, const char *domain)
{
	if (domain[0] == '\0' || results->n == AUTHRES_PASSES_MAX)
		return;
	results->pass[results->n].method = method;
	memcpy(results->pass[results->n++].domain, domain, strlen(domain) + 1);
}

static void
take_result(struct authres *results, const struct result *result)
{
	bool pass = strcmp(result->result, "pass") == 0;

	if (strcmp(result->method, "dmarc") == 0 && strcmp(result->result, "fail") == 0)
		memcpy(results->refused, result->from, sizeof results->refused);
	if (!pass)
		return;
	if (strcmp(result->method, "dkim") == 0)
		keep(results, AUTHRES_DKIM, result->d[0] != '\0' ? result->d : result->i);
	else if (strcmp(result->method, "spf") == 0)
		keep(results, AUTHRES_SPF, result->mailfrom);
	else if (strcmp(result->method, "dmarc") == 0)
		keep(results, AUTHRES_DMARC, result->from);
}

/* Results that do not go together were not written by one server. */
struct counts {
	unsigned dmarc, not_signed, signatures;
};

static void
count(struct counts *counts, const struct result *result)
{
	if (strcmp(result->method, "dmarc") == 0)
		counts->dmarc++;
	if (strcmp(result->method, "dkim") != 0)
		return;
	if (strcmp(result->result, "none") == 0)
		counts->not_signed++;
	else
		counts->signatures++;
}

/* ---- the field */

/* The word that the field begins with; "" where that is a result's method. */
static void
read_id(struct reader *reader, char *id, size_t size)
{
	const char *from;

	skip_gap(reader);
	from = reader->p;
	read_text(reader, "=", id, size);
	if (is_next(reader, '=')) {
		reader->p = from;
		id[0] = '\0';
	} else if (id[0] == '\0') {
		reader->bad = true;
	}
}

bool
authres_id(struct span value, char *id, size_t size)
{
	struct reader reader = {value.p, value.p + value.n, value.n == 0};

	read_id(&reader, id, size);
	return !reader.bad;
}

/* RFC 8601 2.2: of another version nothing is known. */
static void
read_version(struct reader *reader)
{
	char version[KEYWORD_MAX];

	skip_gap(reader);
	read_text(reader, "", version, sizeof version);
	reader->bad |= version[0] != '\0' && strcmp(version, "1") != 0;
}

bool
authres_read(struct span value, struct authres *results)
{
	struct reader reader = {value.p, value.p + value.n, false};
	char id[AUTHRES_DOMAIN_MAX];
	struct result result;
	struct counts counts = {0, 0, 0};

	results->n = 0;
	results->refused[0] = '\0';
	if (value.n == 0)
		return false;
	read_id(&reader, id, sizeof id);
	bool named = id[0] != '\0';
	if (named)
		read_version(&reader);
	for (skip_gap(&reader); !at_end(&reader); skip_gap(&reader)) {
		if (named)
			expect(&reader, ';');
		named = true;
		skip_gap(&reader);
		if (at_end(&reader))
			break;
		read_result(&reader, &result);
		count(&counts, &result);
		take_result(results, &result);
	}
	/* A message has one From field, and it is signed or it is not. */
	reader.bad |= counts.dmarc > 1 || (counts.not_signed > 0 && counts.signatures > 0);
	if (reader.bad)
		results->n = 0;
	return !reader.bad;
}

/* Is domain parent, or below it? A single label is nobody's. */
static bool
is_within(struct span domain, const char *parent)
{
	struct span above = span_of(parent);

	if (memchr(above.p, '.', above.n) == NULL || domain.n < above.n)
		return false;
	struct span tail = span_skip(domain, domain.n - above.n);
	return span_equal_case(tail, above) &&
	       (tail.n == domain.n || domain.p[domain.n - above.n - 1] == '.');
}

bool
authres_covers(const struct authres *results, struct span domain)
{
	bool covered = false;

	/* Its owner says so himself. */
	if (results->refused[0] != '\0' && is_within(domain, results->refused))
		return false;
	for (size_t i = 0; i < results->n && !covered; i++)
		covered = is_within(domain, results->pass[i].domain);
	return covered;
}

bool
authres_signed(const struct authres *results, struct span domain)
{
	for (size_t i = 0; i < results->n; i++)
		if (results->pass[i].method == AUTHRES_DKIM &&
		    span_equal_case(domain, span_of(results->pass[i].domain)))
			return true;
	return false;
}
