/* judge.h - a delivery that is judged: judge.c, and same.c for its bytes. */
#ifndef JUDGE_H
#define JUDGE_H

#include "tests/fuzz/delivery/delivery.h"

/* What is being judged. */
struct trial {
	const struct input *input;
	struct span message; /* as it was handed over */
	enum verdict_kind kind;
	int status;
	struct expected expected;
	const struct place *place;
	bool faulty; /* calls have failed */
};

/* ---- same.c */

/*
 * Is this the message, byte for byte, behind what we write above it? begins:
 * the first line is the one that it came with.
 */
bool is_message(const struct trial *trial, struct span text, struct span message, bool begins);

/* The same with the first so many edits carried out. */
bool is_edited(const struct trial *trial, struct span text, size_t edits);

/* Does it end in what is behind the header, which no script can change? */
bool has_body(struct span text, struct span message);

#endif
