/*
 * protocol.h - how the filter and the sealed Sieve child talk. Both sides
 * include this.
 *
 * The filter starts `spamcop-sieve plan OPTION... -- NAME...` with an empty
 * environment:
 *
 *   -f SENDER  -a RECIPIENT     the envelope; "" is the null sender; absent:
 *              unknown
 *   --verdict WORD --score N --lists NAME,NAME  for spamtest and environment;
 *                                               --score absent when there is
 *                                               none
 *   --delimiter C               of address details
 *   --seconds N                 of CPU that it may take; 2 where absent
 *   --charsets A,B,...          character sets to open before the seal, from
 *                               the fixed table charset.h
 *   NAME...                     the scripts in order, as errors name them;
 *                               script i is open on descriptor PROTOCOL_SCRIPTS
 *                               + i
 *
 *   descriptor 0                the message: a regular file, read with pread
 *                               (its offset means nothing)
 *   descriptor 1                a pipe to the filter: questions, then the plan
 *                              , described below
 *   descriptor 2                a pipe to the filter: why the child gave up,
 *                               for the log; at most PROTOCOL_WHY_MAX bytes are
 *                               read
 *   descriptor 3                a pipe from the filter: answers
 *
 * A question is one line of the plan's form, `ask<TAB>WHAT<TAB>NAME`. Its
 * answer is "ok LENGTH\n" and LENGTH bytes, or "no\n".
 *
 *   ask script personal:NAME | global:NAME  the script's text (include)
 *   ask mailbox FOLDER              ok 0: it exists and can be filed into
 *   ask seen SECONDS LAST ID        duplicate (RFC 7352): ok 0: seen within
 *                                   SECONDS; LAST 1: an occurrence renews it.
 *                                   Remembered only when the message has been
 *                                   delivered.
 *
 * The child exits 0 after `end`; any other status, a signal, a missing `end` or
 * a line that is not as it should be voids the plan.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#define PROTOCOL_ANSWERS    3
#define PROTOCOL_SCRIPTS    4
#define PROTOCOL_ASKS_MAX   64
#define PROTOCOL_SCRIPT_MAX (1U << 20)   /* bytes of one script */
#define PROTOCOL_PLAN_MAX   (256U << 10) /* bytes of questions and plan together */
#define PROTOCOL_LINE_MAX   (64U << 10)
#define PROTOCOL_WHY_MAX    1024

#endif
