/*
 * comment.h - what a comment, or a literal, of a Received field says about the
 * client.
 */
#ifndef COMMENT_H
#define COMMENT_H

#include "filter/base/addr.h"
#include "filter/base/span.h"

/* What a comment is, by its first words. */
enum comment_kind {
	COMMENT_OTHER,    /* TLS, certificates, remarks */
	COMMENT_HOST,     /* "(name [address])", "(address)", "(name)": what the server saw */
	COMMENT_HELO,     /* "(HELO name)", "(helo=name ident=...)": what the client said */
	COMMENT_AUTH,     /* "(authenticated ...)", "(AUTH: ...)", "(account ...)" */
	COMMENT_ENVELOPE, /* "(envelope-from ...)", "(IDENT: x)": whatever the sender or an identd
			     chose */
	COMMENT_FETCH,    /* "(fetchmail-6.4.22)" */
};

/* How sure it is that an address is the client's. */
enum evidence {
	EVIDENCE_NONE,
	EVIDENCE_WEAK,   /* in a comment of several words, or nested */
	EVIDENCE_STRONG, /* in brackets or in a comment of its own */
};

struct comment {
	enum comment_kind kind;
	enum evidence evidence;
	struct addr addr;
	struct span name; /* before the address; empty where the server knew none */
	struct span helo;
	bool bracketed; /* the address, or what stands for it, is in brackets */
	bool broken;    /* something like an address that is none */
	bool final;     /* says what the HELO was, so what follows is no TCP information */
	bool auth;      /* the client was authenticated */
	bool ident;     /* begins like one of Exim's "(helo=x)" and ends like "(ident@address)" */
};

/*
 * Reads the inside of a comment, or "[...]" as if it were one. Linear,
 * allocates nothing.
 */
void comment_read(struct span text, struct comment *comment);

/*
 * Only what kind comment_read() finds, for less; but it may take for a
 * COMMENT_HOST what is a COMMENT_OTHER.
 */
enum comment_kind comment_kind(struct span text);

/*
 * An address as servers write it: with "IPv6:" before it (RFC 5321 4.1.3),
 * ":port" or, in brackets, ".port" behind it; NULs, and in brackets white
 * space, anywhere in it.
 */
bool comment_address(struct span text, bool bracketed, struct addr *addr);

/*
 * Does text stand for an address, though it may be none? "1.2.3" does, and so
 * does Postfix's "[unknown]"; "local" and "UNIX: localhost" do not.
 */
bool comment_like_address(struct span text, bool bracketed);

/*
 * Does word, the first one in a comment or behind "[address]" in one, mean that
 * the HELO follows?
 */
bool comment_names_helo(struct span word);

/* Is it "HELO", "EHLO" or the like, which a client's own word follows? */
bool comment_is_helo(struct span word);

/*
 * name without the dot at its end; empty where it is one of the words that
 * servers write when they found none.
 */
struct span comment_known_name(struct span name);

#endif
