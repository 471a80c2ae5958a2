#include "filter/relays/ends.h"
#include "filter/relays/comment.h"
#include "filter/relays/ends_text.h"
#include "filter/relays/tokens.h"

#include <string.h>

/* ---- the beginning */

/*
 * "[address] ...", "name [address]", "name ([address] helo=...", and Exim 3's
 * "name (HELO) [address]".
 */
static bool
read_left(struct span clause, struct ends *ends)
{
	struct addr last;
	struct span rest;

	clause = ends_text_skip(clause);
	if (ends_text_literal(clause, &ends->addr, &rest) &&
	    (rest.n == 0 || ends_text_is_blank(rest.p[0])) &&
	    !tokens_begins(ends_text_skip(rest), "([") &&
	    !tokens_begins(ends_text_skip(rest), "[")) {
		rest = ends_text_skip(rest);
		ends->auth =
			rest.n > 0 && tokens_is(tokens_until_space(span_skip(rest, 1)), "account");
		return true;
	}
	struct span name = ends_text_chunk(clause);
	clause = ends_text_skip(span_skip(clause, name.n));
	ends->rdns = ends->helo = comment_known_name(name);
	if (name.n == 0 || clause.n < 2)
		return false;
	if (clause.p[0] == '[')
		return ends_text_literal(clause, &ends->addr, &rest);
	if (clause.p[0] != '(')
		return false;
	bool found = ends_text_literal(span_skip(clause, 1), &ends->addr, &rest);
	struct span helo = ends_text_chunk(clause);
	if ((!found || (rest.n > 0 && rest.p[0] == ')')) && helo.p[helo.n - 1] == ')' &&
	    ends_text_literal(ends_text_skip(span_skip(clause, helo.n)), &last, &rest)) {
		ends->addr = last;
		return true;
	}
	return found;
}

/* smap: "name(address), claiming ..." or "name(address, HELO ...". */
static bool
read_smap(struct span clause, struct ends *ends)
{
	clause = ends_text_skip(clause);
	const char *open = clause.n == 0 ? NULL : memchr(clause.p, '(', clause.n);
	size_t n = 0;

	if (open == NULL)
		return false;
	struct span inside = span_skip(clause, (size_t)(open + 1 - clause.p));
	while (n < inside.n && inside.p[n] != ')' && inside.p[n] != ',')
		n++;
	ends->rdns = comment_known_name((struct span){clause.p, (size_t)(open - clause.p)});
	return comment_address((struct span){inside.p, n}, false, &ends->addr);
}

/*
 * "[address] (HELO ...", "name ([address] helo=...": the shape of those who
 * name the HELO behind what they saw.
 */
static bool
is_named(struct span clause)
{
	struct addr addr;
	struct span rest;

	clause = ends_text_skip(clause);
	bool first = ends_text_literal(clause, &addr, &rest);
	if (!first) {
		struct span name = ends_text_chunk(clause);

		if (name.n == 0 || name.p[0] == '(')
			return false;
		clause = ends_text_skip(span_skip(clause, name.n));
		if (clause.n == 0 || clause.p[0] != '(' ||
		    !ends_text_literal(span_skip(clause, 1), &addr, &rest))
			return false;
	}
	if (rest.n == 0 || !ends_text_is_blank(rest.p[0]))
		return false;
	rest = ends_text_skip(rest);
	if (first && (rest.n == 0 || rest.p[0] != '('))
		return false;
	return comment_names_helo(tokens_until_space(span_skip(rest, first)));
}

/* ---- the end */

static bool
is_escaped(struct span text, size_t i)
{
	bool escaped = false;

	for (; i > 0 && text.p[i - 1] == '\\'; i--)
		escaped = !escaped;
	return escaped;
}

/*
 * Where the comment begins that text ends with; text.n where there is none, or
 * it is glued to a word.
 */
static size_t
comment_begins(struct span text)
{
	size_t depth = 0, i = text.n;

	while ((i = tokens_find_last((struct span){text.p, i}, TOKENS_PAREN)) > 0) {
		i--;
		if (is_escaped(text, i))
			continue;
		if (text.p[i] == ')')
			depth++;
		else if (--depth == 0)
			return i == 0 || ends_text_is_blank(text.p[i - 1]) ? i : text.n;
	}
	return text.n;
}

/*
 * "ident@address", "ident@[address]": without white space, so that what is
 * behind the last "@" is the server's.
 */
static bool
read_ident(struct span inside, const struct by *by, struct ends *ends)
{
	const char *at = memrchr(inside.p, '@', inside.n);
	struct span rest;

	if (at == NULL || (comment_names_helo(inside) && tokens_begins(by->with, "local")))
		return false;
	struct span address = span_skip(inside, (size_t)(at + 1 - inside.p));
	ends->rdns.n = 0;
	return address.n > 0 && address.p[0] == '['
		       ? ends_text_literal(address, &ends->addr, &rest) && rest.n == 0
		       : comment_address(address, false, &ends->addr);
}

/*
 * "name [address] ...", "[address]": a resolver may have put anything into the
 * name but white space.
 */
static bool
read_host(struct span inside, const struct by *by, struct ends *ends)
{
	struct span rest;

	inside = ends_text_trim(ends_text_skip(inside));
	struct span name = ends_text_chunk(inside);
	if (ends_text_literal(inside, &ends->addr, &rest) && rest.n == 0) {
		ends->rdns.n = 0;
		return true;
	}
	if (name.n == inside.n)
		return inside.n > 0 && read_ident(inside, by, ends);
	if ((by->server != SERVER_HELO_FIRST && by->server != SERVER_SENDMAIL &&
	     comment_is_helo(name)) ||
	    !ends_text_literal(ends_text_skip(span_skip(inside, name.n)), &ends->addr, &rest))
		return false;
	rest = ends_text_skip(rest);
	if (rest.n > 0 && rest.p[0] != '(')
		return false;
	const char *at = memrchr(name.p, '@', name.n); /* "IDENT:user@name" */
	if (at != NULL)
		name = span_skip(name, (size_t)(at + 1 - name.p));
	ends->rdns = comment_known_name(name);
	return true;
}

/*
 * One comment from the end on. 1: it names the address; 0: it says nothing of
 * it, the next one may; -1: what is before it must be read another way.
 */
static int
read_last(struct span inside, const struct by *by, struct ends *ends)
{
	struct comment comment;

	/* qmail lets no "_" of an ident pass */
	bool qmail_ldap = by->server == SERVER_QMAIL_LDAP &&
			  tokens_begins(ends_text_skip(inside), "authenticated_");
	ends->complete = false;
	if (read_host(inside, by, ends)) {
		ends->auth |= qmail_ldap;
		ends->complete = memchr(inside.p, '[', inside.n) != NULL;
		return 1;
	}
	comment_read(inside, &comment);
	if (comment.final || comment.kind == COMMENT_ENVELOPE)
		return -1;
	switch (comment.kind) {
	case COMMENT_AUTH:
		ends->auth = true;
		if (comment.evidence == EVIDENCE_NONE)
			return 0;
		break;
	case COMMENT_FETCH:
	case COMMENT_OTHER:
		return 0;
	case COMMENT_HOST:
		break;
	default:
		return -1;
	}
	if (comment.evidence == EVIDENCE_NONE)
		return -1;
	ends->addr = comment.addr;
	ends->rdns = comment.name;
	ends->auth |= comment.auth || qmail_ldap;
	return 1;
}

/* "HELO [address]" */
static bool
read_literal(struct span clause, const struct by *by, struct ends *ends)
{
	const char *open = memrchr(clause.p, '[', clause.n);
	struct span rest;

	if (open == NULL || open == clause.p || !ends_text_is_blank(open[-1]))
		return false;
	struct span helo = ends_text_trim((struct span){clause.p, (size_t)(open - clause.p)});
	ends->helo = ends_text_chunk(ends_text_skip(helo));
	ends->rdns.n = 0;
	bool whole = ends->helo.p + ends->helo.n == helo.p + helo.n;
	return ends->helo.n > 0 && (whole || by->server == SERVER_HELO_FIRST) &&
	       ends_text_literal(span_skip(clause, (size_t)(open - clause.p)), &ends->addr,
				 &rest) &&
	       ends_text_trim(rest).n == 0;
}

static bool
read_right(struct span clause, const struct by *by, struct ends *ends)
{
	struct ends got = {.helo = ends_text_chunk(ends_text_skip(clause))};

	clause = ends_text_trim(clause);
	if (clause.n > 0 && clause.p[clause.n - 1] == ']')
		return read_literal(clause, by, ends);
	for (; clause.n > 0 && clause.p[clause.n - 1] == ')'; clause = ends_text_trim(clause)) {
		size_t begin = comment_begins(clause);

		if (begin == clause.n)
			return false;
		struct span inside = {clause.p + begin + 1, clause.n - begin - 2};
		int said = read_last(inside, by, &got);
		if (said < 0)
			return false;
		clause.n = begin;
		if (said > 0) {
			*ends = got;
			clause = ends_text_trim(clause);
			ends->complete &= clause.p + clause.n == got.helo.p + got.helo.n;
			return true;
		}
	}
	return false;
}

/*
 * Does a comment begin like this: "(IDENT: x", "(envelope sender: <x",
 * "(envelope-sender <x"?
 */
static bool
is_chosen(struct span text)
{
	if (tokens_begins(span_skip(text, 1), "ident:"))
		return text.n > 7 && ends_text_is_blank(text.p[7]);
	if (text.n < 11 || !tokens_begins(span_skip(text, 1), "envelope") ||
	    !(text.p[9] == '-' || ends_text_is_blank(text.p[9])))
		return false;
	struct span word = ends_text_chunk(ends_text_skip(span_skip(text, 10)));
	return tokens_is(word, "sender") || tokens_is(word, "sender:");
}

/*
 * Bytes of clause before a comment that holds what an identd or the sender
 * chose, and may hold more parentheses; clause.n where there is none. It stands
 * behind the HELO and behind what the server saw.
 */
static size_t
before_chosen(struct span clause)
{
	struct span rest = ends_text_skip(clause);

	rest = ends_text_skip(span_skip(rest, ends_text_chunk(rest).n));
	for (size_t i = (size_t)(rest.p - clause.p) + 1; i < clause.n; i++)
		if (clause.p[i] == '(' && ends_text_is_blank(clause.p[i - 1]) &&
		    is_chosen(span_skip(clause, i)))
			return i;
	return clause.n;
}

/*
 * "address (EHLO name)" as Yahoo writes it, and "address (EHLO name) (address)"
 * as it did: an EHLO with white space could make the one of the other.
 */
static bool
read_bare(struct span clause, const struct by *by, struct ends *ends)
{
	struct addr first;
	struct span name = ends_text_chunk(ends_text_skip(clause));
	struct span rest = ends_text_skip(span_skip(clause, (size_t)(name.p + name.n - clause.p)));

	if (rest.n < 2 || rest.p[0] != '(' || !comment_address(name, false, &first))
		return false;
	rest = ends_text_trim(span_skip(rest, 1));
	struct span word = ends_text_chunk(rest);
	if (!comment_is_helo(word))
		return false;
	struct span helo = ends_text_skip(span_skip(rest, word.n));
	bool one = ends_text_chunk(helo).n == helo.n;
	if (!one && read_right(clause, by, ends)) {
		ends->complete = false;
		ends->unsure = tokens_is(word, "ehlo") && !by->software &&
			       !addr_equal(&first, &ends->addr);
		return true;
	}
	if (helo.n == 0 || helo.p[helo.n - 1] != ')')
		return false;
	*ends = (struct ends){.addr = first, .helo = {helo.p, helo.n - 1}};
	return true;
}

/* chasquid: "[address] (EHLO)" up to 1.16, "EHLO ([address])" later. */
static bool
read_chasquid(struct span clause, const struct by *by, struct ends *ends)
{
	struct ends later = {.unsure = false};
	struct span rest;

	clause = ends_text_trim(ends_text_skip(clause));
	struct span name = ends_text_chunk(clause);
	if (!ends_text_literal(clause, &ends->addr, &rest) || rest.n == 0 ||
	    !ends_text_is_blank(rest.p[0]) || name.p[name.n - 1] != ']')
		return read_right(clause, by, ends);
	rest = ends_text_skip(rest);
	ends->helo = rest.n < 2 ? rest : (struct span){rest.p + 1, rest.n - 2};
	ends->unsure = read_right(rest, by, &later) && !addr_equal(&later.addr, &ends->addr);
	return rest.n > 0 && rest.p[0] == '(';
}

/* The clause with what stands before a comment of somebody else's choice. */
static bool
read_before_chosen(struct span clause, size_t n, const struct by *by, struct ends *ends)
{
	struct ends whole = {.unsure = false};

	if (!read_right((struct span){clause.p, n}, by, ends))
		return read_right(clause, by, ends);
	if (by->server != SERVER_OTHER || !read_right(clause, by, &whole) ||
	    addr_equal(&whole.addr, &ends->addr))
		return true;
	/*
	 * such a comment as a HELO may hold, too: Courier's by-clause names no
	 * software
	 */
	ends->auth = false;
	ends->unsure = !by->software;
	if (by->software)
		*ends = whole;
	return true;
}

/* Bytes of s/qmail's clause before "de?crypted with". */
static size_t
before_tls(struct span clause)
{
	const char *tls = memmem(clause.p, clause.n, "?crypted", 8);
	size_t n = tls == NULL ? clause.n : (size_t)(tls - clause.p);

	while (n > 0 && !span_is_space(clause.p[n - 1]))
		n--;
	return n;
}

bool
ends_read(struct span clause, const struct by *by, struct ends *ends)
{
	*ends = (struct ends){.unsure = false};
	switch (by->server) {
	case SERVER_EXIM:
	case SERVER_COMMUNIGATE:
	case SERVER_ARGOSOFT:
		return read_left(clause, ends);
	case SERVER_CHASQUID:
		return read_chasquid(clause, by, ends);
	case SERVER_SMAP:
		return read_smap(clause, ends);
	case SERVER_SQMAIL:
		return read_right((struct span){clause.p, before_tls(clause)}, by, ends);
	case SERVER_SCANNER:
	case SERVER_ALIYUN:
		return false;
	case SERVER_HELO_FIRST:
	case SERVER_SENDMAIL:
		return read_right(clause, by, ends);
	default:
		break;
	}
	if (by->server == SERVER_OTHER && read_bare(clause, by, ends))
		return true;
	size_t n = before_chosen(clause);
	if (n < clause.n && read_before_chosen(clause, n, by, ends))
		return true;
	if (!is_named(clause))
		return read_right(clause, by, ends);
	if (!read_left(clause, ends))
		return false;
	/* such a beginning may be a HELO, and such an end one, too */
	struct ends right;
	if (!read_right(clause, by, &right) || addr_equal(&right.addr, &ends->addr))
		return true;
	if (right.complete) /* "[address] (helo=x [address])": one comment */
		*ends = right;
	ends->complete = false;
	ends->unsure = true;
	return true;
}
