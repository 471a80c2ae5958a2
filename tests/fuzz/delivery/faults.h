/*
 * faults.h - calls that fail, for fuzz_delivery.c. (Apart from delivery.h,
 * which child.c cannot include.)
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdbool.h>

struct input;

/* From now on until faults_end() calls fail, as the input has it. */
void faults_begin(const struct input *input);
void faults_end(void);

/* How many have. */
unsigned faults_made(void);

/*
 * While the child runs: its calls are none of the filter's. Returns what held
 * before.
 */
bool faults_pause(bool paused);

#endif
