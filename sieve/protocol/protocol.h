/*
 * protocol.h - how the filter and the sealed Sieve child talk. Both sides
 * include this.
 *
 * The filter starts `spamcop-sieve plan OPTION... -- NAME...` with an empty
 * environment:
 *
 *   -f SENDER  -a RECIPIENT   the envelope; "" is the null sender; absent:
 *                             unknown
 *   --wait                    the message is not written yet, and the verdict
 *                             not known: what is read first from descriptor 3
 *                             is "ok LENGTH\n" and LENGTH bytes: lines of the
 *                             verdict, the score (empty: there is none) and
 *                             the lists, with commas
 *   --verdict WORD            for spamtest and environment, without --wait
 *   --score N                 the same; absent when there is none
 *   --lists NAME,NAME         the same
 *   --delimiter C             of address details
 *   --separator C             of folder levels; "." where absent
 *   --seconds N               of CPU that it may take; 2 where absent
 *   --charsets A,B,...        character sets to open before the seal, from the
 *                             fixed table charset.h
 *   NAME...                   the scripts in order, as errors name them;
 *                             script i is open on descriptor
 *                             PROTOCOL_SCRIPTS + i
 *
 *   descriptor 0   the message: a regular file, read with pread (its offset
 *                  means nothing)
 *   descriptor 1   a pipe to the filter: questions, then the plan
 *   descriptor 2   a pipe to the filter: why the child gave up, for the log;
 *                  at most PROTOCOL_WHY_MAX bytes are read
 *   descriptor 3   a pipe from the filter: answers
 *
 * The plan is one action a line, columns divided by TABs, `end` last:
 *
 *   implicit FLAGS             an implicit keep: Junk when listed, else INBOX
 *   keep FLAGS                 an explicit one: INBOX
 *   fileinto FOLDER FLAGS
 *   discard
 *   redirect ADDRESS
 *   reject REASON
 *   vacation SECONDS HANDLE SUBJECT FROM MIME ADDRESSES REASON
 *   notify ADDRESS FROM IMPORTANCE TEXT  FROM may be empty; IMPORTANCE 1 to 3;
 *                              TEXT: a line for the subject, then the body
 *   addheader NAME VALUE first|last     for the lines after it
 *   deleteheader NAME INDEX             the same; INDEX from the top, from 1
 *   end
 *
 * In a column `\\`, TAB, LF and CR are written \\ \t \n \r, other control
 * bytes \xHH; NUL cannot be written. FLAGS and ADDRESSES are words with single
 * spaces between them. Empty columns at the end may be left out. At least one
 * line says where the message goes; at most one is `implicit`. Bounds: below.
 *
 * A question is one line of the plan's form, `ask<TAB>WHAT<TAB>NAME`. Its
 * answer is "ok LENGTH\n" and LENGTH bytes, or "no\n".
 *
 *   ask script personal:NAME | global:NAME    the script's text (include)
 *   ask mailbox FOLDER           ok 0: it exists and can be filed into
 *   ask use \\USE               the folder that has this use (special.h)
 *   ask seen SECONDS LAST ID     duplicate (RFC 7352): ok 0: seen within
 *                                SECONDS; LAST 1: an occurrence renews it.
 *                                Remembered only when the message has been
 *                                delivered.
 *
 * The child exits 0 after `end`; any other status, a signal, a missing `end` or
 * a line that is not as it should be voids the plan. What a message can make of
 * a script's values never does: an action that cannot be carried out (a folder
 * that folder.h refuses, a field that fields.h protects, a value that is too
 * long) is left out by the child, and the rest stands.
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

/* A plan's parts, at most. */
#define PROTOCOL_ACTIONS_MAX    32   /* lines before `end` */
#define PROTOCOL_COLUMNS_MAX    8    /* of a line, its first word included */
#define PROTOCOL_FLAGS_MAX      64   /* words of FLAGS */
#define PROTOCOL_FOLDER_MAX     512  /* bytes of FOLDER */
#define PROTOCOL_ADDRESS_MAX    320  /* bytes: 64, '@', 255 (RFC 5321 4.5.3.1) */
#define PROTOCOL_ADDRESSES_MAX  64   /* words of ADDRESSES */
#define PROTOCOL_NAME_MAX       128  /* bytes of a header field's name */
#define PROTOCOL_VALUE_MAX      4096 /* bytes of a header field that is added */
#define PROTOCOL_SECONDS_DIGITS 9    /* of vacation: 31 years */
#define PROTOCOL_SECONDS_MAX    999999999UL
#define PROTOCOL_INDEX_DIGITS   6 /* of deleteheader */

#endif
