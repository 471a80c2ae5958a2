/*
 * From a POSIX extended regular expression to PCRE2's language. Each construct
 * is read, checked, and written anew: nothing is passed on unseen. What is
 * accepted is what regcomp(3) of glibc accepts with REG_EXTENDED, and \d, \D,
 * \t, \n, \r, which people write.
 */
#include "sieve/match/ere.h"

#include "filter/base/buf.h"
#include "sieve/text/text.h"

#include <stdlib.h>

#define REPEAT_MAX 32767 /* RE_DUP_MAX of glibc */
#define GROUPS_MAX 250   /* nested; PCRE2's own default */

struct translation {
	struct span in;
	size_t at;
	struct buf *out;
	bool automaton;
	bool bytes;              /* the expression is no UTF-8: its characters are its bytes */
	size_t atom;             /* where in out the atom begins that a repetition would repeat */
	bool repeatable;         /* there is one */
	unsigned repeated;       /* how often it is repeated already */
	size_t open[GROUPS_MAX]; /* where in out the groups begin that are not closed */
	unsigned number[GROUPS_MAX];
	unsigned depth, groups;
	bool closed[10]; /* groups that a back reference may name */
	size_t *where;
	struct err *err;
};

static int
fail(struct translation *t, size_t where, const char *why)
{
	*t->where = where;
	return err_set(t->err, "%s", why);
}

static bool
is_alnum(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The character at the current place, which must not be the end. */
static uint32_t
next_character(struct translation *t)
{
	const char *p = t->in.p + t->at;
	uint32_t c;
	size_t length = t->bytes ? 0 : text_utf8(p, t->in.n - t->at, &c);

	t->at += length == 0 ? 1 : length;
	return length == 0 ? (unsigned char)*p : c;
}

static void
put(struct translation *t, const char *text)
{
	(void)buf_add(t->out, span_of(text));
}

/* A literal character, inside of brackets or not: never special. */
static void
put_literal(struct translation *t, uint32_t c)
{
	static const char hex[] = "0123456789abcdef";
	char digits[8];
	size_t n = 0;

	if (is_alnum(c)) {
		(void)buf_addc(t->out, (char)c);
		return;
	}
	do
		digits[n++] = hex[c & 15];
	while ((c >>= 4) != 0);
	put(t, "\\x{");
	while (n > 0)
		(void)buf_addc(t->out, digits[--n]);
	(void)buf_addc(t->out, '}');
}

static void
begin_atom(struct translation *t)
{
	t->atom = t->out->n;
	t->repeatable = true;
	t->repeated = 0;
}

/* ---- brackets */

/* "[:alpha:]" at the current place, behind its "[:". */
static int
put_class(struct translation *t)
{
	static const char *const names[] = {"alnum", "alpha", "blank", "cntrl", "digit", "graph",
					    "lower", "print", "punct", "space", "upper", "xdigit"};
	struct span rest = span_skip(t->in, t->at);

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t n = strlen(names[i]);

		if (rest.n < n + 2 || memcmp(rest.p, names[i], n) != 0 ||
		    memcmp(rest.p + n, ":]", 2) != 0)
			continue;
		t->at += n + 2;
		put(t, "[:");
		put(t, names[i]);
		put(t, ":]");
		return 0;
	}
	return fail(t, t->at - 2,
		    "unknown character class; there are [:alnum:] [:alpha:] [:blank:] [:cntrl:] "
		    "[:digit:] [:graph:] [:lower:] [:print:] "
		    "[:punct:] [:space:] [:upper:] [:xdigit:]");
}

/* One character of a bracket expression, perhaps as [.x.] or [=x=]. */
static int
take_element(struct translation *t, uint32_t *c)
{
	size_t begin = t->at;

	*c = next_character(t);
	if (*c != '[' || t->at == t->in.n || (t->in.p[t->at] != '.' && t->in.p[t->at] != '='))
		return 0;
	char mark = t->in.p[t->at++];
	if (t->at < t->in.n)
		*c = next_character(t);
	if (t->in.n - t->at < 2 || t->in.p[t->at] != mark || t->in.p[t->at + 1] != ']')
		return fail(t, begin, "between [. and .] or [= and =] one character is expected");
	t->at += 2;
	return 0;
}

static bool
at_text(const struct translation *t, const char *text)
{
	struct span rest = span_skip(t->in, t->at);
	size_t n = strlen(text);

	return rest.n >= n && memcmp(rest.p, text, n) == 0;
}

/* A character or a range. */
static int
put_range(struct translation *t)
{
	size_t begin = t->at;
	uint32_t low, high;

	if (take_element(t, &low) != 0)
		return -1;
	put_literal(t, low);
	if (!at_text(t, "-") || at_text(t, "-]") || t->at + 1 == t->in.n)
		return 0;
	t->at++;
	if (at_text(t, "[:"))
		return fail(t, begin, "a range ends with a character, not with a class");
	if (take_element(t, &high) != 0)
		return -1;
	if (high < low)
		return fail(t, begin, "a range begins with its lower character");
	(void)buf_addc(t->out, '-');
	put_literal(t, high);
	return 0;
}

static int
put_bracket(struct translation *t)
{
	size_t begin = t->at++;
	bool first = true;

	begin_atom(t);
	(void)buf_addc(t->out, '[');
	if (at_text(t, "^")) {
		(void)buf_addc(t->out, '^');
		t->at++;
	}
	for (; t->at < t->in.n && (first || t->in.p[t->at] != ']'); first = false) {
		if (at_text(t, "[:")) {
			t->at += 2;
			if (put_class(t) != 0)
				return -1;
			if (at_text(t, "-") && !at_text(t, "-]"))
				return fail(t, t->at,
					    "a range begins with a character, not with a class");
		} else if (put_range(t) != 0)
			return -1;
	}
	if (t->at == t->in.n)
		return fail(t, begin, "this [ has no ]");
	t->at++;
	(void)buf_addc(t->out, ']');
	return 0;
}

/* ---- repetition */

/* What out holds from t->atom on becomes a group. */
static void
put_group(struct translation *t, const char *open)
{
	size_t n = strlen(open);

	if (buf_reserve(t->out, n) != NULL) {
		memmove(t->out->p + t->atom + n, t->out->p + t->atom, t->out->n - t->atom);
		memcpy(t->out->p + t->atom, open, n);
		t->out->n += n;
	}
	(void)buf_addc(t->out, ')');
}

/*
 * Repeats what out holds from t->atom on. Without a group around the first
 * repetition, PCRE2 would take the second one for "lazy" or "possessive".
 * Without one around a single character, PCRE2's automaton counts the rounds of
 * `+` and `{n,}`, and so has states without end.
 */
static int
put_repeat(struct translation *t, size_t begin, struct span repeat, bool endless)
{
	if (!t->repeatable)
		return fail(t, begin, "there is nothing here that could be repeated");
	if (t->repeated == ERE_STACK_MAX)
		return fail(t, begin, "too many repetitions of one repetition");
	if (t->repeated++ > 0)
		put_group(t, "(?:");
	if (t->automaton && endless)
		put_group(t, "(");

	(void)buf_add(t->out, repeat);
	return 0;
}

/*
 * The number at the current place; false where there is none. More than
 * REPEAT_MAX stays more.
 */
static bool
take_number(struct translation *t, unsigned *number)
{
	size_t begin = t->at;

	for (*number = 0; t->at < t->in.n && t->in.p[t->at] >= '0' && t->in.p[t->at] <= '9';
	     t->at++)
		if (*number <= REPEAT_MAX)
			*number = *number * 10 + (unsigned)(t->in.p[t->at] - '0');
	return t->at > begin;
}

/* "{n}", "{n,}", "{n,m}", "{,m}". */
static int
put_interval(struct translation *t)
{
	size_t begin = t->at++;
	unsigned least, most;
	bool low = take_number(t, &least), high = true;
	bool comma = at_text(t, ",");

	most = least;
	if (comma) {
		t->at++;
		high = take_number(t, &most);
	}
	if ((!low && !comma) || (!low && !high) || !at_text(t, "}"))
		return fail(t, begin,
			    "{n}, {n,}, {,m} or {n,m} is expected here; a { that means itself is "
			    "written \\{");
	t->at++;
	if (least > REPEAT_MAX || most > REPEAT_MAX)
		return fail(t, begin, "a repetition count is at most 32767");
	if (high && most < least)
		return fail(t, begin, "the first count of a repetition is the smaller one");
	struct buf repeat;
	buf_init(&repeat, 32);
	if (high)
		(void)buf_addf(&repeat, "{%u,%u}", least, most);
	else
		(void)buf_addf(&repeat, "{%u,}", least);
	int result = put_repeat(t, begin, buf_span(&repeat), !high && least <= 64);
	buf_free(&repeat);
	return result;
}

/* ---- backslashes and groups */

static void
put_assertion(struct translation *t, const char *text)
{
	put(t, text);
	t->repeatable = false;
}

static int
put_escape(struct translation *t)
{
	static const struct {
		char c;
		bool assertion;
		const char *out;
	} known[] = {{'w', false, "\\w"},        {'W', false, "\\W"}, {'s', false, "\\s"},
		     {'S', false, "\\S"},        {'d', false, "\\d"}, {'D', false, "\\D"},
		     {'t', false, "\\t"},        {'n', false, "\\n"}, {'r', false, "\\r"},
		     {'b', true, "\\b"},         {'B', true, "\\B"},  {'<', true, "\\b(?=\\w)"},
		     {'>', true, "\\b(?<=\\w)"}, {'`', true, "\\A"},  {'\'', true, "\\z"}};
	size_t begin = t->at++;

	if (t->at == t->in.n)
		return fail(t, begin, "a backslash at the end quotes nothing");
	uint32_t c = next_character(t);
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (c != (unsigned char)known[i].c)
			continue;
		if (known[i].assertion) {
			put_assertion(t, known[i].out);
			return 0;
		}
		begin_atom(t);
		put(t, known[i].out);
		return 0;
	}
	begin_atom(t);
	if (c >= '1' && c <= '9') {
		if (!t->closed[c - '0'])
			return fail(t, begin, "a back reference names a group that ends before it");
		(void)buf_addf(t->out, "\\g{%c}", (char)c);
		return 0;
	}
	if (is_alnum(c))
		return fail(t, begin,
			    "a backslash before this letter or digit means nothing in a POSIX "
			    "regular expression");
	put_literal(t, c);
	return 0;
}

static int
open_group(struct translation *t)
{
	if (t->depth == GROUPS_MAX)
		return fail(t, t->at, "groups are nested too deep");
	t->open[t->depth] = t->out->n;
	t->number[t->depth++] = ++t->groups;
	t->repeatable = false;
	(void)buf_addc(t->out, '(');
	t->at++;
	return 0;
}

static void
close_group(struct translation *t)
{
	t->at++;
	if (t->depth == 0) { /* an ordinary character, in glibc */
		begin_atom(t);
		put_literal(t, ')');
		return;
	}
	t->depth--;
	(void)buf_addc(t->out, ')');
	t->atom = t->open[t->depth];
	t->repeatable = true;
	t->repeated = 0;
	if (t->number[t->depth] < 10)
		t->closed[t->number[t->depth]] = true;
}

static int
put_item(struct translation *t)
{
	char c = t->in.p[t->at];

	switch (c) {
	case '\\':
		return put_escape(t);
	case '[':
		return put_bracket(t);
	case '(':
		return open_group(t);
	case ')':
		close_group(t);
		return 0;
	case '{':
		return put_interval(t);
	case '*':
	case '+':
	case '?':
		t->at++;
		return put_repeat(t, t->at - 1, (struct span){&c, 1}, c == '+');
	case '^':
	case '$':
	case '|':
		put_assertion(t, c == '^' ? "^" : c == '$' ? "$" : "|");
		t->at++;
		return 0;
	case '.':
		begin_atom(t);
		(void)buf_addc(t->out, '.');
		t->at++;
		return 0;
	default:
		begin_atom(t);
		put_literal(t, next_character(t));
		return 0;
	}
}

int
ere_translate(struct span pattern, bool automaton, struct buf *to, size_t *where, struct err *err)
{
	struct translation t = {.in = pattern,
				.out = to,
				.automaton = automaton,
				.bytes = !text_utf8_valid(pattern),
				.where = where,
				.err = err};

	while (t.at < pattern.n)
		if (put_item(&t) != 0)
			return -1;
	if (t.depth > 0)
		return fail(&t, pattern.n, "a group is not closed: ) is missing");
	if (to->full)
		return fail(&t, pattern.n, "the regular expression is too long");
	return 0;
}
