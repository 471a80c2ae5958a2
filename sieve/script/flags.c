#include "sieve/script/flags.h"

#include "sieve/protocol/protocol.h"

bool
flags_next(struct span text, size_t *at, struct span *word)
{
	while (*at < text.n && span_is_space(text.p[*at]))
		++*at;
	size_t start = *at;
	while (*at < text.n && !span_is_space(text.p[*at]))
		++*at;
	*word = (struct span){text.p == NULL ? NULL : text.p + start, *at - start};
	return word->n > 0;
}

bool
flags_valid(struct span word)
{
	static const char *const system[] = {"\\Answered", "\\Flagged", "\\Deleted", "\\Seen",
					     "\\Draft"};

	if (word.n == 0 || word.n > 200)
		return false;
	if (word.p[0] == '\\') {
		for (size_t i = 0; i < sizeof system / sizeof system[0]; i++)
			if (span_equal_case(word, span_of(system[i])))
				return true;
		return false;
	}
	for (size_t i = 0; i < word.n; i++) /* an atom of RFC 3501 */
		if (word.p[i] <= ' ' || word.p[i] > '~' || strchr("(){%*\"\\]", word.p[i]) != NULL)
			return false;
	return true;
}

static bool
is_in(struct span flags, struct span wanted)
{
	struct span word;

	for (size_t at = 0; flags_next(flags, &at, &word);)
		if (span_equal_case(word, wanted))
			return true;
	return false;
}

static struct span
append(struct pool *pool, struct span flags, struct span word)
{
	char *p = pool_alloc(pool, flags.n + 1 + word.n);
	size_t n = flags.n;

	if (n > 0) {
		memcpy(p, flags.p, n);
		p[n++] = ' ';
	}
	memcpy(p + n, word.p, word.n);
	return (struct span){p, n + word.n};
}

struct span
flags_add(struct pool *pool, struct span flags, struct span words)
{
	struct span word;
	size_t count = 0;

	for (size_t at = 0; flags_next(flags, &at, &word);)
		count++;
	for (size_t at = 0; count < PROTOCOL_FLAGS_MAX && flags_next(words, &at, &word);)
		if (flags_valid(word) && !is_in(flags, word)) {
			flags = append(pool, flags, word);
			count++;
		}
	return flags;
}

struct span
flags_remove(struct pool *pool, struct span flags, struct span words)
{
	struct span word, left = SPAN("");

	for (size_t at = 0; flags_next(flags, &at, &word);)
		if (!is_in(words, word))
			left = append(pool, left, word);
	return left;
}
