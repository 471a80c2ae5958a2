#include "filter/plan/plan_action.h"

#include "sieve/protocol/fields.h"
#include "sieve/protocol/protocol.h"

typedef bool column_check(struct span column);

/*
 * What one kind of line looks like. Columns behind the given ones may be left
 * out down to `least`.
 */
struct shape {
	const char *word;
	enum action_kind kind;
	size_t least, most; /* columns, the word included */
	column_check *check[PLAN_COLUMNS_MAX];
};

static bool
all_digits(struct span s, size_t most)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0 && s.n <= most;
}

static bool
has_control(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 127)
			return true;
	return false;
}

/* Words of graphic ASCII, each behind at most one space. */
static bool
is_words(struct span s, size_t most)
{
	size_t words = s.n > 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ' ' && (i == 0 || i + 1 == s.n || s.p[i - 1] == ' '))
			return false;
		if ((s.p[i] < '!' || s.p[i] > '~') && s.p[i] != ' ')
			return false;
		words += s.p[i] == ' ';
	}
	return words <= most;
}

static bool
check_flags(struct span s)
{
	return is_words(s, PROTOCOL_FLAGS_MAX);
}

/* folder_disk_name() has the last word on it. */
static bool
check_folder(struct span s)
{
	return s.n > 0 && s.n <= PROTOCOL_FOLDER_MAX;
}

/*
 * Something with an @ in it, without bytes that could end it; redirect is
 * choosier (sendmail.c).
 */
static bool
check_address(struct span s)
{
	return s.n > 2 && s.n <= PROTOCOL_ADDRESS_MAX && s.p[0] != '-' && !has_control(s) &&
	       memchr(s.p + 1, '@', s.n - 2) != NULL;
}

static bool
check_addresses(struct span s)
{
	return is_words(s, PROTOCOL_ADDRESSES_MAX);
}

/* RFC 5322 2.2, and none that a script may not touch. */
static bool
check_name(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '!' || s.p[i] > '~' || s.p[i] == ':')
			return false;
	return s.n > 0 && s.n <= PROTOCOL_NAME_MAX && !fields_protected(s);
}

/* One line: no line end could be told from the beginning of another field. */
static bool
check_value(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') || s.p[i] == 127)
			return false;
	return s.n <= PROTOCOL_VALUE_MAX;
}

static bool
check_place(struct span s)
{
	return span_equal(s, SPAN("first")) || span_equal(s, SPAN("last"));
}

static bool
check_index(struct span s)
{
	return all_digits(s, PROTOCOL_INDEX_DIGITS) && s.p[0] != '0';
}

static bool
check_seconds(struct span s)
{
	return all_digits(s, PROTOCOL_SECONDS_DIGITS);
}

static bool
check_mime(struct span s)
{
	return s.n == 0 || span_equal(s, SPAN("0")) || span_equal(s, SPAN("1")) ||
	       span_equal(s, SPAN("mime"));
}

static bool
check_from(struct span s)
{
	return s.n == 0 || check_address(s);
}

/* RFC 5435 3.4 */
static bool
check_importance(struct span s)
{
	return s.n == 1 && s.p[0] >= '1' && s.p[0] <= '3';
}

/* Text that may come from a message: whoever sends it makes it clean. */
static bool
check_text(struct span s)
{
	(void)s;
	return true;
}

static const struct shape shapes[] = {
	{"implicit", ACTION_IMPLICIT, 1, 2, {NULL, check_flags}},
	{"keep", ACTION_KEEP, 1, 2, {NULL, check_flags}},
	{"fileinto", ACTION_FILEINTO, 2, 3, {NULL, check_folder, check_flags}},
	{"discard", ACTION_DISCARD, 1, 1, {NULL}},
	{"redirect", ACTION_REDIRECT, 2, 2, {NULL, check_address}},
	{"reject", ACTION_REJECT, 1, 2, {NULL, check_text}},
	{"vacation",
	 ACTION_VACATION,
	 2,
	 8,
	 {NULL, check_seconds, check_text, check_text, check_text, check_mime, check_addresses,
	  check_text}},
	{"addheader", ACTION_ADDHEADER, 4, 4, {NULL, check_name, check_value, check_place}},
	{"notify",
	 ACTION_NOTIFY,
	 5,
	 5,
	 {NULL, check_address, check_from, check_importance, check_text}},
	{"deleteheader", ACTION_DELETEHEADER, 3, 3, {NULL, check_name, check_index}},
};
#define SHAPES (sizeof shapes / sizeof shapes[0])

int
plan_action(const struct span *column, size_t columns, char separator, struct action *action,
	    struct err *err)
{
	const struct shape *shape = NULL;

	for (size_t i = 0; i < SHAPES && shape == NULL; i++)
		if (span_equal(column[0], span_of(shapes[i].word)))
			shape = &shapes[i];
	if (shape == NULL)
		return err_set(err, "the plan has a line '%.40s', which is no action", column[0].p);
	if (columns < shape->least || columns > shape->most)
		return err_set(err, "the plan's line '%s' has %zu columns, expected %zu to %zu",
			       shape->word, columns, shape->least, shape->most);
	*action = (struct action){.kind = shape->kind};
	for (size_t i = 0; i < PLAN_COLUMNS_MAX; i++) {
		action->column[i] = i < columns ? column[i] : SPAN("");
		if (i > 0 && i < columns && !shape->check[i](column[i]))
			return err_set(err,
				       "column %zu of the plan's line '%s' is not as it should be: "
				       "'%.80s'",
				       i + 1, shape->word, column[i].p);
	}
	return action->kind != ACTION_FILEINTO ? 0
					       : folder_disk_name(action->column[FILEINTO_FOLDER],
								  separator, action->disk, err);
}
