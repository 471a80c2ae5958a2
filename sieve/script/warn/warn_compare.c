/* Comparisons that mean something else than they seem to say. */
#include "sieve/script/warn/warn.h"

#include "sieve/mail/address.h"
#include "sieve/match/match.h"
#include "sieve/script/language.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
all_digits(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_digit(text.p[i]))
			return false;
	return text.n > 0;
}

/* i;ascii-numeric (RFC 4790 9.1): digits at the start, else infinity. */
static const char *
not_numeric(struct span key)
{
	if (key.n > 1 && key.p[0] == '-' && is_digit(key.p[1]))
		return "\"i;ascii-numeric\" knows no negative numbers: this is infinitely large, "
		       "as "
		       "is every text that does not begin with a digit";
	if (key.n == 0 || !is_digit(key.p[0]))
		return "this is no number: \"i;ascii-numeric\" takes every text that does not "
		       "begin "
		       "with a digit for infinitely large";
	return all_digits(key) ? NULL
			       : "\"i;ascii-numeric\" knows whole numbers: what stands behind the "
				 "first digits does not count";
}

/* Numbers as text: "9" is more than "10". */
static const char *
text_order(const struct node *node, struct span key)
{
	enum command command = node->command->command;

	if (node->match_type != MATCH_VALUE || !all_digits(key) || command == TEST_DATE ||
	    command == TEST_CURRENTDATE || node->relation == MATCH_EQ || node->relation == MATCH_NE)
		return NULL;
	return "without :comparator \"i;ascii-numeric\" this compares texts, and \"9\" is more "
	       "than "
	       "\"10\"";
}

static bool
has(struct span text, const char *what)
{
	return text.n > 0 && memmem(text.p, text.n, what, strlen(what)) != NULL;
}

static const char *
case_class(const struct node *node, struct span key)
{
	if (node->match_type != MATCH_REGEX || node->comparator == MATCH_OCTET ||
	    (!has(key, "[:upper:]") && !has(key, "[:lower:]")))
		return NULL;
	return "upper and lower case are the same here: :comparator \"i;octet\" tells them apart";
}

/*
 * Has the text a letter with a case that i;ascii-casemap does not know? Latin,
 * Greek, Cyrillic and Armenian ones.
 */
static bool
has_wide_letter(struct span text)
{
	for (size_t i = 0; i + 1 < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i], d = (unsigned char)text.p[i + 1];

		/*
		 * multiplication and division signs and the sharp s have no
		 * other case
		 */
		if (c >= 0xc3 && c <= 0xd6 && (c != 0xc3 || (d != 0x97 && d != 0xb7 && d != 0x9f)))
			return true;
	}
	return false;
}

static bool
is_text_test(enum command command)
{
	return command == TEST_HEADER || command == TEST_BODY || command == TEST_STRING ||
	       command == TEST_ADDRESS;
}

static const char *
narrow_case(const struct node *node, struct span key)
{
	if (!is_text_test(node->command->command) || node->comparator != MATCH_ASCII_CASEMAP ||
	    node->match_type == MATCH_COUNT || node->match_type == MATCH_VALUE ||
	    !has_wide_letter(key))
		return NULL;
	return "the case of these letters counts here: :comparator \"i;unicode-casemap\" (require "
	       "\"comparator-i;unicode-casemap\") takes both for the same";
}

/* header :is with an address and nothing else. */
static const char *
whole_field(const struct node *node, struct span key)
{
	static const char *const fields[] = {"from", "to", "cc", "bcc", "sender", "reply-to"};
	const struct argument *names = node->positional[0];

	if (node->command->command != TEST_HEADER || node->match_type != MATCH_IS ||
	    memchr(key.p == NULL ? "" : key.p, '<', key.n) != NULL || !address_is_one(key, NULL, 0))
		return NULL;
	for (size_t i = 0; i < names->n; i++)
		for (size_t j = 0; j < COUNT(fields); j++)
			if (span_equal_case(names->string[i].text, span_of(fields[j])))
				return "this matches only a field without a name beside the "
				       "address: \"address\" in place of \"header\" compares the "
				       "address alone";
	return NULL;
}

const char *
warn_compare(const struct node *node, struct span key)
{
	if (node->match_type == MATCH_COUNT)
		return NULL;
	if (node->comparator == MATCH_ASCII_NUMERIC)
		return not_numeric(key);
	const char *why = text_order(node, key);
	if (why == NULL)
		why = case_class(node, key);
	if (why == NULL)
		why = narrow_case(node, key);
	return why != NULL ? why : whole_field(node, key);
}

static bool
is_score(struct span field)
{
	for (size_t i = 0; i + 5 <= field.n; i++)
		if (span_equal_case((struct span){field.p + i, 5}, SPAN("score")))
			return !span_starts_case(field, SPAN("X-SpamCop-"));
	return false;
}

/* Does a test beside this one look at the sign: not header ... "-*"? */
static bool
sign_is_asked(const struct node *tests)
{
	for (const struct node *test = tests; test != NULL; test = test->next)
		if (test->command != NULL && test->command->command == TEST_NOT)
			return true;
	return false;
}

bool
warn_compare_sign(const struct node *node, const struct node *beside)
{
	if (node->command->command != TEST_HEADER || node->match_type != MATCH_VALUE ||
	    node->comparator != MATCH_ASCII_NUMERIC || sign_is_asked(beside))
		return false;
	for (size_t i = 0; i < node->positional[0]->n; i++)
		if (is_score(node->positional[0]->string[i].text))
			return true;
	return false;
}
