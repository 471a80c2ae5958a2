/*
 * Sets of answers, octet by octet: "127.0.0.2", "127.0.0.[4..7]",
 * "127.0.0.[2;4..7]", "127.0.0.&4".
 */
#include "conf/reader/conf.h"
#include "conf/reader/conf_value.h"

static void
set(uint32_t octet[8], unsigned value)
{
	octet[value / 32] |= 1U << value % 32;
}

static bool
is_set(const uint32_t octet[8], unsigned value)
{
	return (octet[value / 32] >> value % 32 & 1) != 0;
}

/* A number from 0 to 255 at *p, which moves behind it. */
static bool
number(const char **p, unsigned *value)
{
	size_t n = 0;

	while (n < 4 && (*p)[n] >= '0' && (*p)[n] <= '9')
		n++;
	if (n == 0 || n > 3)
		return false;
	*value = 0;
	for (; n > 0; n--)
		*value = *value * 10 + (unsigned)(*(*p)++ - '0');
	return *value <= 255;
}

/* "[2;4..7]" behind its bracket. */
static bool
ranges(const char **p, uint32_t octet[8])
{
	for (;;) {
		unsigned low, high;

		if (!number(p, &low))
			return false;
		high = low;
		if (strncmp(*p, "..", 2) == 0) {
			*p += 2;
			if (!number(p, &high) || high < low)
				return false;
		}
		for (unsigned v = low; v <= high; v++)
			set(octet, v);
		if (**p == ']') {
			(*p)++;
			return true;
		}
		if (*(*p)++ != ';')
			return false;
	}
}

static bool
one_octet(const char **p, uint32_t octet[8])
{
	unsigned value;

	if (**p == '[') {
		(*p)++;
		return ranges(p, octet);
	}
	if (**p == '&') {
		(*p)++;
		if (!number(p, &value) || value == 0)
			return false;
		for (unsigned v = 0; v <= 255; v++)
			if ((v & value) == value)
				set(octet, v);
		return true;
	}
	if (!number(p, &value))
		return false;
	set(octet, value);
	return true;
}

static bool
only(const uint32_t octet[8], unsigned value)
{
	for (unsigned word = 0; word < 8; word++)
		if (octet[word] != (word == value / 32 ? 1U << value % 32 : 0))
			return false;
	return true;
}

/*
 * Inside 127.0.0.0/8, and not only answers that are refusals whatever the list
 * (127.255.255.0/24).
 */
static bool
is_possible(uint32_t octet[4][8])
{
	return only(octet[0], 127) && !(only(octet[1], 255) && only(octet[2], 255));
}

int
conf_parse_answer(const char *text, struct answer *answer, struct err *err)
{
	struct answer found = {.name = NULL};
	const char *p = text;
	bool good = true;

	for (int i = 0; i < 4 && good; i++) {
		good = i == 0 || *p++ == '.';
		found.masked = good && *p == '&';
		good = good && one_octet(&p, found.octet[i]);
	}
	if (!good || *p != '\0' || !is_possible(found.octet))
		return err_set(err, "\"%.80s\"; %s is expected", text, VALUE_ANSWER);
	memcpy(answer->octet, found.octet, sizeof answer->octet);
	answer->masked = found.masked;
	return 0;
}

bool
conf_answer_matches(const struct answer *answer, uint32_t ipv4)
{
	if (answer->masked && (ipv4 == ANSWER_INSANE || ipv4 == ANSWER_REFUSED))
		return false;
	for (unsigned i = 0; i < 4; i++)
		if (!is_set(answer->octet[i], ipv4 >> (24 - 8 * i) & 255))
			return false;
	return true;
}
