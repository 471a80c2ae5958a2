/*
 * fuzz.h - a fuzz target: takes any bytes and must neither crash, hang, leak
 * nor break an invariant that it checks by abort().
 *
 * Linked with replay.c it replays its corpus under make check; with `configure
 * --enable-fuzzing CC=clang`, with libFuzzer.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
