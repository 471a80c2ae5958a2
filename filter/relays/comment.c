#include "filter/relays/comment.h"
#include "filter/relays/tokens.h"

#define WORDS_MAX        16 /* looked at in one comment: what names a host or a HELO is shorter */
#define ADDRESS_TEXT_MAX 80 /* longest text taken for an address, with its prefix and port */

bool
comment_is_helo(struct span word)
{
	static const char *const words[] = {"helo",  "ehlo",  "lhlo", "hello",
					    "helo:", "ehlo:", NULL};

	return tokens_is_any(word, words);
}

static bool
is_helo_key(struct span word)
{
	return tokens_begins(word, "helo=") || tokens_begins(word, "ehlo=");
}

/* What Exim writes beside "helo=". */
static bool
is_exim_key(struct span word)
{
	return is_helo_key(word) || tokens_begins(word, "ident=") || tokens_begins(word, "port=");
}

bool
comment_names_helo(struct span word)
{
	return comment_is_helo(word) || is_exim_key(word) || tokens_is(word, "account");
}

struct span
comment_known_name(struct span name)
{
	static const char *const words[] = {"unknown", "<unknown>",  "unverified", "softdnserr",
					    "nodns",   "nodnsquery", NULL};

	if (name.n > 1 && name.p[name.n - 1] == '.')
		name.n--;
	return tokens_is_any(name, words) ? (struct span){name.p, 0} : name;
}

/*
 * Cuts text at the last c. false: there is none, or something else than digits
 * behind it.
 */
static bool
cut_port(char *text, char c)
{
	char *at = strrchr(text, c);

	if (at == NULL || at[1] == '\0' || strspn(at + 1, "0123456789") != strlen(at + 1))
		return false;
	*at = '\0';
	return true;
}

/*
 * May an address begin like this? Most of what is asked about is a name, and
 * does not.
 */
static bool
begins_address(char c)
{
	c = span_lower(c);
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == 'i';
}

bool
comment_address(struct span text, bool bracketed, struct addr *addr)
{
	char copy[ADDRESS_TEXT_MAX], *p = copy;
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\0' || (bracketed && span_is_space(text.p[i])))
			continue;
		if (n == sizeof copy - 1 || (n == 0 && !begins_address(text.p[i])))
			return false;
		copy[n++] = text.p[i];
	}
	copy[n] = '\0';
	if (tokens_begins(span_of(p), "ipv6:"))
		p += strlen("ipv6:");
	if (addr_parse(span_of(p), addr))
		return true;
	char *colon = strchr(p, ':');
	if (colon != NULL && colon == strrchr(p, ':'))
		return cut_port(p, ':') && addr_parse(span_of(p), addr);
	return bracketed && cut_port(p, '.') && addr_parse(span_of(p), addr);
}

bool
comment_like_address(struct span text, bool bracketed)
{
	text = span_trim(text);
	if (text.n == 0)
		return bracketed;
	if (tokens_begins(text, "ipv6:"))
		return true;
	if (bracketed && tokens_is(text, "unknown")) /* Postfix, of a client that is gone */
		return true;
	for (size_t i = 0; i < text.n; i++)
		if (!(text.p[i] >= '0' && text.p[i] <= '9') && text.p[i] != '.' && text.p[i] != ':')
			return bracketed && i > 0;
	return text.n > 1;
}

/* What follows the last "@" of "IDENT:user@name". */
static struct span
after_at(struct span word)
{
	const char *at = word.n == 0 ? NULL : memrchr(word.p, '@', word.n);

	return at == NULL ? word : span_skip(word, (size_t)(at + 1 - word.p));
}

/*
 * What the client said, from "HELO name" or "helo=name" on; it may be a
 * literal, so it is read from the bytes.
 */
static struct span
read_helo(struct span text)
{
	struct tokens tokens;
	struct token token;

	tokens_init(&tokens, text);
	for (tokens_next(&tokens, &token); token.kind != TOKEN_END; tokens_next(&tokens, &token)) {
		if (token.kind != TOKEN_WORD)
			continue;
		if (comment_is_helo(token.text))
			return tokens_until_space(span_trim(tokens.rest));
		if (is_helo_key(token.text))
			return tokens_until_space(
				span_skip(text, (size_t)(token.text.p - text.p) + strlen("helo=")));
	}
	return (struct span){text.p, 0};
}

/*
 * "port=25@192.0.2.7", "fetchmail-6@[192.0.2.7]", "helo=x@b.example
 * [192.0.2.7]": an identd's answer, which may be anything, before what the
 * server saw. word is the first one, next what comes behind it.
 */
static bool
is_ident(struct span word, struct tokens tokens, const struct token *next)
{
	struct addr addr;
	struct token last;

	if (memchr(word.p, '@', word.n) == NULL)
		return false;
	if (next->kind == TOKEN_END)
		return comment_address(after_at(word), false, &addr);
	if (next->kind != TOKEN_LITERAL || !comment_address(next->text, true, &addr))
		return false;
	tokens_next(&tokens, &last);
	return last.kind == TOKEN_END || last.kind == TOKEN_COMMENT;
}

/* The words before whatever the sender, or an identd, chose. */
static bool
is_envelope(const struct token *first, const struct token *second)
{
	static const char *const alone[] = {"envelope-from",    "envelope-sender",
					    "return-path",      "envelope-from:",
					    "envelope-sender:", "return-path:",
					    "sender:",          "ident:",
					    "mail-from:",       NULL};
	static const char *const two[] = {"sender", "sender:", "from", "from:", NULL};

	if (tokens_begins(first->text, "mailfrom:"))
		return true;
	if (tokens_is_any(first->text, alone))
		return second->kind != TOKEN_LITERAL || first->text.p[first->text.n - 1] == ':';
	return (tokens_is(first->text, "envelope") && second->kind == TOKEN_WORD &&
		tokens_is_any(second->text, two)) ||
	       (tokens_is(first->text, "over") && second->kind == TOKEN_WORD);
}

/*
 * By its first words, but a name with an address behind it is a host, whatever
 * it is called: "(authenticated.example [192.0.2.1])". The names of hosts are
 * for anybody to choose, and so are idents.
 */
static enum comment_kind
kind_of(struct span text, bool *ident)
{
	static const char *const auth[] = {"authenticated", "authenticated-user:",
					   "smtp-auth",     "smtp-auth:",
					   "auth:",         "auth",
					   "account",       NULL};
	struct tokens tokens;
	struct token first, second;

	tokens_init(&tokens, text);
	tokens_next(&tokens, &first);
	if (first.kind == TOKEN_LITERAL || first.kind == TOKEN_COMMENT)
		return COMMENT_HOST;
	if (first.kind != TOKEN_WORD)
		return COMMENT_OTHER;
	if (comment_is_helo(first.text))
		return COMMENT_HELO;
	tokens_next(&tokens, &second);
	bool chosen = is_ident(first.text, tokens, &second);
	if (is_exim_key(first.text)) {
		*ident = chosen;
		return chosen ? COMMENT_HOST : COMMENT_HELO;
	}
	if (chosen)
		return COMMENT_HOST;
	/* Postfix: (Client CN "x", Issuer "y" (not verified)) */
	if (tokens_is(first.text, "client") && tokens_is(second.text, "cn"))
		return COMMENT_OTHER;
	if (is_envelope(&first, &second))
		return COMMENT_ENVELOPE;
	if (second.kind == TOKEN_LITERAL)
		return COMMENT_HOST;
	/* the latter: Sendmail */
	if (tokens_is_any(first.text, auth) ||
	    (tokens_begins(first.text, "user=") && tokens_begins(second.text, "mech=")))
		return COMMENT_AUTH;
	if (tokens_begins(first.text, "fetchmail-"))
		return COMMENT_FETCH;
	if (second.kind != TOKEN_WORD ||
	    memchr(text.p, '[', text.n) !=
		    NULL) /* an ident may be of several words: "(x authenticated@name [address])" */
		return COMMENT_HOST;
	if (tokens_is(second.text, "authenticated") && !tokens_is(first.text, "not"))
		return COMMENT_AUTH;
	/* web mail of United Internet */
	if (tokens_is(first.text, "via") &&
	    (tokens_is(second.text, "http") || tokens_is(second.text, "https")))
		return COMMENT_AUTH;
	return COMMENT_HOST;
}

/* How far comment_scan() has come. */
struct scan {
	struct comment *comment;
	struct span nested; /* the inside of the first comment in the comment */
	unsigned words;
	bool closed; /* no address any more */
};

static void
scan_word(struct scan *scan, const struct token *token)
{
	struct comment *comment = scan->comment;
	struct span word = token->text, name = after_at(word);

	if (token->before == TOKEN_LITERAL &&
	    !scan->closed) { /* "name[192.0.2.1].example" is a name */
		comment->evidence = EVIDENCE_NONE;
		comment->bracketed = comment->broken = false;
		return;
	}
	scan->closed = comment->bracketed;
	if (++scan->words == 1 && !comment->bracketed) {
		comment->name = comment_known_name(name);
		if (comment_address(name, false, &comment->addr))
			comment->evidence = EVIDENCE_STRONG;
		else
			comment->broken = name.n > 0 && comment_like_address(name, false);
	} else if (comment->evidence != EVIDENCE_NONE && tokens_is(word, "with")) {
		comment->auth = true; /* qmail with SMTP AUTH: (user@192.0.2.1 with login) */
	} else if (scan->words == 2 && comment->evidence == EVIDENCE_NONE && !comment->bracketed &&
		   comment->kind == COMMENT_HOST) {
		if (comment_address(word, false, &comment->addr)) /* "(name 192.0.2.1)" */
			comment->evidence = EVIDENCE_WEAK;
	}
}

static void
scan_literal(struct scan *scan, struct span text)
{
	struct comment *comment = scan->comment;
	struct addr addr = {{0}};
	/* "(Not Verified[192.0.2.1])", "(AVG SMTP 7.0 [265.6.8])" */
	bool remark = scan->words > 1 && comment->kind == COMMENT_HOST;
	bool is_address = comment_address(text, true, &addr);

	if (scan->closed || (comment->evidence != EVIDENCE_NONE && scan->words > 1) ||
	    (remark && !is_address))
		return;
	comment->bracketed = true;
	comment->evidence = !is_address ? EVIDENCE_NONE : remark ? EVIDENCE_WEAK : EVIDENCE_STRONG;
	comment->broken = !is_address && comment_like_address(text, true);
	comment->addr = addr;
	if (scan->words > 1)
		comment->name.n = 0;
}

/*
 * The address is the last of those that stand at the beginning, behind at most
 * a name: "(name [1])", "([1])", "(1)", "(1 [2])", "([1] [2])", "(user@[1])",
 * "([1]:25 helo=[2])", "(1, HELO [2])".
 */
static void
comment_scan(struct span text, struct scan *scan)
{
	struct tokens tokens;
	struct token token;

	tokens_init(&tokens, text);
	for (tokens_next(&tokens, &token); token.kind != TOKEN_END && scan->words < WORDS_MAX;
	     tokens_next(&tokens, &token)) {
		if (token.kind == TOKEN_WORD && !(scan->words == 0 && scan->comment->ident) &&
		    (comment_is_helo(token.text) || is_exim_key(token.text))) {
			scan->comment->helo =
				read_helo(span_skip(text, (size_t)(token.text.p - text.p)));
			scan->comment->final = true;
			return;
		}
		if (token.kind == TOKEN_WORD)
			scan_word(scan, &token);
		else if (token.kind == TOKEN_LITERAL)
			scan_literal(scan, token.text);
		else if (token.kind == TOKEN_COMMENT && scan->nested.p == NULL)
			scan->nested = token.text;
	}
}

enum comment_kind
comment_kind(struct span text)
{
	struct comment comment;
	bool ident;
	enum comment_kind kind = kind_of(text, &ident);

	if (kind != COMMENT_AUTH)
		return kind;
	comment_read(text, &comment); /* "(account ([address]))" is a host after all */
	return comment.kind;
}

void
comment_read(struct span text, struct comment *comment)
{
	struct scan scan = {.comment = comment};
	struct comment inner;

	*comment = (struct comment){.kind = COMMENT_OTHER};
	comment->kind = kind_of(text, &comment->ident);
	comment->auth = comment->kind == COMMENT_AUTH;
	if (comment->kind == COMMENT_HELO)
		comment->helo = read_helo(text);
	if (comment->kind != COMMENT_HOST &&
	    !(comment->kind == COMMENT_AUTH && tokens_begins(span_trim(text), "account")))
		return;
	comment_scan(text, &scan);
	if (comment->evidence != EVIDENCE_NONE || comment->bracketed)
		return;
	if (scan.words <= 1 && scan.nested.n > 0) {
		struct scan once = {.comment = &inner};

		inner = (struct comment){.kind = COMMENT_OTHER};
		inner.kind = kind_of(scan.nested, &inner.ident);
		if (inner.kind == COMMENT_HOST)
			comment_scan(scan.nested, &once);
		if (inner.evidence != EVIDENCE_NONE) {
			*comment = inner;
			comment->evidence = EVIDENCE_WEAK;
			return;
		}
	}
	if (scan.words != 1 && comment->kind == COMMENT_HOST)
		comment->kind = COMMENT_OTHER;
}
