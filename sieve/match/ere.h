/*
 * ere.h - :regex: POSIX extended regular expressions on PCRE2, with limits.
 *
 * What the script says is an ERE (draft-murchison-sieve-regex-07 3), which is
 * not PCRE2's language: it is checked and translated first, so that nothing of
 * PCRE2's own (verbs, recursion, look-around, lazy and possessive repetition,
 * \Q) can be reached. As in the regcomp(3) that Pigeonhole uses, \w \W \s \S \b
 * \B \< \> and back references are there as well. Which part of several
 * possible ones a group captures is PCRE2's choice (the first alternative that
 * leads to a match), not the longest.
 */
#ifndef ERE_H
#define ERE_H

#include "sieve/match/match.h"

#define ERE_LENGTH_MAX  16384   /* bytes of an expression */
#define ERE_MATCH_LIMIT 1000000 /* PCRE2's match limit for one value: about 50 ms */
#define ERE_HEAP_KIB    16384   /* memory for backtracking, in KiB */
#define ERE_STACK_MAX   10      /* repetitions of one repetition: a*{2}+ has three */

struct ere;

/*
 * Compiles. The pattern must outlive the result. NULL: err says why, *where is
 * the offset.
 */
struct ere *ere_compile(struct span pattern, bool ignore_case, size_t *where, struct err *err);
void ere_free(struct ere *ere);

/*
 * Backtracks first. Where that takes too long (`(a+)+$`), an automaton decides,
 * whose time grows with the value and not with its ways to match; it cannot say
 * what the groups are, nor do back references: there, MATCH_LIMIT. With
 * captures NULL all but back references get their answer.
 */
enum match_result ere_run(struct ere *ere, struct span value, struct match_captures *captures);

/*
 * The translation: appends PCRE2's form of an ERE to `to`; with automaton, one
 * with more groups, which matches the same and keeps the number of states of
 * pcre2_dfa_match() small. -1 as above.
 */
struct buf;
int ere_translate(struct span pattern, bool automaton, struct buf *to, size_t *where,
		  struct err *err);

#endif
