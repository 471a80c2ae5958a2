/*
 * A pattern is divided at its stars into segments. The first one has to stand
 * at the begin, the last one at the end; each one between them is put at the
 * first place behind the one before it where it fits. A place further right
 * never helps a later segment, so nothing is ever taken back: without `?` the
 * work is linear (memmem(3) is), with it each candidate costs at most its
 * segment, and the steps are counted.
 */
#include "sieve/match/glob.h"

#include "sieve/match/fold.h"
#include "sieve/text/text.h"

#include <stdlib.h>

/* ---- dividing the pattern */

/* The number of pieces that a pattern has, or more. */
static size_t
count_pieces(struct span pattern)
{
	size_t n = 1;

	for (size_t i = 0; i < pattern.n; i++)
		n += pattern.p[i] == '*' || pattern.p[i] == '?';
	return n;
}

/*
 * The literal text that begins at *at, unescaped into to; *at moves behind it.
 */
static size_t
take_literal(struct span pattern, size_t *at, char *to)
{
	size_t n = 0;

	while (*at < pattern.n && pattern.p[*at] != '*' && pattern.p[*at] != '?') {
		if (pattern.p[*at] == '\\' && *at + 1 < pattern.n)
			++*at;
		to[n++] = pattern.p[(*at)++];
	}
	return n;
}

void
glob_init(struct glob *glob, enum match_comparator comparator, struct span pattern)
{
	size_t pieces = count_pieces(pattern);
	char *plain = malloc(pattern.n + 1);

	*glob = (struct glob){.utf8 = comparator == MATCH_UNICODE_CASEMAP};
	glob->piece = calloc(pieces, sizeof *glob->piece);
	glob->literals = calloc(pieces, sizeof *glob->literals);
	if (plain == NULL || glob->piece == NULL || glob->literals == NULL)
		abort();
	for (size_t at = 0; glob->n == 0 || at < pattern.n;) {
		struct glob_piece *piece = &glob->piece[glob->n];

		if (at < pattern.n && pattern.p[at] == '*') {
			piece->star = true;
			at++;
		}
		for (; at < pattern.n && pattern.p[at] == '?'; at++)
			piece->skip++;
		size_t n = take_literal(pattern, &at, plain);
		fold_init(&glob->literals[glob->n], comparator, (struct span){plain, n});
		struct folded *literal = &glob->literals[glob->n];
		if (literal->owned == NULL && n > 0) { /* plain is used again */
			literal->owned = malloc(n);
			if (literal->owned == NULL)
				abort();
			memcpy(literal->owned, plain, n);
			literal->text.p = literal->owned;
		}
		piece->literal = literal->text;
		glob->n++;
	}
	free(plain);
}

void
glob_free(struct glob *glob)
{
	for (size_t i = 0; i < glob->n; i++)
		fold_free(&glob->literals[i]);
	free(glob->literals);
	free(glob->piece);
	*glob = (struct glob){0};
}

/* ---- walking the text */

struct run {
	const struct glob *glob;
	struct span text;
	struct glob_found *found;
	unsigned long steps, limit;
};

static bool
over_limit(struct run *run, size_t steps)
{
	run->steps += steps;
	return run->steps > run->limit;
}

/*
 * Characters that taking others apart yields (fold.c): with the one before
 * them, they are one character again for `?`.
 */
static bool
is_mark(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36F) || (c >= 0x653 && c <= 0x655) || c == 0x93C ||
	       c == 0x9BC || (c >= 0x1161 && c <= 0x11FF) || c == 0x3099 || c == 0x309A;
}

/*
 * The length of the character at an offset below the end: its first code point
 * (or a byte that is none) and the marks behind it.
 */
static size_t
character_length(struct run *run, size_t at)
{
	uint32_t c;
	size_t length = text_utf8(run->text.p + at, run->text.n - at, &c),
	       end = at + (length == 0 ? 1 : length);

	while (end < run->text.n &&
	       (length = text_utf8(run->text.p + end, run->text.n - end, &c)) > 1 && is_mark(c))
		end += length;
	return end - at;
}

/* Moves *at over n characters; false where there are fewer. */
static bool
skip_forward(struct run *run, size_t *at, size_t n)
{
	if (!run->glob->utf8) {
		if (n > run->text.n - *at)
			return false;
		*at += n;
		return true;
	}
	for (; n > 0; n--) {
		if (*at == run->text.n)
			return false;
		size_t length = character_length(run, *at);
		run->steps += length;
		*at += length;
	}
	return true;
}

/* The code point that ends at an offset above least. */
static uint32_t
code_point_before(struct run *run, size_t at, size_t least, size_t *length)
{
	uint32_t c, found = 0;

	*length = 1;
	for (size_t n = 2; n <= 4 && n <= at - least && (run->text.p[at - n + 1] & 0xC0) == 0x80;
	     n++)
		if (text_utf8(run->text.p + at - n, n, &c) == n) {
			*length = n;
			found = c;
		}
	return found;
}

/* The same backwards, never below least. */
static bool
skip_back(struct run *run, size_t *at, size_t n, size_t least)
{
	if (!run->glob->utf8) {
		if (n > *at - least)
			return false;
		*at -= n;
		return true;
	}
	for (; n > 0; n--) {
		bool mark = true;

		if (*at == least)
			return false;
		while (mark && *at > least) {
			size_t length;

			mark = is_mark(code_point_before(run, *at, least, &length));
			run->steps += length;
			*at -= length;
		}
	}
	return true;
}

static bool
literal_at(struct run *run, size_t at, struct span literal)
{
	run->steps += 1 + literal.n / 16;
	return literal.n <= run->text.n - at &&
	       (literal.n == 0 || memcmp(run->text.p + at, literal.p, literal.n) == 0);
}

/* Do the pieces from first up to end match at *at? *at moves behind them. */
static bool
pieces_at(struct run *run, size_t first, size_t end, size_t *at)
{
	for (size_t i = first; i < end; i++) {
		const struct glob_piece *piece = &run->glob->piece[i];

		if (!skip_forward(run, at, piece->skip) || !literal_at(run, *at, piece->literal))
			return false;
		*at += piece->literal.n;
	}
	return true;
}

/*
 * Where the pieces from first up to end match so that they reach the text's
 * end: *at. Not below least.
 */
static bool
pieces_at_end(struct run *run, size_t first, size_t end, size_t least, size_t *at)
{
	*at = run->text.n;
	for (size_t i = end; i > first; i--) {
		const struct glob_piece *piece = &run->glob->piece[i - 1];

		if (piece->literal.n > *at - least)
			return false;
		*at -= piece->literal.n;
		if (!literal_at(run, *at, piece->literal) ||
		    !skip_back(run, at, piece->skip, least))
			return false;
	}
	return true;
}

/*
 * The first place at or behind from where the pieces match: *begin; they end at
 * *behind.
 */
static enum match_result
pieces_find(struct run *run, size_t first, size_t end, size_t from, size_t *begin, size_t *behind)
{
	const struct glob_piece *piece = &run->glob->piece[first];
	size_t at = from;

	if (!skip_forward(run, &at, piece->skip))
		return MATCH_NO;
	*begin = from;
	*behind = at;
	while (piece->literal.n > 0) {
		const char *hit = memmem(run->text.p + at, run->text.n - at, piece->literal.p,
					 piece->literal.n);

		if (over_limit(run,
			       piece->literal.n + (hit == NULL ? run->text.n - at
							       : (size_t)(hit - run->text.p) - at)))
			return MATCH_LIMIT;
		if (hit == NULL)
			return MATCH_NO;
		*begin = (size_t)(hit - run->text.p);
		*behind = *begin + piece->literal.n;
		if (pieces_at(run, first + 1, end, behind)) {
			(void)skip_back(run, begin, piece->skip, from);
			break;
		}
		at = *begin + 1;
	}
	return MATCH_YES;
}

/* ---- what the wildcards stand for */

static void
note(struct run *run, size_t begin, size_t end)
{
	struct glob_found *found = run->found;

	if (found->n == MATCH_CAPTURES_MAX)
		return;
	found->begin[found->n] = begin;
	found->end[found->n++] = end;
}

/*
 * The pieces from first up to end were put at begin; the one before them ended
 * at before.
 */
static void
note_pieces(struct run *run, size_t first, size_t end, size_t before, size_t begin)
{
	if (run->found == NULL)
		return;
	if (run->glob->piece[first].star)
		note(run, before, begin);
	for (size_t i = first; i < end && run->found->n < MATCH_CAPTURES_MAX; i++) {
		for (size_t k = 0;
		     k < run->glob->piece[i].skip && run->found->n < MATCH_CAPTURES_MAX; k++) {
			size_t next = begin;

			(void)skip_forward(run, &next, 1);
			note(run, begin, next);
			begin = next;
		}
		begin += run->glob->piece[i].literal.n;
	}
}

static size_t
segment_end(const struct glob *glob, size_t first)
{
	size_t end = first + 1;

	while (end < glob->n && !glob->piece[end].star)
		end++;
	return end;
}

static enum match_result
run_segments(struct run *run)
{
	const struct glob *glob = run->glob;
	size_t first = 0, at = 0;

	if (!glob->piece[0].star) {
		first = segment_end(glob, 0);
		if (!pieces_at(run, 0, first, &at))
			return MATCH_NO;
		note_pieces(run, 0, first, 0, 0);
		if (first == glob->n)
			return at == run->text.n ? MATCH_YES : MATCH_NO;
	}
	for (;;) {
		size_t end = segment_end(glob, first), begin, behind;

		if (end == glob->n) {
			if (!pieces_at_end(run, first, end, at, &begin))
				return MATCH_NO;
			note_pieces(run, first, end, at, begin);
			return MATCH_YES;
		}
		enum match_result result = pieces_find(run, first, end, at, &begin, &behind);
		if (result != MATCH_YES)
			return result;
		note_pieces(run, first, end, at, begin);
		at = behind;
		first = end;
	}
}

enum match_result
glob_run(const struct glob *glob, struct span text, struct glob_found *found, unsigned long *steps)
{
	struct run run = {glob, text.p == NULL ? SPAN("") : text, found, 0, MATCH_STEPS_MAX};

	if (found != NULL) {
		found->n = 0;
		note(&run, 0, text.n);
	}
	enum match_result result = run_segments(&run);
	*steps += run.steps;
	return run.steps > run.limit ? MATCH_LIMIT : result;
}
