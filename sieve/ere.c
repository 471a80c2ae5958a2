/*
 * From a POSIX extended regular expression to PCRE2's language. Each construct is read, checked, and written anew: nothing is passed on unseen. What is
 * accepted is what regcomp(3) of glibc accepts with REG_EXTENDED, and \d, \D, \t, \n, \r, which people write.
 */
#include "regex.h"

#include "buf.h"
#include "text.h"

#include <stdlib.h>

#define REPEAT_MAX 32767 /* RE_DUP_MAX of glibc */
#define GROUPS_MAX 250   /* nested; PCRE2's own default */

struct ere {
	struct span in;
	size_t at;
	struct buf *out;
	size_t atom;           /* where in out the atom begins that a repetition would repeat */
	bool repeatable;       /* there is one */
	unsigned repeated;     /* how often it is repeated already */
	size_t open[GROUPS_MAX]; /* where in out the groups begin that are not closed */
	unsigned number[GROUPS_MAX];
	unsigned depth, groups;
	bool closed[10];       /* groups that a back reference may name */
	size_t *where;
	struct err *err;
};

static int
fail(struct ere *ere, size_t where, const char *why)
{
	*ere->where = where;
	return err_set(ere->err, "%s", why);
}

static bool
is_alnum(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The character at the current place (a byte where it is no UTF-8), which must not be the end. */
static uint32_t
next_character(struct ere *ere)
{
	const char *p = ere->in.p + ere->at;
	uint32_t c;
	size_t length = text_utf8(p, ere->in.n - ere->at, &c);

	ere->at += length == 0 ? 1 : length;
	return length == 0 ? (unsigned char)*p : c;
}

static void
put(struct ere *ere, const char *text)
{
	(void)buf_add(ere->out, span_of(text));
}

/* A literal character, inside of brackets or not: never special. */
static void
put_literal(struct ere *ere, uint32_t c)
{
	static const char hex[] = "0123456789abcdef";
	char digits[8];
	size_t n = 0;

	if (is_alnum(c)) {
		(void)buf_addc(ere->out, (char)c);
		return;
	}
	do
		digits[n++] = hex[c & 15];
	while ((c >>= 4) != 0);
	put(ere, "\\x{");
	while (n > 0)
		(void)buf_addc(ere->out, digits[--n]);
	(void)buf_addc(ere->out, '}');
}

static void
begin_atom(struct ere *ere)
{
	ere->atom = ere->out->n;
	ere->repeatable = true;
	ere->repeated = 0;
}

/* ---- brackets */

/* "[:alpha:]" at the current place, behind its "[:". */
static int
put_class(struct ere *ere)
{
	static const char *const names[] = {"alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit"};
	struct span rest = span_skip(ere->in, ere->at);

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t n = strlen(names[i]);

		if (rest.n < n + 2 || memcmp(rest.p, names[i], n) != 0 || memcmp(rest.p + n, ":]", 2) != 0)
			continue;
		ere->at += n + 2;
		put(ere, "[:");
		put(ere, names[i]);
		put(ere, ":]");
		return 0;
	}
	return fail(ere, ere->at - 2, "unknown character class; there are [:alnum:] [:alpha:] [:blank:] [:cntrl:] [:digit:] [:graph:] [:lower:] [:print:] [:punct:] [:space:] [:upper:] [:xdigit:]");
}

/* One character of a bracket expression, perhaps as [.x.] or [=x=]. */
static int
take_element(struct ere *ere, uint32_t *c)
{
	size_t begin = ere->at;

	*c = next_character(ere);
	if (*c != '[' || ere->at == ere->in.n || (ere->in.p[ere->at] != '.' && ere->in.p[ere->at] != '='))
		return 0;
	char mark = ere->in.p[ere->at++];
	if (ere->at < ere->in.n)
		*c = next_character(ere);
	if (ere->in.n - ere->at < 2 || ere->in.p[ere->at] != mark || ere->in.p[ere->at + 1] != ']')
		return fail(ere, begin, "between [. and .] or [= and =] one character is expected");
	ere->at += 2;
	return 0;
}

static bool
at_text(const struct ere *ere, const char *text)
{
	struct span rest = span_skip(ere->in, ere->at);
	size_t n = strlen(text);

	return rest.n >= n && memcmp(rest.p, text, n) == 0;
}

/* A character or a range. */
static int
put_range(struct ere *ere)
{
	size_t begin = ere->at;
	uint32_t low, high;

	if (take_element(ere, &low) != 0)
		return -1;
	put_literal(ere, low);
	if (!at_text(ere, "-") || at_text(ere, "-]") || ere->at + 1 == ere->in.n)
		return 0;
	ere->at++;
	if (at_text(ere, "[:"))
		return fail(ere, begin, "a range ends with a character, not with a class");
	if (take_element(ere, &high) != 0)
		return -1;
	if (high < low)
		return fail(ere, begin, "a range begins with its lower character");
	(void)buf_addc(ere->out, '-');
	put_literal(ere, high);
	return 0;
}

static int
put_bracket(struct ere *ere)
{
	size_t begin = ere->at++;
	bool first = true;

	begin_atom(ere);
	(void)buf_addc(ere->out, '[');
	if (at_text(ere, "^")) {
		(void)buf_addc(ere->out, '^');
		ere->at++;
	}
	for (; ere->at < ere->in.n && (first || ere->in.p[ere->at] != ']'); first = false) {
		if (at_text(ere, "[:")) {
			ere->at += 2;
			if (put_class(ere) != 0)
				return -1;
			if (at_text(ere, "-") && !at_text(ere, "-]"))
				return fail(ere, ere->at, "a range begins with a character, not with a class");
		} else if (put_range(ere) != 0)
			return -1;
	}
	if (ere->at == ere->in.n)
		return fail(ere, begin, "this [ has no ]");
	ere->at++;
	(void)buf_addc(ere->out, ']');
	return 0;
}

/* ---- repetition */

/* Repeats what out holds from ere->atom on. */
static int
put_repeat(struct ere *ere, size_t begin, struct span repeat)
{
	if (!ere->repeatable)
		return fail(ere, begin, "there is nothing here that could be repeated");
	if (ere->repeated == REGEX_STACK_MAX)
		return fail(ere, begin, "too many repetitions of one repetition");
	if (ere->repeated++ > 0) { /* without the group, PCRE2 would take the second one for "lazy" or "possessive" */
		if (buf_reserve(ere->out, 3) != NULL) {
			memmove(ere->out->p + ere->atom + 3, ere->out->p + ere->atom, ere->out->n - ere->atom);
			memcpy(ere->out->p + ere->atom, "(?:", 3);
			ere->out->n += 3;
		}
		(void)buf_addc(ere->out, ')');
	}
	(void)buf_add(ere->out, repeat);
	return 0;
}

/* The number at the current place; false where there is none. More than REPEAT_MAX stays more. */
static bool
take_number(struct ere *ere, unsigned *number)
{
	size_t begin = ere->at;

	for (*number = 0; ere->at < ere->in.n && ere->in.p[ere->at] >= '0' && ere->in.p[ere->at] <= '9'; ere->at++)
		if (*number <= REPEAT_MAX)
			*number = *number * 10 + (unsigned)(ere->in.p[ere->at] - '0');
	return ere->at > begin;
}

/* "{n}", "{n,}", "{n,m}", "{,m}". */
static int
put_interval(struct ere *ere)
{
	size_t begin = ere->at++;
	unsigned least, most;
	bool low = take_number(ere, &least), high = true;
	bool comma = at_text(ere, ",");

	most = least;
	if (comma) {
		ere->at++;
		high = take_number(ere, &most);
	}
	if ((!low && !comma) || (!low && !high) || !at_text(ere, "}"))
		return fail(ere, begin, "{n}, {n,}, {,m} or {n,m} is expected here; a { that means itself is written \\{");
	ere->at++;
	if (least > REPEAT_MAX || most > REPEAT_MAX)
		return fail(ere, begin, "a repetition count is at most 32767");
	if (high && most < least)
		return fail(ere, begin, "the first count of a repetition is the smaller one");
	struct buf repeat;
	buf_init(&repeat, 32);
	if (high)
		(void)buf_addf(&repeat, "{%u,%u}", least, most);
	else
		(void)buf_addf(&repeat, "{%u,}", least);
	int result = put_repeat(ere, begin, buf_span(&repeat));
	buf_free(&repeat);
	return result;
}

/* ---- backslashes and groups */

static void
put_assertion(struct ere *ere, const char *text)
{
	put(ere, text);
	ere->repeatable = false;
}

static int
put_escape(struct ere *ere)
{
	static const struct {
		char c;
		bool assertion;
		const char *out;
	} known[] = {{'w', false, "\\w"}, {'W', false, "\\W"}, {'s', false, "\\s"}, {'S', false, "\\S"}, {'d', false, "\\d"}, {'D', false, "\\D"},
		{'t', false, "\\t"}, {'n', false, "\\n"}, {'r', false, "\\r"}, {'b', true, "\\b"}, {'B', true, "\\B"}, {'<', true, "\\b(?=\\w)"},
		{'>', true, "\\b(?<=\\w)"}, {'`', true, "\\A"}, {'\'', true, "\\z"}};
	size_t begin = ere->at++;

	if (ere->at == ere->in.n)
		return fail(ere, begin, "a backslash at the end quotes nothing");
	uint32_t c = next_character(ere);
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (c != (unsigned char)known[i].c)
			continue;
		if (known[i].assertion) {
			put_assertion(ere, known[i].out);
			return 0;
		}
		begin_atom(ere);
		put(ere, known[i].out);
		return 0;
	}
	begin_atom(ere);
	if (c >= '1' && c <= '9') {
		if (!ere->closed[c - '0'])
			return fail(ere, begin, "a back reference names a group that ends before it");
		(void)buf_addf(ere->out, "\\g{%c}", (char)c);
		return 0;
	}
	if (is_alnum(c))
		return fail(ere, begin, "a backslash before this letter or digit means nothing in a POSIX regular expression");
	put_literal(ere, c);
	return 0;
}

static int
open_group(struct ere *ere)
{
	if (ere->depth == GROUPS_MAX)
		return fail(ere, ere->at, "groups are nested too deep");
	ere->open[ere->depth] = ere->out->n;
	ere->number[ere->depth++] = ++ere->groups;
	ere->repeatable = false;
	(void)buf_addc(ere->out, '(');
	ere->at++;
	return 0;
}

static void
close_group(struct ere *ere)
{
	ere->at++;
	if (ere->depth == 0) { /* an ordinary character, in glibc */
		begin_atom(ere);
		put_literal(ere, ')');
		return;
	}
	ere->depth--;
	(void)buf_addc(ere->out, ')');
	ere->atom = ere->open[ere->depth];
	ere->repeatable = true;
	ere->repeated = 0;
	if (ere->number[ere->depth] < 10)
		ere->closed[ere->number[ere->depth]] = true;
}

static int
put_item(struct ere *ere)
{
	char c = ere->in.p[ere->at];

	switch (c) {
	case '\\':
		return put_escape(ere);
	case '[':
		return put_bracket(ere);
	case '(':
		return open_group(ere);
	case ')':
		close_group(ere);
		return 0;
	case '{':
		return put_interval(ere);
	case '*':
	case '+':
	case '?':
		ere->at++;
		return put_repeat(ere, ere->at - 1, (struct span){&c, 1});
	case '^':
	case '$':
	case '|':
		put_assertion(ere, c == '^' ? "^" : c == '$' ? "$" : "|");
		ere->at++;
		return 0;
	case '.':
		begin_atom(ere);
		(void)buf_addc(ere->out, '.');
		ere->at++;
		return 0;
	default:
		begin_atom(ere);
		put_literal(ere, next_character(ere));
		return 0;
	}
}

int
regex_translate(struct span pattern, struct buf *to, size_t *where, struct err *err)
{
	struct ere ere = {.in = pattern, .out = to, .where = where, .err = err};

	while (ere.at < pattern.n)
		if (put_item(&ere) != 0)
			return -1;
	if (ere.depth > 0)
		return fail(&ere, pattern.n, "a group is not closed: ) is missing");
	if (to->full)
		return fail(&ere, pattern.n, "the regular expression is too long");
	return 0;
}
