#include "filter/lists/file/listfile_scan.h"

enum listfile_format
listfile_scan_format(struct span name)
{
	static const struct span names[] = {
		[LISTFILE_IP4SET] = SPAN("ip4set"),   [LISTFILE_IP4TRIE] = SPAN("ip4trie"),
		[LISTFILE_IP4TSET] = SPAN("ip4tset"), [LISTFILE_IP6TRIE] = SPAN("ip6trie"),
		[LISTFILE_IP6TSET] = SPAN("ip6tset"),
	};

	for (enum listfile_format i = LISTFILE_IP4SET; i <= LISTFILE_IP6TSET; i++)
		if (span_equal(name, names[i]))
			return i;
	return LISTFILE_ANY;
}

void
listfile_scan_begin(struct listfile_scan *scan, const char *name, const char *format,
		    struct listfile_hit *hit, size_t n, struct listfile_bad *bad)
{
	if (n > LISTFILE_HITS_MAX)
		n = LISTFILE_HITS_MAX;
	*scan = (struct listfile_scan){.name = name,
				       .hit = hit,
				       .n = n,
				       .bad = bad,
				       .format = listfile_scan_format(span_of(format)),
				       .answer = LISTFILE_DEFAULT_ANSWER};
	if (bad != NULL)
		*bad = (struct listfile_bad){0};
	for (size_t i = 0; i < n; i++) {
		hit[i] = (struct listfile_hit){.addr = hit[i].addr};
		scan->number[i] = addr_ipv4(&hit[i].addr);
	}
}

void
listfile_scan_bad(struct listfile_scan *scan, const char *why)
{
	if (scan->bad != NULL && !scan->told && scan->bad->lines++ == 0)
		err_set(&scan->bad->first, "%s:%zu: %s", scan->name, scan->line, why);
	scan->told = true;
}

/* ---- entries */

/* Adds an answer that is not there yet, while there is room. */
static void
add_answer(uint32_t answers[LISTFILE_ANSWERS_MAX], size_t *n, uint32_t answer)
{
	size_t i = 0;

	while (i < *n && answers[i] != answer)
		i++;
	if (i == *n && i < LISTFILE_ANSWERS_MAX)
		answers[(*n)++] = answer;
}

void
listfile_scan_cover(struct listfile_hit *hit, unsigned level, bool first, bool exclusion,
		    uint32_t answer, struct span template)
{
	if (level < hit->now.level || (first && level == hit->now.level))
		return;
	if (level > hit->now.level) {
		hit->now.level = level;
		hit->now.answers = hit->now.template_n = 0;
		hit->now.excluded = false;
	}
	hit->now.excluded |= exclusion;
	if (exclusion)
		return;
	/*
	 * Of several texts the first one counts; "=" alone is none, whatever $=
	 * says.
	 */
	struct span had = {hit->now.template, hit->now.template_n};
	bool better =
		span_equal(had, SPAN("=")) || (had.n == 0 && !span_equal(template, SPAN("=")));
	if (hit->now.answers == 0 || better) {
		hit->now.template_n = template.n < sizeof hit->now.template
					      ? template.n
					      : sizeof hit->now.template;
		if (template.n > 0)
			memcpy(hit->now.template, template.p, hit->now.template_n);
	}
	add_answer(hit->now.answer, &hit->now.answers, answer);
}

void
listfile_scan_settle(struct listfile_scan *scan)
{
	bool one = scan->format == LISTFILE_IP4TSET || scan->format == LISTFILE_IP6TSET;

	for (size_t i = 0; i < scan->n; i++) {
		struct listfile_hit *hit = &scan->hit[i];
		struct span template = {hit->now.template, hit->now.template_n};

		if (one)
			template = (struct span){scan->template, scan->template_n};
		if (hit->now.level > 0 && !hit->now.excluded) {
			for (size_t k = 0; k < hit->now.answers; k++)
				add_answer(hit->answer, &hit->answers,
					   one ? scan->answer : hit->now.answer[k]);
			if (hit->text_n == 0)
				hit->text_n =
					listfile_scan_expand(&scan->variables, template, &hit->addr,
							     hit->text, sizeof hit->text);
		}
		hit->now.level = 0;
		hit->now.answers = hit->now.template_n = 0;
		hit->now.excluded = false;
	}
}

/* ---- texts */

struct text {
	char *to;
	size_t size, n;
};

static void
add(struct text *text, struct span bytes)
{
	size_t room = text->size - text->n, take = bytes.n < room ? bytes.n : room;

	if (take > 0)
		memcpy(text->to + text->n, bytes.p, take);
	text->n += take;
}

static struct span
variable(const struct listfile_variables *variables, size_t i)
{
	return (struct span){variables->variable[i].text, variables->variable[i].n};
}

/*
 * What stands for the dollar sign at the beginning of at; *used: how many bytes
 * of at that were.
 */
static struct span
substitute(const struct listfile_variables *variables, struct span at, struct span own,
	   struct span address, size_t *used)
{
	char next = at.n > 1 ? at.p[1] : '\0';

	*used = 2;
	if (next == '$')
		return (struct span){at.p, 1};
	if (next == '=')
		return own;
	if (next >= '0' && next <= '9') {
		struct span value = variable(variables, (size_t)(next - '0'));

		return value.n > 0 ? value : (struct span){at.p, 2};
	}
	*used = 1;
	return address;
}

size_t
listfile_scan_expand(const struct listfile_variables *variables, struct span template,
		     const struct addr *addr, char *to, size_t size)
{
	struct span base = variable(variables, LISTFILE_BASE), own, address;
	struct text text = {.to = to, .size = size};
	char printed[ADDR_TEXT_MAX];
	size_t used;

	address = span_of(addr_print(addr, printed));
	own = template;
	if (template.n > 0 && template.p[0] == '=') {
		own = template = span_skip(template, 1);
	} else if (base.n > 0) {
		own = template.n > 0 ? template : address;
		template = base;
	}
	for (; template.n > 0 && text.n < size; template = span_skip(template, used)) {
		const char *dollar = memchr(template.p, '$', template.n);

		used = dollar == NULL ? template.n : (size_t)(dollar - template.p);
		if (used > 0)
			add(&text, (struct span){template.p, used});
		else
			add(&text, substitute(variables, template, own, address, &used));
	}
	return text.n;
}
