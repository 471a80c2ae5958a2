#include "filter/relays/by.h"
#include "filter/relays/comment.h"

#define PRODUCT_WORDS 4 /* "with Microsoft Exchange Server HTTP-DAV" */

/* How far by_read() has come. */
struct reader {
	struct by *by;
	struct span via;
	bool with_now; /* the token before was the value of "with" */
	bool with;     /* there was a "with" */
	bool early;    /* but before "by": s/qmail's "with TLSv1.3:", which says no protocol */
	bool id;       /* behind the id only comments count: "id 1 (AUTH user)" */
	bool hostile;  /* a client's text came: nothing is believed any more */
};

/*
 * RFC 3848 and what is like it: ESMTP, LMTPS, UTF8SMTPSA ... auth: the name
 * says that the client was authenticated.
 */
static bool
is_smtp(struct span with, bool *auth)
{
	static const char *const plain[] = {"smtp", "smtps", "mtp", "mtps", "smtp-tls", NULL};
	static const char *const authenticated[] = {"smtpa",     "smtpsa",     "mtpa",      "mtpsa",
						    "smtp-auth", "smtps-auth", "smtp_auth", NULL};

	*auth = tokens_is(with, "asmtp");
	if (tokens_begins(with, "utf8"))
		with = span_skip(with, 4);
	if (with.n > 0 && (span_lower(with.p[0]) == 'e' || span_lower(with.p[0]) == 'l'))
		with = span_skip(with, 1);
	if (tokens_is_any(with, plain))
		return true;
	*auth |= tokens_is_any(with, authenticated);
	return *auth;
}

/* Web mail: HTTP, HTTPS, HTTPU (CommuniGate), HTTP/1.1, HTTP-DAV (Exchange). */
static bool
is_web(struct span with)
{
	return tokens_is(with, "http") || tokens_is(with, "https") || tokens_is(with, "httpu") ||
	       tokens_is(with, "http-dav") || tokens_is(with, "webmail") ||
	       tokens_begins(with, "http/") || tokens_begins(with, "https/");
}

/*
 * fetchmail's and getmail's names of protocols: POP3, POP3-SSL, APOP, IMAP4 ...
 */
static bool
is_fetch(struct span with)
{
	static const char *const words[] = {"pop", "apop", "kpop", "rpop", "sdps", "imap", NULL};

	return tokens_begins_any(with, words);
}

/* The next word, comments left out; empty at the end of the clause. */
static struct span
next_value(struct tokens *tokens)
{
	struct token token;

	do
		tokens_next(tokens, &token);
	while (token.kind == TOKEN_COMMENT);
	const char *end = token.kind == TOKEN_WORD ? memchr(token.raw.p, ';', token.raw.n) : NULL;
	if (end != NULL) { /* "with SMTP;Mon, 1 Jan" */
		tokens_back(tokens, end);
		token.raw.n = (size_t)(end - token.raw.p);
	}
	return token.kind == TOKEN_WORD || token.kind == TOKEN_LITERAL ? token.raw
								       : (struct span){NULL, 0};
}

/*
 * What a protocol says: the first word behind "with", or one of those behind a
 * product's name: "with MailEnable ESMTPA", "with ESMTP AUTH".
 */
static void
read_with(struct reader *reader, struct tokens ahead)
{
	struct by *by = reader->by;
	struct token token = {.kind = TOKEN_WORD, .text = by->with, .raw = by->with};
	bool auth = false, believed = !reader->hostile;

	by->fetch |= is_fetch(by->with) && believed;
	for (int i = 0; i < PRODUCT_WORDS && token.kind == TOKEN_WORD; i++) {
		if (by->smtp && tokens_is(token.text, "auth")) {
			by->auth |= believed;
			return;
		}
		if (by->smtp || tokens_is(token.text, "id") || tokens_is(token.text, "for"))
			return;
		by->web |= is_web(token.text);
		by->smtp = is_smtp(token.text, &auth);
		by->auth |= (auth || by->web) && believed;
		tokens_next(&ahead, &token);
	}
}

/*
 * Comments that come behind the protocol and hold nothing of a client's: TLS,
 * Exim's name.
 */
static bool
is_harmless(struct span text)
{
	static const char *const words[] = {"tls",
					    "ssl",
					    "version=",
					    "using tls",
					    "using ssl",
					    "exim",
					    "no client certificate",
					    "cipher",
					    NULL};

	return tokens_begins_any(span_trim(text), words);
}

/* The software, as the first words of a comment name it. */
static void
read_software(struct by *by, struct span text)
{
	static const struct {
		const char *begins;
		enum server server;
	} names[] = {
		{"exim", SERVER_EXIM},
		{"chasquid", SERVER_CHASQUID},
		{"communigate", SERVER_COMMUNIGATE},
		{"qmail-ldap", SERVER_QMAIL_LDAP},
		{"postfix", SERVER_HELO_FIRST},
		{"opensmtpd", SERVER_HELO_FIRST},
		{"haraka", SERVER_HELO_FIRST},
		{"qpsmtpd", SERVER_HELO_FIRST},
		{"mdaemon", SERVER_HELO_FIRST},
		{"kerio", SERVER_HELO_FIRST},
		{"stalwart", SERVER_HELO_FIRST},
		{"amavisd", SERVER_HELO_FIRST},
	};
	struct span word = tokens_until_space(span_trim(text));

	if (by->server != SERVER_OTHER)
		return;
	if (tokens_begins(word, "8.") && memchr(word.p, '/', word.n) != NULL)
		by->server = SERVER_SENDMAIL;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (tokens_begins(word, names[i].begins))
			by->server = names[i].server;
}

/* What the protocol tells of the software. */
static void
read_protocol(struct by *by)
{
	if (tokens_begins(by->with, "qmail-scanner"))
		by->server = SERVER_SCANNER;
	if (by->server != SERVER_OTHER)
		return;
	if (tokens_begins(by->with, "smap") || tokens_begins(by->with, "csmap"))
		by->server = SERVER_SMAP;
	else if (tokens_begins(by->with, "active!hunter"))
		by->server = SERVER_HUNTER;
	else if (tokens_begins(by->with, "mailenable") || tokens_begins(by->with, "microsoft"))
		by->server = SERVER_HELO_FIRST;
}

static void
read_comment(struct reader *reader, const struct token *token)
{
	struct by *by = reader->by;

	by->software |= !reader->with && !reader->id;
	if (reader->hostile)
		return;
	read_software(by, token->text);
	switch (comment_kind(token->text)) {
	case COMMENT_FETCH:
		by->fetch |= reader->with_now;
		break;
	case COMMENT_AUTH:
		by->auth |= token->before != TOKEN_COMMENT;
		break;
	case COMMENT_ENVELOPE:
	case COMMENT_HELO:
		reader->hostile = true;
		break;
	case COMMENT_HOST:
	case COMMENT_OTHER:
		reader->hostile = reader->with && !is_harmless(token->text);
		break;
	}
}

/* false: this word ends what is read. */
static bool
read_word(struct reader *reader, struct tokens *tokens, const struct token *token)
{
	struct by *by = reader->by;

	if (tokens_is(token->text, "envelope-from") || (by->found && tokens_is(token->text, "for")))
		return false;
	reader->with_now = false;
	/* a comment that was never closed */
	reader->hostile |= token->text.n > 0 && token->text.p[0] == '(';
	if (reader->id)
		return true;
	if (tokens_is(token->text, "by") && !by->found) {
		by->found = true;
		by->name = next_value(tokens);
	} else if (tokens_is(token->text, "with") && (!reader->with || reader->early)) {
		by->with = next_value(tokens);
		reader->with = by->with.n > 0;
		reader->early = !by->found;
		by->smtp = by->web = false;
		reader->with_now = true;
		read_with(reader, *tokens);
	} else if (tokens_is(token->text, "via") && reader->via.n == 0) {
		reader->via = next_value(tokens);
	} else if (by->found && tokens_is(token->text, "id")) {
		reader->id = true;
	}
	return true;
}

void
by_read(struct tokens *tokens, struct token *token, struct by *by)
{
	struct reader reader = {.by = by};

	for (; token->kind != TOKEN_END; tokens_next(tokens, token)) {
		if (token->kind == TOKEN_COMMENT)
			read_comment(&reader, token);
		if (token->kind == TOKEN_SEMICOLON && by->found)
			break;
		if (token->kind == TOKEN_WORD && !read_word(&reader, tokens, token))
			break;
	}
	if (by->with.n == 0) {
		by->with = reader.via;
		read_with(&reader, (struct tokens){.rest = {NULL, 0}});
	}
	read_protocol(by);
}
