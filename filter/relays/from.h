/*
 * from.h - the from-clause of a Received field: who the client was.
 */
#ifndef FROM_H
#define FROM_H

#include "filter/relays/by.h"
#include "filter/relays/comment.h"
#include "filter/relays/received.h"

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
	const struct by *by;    /* empty where it is not read yet */
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
	bool open;       /* it began a comment that was never closed */
	bool lost;       /* it is a literal, but a comment says that it need not be the client's */
	bool hosts;      /* a comment was about a host */
	bool said_helo;  /* a comment says what the HELO was: the first word is none */
	bool final;      /* no address any more */
	bool after_helo; /* a comment named the HELO, and no address came since */
	bool no_auth;    /* no comment is believed any more */
	/*
	 * no white space before the token at hand: it may be a part of the HELO
	 */
	bool glued;
	bool broken; /* something stands where an address should, and is none */
};

/*
 * Reads the from-clause up to the word that ends it, which stays in token.
 * from->received, by and whole are given; fills in received->addr, helo, rdns
 * and auth.
 */
void from_read(struct from *from, struct tokens *tokens, struct token *token);

/*
 * What the clause comes to, the by-clause having been read: a relay, none, or
 * one that should be one.
 */
enum received_status from_judge(struct from *from);

#endif
