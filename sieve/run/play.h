/*
 * play.h - a program of numbers, carried out by libsieve, and the loops in it
 * (foreverypart, RFC 5703 3).
 *
 * libsieve knows no loops, and a second run of it inside of one ends in freed
 * memory (measured: its contexts share some). So a run that comes to a loop is
 * ended: what follows is neither asked nor done. Then the loop's block is
 * played as a program of its own, once for each part, and then the program is
 * played again up to the loop, with the answers that its tests gave before and
 * without its actions, and goes on from there.
 *
 * What a message can make of a loop never voids the plan: when the loops of a
 * run have visited PLAY_VISITS_MAX parts, have had PLAY_TEXT_MAX bytes of
 * programs read, or half of the memory is used that a run may have, they end as
 * if there were no more parts.
 */
#ifndef PLAY_H
#define PLAY_H

#include "sieve/run/run.h"

#define PLAY_VISITS_MAX 20000UL
/* a block of 100 rules for 2,000 parts; looking at parts is counted, too */
#define PLAY_TEXT_MAX (12UL << 20)
#define PLAY_PART     256 /* what looking at one part counts as, in bytes, however short it is */

/*
 * Plays run->program, whose text this is or that of one of its loops. What goes
 * wrong is a run_fail() or run->failed with run->why.
 */
void play_program(struct run *run, const char *text);

/* A test in a loop has looked at this many bytes of parts. */
static inline void
play_charge(struct run *run, size_t bytes)
{
	if (run->part != RUN_NO_PART)
		run->loop_text += bytes / 16;
}

#endif
