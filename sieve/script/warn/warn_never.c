/* Tests that can never be true, or hardly mean what they say. */
#include "sieve/script/warn/warn.h"

#include "sieve/mail/address.h"
#include "sieve/mail/date.h"
#include "sieve/script/language.h"
#include "sieve/mail/mail.h"
#include "sieve/match/match.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool
has(struct span text, char c)
{
	return text.n > 0 && memchr(text.p, c, text.n) != NULL;
}

static bool
all_digits(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	return text.n > 0;
}

static unsigned
number(struct span digits)
{
	unsigned n = 0;

	for (size_t i = 0; i < digits.n; i++)
		n = n * 10 + (unsigned)(digits.p[i] - '0');
	return n;
}

static bool
is_trimmed(struct span text)
{
	return span_trim(text).n == text.n;
}

/* Why a key can match no address part, or NULL. */
static const char *
never_address(const struct node *node, struct span key)
{
	bool substring = node->match_type == MATCH_IS || node->match_type == MATCH_CONTAINS;

	if (!substring)
		return NULL;
	if (node->address_part != ADDRESS_ALL && has(key, '@'))
		return "one part of an address holds no @";
	if (has(key, '<') || has(key, '>'))
		return "addresses are compared without name and brackets, as user@example.org; "
		       "\"<>\", the null sender, is \"\"";
	if ((has(key, ' ') || has(key, '\t')) && !has(key, '"'))
		return "addresses are compared without name and white space, as user@example.org";
	return NULL;
}

/* Parts of a date that have a fixed form. */
static const char *
never_date(struct span part, struct span key)
{
	static const struct {
		const char *part;
		size_t digits;
		const char *why;
	} forms[] = {
		{"year", 4, "the year has four digits"},
		{"month", 2, "the month has two digits, \"01\" to \"12\""},
		{"day", 2, "the day has two digits, \"01\" to \"31\""},
		{"hour", 2, "the hour has two digits, \"00\" to \"23\""},
		{"minute", 2, "the minute has two digits"},
		{"second", 2, "the second has two digits"},
		{"weekday", 1, "the weekday is one digit, \"0\" (Sunday) to \"6\""},
	};

	for (size_t i = 0; i < COUNT(forms); i++)
		if (span_equal_case(part, span_of(forms[i].part)) &&
		    (key.n != forms[i].digits || !all_digits(key) ||
		     (forms[i].digits == 1 && key.p[0] > '6')))
			return forms[i].why;
	return NULL;
}

static const struct argument *
keys_of(const struct node *node)
{
	return node->positional[2] != NULL   ? node->positional[2]
	       : node->positional[1] != NULL ? node->positional[1]
					     : node->positional[0];
}

/* Why this key can match no value, or NULL. */
static const char *
never_key(const struct node *node, struct span key)
{
	enum command command = node->command->command;
	bool exact = node->match_type == MATCH_IS && node->comparator != MATCH_ASCII_NUMERIC;

	if (node->match_type == MATCH_COUNT)
		return all_digits(key) ? NULL : "a count is a number";
	if (command == TEST_SPAMTEST && exact)
		return all_digits(key) && key.n <= 3 &&
				       number(key) <=
					       (node_tag(node, TAG_PERCENT) != NULL ? 100 : 10)
			       ? NULL
			       : "the value is a number from 0 to 10, with :percent from 0 to 100";
	if (command != TEST_HEADER && command != TEST_ADDRESS && command != TEST_ENVELOPE &&
	    command != TEST_DATE && command != TEST_CURRENTDATE)
		return NULL;
	if (command == TEST_HEADER && exact && !is_trimmed(key))
		return "fields are compared without white space at their ends";
	if ((exact || node->match_type == MATCH_CONTAINS) && has(key, '\n'))
		return "fields are compared in one line, without line ends";
	if (command == TEST_ADDRESS || command == TEST_ENVELOPE)
		return never_address(node, key);
	if (exact && (command == TEST_DATE || command == TEST_CURRENTDATE)) {
		const struct string *part =
			&node->positional[command == TEST_DATE ? 1 : 0]->string[0];

		return part->variable ? NULL : never_date(part->text, key);
	}
	return NULL;
}

static bool
is_only(struct span text, char c)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != c)
			return false;
	return true;
}

/* A star in :is or :contains stands for itself, which is seldom meant. */
static bool
warn_star(struct report *report, const struct node *node, const struct string *key)
{
	const struct span text = key->text;

	if (text.n > 1 && text.p[0] == '^' && node->match_type <= MATCH_MATCHES) {
		report_warning(report, key->at,
			       "\"^\" stands for itself here: \":regex\" knows expressions");
		return true;
	}
	if ((node->match_type != MATCH_IS && node->match_type != MATCH_CONTAINS) || text.n < 2 ||
	    node->command->command == TEST_STRING)
		return false;
	const char *type = node->match_type == MATCH_IS ? "is" : "contains";
	/* of stars alone: X-Spam-Level says it so */
	bool stars = is_only(text, '*');
	bool star = !stars && (text.p[0] == '*' || text.p[text.n - 1] == '*');
	if (memmem(text.p, text.n, ".*", 2) != NULL)
		report_warning(
			report, key->at,
			"\".*\" stands for itself with \":%s\": \":regex\" knows expressions",
			type);
	else if (star)
		report_warning(report, key->at,
			       "the * stands for itself with \":%s\": \":matches\" knows wildcards",
			       type);
	return star || memmem(text.p, text.n, ".*", 2) != NULL;
}

/* Said once a script, where every rule would say it. */
static void
warn_meaning(struct report *report, const struct node *node, const struct string *key)
{
	const char *why = warn_compare(node, key->text);

	if (why != NULL && why != report->told)
		report_warning(report, key->at, "%s", why);
	report->told = why == NULL ? report->told : why;
}

/* The key in a field of the filter's own: never, where no field can hold it. */
static const char *
never_field(const struct node *node, struct span key)
{
	enum command command = node->command->command;
	const struct argument *names = node->positional[0];
	enum match_type type = (enum match_type)node->match_type;
	const char *why = NULL;

	if (command != TEST_HEADER && command != TEST_ENVIRONMENT)
		return NULL;
	for (size_t i = 0; i < names->n; i++) {
		const struct string *name = &names->string[i];

		if (name->variable)
			return NULL;
		why = command == TEST_HEADER ? warn_field_never(name->text, type, key)
					     : warn_item_never(name->text, type, key);
		if (why == NULL)
			return NULL;
	}
	return why;
}

static bool
warn_keys(struct report *report, const struct node *node)
{
	const struct argument *keys = keys_of(node);
	size_t never = 0;

	for (size_t i = 0; keys != NULL && i < keys->n; i++) {
		const struct string *key = &keys->string[i];
		const char *why = key->variable ? NULL : never_key(node, key->text);

		if (why == NULL && !key->variable)
			why = never_field(node, key->text);
		if (why != NULL) {
			report_warning(report, key->at, "\"%s\" can never match: %s",
				       report_quote(key->text), why);
			never++;
		} else if (!key->variable && !warn_star(report, node, key))
			warn_meaning(report, node, key);
	}
	return keys != NULL && never == keys->n && node->relation != MATCH_NE;
}

static bool
warn_date_part(struct report *report, const struct node *node)
{
	const struct string *part =
		&node->positional[node->command->command == TEST_DATE ? 1 : 0]->string[0];

	if (part->variable || date_part_exists(part->text))
		return false;
	report_warning(report, part->at,
		       "this can never match: \"%s\" is no part of a date; known are year, month, "
		       "day, date, julian, hour, minute, second, "
		       "time, iso8601, std11, zone, weekday",
		       report_quote(part->text));
	return true;
}

/*
 * RFC 5228 2.4.2.2: a name that no field can have is no error, and matches
 * nothing.
 */
static bool
warn_names(struct report *report, const struct node *node)
{
	const struct argument *names = node->positional[0];
	size_t never = 0;

	for (size_t i = 0; i < names->n; i++)
		if (!names->string[i].variable && !mail_is_field_name(names->string[i].text)) {
			report_warning(report, names->string[i].at,
				       "no field has the name \"%s\": names are printable ASCII "
				       "without white space and colon",
				       report_quote(names->string[i].text));
			never++;
		}
	return node->command->command == TEST_EXISTS ? never > 0 : never == names->n;
}

/*
 * size :under 0, and allof (size :over N, size :under M) without a number
 * between them.
 */
static bool
warn_sizes(struct report *report, const struct node *node)
{
	uint64_t over = 0, under = UINT64_MAX;

	for (const struct node *test = node->test; test != NULL; test = test->next) {
		if (test->dead || test->command->command != TEST_SIZE)
			continue;
		uint64_t limit = test->positional[0]->number;

		if (node_tag(test, TAG_OVER) != NULL)
			over = limit + 1 > over ? limit + 1 : over;
		else
			under = limit < under ? limit : under;
	}
	if (over < under || under == 0)
		return false;
	report_warning(report, node->at,
		       "this can never be true: no size is both over %llu and under %llu",
		       (unsigned long long)(over - 1), (unsigned long long)under);
	return true;
}

static bool warn_one(struct report *report, const struct node *test, const struct node *beside);

/* In a list: what can never be true in an allof makes it never true. */
static bool
warn_list(struct report *report, const struct node *node)
{
	bool all = node->command->command == TEST_ALLOF, never = !all;

	for (const struct node *test = node->test; test != NULL; test = test->next) {
		bool one = warn_one(report, test, all ? node->test : NULL);

		if (!test->dead && all && test->command->command == TEST_FALSE) {
			report_warning(
				report, test->at,
				"this allof can never be true: one of its tests is \"false\"");
			one = true;
		}
		never = all ? never || one : never && one;
	}
	return never || (all && warn_sizes(report, node));
}

bool
warn_test(struct report *report, const struct node *test)
{
	return warn_one(report, test, NULL);
}

/* beside: the tests of the allof that it stands in, or NULL. */
static bool
warn_one(struct report *report, const struct node *test, const struct node *beside)
{
	if (test->dead)
		return false;
	if (warn_compare_sign(test, beside))
		report_warning(report, test->at,
			       "a negative score such as \"-1.9\" is more than every number here: "
			       "put it behind: not header :matches \"%s\" \"-*\"",
			       report_quote(test->positional[0]->string[0].text));
	switch (test->command->command) {
	case TEST_ALLOF:
	case TEST_ANYOF:
		return warn_list(report, test);
	case TEST_NOT:
		(void)warn_test(report, test->test);
		return false;
	case TEST_SIZE:
		if (node_tag(test, TAG_UNDER) == NULL || test->positional[0]->number > 0)
			return false;
		report_warning(report, test->at,
			       "this can never be true: no message has less than 0 bytes");
		return true;
	case TEST_CURRENTDATE:
		return warn_date_part(report, test) || warn_keys(report, test);
	case TEST_DATE:
		return warn_names(report, test) || warn_date_part(report, test) ||
		       warn_keys(report, test);
	case TEST_EXISTS:
		return warn_names(report, test);
	case TEST_HEADER:
	case TEST_ADDRESS:
		return warn_names(report, test) || warn_keys(report, test);
	default:
		return (test->command->groups & GROUP(MATCH)) != 0 && warn_keys(report, test);
	}
}
