/*
 * check.h - is this a valid script, and what in it may not be what its author
 * meant?
 *
 * Knows the tables of language.h and the rules that no table can hold: require
 * first, elsif behind if, argument types, constant strings, field names,
 * addresses, comparators that fit their match type, expressions that compile.
 * What passes here can be run.
 */
#ifndef CHECK_H
#define CHECK_H

#include "sieve/protocol/protocol.h"
#include "sieve/script/tree.h"

#define SCRIPT_MAX PROTOCOL_SCRIPT_MAX

struct script {
	const char *name; /* as errors name it */
	struct span source;
	struct node *first;
	uint64_t extensions;          /* required, or enabled by an ihave */
	struct script_regex *regexes; /* owned: what strings point to as their match */
};

/*
 * Reads and checks a script. 0: valid; warnings may have been reported. -1: at
 * least one error was. source must outlive script; all else is the pool's.
 * Never runs anything, never opens a file: an included script is not looked at.
 * A script that is too large for libsieve is an error, too.
 */
int check_read(struct pool *pool, struct report *report, struct span source, struct script *script);

/* Gives back what is not the pool's. */
void check_free(struct script *script);

/* The tag of this command, or NULL. */
const struct argument *node_tag(const struct node *node, int tag);

/* ---- between the files check*.c */

struct check_loop {
	struct span name; /* empty: none */
	const struct check_loop *outer;
};

struct check {
	struct pool *pool;
	struct report *report;
	uint64_t extensions;
	struct script_regex *regexes;
	bool no_more_requires; /* another command was seen */
	bool has_off;          /* some rule is off: `if false` */
	bool off; /* what is checked is part of one: what is unknown there is no error */
	bool off_unknown;
	/*
	 * foreverypart: the loops that the command stands in, innermost first
	 */
	const struct check_loop *loop;
	bool told_utf8; /* of one string that is no UTF-8 */
	/* commands whose missing require was reported once */
	const struct language_command *missing[16];
	size_t n_missing;
};

/*
 * A name that is not known: an error, but in a rule that is off, where it is a
 * warning and makes sure that the rule is never compiled.
 */
void check_unknown(struct check *check, struct place at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* An extension that is needed and was not required; what names who needs it. */
void check_needs(struct check *check, struct place at, uint64_t needs, const char *what);

/*
 * Sorts the arguments of node into tags and positional ones, and checks their
 * types.
 */
int check_arguments(struct check *check, struct node *node);

/*
 * Looks at the values of the arguments of a command or test whose types are
 * right.
 */
void check_values(struct check *check, struct node *node);

/* How a test compares: its comparator, match type, keys and address part. */
void check_match(struct check *check, struct node *node);

/* encoded-character and references to variables. */
void check_string(struct check *check, struct string *string);

/*
 * A string that has to be known before the run: false, and an error, where not.
 */
bool check_constant(struct check *check, const struct string *string, const char *what);

/* Names of variables; namespaces: also "global.NAME". names may be NULL. */
void check_names(struct check *check, const struct argument *names, bool namespaces);

/* require: enables what it names. */
void check_require(struct check *check, struct node *node);

/* A command or test needs one of some extensions; each lack is told once. */
void check_require_command(struct check *check, struct node *node);

/* What an ihave with these capabilities gives; enables them. */
bool check_require_ihave(struct check *check, const struct argument *names);

#endif
