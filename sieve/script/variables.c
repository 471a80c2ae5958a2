#include "sieve/script/variables.h"

#include "sieve/text/text.h"

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes of the identifier or number that begins s. */
static size_t
word_length(struct span s)
{
	size_t n = 0;

	if (s.n == 0)
		return 0;
	if (is_digit(s.p[0])) {
		while (n < s.n && is_digit(s.p[n]))
			n++;
		return n;
	}
	if (!is_alpha(s.p[0]))
		return 0;
	while (n < s.n && (is_alpha(s.p[n]) || is_digit(s.p[n])))
		n++;
	return n;
}

/*
 * What stands between "${" and "}", if it is a reference. false: it is none,
 * and *end is where to look on.
 */
static bool
read_reference(struct span text, size_t start, struct variable_reference *reference, size_t *end)
{
	size_t at = start + 2, word = at, n;

	*reference = (struct variable_reference){.start = start};
	while ((n = word_length(span_skip(text, at))) > 0) {
		word = at;
		at += n;
		if (at == text.n || text.p[at] != '.')
			break;
		at++;
	}
	*end = at;
	if (n == 0 || at == text.n || text.p[at] != '}')
		return false;
	reference->end = *end = at + 1;
	reference->name = (struct span){text.p + word, at - word};
	reference->is_number = is_digit(text.p[word]);
	if (word > start + 2)
		reference->space = (struct span){text.p + start + 2, word - 1 - (start + 2)};
	/* a name space begins with an identifier */
	if (reference->space.n > 0 && !is_alpha(reference->space.p[0]))
		return false;
	for (size_t i = 0;
	     reference->is_number && i < reference->name.n && reference->number < 1000000; i++)
		reference->number =
			reference->number * 10 + (unsigned long)(reference->name.p[i] - '0');
	return true;
}

bool
variables_next(struct span text, size_t *at, struct variable_reference *reference)
{
	while (*at < text.n) {
		const char *dollar = memchr(text.p + *at, '$', text.n - *at);

		if (dollar == NULL)
			break;
		size_t start = (size_t)(dollar - text.p);
		*at = start + 1;
		if (start + 1 < text.n && text.p[start + 1] == '{' &&
		    read_reference(text, start, reference, at))
			return true;
	}
	*at = text.n;
	return false;
}

static struct span
without_global(struct span name)
{
	return span_starts_case(name, SPAN("global.")) ? span_skip(name, sizeof "global." - 1)
						       : name;
}

bool
variables_name_valid(struct span name, bool namespaces)
{
	struct span rest = namespaces ? without_global(name) : name;

	return rest.n > 0 && rest.n <= VARIABLE_NAME_MAX && !is_digit(rest.p[0]) &&
	       word_length(rest) == rest.n;
}

static struct variable *
find(const struct scope *scope, struct span name)
{
	for (size_t i = 0; i < scope->n; i++)
		if (span_equal_case(scope->variable[i].name, name))
			return &scope->variable[i];
	return NULL;
}

static struct variable *
add(struct scope *scope, struct pool *pool, struct span name)
{
	if (scope->n == VARIABLES_MAX)
		return NULL;
	scope->variable = pool_grow(pool, scope->variable, scope->n, sizeof *scope->variable);
	scope->variable[scope->n] = (struct variable){.name = pool_copy(pool, name)};
	return &scope->variable[scope->n++];
}

struct span
variables_get(const struct variables *variables, struct span name)
{
	const struct variable *variable = find(&variables->own, name);

	if (without_global(name).n != name.n || (variable != NULL && variable->global))
		variable = find(variables->global, without_global(name));
	return variable == NULL ? SPAN("") : variable->value;
}

/* At most VARIABLE_VALUE_MAX bytes, whole characters only. */
static struct span
cut(struct span value)
{
	if (value.n <= VARIABLE_VALUE_MAX)
		return value;
	value.n = VARIABLE_VALUE_MAX;
	for (size_t back = 1; back <= 3; back++) {
		uint32_t character;

		/* a lead byte whose character may go on */
		if ((value.p[value.n - back] & 0xc0) == 0xc0)
			return (struct span){
				value.p, text_utf8(value.p + value.n - back, back, &character) == 0
						 ? value.n - back
						 : value.n};
	}
	return value;
}

bool
variables_set(struct variables *variables, struct pool *pool, struct span name, struct span value)
{
	struct scope *scope = &variables->own;
	struct variable *variable = find(scope, name);

	if (without_global(name).n != name.n || (variable != NULL && variable->global)) {
		scope = variables->global;
		name = without_global(name);
		variable = find(scope, name);
	}
	if (variable == NULL)
		variable = add(scope, pool, name);
	if (variable == NULL)
		return false;
	variable->value = pool_copy(pool, cut(value));
	return true;
}

bool
variables_share(struct variables *variables, struct pool *pool, struct span name)
{
	struct variable *variable = find(&variables->own, name);

	if (variable == NULL)
		variable = add(&variables->own, pool, name);
	else if (!variable->global)
		return false;
	if (variable == NULL)
		return false;
	variable->global = true;
	return true;
}

static struct span
value_of(const struct variables *variables, const struct variable_reference *reference)
{
	if (reference->is_number)
		return reference->number < variables->captures
			       ? variables->capture[reference->number]
			       : SPAN("");
	if (reference->space.n == 0)
		return variables_get(variables, reference->name);
	const struct variable *variable = find(variables->global, reference->name);
	return variable == NULL ? SPAN("") : variable->value;
}

struct span
variables_expand(const struct variables *variables, struct pool *pool, struct span text)
{
	struct variable_reference reference;
	size_t at = 0, done = 0;
	struct buf buf;

	buf_init(&buf, VARIABLE_STRING_MAX);
	while (variables_next(text, &at, &reference)) {
		struct span value = value_of(variables, &reference);

		(void)buf_add(&buf, (struct span){text.p + done, reference.start - done});
		if (value.n > 0)
			(void)buf_add(&buf, value);
		done = reference.end;
	}
	if (done == 0) {
		buf_free(&buf);
		return text;
	}
	(void)buf_add(&buf, span_skip(text, done));
	struct span expanded = pool_copy(pool, buf_span(&buf));
	buf_free(&buf);
	return expanded;
}

void
variables_capture(struct variables *variables, struct pool *pool,
		  const struct match_captures *captures)
{
	variables->captures = captures->n;
	for (size_t i = 0; i < captures->n; i++)
		variables->capture[i] = pool_copy(pool, cut(captures->capture[i]));
}
