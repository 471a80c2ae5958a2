/*
 * Keys that the fields of the filter itself never hold: what X-SpamCop-Status
 * and the others look like (spamcop-filter(1)).
 */
#include "sieve/script/warn/warn.h"

#include "sieve/match/match.h"
#include "sieve/script/language.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define SCORE                                                                                      \
	"the score is a whole number, compared so: header :value \"ge\" :comparator "              \
	"\"i;ascii-numeric\" \"X-SpamCop-Score\" \"5\""
#define VERDICTS "the verdicts are listed, clean, allowed, unknown and unchecked"
#define STATUS                                                                                     \
	"this field begins with the verdict and goes on: use :matches with "                       \
	"\"listed;*\", or exists \"X-SpamCop-Listed\""
#define LISTED                                                                                     \
	"this field is there only when the mail is listed, and begins with the address: use "      \
	"exists \"X-SpamCop-Listed\""
#define DISPOSITION                                                                                \
	"this field is \"Blocked\" and the name of a list, and there only when the mail is "       \
	"listed: use exists \"X-SpamCop-Disposition\""

static const char *const verdicts[] = {"listed", "clean", "allowed", "unknown", "unchecked"};

static bool
only(struct span text, const char *bytes)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\0' || strchr(bytes, text.p[i]) == NULL)
			return false;
	return true;
}

static bool
is_word(struct span text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_equal_case(text, span_of(words[i])))
			return true;
	return false;
}

/* What others write where ours is another word. */
static bool
is_yes_or_no(struct span text)
{
	static const char *const words[] = {"yes", "true", "false", "ham", "positive", "negative"};

	return is_word(text, words, COUNT(words));
}

/* Can what begins with the one begin with the other? */
static bool
begins_alike(struct span a, const char *with)
{
	struct span b = span_of(with);
	size_t n = a.n < b.n ? a.n : b.n;

	return span_equal_case((struct span){a.p, n}, (struct span){b.p, n});
}

/* What a value has to begin with for this key to match. */
static struct span
prefix(enum match_type type, struct span key)
{
	size_t n = 0;

	while (n < key.n && (type != MATCH_MATCHES || strchr("*?\\", key.p[n]) == NULL))
		n++;
	return (struct span){key.p, n};
}

static const char *
never_status(enum match_type type, struct span key, bool whole)
{
	struct span begin = prefix(type, key);
	bool alike = false;

	if (type == MATCH_CONTAINS)
		return is_yes_or_no(key) ? VERDICTS : NULL;
	for (size_t i = 0; i < COUNT(verdicts); i++)
		alike = alike || begins_alike(begin, verdicts[i]);
	if (!alike)
		return VERDICTS;
	return whole && (key.n == 0 || memchr(key.p, ';', key.n) == NULL) ? STATUS : NULL;
}

static const char *
never_listed(enum match_type type, struct span key, bool whole)
{
	struct span begin = prefix(type, key);
	const char *semicolon = begin.n == 0 ? NULL : memchr(begin.p, ';', begin.n);

	if (type == MATCH_CONTAINS)
		return is_yes_or_no(key) ? LISTED : NULL;
	if (semicolon != NULL)
		begin.n = (size_t)(semicolon - begin.p);
	return !only(begin, "0123456789abcdefABCDEF.:") || (whole && semicolon == NULL) ? LISTED
											: NULL;
}

static const char *
never_disposition(enum match_type type, struct span key, bool whole)
{
	if (type == MATCH_CONTAINS)
		return is_yes_or_no(key) ? DISPOSITION : NULL;
	return !begins_alike(prefix(type, key), "blocked ") || (whole && key.n <= sizeof "blocked")
		       ? DISPOSITION
		       : NULL;
}

static const char *
never_score(enum match_type type, struct span key)
{
	struct span part = type == MATCH_MATCHES ? prefix(type, key) : key;

	return only(part, "0123456789") && part.n <= 2 ? NULL : SCORE;
}

const char *
warn_field_never(struct span field, enum match_type type, struct span key)
{
	bool whole = type == MATCH_IS ||
		     (type == MATCH_MATCHES && key.n > 0 && prefix(type, key).n == key.n);

	if (type != MATCH_IS && type != MATCH_CONTAINS && type != MATCH_MATCHES)
		return NULL;
	if (span_equal_case(field, SPAN("X-SpamCop-Status")))
		return never_status(type, key, whole);
	if (span_equal_case(field, SPAN("X-SpamCop-Listed")))
		return never_listed(type, key, whole);
	if (span_equal_case(field, SPAN("X-SpamCop-Disposition")))
		return never_disposition(type, key, whole);
	if (span_equal_case(field, SPAN("X-SpamCop-Score")))
		return never_score(type, key);
	return NULL;
}

const char *
warn_item_never(struct span item, enum match_type type, struct span key)
{
	if (type != MATCH_IS)
		return NULL;
	if (span_equal_case(item, SPAN("vnd.spamcop.verdict")))
		return is_word(key, verdicts, COUNT(verdicts)) ? NULL : VERDICTS;
	if (span_equal_case(item, SPAN("vnd.spamcop.score")))
		return only(key, "0123456789") && key.n > 0 && key.n <= 2
			       ? NULL
			       : "the score is a whole number: compare it with :value and "
				 ":comparator \"i;ascii-numeric\"";
	return NULL;
}
