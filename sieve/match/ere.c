#define PCRE2_CODE_UNIT_WIDTH 8
#include "sieve/match/ere.h"

#include "filter/base/buf.h"
#include "sieve/text/text.h"

#include <pcre2.h>
#include <stdlib.h>

#define WORKSPACE      20000                         /* ints for the automaton's states */
#define TRANSLATED_MAX ((size_t)16 * ERE_LENGTH_MAX) /* bytes */

struct ere {
	pcre2_code *code;
	/*
	 * made when it is first needed; NULL before, or where it cannot be made
	 */
	pcre2_code *automaton;
	bool automaton_tried;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	struct span pattern;
	uint32_t options;
};

static pcre2_code *
compile(struct span pattern, uint32_t options, struct err *err)
{
	PCRE2_SIZE offset;
	int number;
	char why[128] = "";

	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n, options, &number, &offset, NULL);
	if (code == NULL && err != NULL) {
		(void)pcre2_get_error_message(number, (PCRE2_UCHAR *)why, sizeof why);
		(void)err_set(err, "this regular expression cannot be used: %s", why);
	}
	return code;
}

struct ere *
ere_compile(struct span pattern, bool ignore_case, size_t *where, struct err *err)
{
	*where = 0;
	if (pattern.n > ERE_LENGTH_MAX) {
		(void)err_set(err, "a regular expression is at most %d bytes long", ERE_LENGTH_MAX);
		return NULL;
	}
	struct ere *ere = calloc(1, sizeof *ere);
	if (ere == NULL)
		abort();
	ere->pattern = pattern;
	ere->options = PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
	if (text_utf8_valid(pattern))
		ere->options |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
	if (ignore_case)
		ere->options |= PCRE2_CASELESS;
	struct buf translated;
	buf_init(&translated, TRANSLATED_MAX);
	if (ere_translate(pattern, false, &translated, where, err) == 0)
		ere->code = compile(translated.n == 0 ? SPAN("") : buf_span(&translated),
				    ere->options, err);
	buf_free(&translated);
	if (ere->code == NULL) {
		ere_free(ere);
		return NULL;
	}
	ere->data = pcre2_match_data_create(MATCH_CAPTURES_MAX, NULL);
	ere->limits = pcre2_match_context_create(NULL);
	if (ere->data == NULL || ere->limits == NULL)
		abort();
	(void)pcre2_set_match_limit(ere->limits, ERE_MATCH_LIMIT);
	(void)pcre2_set_heap_limit(ere->limits, ERE_HEAP_KIB);
	return ere;
}

void
ere_free(struct ere *ere)
{
	if (ere == NULL)
		return;
	pcre2_code_free(ere->code);
	pcre2_code_free(ere->automaton);
	pcre2_match_data_free(ere->data);
	pcre2_match_context_free(ere->limits);
	free(ere);
}

/*
 * The same question for pcre2_dfa_match(): anchored, with the places before the
 * match as part of the expression, so that one walk over the value follows all
 * of them at once. It has no notion of invalid UTF-8.
 */
static void
make_automaton(struct ere *ere)
{
	struct buf whole;
	struct err err;
	size_t where;

	buf_init(&whole, TRANSLATED_MAX);
	(void)buf_addf(&whole, "\\A.*(?:");
	if (ere_translate(ere->pattern, true, &whole, &where, &err) == 0 && buf_addc(&whole, ')'))
		ere->automaton = compile(buf_span(&whole),
					 ere->options & ~(uint32_t)PCRE2_MATCH_INVALID_UTF, NULL);
	buf_free(&whole);
}

static enum match_result
run_automaton(struct ere *ere, struct span value)
{
	static int workspace[WORKSPACE];

	if (!ere->automaton_tried)
		make_automaton(ere);
	ere->automaton_tried = true;
	if (ere->automaton == NULL)
		return MATCH_LIMIT;
	int result =
		pcre2_dfa_match(ere->automaton, (PCRE2_SPTR)value.p, value.n, 0, PCRE2_DFA_SHORTEST,
				ere->data, ere->limits, workspace, WORKSPACE);
	return result >= 0 ? MATCH_YES : result == PCRE2_ERROR_NOMATCH ? MATCH_NO : MATCH_LIMIT;
}

static void
set_captures(const struct ere *ere, struct span value, struct match_captures *captures)
{
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(ere->data);
	uint32_t groups = 0;

	(void)pcre2_pattern_info(ere->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	captures->n = groups < MATCH_CAPTURES_MAX ? groups + 1 : MATCH_CAPTURES_MAX;
	for (size_t i = 0; i < captures->n; i++)
		captures->capture[i] = ends[2 * i] == PCRE2_UNSET
					       ? (struct span){"", 0}
					       : (struct span){value.p + ends[2 * i],
							       ends[2 * i + 1] - ends[2 * i]};
}

enum match_result
ere_run(struct ere *ere, struct span value, struct match_captures *captures)
{
	if (value.p == NULL)
		value = SPAN("");
	int result =
		pcre2_match(ere->code, (PCRE2_SPTR)value.p, value.n, 0, 0, ere->data, ere->limits);
	if (result == PCRE2_ERROR_NOMATCH)
		return MATCH_NO;
	if (result >= 0) {
		if (captures != NULL)
			set_captures(ere, value, captures);
		return MATCH_YES;
	}
	enum match_result answer = run_automaton(ere, value);
	return answer == MATCH_YES && captures != NULL ? MATCH_LIMIT : answer;
}
