#include "filter/relays/boundary.h"
#include "filter/relays/tokens.h"

#include <string.h>

#define PATH_MAX_BYTES 16384 /* of a path: what servers take for a command line at most */

/* Is the byte at p escaped by a backslash that is not escaped itself? */
static bool
is_escaped(const char *begin, const char *p)
{
	bool escaped = false;

	for (; p > begin && p[-1] == '\\'; p--)
		escaped = !escaped;
	return escaped;
}

/*
 * Where the path begins whose ">" text ends with: "<user@host>", white space
 * only in quotes; or the quoted string that text ends with. Not found: where
 * the search ended.
 */
static size_t
path_begins(struct span text, bool *found)
{
	const unsigned stops = TOKENS_SPACE | TOKENS_CLOSING | TOKENS_QUOTE;
	bool path = text.p[text.n - 1] == '>', quoted = !path;
	size_t least = text.n > PATH_MAX_BYTES ? text.n - PATH_MAX_BYTES : 0, i = text.n - 1;

	*found = false;
	for (; i > least; i--) {
		i = least + tokens_find_last((struct span){text.p + least, i - least}, stops);
		if (i == least)
			break;
		char c = text.p[i - 1];

		if (c == '"' && !(quoted && is_escaped(text.p, text.p + i - 1)))
			quoted = !quoted;
		else if (!quoted && (c == '>' || tokens_class_of(c) == TOKENS_SPACE))
			return i;
		*found = !quoted && c == (path ? '<' : '"');
		if (*found)
			return i - 1;
	}
	return i;
}

/*
 * Bytes of white space that text begins with, if "by" stands behind them.
 * false: it does not.
 */
static bool
by_follows(struct span text, size_t *n)
{
	for (*n = 0; *n < text.n && tokens_class_of(text.p[*n]) & (TOKENS_SPACE | TOKENS_NUL); ++*n)
		;
	return text.n >= *n + 3 && span_lower(text.p[*n]) == 'b' &&
	       span_lower(text.p[*n + 1]) == 'y' && tokens_class_of(text.p[*n + 2]) == TOKENS_SPACE;
}

/*
 * The last "by" behind a comment or a literal, in no comment itself. Sought
 * from the end, for what most servers write behind it holds nothing of a
 * client's but paths, while before it a HELO may look like a clause, or hold
 * half a comment.
 */
static size_t
last_by(struct span text)
{
	const unsigned stops = TOKENS_PAREN | TOKENS_CLOSING | TOKENS_QUOTE;
	size_t depth = 0, spaces, sought = text.n; /* above it nothing is sought again */

	for (size_t i = text.n; (i = tokens_find_last((struct span){text.p, i}, stops)) > 0; i--) {
		char c = text.p[i - 1];

		if ((c == ')' || c == ']') && depth == 0 && by_follows(span_skip(text, i), &spaces))
			return i + spaces;
		if (c == ')') {
			depth++;
		} else if (c == '(' && depth > 0) {
			depth--;
		} else if (i > sought) {
			continue;
		} else if (c == '>' ||
			   (c == '"' && i < text.n &&
			    text.p[i] == '@')) { /* Exim writes no brackets: for "x y"@host */
			bool found;
			size_t begin = path_begins((struct span){text.p, i}, &found);

			if (found)
				i = begin + 1;
			sought = begin;
		}
	}
	return 0;
}

/* ---- servers that write a client's text behind "by" */

static struct span
trim_end(struct span text)
{
	while (text.n > 0 && tokens_class_of(text.p[text.n - 1]) & (TOKENS_SPACE | TOKENS_NUL))
		text.n--;
	return text;
}

/*
 * text without its date and the "for <path>" before that: what a server that
 * writes a client's text last closes with a byte of its own.
 */
static struct span
without_end(struct span text)
{
	const char *date = text.n == 0 ? NULL : memrchr(text.p, ';', text.n);

	if (date != NULL)
		text.n = (size_t)(date - text.p);
	text = trim_end(text);
	if (text.n > 0 && text.p[text.n - 1] == '>') {
		bool found;
		size_t begin = path_begins(text, &found);

		if (found)
			text = trim_end((struct span){text.p, begin});
		if (found && text.n > 4 && tokens_is(span_skip(text, text.n - 3), "for"))
			text = trim_end((struct span){text.p, text.n - 3});
	}
	return text;
}

/*
 * Where "by NAME" begins that ends right before at, or 0.
 */
static size_t
by_before(struct span text, const char *at)
{
	struct span head = trim_end((struct span){text.p, (size_t)(at - text.p)});
	size_t n = head.n;

	if (n == 0 || head.n == (size_t)(at - text.p))
		return 0;
	while (n > 0 && tokens_class_of(text.p[n - 1]) != TOKENS_SPACE)
		n--;
	head = trim_end((struct span){text.p, n});
	if (head.n == n || head.n < 3 || !tokens_is(span_skip(head, head.n - 2), "by") ||
	    tokens_class_of(text.p[head.n - 3]) != TOKENS_SPACE)
		return 0;
	return head.n - 2;
}

/* The first "by NAME MARK" of text. */
static size_t
first_by(struct span text, struct span mark)
{
	const char *at;

	for (struct span rest = text;
	     (at = rest.n == 0 ? NULL : memmem(rest.p, rest.n, mark.p, mark.n)) != NULL;
	     rest = span_skip(rest, (size_t)(at - rest.p) + mark.n)) {
		size_t n = by_before(text, at);

		if (n > 0)
			return n;
	}
	return 0;
}

static struct span
skip_blanks(struct span text)
{
	while (text.n > 0 && tokens_class_of(text.p[0]) & (TOKENS_SPACE | TOKENS_NUL))
		text = span_skip(text, 1);
	return text;
}

static struct span
skip_chunk(struct span text)
{
	while (text.n > 0 && !span_is_space(text.p[0]))
		text = span_skip(text, 1);
	return skip_blanks(text);
}

/* text begins with word, and white space or more behind it; rest is that. */
static bool
take_word(struct span text, const char *word, struct span *rest)
{
	*rest = skip_chunk(text);
	return tokens_is(trim_end((struct span){text.p, (size_t)(rest->p - text.p)}), word);
}

/*
 * smap(8): name(address), claiming to be "HELO" via SMTP by x. The HELO ends
 * with the last quote, behind which there is nothing but smap's own words.
 */
static size_t
smap_by(struct span text)
{
	struct span rest = skip_chunk(skip_blanks(text));
	struct span name = trim_end((struct span){text.p, (size_t)(rest.p - text.p)});
	const char *quote, *date;

	if (name.n < 2 || memcmp(name.p + name.n - 2, "),", 2) != 0 ||
	    (quote = memrchr(rest.p, '"', rest.n)) == NULL)
		return 0;
	if (!take_word(rest, "claiming", &rest) || !take_word(rest, "to", &rest) ||
	    !take_word(rest, "be", &rest) || rest.n == 0 || rest.p[0] != '"')
		return 0;
	rest = skip_blanks(span_skip(text, (size_t)(quote + 1 - text.p)));
	date = rest.n == 0 ? NULL : memrchr(rest.p, ';', rest.n);
	size_t own = date == NULL ? rest.n : (size_t)(date - rest.p);
	return own > 3 && tokens_begins(rest, "via") && memchr(rest.p, '(', own) == NULL
		       ? (size_t)(rest.p - text.p)
		       : 0;
}

/*
 * Does the from-clause say "HELO(mailfrom:PATH fp:SMTPD_..)"? Nothing of it
 * tells the address.
 */
static bool
is_aliyun(struct span from)
{
	size_t i;

	from = trim_end(from);
	if (from.n == 0 || from.p[from.n - 1] != ')')
		return false;
	for (i = from.n - 1; i > 0 && !span_is_space(from.p[i - 1]); i--)
		if (tokens_class_of(from.p[i - 1]) != 0)
			return false;
	return tokens_begins(span_skip(from, i), "fp:smtpd_") &&
	       memmem(from.p, i, "(mailfrom:", 10) != NULL;
}

/*
 * "name [address] by NAME (ArGoSoft" or "[address] by ..": the name is from the
 * DNS, without white space.
 */
static size_t
argosoft_by(struct span text)
{
	struct span by = skip_chunk(skip_blanks(text));

	if (by.n > 0 && by.p[0] == '[')
		by = skip_chunk(by);
	struct span name = skip_chunk(by);
	if (name.n == 0 || !tokens_is(trim_end((struct span){by.p, (size_t)(name.p - by.p)}), "by"))
		return 0;
	return tokens_begins(skip_chunk(name), "(argosoft") ? (size_t)(by.p - text.p) : 0;
}

/* Does "with qmail-scanner-" stand in text, behind a comment? */
static bool
is_scanner(struct span text)
{
	const char *at = memmem(text.p, text.n, "qmail-scanner-", 14);

	if (at == NULL)
		return false;
	text = trim_end((struct span){text.p, (size_t)(at - text.p)});
	if (text.n < 5 || !tokens_is(span_skip(text, text.n - 4), "with"))
		return false;
	text = trim_end((struct span){text.p, text.n - 4});
	return text.n > 0 && text.p[text.n - 1] == ')';
}

/*
 * s/qmail: (address) de?crypted with TLSv1.3: X [256/256] DN=NAME by x with
 * ESMTPS. The name is from the client's certificate; behind it there is nothing
 * but the server's own words.
 */
static size_t
sqmail_by(struct span text, size_t last)
{
	struct span head = {text.p, last > 0 ? last : text.n};
	const char *tls = memchr(head.p, '?', head.n), *date;
	size_t n;

	/* most lines hold no "?", and one byte is found for less */
	if (tls == NULL || (tls = memmem(head.p, head.n, "?crypted", 8)) == NULL)
		return 0;
	date = memrchr(text.p, ';', text.n);
	for (n = date == NULL ? text.n : (size_t)(date - text.p); text.p + n > tls + 4; n--)
		if (span_is_space(text.p[n - 1]) && n + 3 < text.n &&
		    tokens_begins(span_skip(text, n), "by") && span_is_space(text.p[n + 2]))
			break;
	return text.p + n > tls + 4 && memmem(tls, (size_t)(text.p + n - tls), "DN=", 3) != NULL
		       ? n
		       : 0;
}

/*
 * Servers whose lines end with a client's text: the first "by" that fits, for
 * before it they write none. How the line ends tells them from a HELO that
 * imitates one. last is the last "by" of all.
 */
static size_t
named_by(struct span text, size_t last, enum server *server)
{
	struct span head = without_end(text);
	size_t n = 0;

	if (head.n < 2 || head.p[head.n - 1] != ')')
		return 0;
	char before = head.p[head.n - 2];
	if (before == '"' && (n = first_by(head, SPAN("(chasquid)"))) > 0)
		*server = SERVER_CHASQUID;
	else if ((n = argosoft_by(head)) > 0)
		*server = SERVER_ARGOSOFT;
	else if (before != '>' && is_scanner(head) &&
		 (n = first_by(head, SPAN("(envelope-from"))) > 0)
		*server = SERVER_SCANNER;
	/* what comes behind the last "by" is in a path */
	return last == 0 || n <= last ? n : 0;
}

size_t
boundary_find(struct span text, enum server *server)
{
	enum server named = SERVER_SMAP;
	size_t last = last_by(trim_end(text)), n = smap_by(text);

	if (n == 0)
		n = named_by(text, last, &named);
	if (n > 0) {
		*server = named;
		return n;
	}
	n = sqmail_by(text, last);
	if (n > 0) {
		*server = SERVER_SQMAIL;
		return n;
	}
	if (last > 0 && is_aliyun((struct span){text.p, last}))
		*server = SERVER_ALIYUN;
	return last;
}
