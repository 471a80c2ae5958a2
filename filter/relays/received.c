#include "filter/relays/received.h"
#include "filter/relays/comment.h"
#include "filter/relays/tokens.h"

/*
 * Where formats differ is in what the first word of the from-clause is. Servers
 * that write the HELO first (Postfix, Sendmail, Exchange and their likes) have
 * the TCP information behind it, so the last one counts: what stands before it
 * was the client's to choose. Servers that write what they saw first name the
 * HELO in so many words: Exim and CommuniGate as "[address] (HELO name)" and
 * "name ([address] helo=name)", where nothing after that counts; qmail as "name
 * (HELO name) (address)".
 */
struct from {
	struct received *received;
	enum evidence evidence; /* of received->addr */
	bool bare;              /* received->addr stood in a comment without brackets */
	/* received->addr was glued to a word: it may be a part of the HELO */
	bool in_name;
	/*
	 * the first word, with all that is glued to it: a HELO may hold
	 * brackets
	 */
	struct span name;
	struct span host; /* the same up to a literal glued to it: "name[address]" */
	struct addr name_addr;
	/*
	 * the first word is an address: the client's, if nothing else is said
	 */
	bool name_is_addr;
	bool name_in_brackets;
	/*
	 * it is known where the clause ends: no word in it does, a client may
	 * call itself "x by y"
	 */
	bool whole;
	/*
	 * "froma.example(b.example[192.0.2.1])bymx.example": somebody took the
	 * white space out
	 */
	bool packed;
	/*
	 * the word before it is "via" or the like, of which it may be the value
	 */
	bool value;
	/*
	 * the token at hand is the one behind the first word: where Exim and
	 * CommuniGate name the HELO
	 */
	bool second;
	bool open;      /* it began a comment that was never closed */
	bool hosts;     /* a comment was about a host */
	bool said_helo; /* a comment says what the HELO was: the first word is none */
	bool final;     /* no address any more */
	bool no_auth;   /* no comment is believed any more */
	/*
	 * no white space before the token at hand: it may be a part of the HELO
	 */
	bool glued;
	bool broken; /* something stands where an address should, and is none */
};

/* Words that end the from-clause. */
static bool
is_clause(struct span word)
{
	static const char *const words[] = {"by", "with", "via", "id", "for"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (word_is(word, words[i]))
			return true;
	return false;
}

static void
from_address(struct from *from, const struct addr *addr, enum evidence evidence)
{
	from->received->addr = *addr;
	from->received->auth = false; /* what was said before it was about something else */
	from->evidence = evidence;
	from->bare = from->in_name = false;
}

/* The first word, where it is what the server saw. */
static struct span
seen_name(const struct from *from)
{
	return from->name_in_brackets ? (struct span){from->name.p, 0}
				      : comment_known_name(from->name);
}

static void
from_host(struct from *from, const struct comment *comment)
{
	struct received *received = from->received;

	if (from->final || (comment->evidence == EVIDENCE_WEAK && from->hosts))
		return;
	from->hosts = true;
	if (comment->evidence == EVIDENCE_NONE && !comment->bracketed) { /* "(name)" */
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
	from_address(from, &comment->addr, comment->evidence);
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
from_helo(struct from *from, struct span helo)
{
	if (from->final)
		return;
	from->said_helo = true;
	from->received->helo = helo;
	from->received->rdns = seen_name(from);
	if (from->second && from->evidence == EVIDENCE_NONE && from->name_is_addr &&
	    from->name_in_brackets) {
		from_address(from, &from->name_addr, EVIDENCE_STRONG);
		from->final = true;
	}
}

/* What a comment says about the client. */
static void
from_said(struct from *from, const struct comment *comment)
{
	bool closed = from->final;

	switch (comment->kind) {
	case COMMENT_HOST:
		from_host(from, comment);
		break;
	case COMMENT_HELO:
		from_helo(from, comment->helo);
		break;
	case COMMENT_AUTH:
		if (comment->evidence != EVIDENCE_NONE)
			from_host(from, comment);
		else if (comment->final)
			from_helo(from, comment->helo);
		from->received->auth |= !from->no_auth && !closed;
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
 * A server's own comments have white space before or in them; where spaces end
 * the HELO, "x(helo=y)" is one.
 */
static void
from_comment(struct from *from, struct span text)
{
	struct comment comment;

	comment_read(text, &comment);
	from->glued = from->glued && !has_space(text);
	if (!from->glued || comment.kind == COMMENT_HOST)
		from_said(from, &comment);
}

/* "[address]" outside a comment, not as the first word. */
static void
from_literal(struct from *from, const struct token *token)
{
	struct addr addr;

	if (from->final || (from->value && from->evidence != EVIDENCE_NONE))
		return;
	if (!comment_address(token->text, true, &addr)) {
		from->broken |= comment_like_address(token->text, true);
		return;
	}
	from_address(from, &addr, EVIDENCE_STRONG);
	from->in_name = token->before == TOKEN_WORD;
	if (from->received->helo.n == 0)
		from->received->helo = from->in_name ? from->host : from->name;
}

static void
from_name(struct from *from, struct span value, const struct token *token)
{
	bool bracketed = token->kind == TOKEN_LITERAL;
	size_t behind = (size_t)(token->raw.p - value.p);

	from->name = word_until_space(span_skip(value, behind));
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
from_open(struct from *from, const struct token *token)
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
		from_address(from, &from->name_addr, EVIDENCE_STRONG);
	from->final = from->evidence != EVIDENCE_NONE;
	from->in_name = false;
	from->said_helo = true;
	from->received->rdns = seen_name(from);
}

/*
 * Is the first word of the from-clause missing, "from by host"? A client may as
 * well call itself "by": "from by (name [address])".
 */
static bool
is_empty_clause(struct lexer lexer, const struct token *token)
{
	struct token next;

	if (token->kind != TOKEN_WORD || !is_clause(token->text))
		return false;
	lexer_next(&lexer, &next);
	return next.kind != TOKEN_COMMENT && next.kind != TOKEN_LITERAL;
}

/* A word that is not the first one. false: it ends the clause. */
static bool
from_word(struct from *from, struct lexer *lexer, struct token *token)
{
	if (!from->whole && is_clause(token->text))
		return false;
	from_open(from, token);
	if (from->packed && (token->before == TOKEN_COMMENT || token->before == TOKEN_LITERAL) &&
	    word_begins(token->text, "by")) {
		lexer_back(lexer, token->text.p + 2);
		token->text.n = 2;
		return false;
	}
	if (token->before == TOKEN_LITERAL && !from->final &&
	    (from->in_name ||
	     from->evidence == EVIDENCE_NONE)) { /* "name[192.0.2.1]x": still the name */
		from->name_is_addr = from->in_name = false;
		from->evidence = EVIDENCE_NONE;
	}
	if (from->bare && !from->final && !from->whole &&
	    word_is(token->text, "claiming")) { /* smap: name(address), claiming to be "helo" */
		const char *p =
			lexer->rest.n == 0 ? NULL : memchr(lexer->rest.p, '"', lexer->rest.n);

		from->received->helo =
			p == NULL ? from->name
				  : word_until_space(span_skip(lexer->rest,
							       (size_t)(p + 1 - lexer->rest.p)));
		if (from->received->helo.n > 0 &&
		    from->received->helo.p[from->received->helo.n - 1] == '"')
			from->received->helo.n--;
		from->final = true;
	}
	return true;
}

/* Reads the from-clause up to the word that ends it, which stays in token. */
static void
from_read(struct from *from, struct lexer *lexer, struct token *token)
{
	struct span value = lexer->rest;

	do
		lexer_next(lexer, token);
	while (token->kind == TOKEN_SEMICOLON);
	if (!from->whole && is_empty_clause(*lexer, token))
		return;
	if (token->kind == TOKEN_WORD || token->kind == TOKEN_LITERAL) {
		from_name(from, value, token);
		from->second = true;
		lexer_next(lexer, token);
	}
	for (; token->kind != TOKEN_END && (from->whole || token->kind != TOKEN_SEMICOLON);
	     lexer_next(lexer, token)) {
		from->glued = !from->packed && token->before != TOKEN_END;
		if (token->kind == TOKEN_COMMENT)
			from_comment(from, token->text);
		else if (token->kind == TOKEN_LITERAL)
			from_literal(from, token);
		else if (!from_word(from, lexer, token))
			return;
		from->second = false;
		from->value = token->kind == TOKEN_WORD && is_clause(token->text);
	}
}

/*
 * RFC 3848 and what is like it: a protocol whose name says that the client was
 * authenticated.
 */
static bool
is_auth_protocol(struct span with)
{
	if (word_begins(with, "utf8"))
		with = span_skip(with, 4);
	if (word_is(with, "asmtp") || word_is(with, "http") || word_is(with, "https") ||
	    word_is(with, "httpu"))
		return true;
	if (with.n > 0 && (span_lower(with.p[0]) == 'e' || span_lower(with.p[0]) == 'l'))
		with = span_skip(with, 1);
	return word_is(with, "smtpa") || word_is(with, "smtpsa") || word_is(with, "mtpa") ||
	       word_is(with, "mtpsa");
}

/*
 * fetchmail's and getmail's names of protocols: POP3, POP3-SSL, APOP, IMAP4 ...
 */
static bool
is_fetch_protocol(struct span with)
{
	static const char *const words[] = {"pop", "apop", "kpop", "rpop", "sdps", "imap"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (word_begins(with, words[i]))
			return true;
	return false;
}

/* The next word, comments left out; empty at the end of the clause. */
static struct span
next_value(struct lexer *lexer)
{
	struct token token;

	do
		lexer_next(lexer, &token);
	while (token.kind == TOKEN_COMMENT);
	const char *end = token.kind == TOKEN_WORD ? memchr(token.raw.p, ';', token.raw.n) : NULL;
	if (end != NULL) { /* "with SMTP;Mon, 1 Jan" */
		lexer_back(lexer, end);
		token.raw.n = (size_t)(end - token.raw.p);
	}
	return token.kind == TOKEN_WORD || token.kind == TOKEN_LITERAL ? token.raw
								       : (struct span){NULL, 0};
}

/*
 * Everything behind the from-clause, token being its first word: by, with and
 * via, up to id, for or the date.
 */
static bool
clauses_read(struct from *from, struct lexer *lexer, struct token *token)
{
	struct received *received = from->received;
	struct span via = {NULL, 0};
	bool by = false, id = false; /* behind the id only comments count: "id 1 (AUTH user)" */

	for (; token->kind != TOKEN_END; lexer_next(lexer, token)) {
		if (token->kind == TOKEN_COMMENT) {
			struct comment comment;

			comment_read(token->text, &comment);
			bool exim = word_is(word_until_space(span_trim(token->text)), "exim");
			if (exim && received->rdns.n == 0 && !from->said_helo && !from->final)
				/*
				 * it writes the HELO only where that is another
				 * name
				 */
				received->rdns = seen_name(from);
			received->fetch |= comment.kind == COMMENT_FETCH;
			from->no_auth |= comment.kind == COMMENT_ENVELOPE;
			received->auth |= comment.kind == COMMENT_AUTH && !from->no_auth;
		}
		if (token->kind == TOKEN_SEMICOLON && by)
			break;
		if (token->kind != TOKEN_WORD)
			continue;
		if (word_is(token->text, "envelope-from") || (by && word_is(token->text, "for")))
			break;
		if (id)
			continue;
		if (word_is(token->text, "by") && !by) {
			by = true;
			received->by = next_value(lexer);
		} else if (word_is(token->text, "with") && received->with.n == 0) {
			received->with = next_value(lexer);
		} else if (word_is(token->text, "via") && via.n == 0) {
			via = next_value(lexer);
		} else if (word_is(token->text, "http-dav")) {
			received->auth = true; /* with Microsoft Exchange Server HTTP-DAV */
		} else if (by && word_is(token->text, "id")) {
			id = true;
		}
	}
	received->auth |= is_auth_protocol(received->with);
	if (received->with.n == 0)
		received->with = via;
	received->fetch |= is_fetch_protocol(received->with);
	return by;
}

/* The line as a whole: relay, none, or one that should be one. */
static enum received_status
judge(struct from *from, bool by)
{
	struct received *received = from->received;

	if (from->evidence == EVIDENCE_NONE && from->name_is_addr && by) {
		received->addr = from->name_addr;
		from->evidence = EVIDENCE_WEAK;
		received->rdns.n = 0;
	}
	if (from->evidence != EVIDENCE_NONE)
		return RECEIVED_RELAY;
	bool smtp = from->said_helo && !word_begins(received->with, "local");
	/* "from [address] with SMTP": by whom? */
	bool half = from->name_is_addr && from->name_in_brackets;
	return from->broken || smtp || half ? RECEIVED_UNPARSED : RECEIVED_NO_RELAY;
}

/*
 * The first word behind comments like "(qmail 1 invoked by uid 89)". false: a
 * comment that is the from-clause, "(from name [address])".
 */
static bool
first_word(struct lexer *lexer, struct token *token)
{
	struct token inner;

	for (lexer_next(lexer, token); token->kind == TOKEN_COMMENT; lexer_next(lexer, token)) {
		struct lexer inside;

		lexer_init(&inside, token->text);
		lexer_next(&inside, &inner);
		if (inner.kind == TOKEN_WORD && word_is(inner.text, "from"))
			return false;
	}
	return true;
}

void
received_parse(struct span value, struct received *received)
{
	static const char *const words[] = {"by", "with", "via", "id", "for", "at", "on"};
	struct from from = {.received = received};
	struct lexer lexer, inside;
	struct token token;

	*received = (struct received){.status = RECEIVED_NO_RELAY};
	lexer_init(&lexer, value);
	if (!first_word(&lexer, &token)) {
		lexer_init(&inside, token.text);
		lexer_next(&inside, &token);
		from_read(&from, &inside, &token);
		lexer_next(&lexer, &token);
	} else if (token.kind == TOKEN_WORD &&
		   (word_is(token.text, "from") || word_begins(token.text, "from"))) {
		from.packed = !word_is(token.text, "from");
		if (from.packed)
			lexer_back(&lexer, token.text.p + strlen("from"));
		size_t n = lexer_find_by(lexer.rest);
		from.whole = n > 0;
		if (from.whole) {
			lexer_init(&inside, (struct span){lexer.rest.p, n});
			from_read(&from, &inside, &token);
			lexer_init(&lexer, span_skip(lexer.rest, n));
			lexer_next(&lexer, &token);
		} else {
			from_read(&from, &lexer, &token);
		}
	} else {
		bool known = token.kind == TOKEN_SEMICOLON;

		for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
			known |= token.kind == TOKEN_WORD && word_is(token.text, words[i]);
		received->status = known ? RECEIVED_NO_RELAY : RECEIVED_UNPARSED;
		if (!known)
			return;
		(void)clauses_read(&from, &lexer, &token);
		return;
	}
	bool by = clauses_read(&from, &lexer, &token);
	received->status = judge(&from, by);
}
