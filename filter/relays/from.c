#include "filter/relays/from.h"
#include "filter/relays/comment.h"
#include "filter/relays/ends.h"

/* Words that end the from-clause. */
static bool
is_clause(struct span word)
{
	static const char *const words[] = {"by", "with", "via", "id", "for", NULL};

	return tokens_is_any(word, words);
}

static void
take_address(struct from *from, const struct addr *addr, enum evidence evidence)
{
	from->received->addr = *addr;
	from->received->auth = false; /* what was said before it was about something else */
	from->evidence = evidence;
	from->bare = from->in_name = from->after_helo = false;
}

/* The first word, where it is what the server saw. */
static struct span
seen_name(const struct from *from)
{
	return from->name_in_brackets ? (struct span){from->name.p, 0}
				      : comment_known_name(from->name);
}

static void
take_host(struct from *from, const struct comment *comment)
{
	struct received *received = from->received;

	if (from->final || (comment->evidence == EVIDENCE_WEAK && from->hosts))
		return;
	from->hosts = true;
	if (comment->evidence == EVIDENCE_NONE && !comment->bracketed) { /* "(name)" */
		from->lost |= from->name_is_addr && from->name_in_brackets;
		from->name_is_addr = false;
		from->broken |= comment->broken;
		if (from->in_name)
			from->evidence = EVIDENCE_NONE;
		if (!from->said_helo && from->evidence == EVIDENCE_NONE) {
			received->helo = comment->name; /* Exim 3: "name (helo) [address]" */
			received->rdns = seen_name(from);
		}
		return;
	}
	take_address(from, &comment->addr, comment->evidence);
	from->bare = !comment->bracketed;
	from->broken = comment->broken;
	from->name_is_addr = false;
	from->final = comment->final && from->second && !from->glued;
	received->auth = comment->auth && !from->glued;
	if (comment->final || from->said_helo) {
		received->rdns = seen_name(from);
		if (comment->final)
			received->helo = comment->helo;
	} else {
		received->helo = from->name;
		received->rdns = comment->bracketed ? comment->name : seen_name(from);
	}
}

/*
 * A comment that says what the HELO was: the first word is what the server saw.
 */
static void
take_helo(struct from *from, struct span helo)
{
	if (from->final)
		return;
	from->said_helo = from->after_helo = true;
	from->received->helo = helo;
	from->received->rdns = seen_name(from);
	if (from->second && from->evidence == EVIDENCE_NONE && from->name_is_addr &&
	    from->name_in_brackets) {
		take_address(from, &from->name_addr, EVIDENCE_STRONG);
		from->final = true;
	}
}

/* What a comment says about the client. */
static void
take_said(struct from *from, const struct comment *comment)
{
	bool believed = !from->final && !from->no_auth && !from->after_helo &&
			from->by->server != SERVER_CHASQUID;

	switch (comment->kind) {
	case COMMENT_HOST:
		take_host(from, comment);
		break;
	case COMMENT_HELO:
		take_helo(from, comment->helo);
		break;
	case COMMENT_AUTH:
		if (comment->evidence != EVIDENCE_NONE)
			take_host(from, comment);
		else if (comment->final)
			take_helo(from, comment->helo);
		from->received->auth |= believed;
		break;
	case COMMENT_ENVELOPE:
		from->final |= from->evidence != EVIDENCE_NONE;
		from->no_auth = true;
		break;
	case COMMENT_FETCH:
	case COMMENT_OTHER:
		break;
	}
}

static bool
has_space(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (span_is_space(text.p[i]))
			return true;
	return false;
}

/*
 * A comment that begins like Exim's "(helo=x)" and ends like Sendmail's or
 * qmail's "(ident@address)", whose ident is for anybody to choose. Behind
 * "[address]" it is Exim's, unless the by-clause says who wrote it; where that
 * is silent, nothing rests on it.
 */
static void
read_ident(struct from *from, struct span text, struct comment *comment)
{
	enum server server = from->by->server;

	if (!from->second || !from->name_is_addr || !from->name_in_brackets ||
	    server == SERVER_SENDMAIL || server == SERVER_QMAIL_LDAP)
		return;
	from->received->unsure |= server == SERVER_OTHER;
	*comment = (struct comment){.kind = COMMENT_HELO, .helo = text};
}

/*
 * A server's own comments have white space before or in them; where spaces end
 * the HELO, "x(helo=y)" is one.
 */
static void
read_comment(struct from *from, struct span text)
{
	struct comment comment;

	comment_read(text, &comment);
	if (comment.ident)
		read_ident(from, text, &comment);
	from->glued = from->glued && !has_space(text);
	if (!from->glued || comment.kind == COMMENT_HOST)
		take_said(from, &comment);
}

/* "[address]" outside a comment, not as the first word. */
static void
read_literal(struct from *from, const struct token *token)
{
	struct addr addr;

	if (from->final || (from->value && from->evidence != EVIDENCE_NONE))
		return;
	if (!comment_address(token->text, true, &addr)) {
		from->broken |= comment_like_address(token->text, true);
		return;
	}
	take_address(from, &addr, EVIDENCE_STRONG);
	from->in_name = token->before == TOKEN_WORD;
	if (from->received->helo.n == 0)
		from->received->helo = from->in_name ? from->host : from->name;
}

static void
read_name(struct from *from, struct span value, const struct token *token)
{
	bool bracketed = token->kind == TOKEN_LITERAL;
	size_t behind = (size_t)(token->raw.p - value.p);

	from->name = tokens_until_space(span_skip(value, behind));
	from->host = token->raw;
	if (from->name.n < token->raw.n)
		from->name = token->raw;
	from->name_in_brackets = bracketed;
	from->name_is_addr = comment_address(token->text, bracketed, &from->name_addr);
	from->broken = bracketed && !from->name_is_addr && comment_like_address(token->text, true);
}

/*
 * "name ([address] helo=x(y)", "[address] (HELO x(y)": a HELO that leaves the
 * comment open. What follows is no TCP information, but for qmail's, which
 * comes behind "name (HELO x(y)".
 */
static void
read_open(struct from *from, const struct token *token)
{
	struct span word = token->text;

	if (from->second && token->before == TOKEN_END && word.p[0] == '(') {
		from->open = true;
		word = span_skip(word, 1);
	}
	if (word.n == 0 || !from->open)
		return;
	from->open = false;
	if (!comment_names_helo(word))
		return;
	if (from->evidence == EVIDENCE_NONE && from->name_is_addr && from->name_in_brackets)
		take_address(from, &from->name_addr, EVIDENCE_STRONG);
	from->final = from->evidence != EVIDENCE_NONE;
	from->in_name = false;
	from->said_helo = from->after_helo = true;
	from->received->rdns = seen_name(from);
}

/*
 * Is the first word of the from-clause missing, "from by host"? A client may as
 * well call itself "by": "from by (name [address])".
 */
static bool
is_empty_clause(struct tokens tokens, const struct token *token)
{
	struct token next;

	if (token->kind != TOKEN_WORD || !is_clause(token->text))
		return false;
	tokens_next(&tokens, &next);
	return next.kind != TOKEN_COMMENT && next.kind != TOKEN_LITERAL;
}

/* A word that is not the first one. false: it ends the clause. */
static bool
read_word(struct from *from, struct tokens *tokens, struct token *token)
{
	if (!from->whole && is_clause(token->text))
		return false;
	read_open(from, token);
	if (from->packed && (token->before == TOKEN_COMMENT || token->before == TOKEN_LITERAL) &&
	    tokens_begins(token->text, "by")) {
		tokens_back(tokens, token->text.p + 2);
		token->text.n = 2;
		return false;
	}
	if (token->before == TOKEN_LITERAL && !from->final &&
	    (from->in_name ||
	     from->evidence == EVIDENCE_NONE)) { /* "name[192.0.2.1]x": still the name */
		from->name_is_addr = from->in_name = false;
		from->evidence = EVIDENCE_NONE;
	}
	if (from->bare && !from->final && (!from->whole || from->by->server == SERVER_SMAP) &&
	    tokens_is(token->text, "claiming")) { /* smap: name(address), claiming to be "helo" */
		const char *p =
			tokens->rest.n == 0 ? NULL : memchr(tokens->rest.p, '"', tokens->rest.n);

		from->received->helo =
			p == NULL ? from->name
				  : tokens_until_space(span_skip(tokens->rest,
								 (size_t)(p + 1 - tokens->rest.p)));
		if (from->received->helo.n > 0 &&
		    from->received->helo.p[from->received->helo.n - 1] == '"')
			from->received->helo.n--;
		from->final = true;
	}
	return true;
}

static void
read_words(struct from *from, struct tokens *tokens, struct token *token)
{
	struct span value = tokens->rest;

	do
		tokens_next(tokens, token);
	while (token->kind == TOKEN_SEMICOLON);
	if (!from->whole && is_empty_clause(*tokens, token))
		return;
	if (token->kind == TOKEN_WORD || token->kind == TOKEN_LITERAL) {
		read_name(from, value, token);
		from->second = true;
		tokens_next(tokens, token);
	}
	for (; token->kind != TOKEN_END && (from->whole || token->kind != TOKEN_SEMICOLON);
	     tokens_next(tokens, token)) {
		from->glued = !from->packed && token->before != TOKEN_END;
		if (token->kind == TOKEN_COMMENT)
			read_comment(from, token->text);
		else if (token->kind == TOKEN_LITERAL)
			read_literal(from, token);
		else if (!read_word(from, tokens, token))
			return;
		from->second = false;
		from->value = token->kind == TOKEN_WORD && is_clause(token->text);
	}
}

/* What the ends of the clause say, over what its words seem to say. */
static void
take_ends(struct from *from, const struct ends *ends)
{
	struct received *received = from->received;
	bool same = from->evidence != EVIDENCE_NONE && addr_equal(&received->addr, &ends->addr);

	received->addr = ends->addr;
	received->auth = ends->auth;
	received->unsure = ends->unsure;
	from->evidence = EVIDENCE_STRONG;
	if (same)
		return;
	received->rdns = ends->rdns;
	received->helo = ends->helo;
}

void
from_read(struct from *from, struct tokens *tokens, struct token *token)
{
	struct ends ends = {.complete = false};
	bool found = from->whole && !from->packed && ends_read(tokens->rest, from->by, &ends);

	if (!ends.complete)
		read_words(from, tokens, token);
	if (found)
		take_ends(from, &ends);
}

enum received_status
from_judge(struct from *from)
{
	struct received *received = from->received;
	const struct by *by = from->by;

	if (by->server == SERVER_SCANNER || by->server == SERVER_ALIYUN)
		return RECEIVED_NO_RELAY;
	/* Dovecot over a socket: "from HELO by host with LMTP" */
	bool helo_only = by->server == SERVER_CHASQUID || tokens_begins(by->with, "lmtp");
	if (from->evidence == EVIDENCE_NONE && from->name_is_addr && by->found && !helo_only) {
		received->addr = from->name_addr;
		from->evidence = EVIDENCE_WEAK;
		received->rdns.n = 0;
	}
	if (by->server == SERVER_EXIM && received->rdns.n == 0 && !from->said_helo && !from->final)
		/*
		 * it writes the HELO only where that is another name
		 */
		received->rdns = seen_name(from);
	if (from->lost && from->evidence == EVIDENCE_NONE && by->smtp) { /* "[address] (name)" */
		received->addr = from->name_addr;
		received->unsure = true;
		from->evidence = EVIDENCE_WEAK;
	}
	if (from->evidence != EVIDENCE_NONE)
		return RECEIVED_RELAY;
	if (by->web)
		return RECEIVED_NO_RELAY;
	bool helo = from->said_helo && !tokens_begins(by->with, "local");
	/* "from [address] with SMTP": by whom? */
	bool half = from->name_is_addr && from->name_in_brackets && !helo_only;
	return from->broken || helo || half ? RECEIVED_UNPARSED : RECEIVED_NO_RELAY;
}
