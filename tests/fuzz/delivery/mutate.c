/* Mutations that leave an input a delivery. */
#include "tests/fuzz/delivery/delivery.h"

#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

/* libFuzzer's; a replay has none, and does not mutate. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

static unsigned
pick(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245U + 12345U;
	return (*seed >> 16) % n;
}

/* Any bytes, as libFuzzer likes them; of a line, none that would end it. */
static void
mutate_bytes(struct span *part, char *to, size_t size, bool is_line)
{
	if (part->n > size / 2)
		part->n = size / 2;
	if (part->n > 0)
		memcpy(to, part->p, part->n);
	part->n = LLVMFuzzerMutate((uint8_t *)to, part->n, size);
	part->p = to;
	for (size_t i = 0; i < part->n && is_line; i++)
		if (to[i] == '\n')
			to[i] = 'n';
}

/* Letters: one is another, comes in, or goes. */
static void
mutate_letters(struct span *part, char *to, size_t size, unsigned *seed, unsigned letters)
{
	size_t step = letters > 10 ? 3 : 1, n = part->n < size / 2 ? part->n : size / 2;
	size_t at = n < step ? 0 : pick(seed, (unsigned)(n / step)) * step;

	if (n > 0)
		memcpy(to, part->p, n);
	switch (n < step ? 0 : pick(seed, 4)) {
	case 0:
		memmove(to + at + step, to + at, n - at);
		for (size_t i = 0; i < step; i++)
			to[at + i] = (char)('a' + pick(seed, letters));
		n += step;
		break;
	case 1:
		memmove(to + at, to + at + step, n - at - step);
		n -= step;
		break;
	default:
		to[pick(seed, (unsigned)n)] = (char)('a' + pick(seed, letters));
		break;
	}
	*part = (struct span){to, n};
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	static char part[1U << 16], out[1U << 20];
	size_t room = max_size / 2 < sizeof part ? max_size / 2 : sizeof part, n;
	struct input input;

	input_read(&input, (struct span){(const char *)data, size});
	if (room < 16)
		return size;
	for (unsigned times = 1 + pick(&seed, 3); times > 0; times--) {
		enum choice choice = (enum choice)pick(&seed, CHOICES);

		input.choice[choice] = pick(&seed, input_options(choice));
	}
	switch (pick(&seed, 8)) {
	case 0:
		mutate_letters(&input.answers, part, room, &seed, 10);
		break;
	case 1:
		mutate_bytes(pick(&seed, 2) == 0 ? &input.sender : &input.recipient, part, room,
			     true);
		break;
	case 2:
	case 3:
		if (input.choice[SCRIPT] == 0)
			mutate_letters(&input.rules, part, room, &seed, 26);
		else
			mutate_bytes(&input.rules, part, room, false);
		break;
	case 4:
	case 5:
	case 6:
		mutate_bytes(&input.message, part, room, false);
		break;
	default:
		break;
	}
	if (!input_write(&input, out, max_size < sizeof out ? max_size : sizeof out, &n))
		return size;
	memcpy(data, out, n);
	return n;
}
