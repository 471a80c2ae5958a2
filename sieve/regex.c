#define PCRE2_CODE_UNIT_WIDTH 8
#include "regex.h"

#include "buf.h"
#include "text.h"

#include <pcre2.h>
#include <stdlib.h>

#define WORKSPACE 20000 /* ints for the automaton's states */

struct regex {
	pcre2_code *code;
	pcre2_code *automaton;       /* made when it is first needed; NULL before, or where it cannot be made */
	bool no_automaton;           /* it cannot be made */
	pcre2_match_data *data;
	pcre2_match_context *limits;
	struct buf translated;
	uint32_t options;
};

static pcre2_code *
compile(struct span pattern, uint32_t options, struct err *err)
{
	PCRE2_SIZE offset;
	int number;
	char why[128] = "";

	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n, options, &number, &offset, NULL);
	if (code == NULL && err != NULL) {
		(void)pcre2_get_error_message(number, (PCRE2_UCHAR *)why, sizeof why);
		(void)err_set(err, "this regular expression cannot be used: %s", why);
	}
	return code;
}

struct regex *
regex_compile(struct span pattern, bool ignore_case, size_t *where, struct err *err)
{
	*where = 0;
	if (pattern.n > REGEX_LENGTH_MAX) {
		(void)err_set(err, "a regular expression is at most %d bytes long", REGEX_LENGTH_MAX);
		return NULL;
	}
	struct regex *regex = calloc(1, sizeof *regex);
	if (regex == NULL)
		abort();
	buf_init(&regex->translated, (size_t)16 * REGEX_LENGTH_MAX);
	regex->options = PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
	if (text_utf8_valid(pattern))
		regex->options |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
	if (ignore_case)
		regex->options |= PCRE2_CASELESS;
	if (regex_translate(pattern, &regex->translated, where, err) == 0)
		regex->code = compile(regex->translated.n == 0 ? SPAN("") : buf_span(&regex->translated), regex->options, err);
	if (regex->code == NULL) {
		regex_free(regex);
		return NULL;
	}
	regex->data = pcre2_match_data_create(MATCH_CAPTURES_MAX, NULL);
	regex->limits = pcre2_match_context_create(NULL);
	if (regex->data == NULL || regex->limits == NULL)
		abort();
	(void)pcre2_set_match_limit(regex->limits, REGEX_MATCH_LIMIT);
	(void)pcre2_set_heap_limit(regex->limits, REGEX_HEAP_KIB);
	return regex;
}

void
regex_free(struct regex *regex)
{
	if (regex == NULL)
		return;
	pcre2_code_free(regex->code);
	pcre2_code_free(regex->automaton);
	pcre2_match_data_free(regex->data);
	pcre2_match_context_free(regex->limits);
	buf_free(&regex->translated);
	free(regex);
}

/*
 * The same question without backtracking: anchored, with the places before the match as part of the expression, so that one walk over
 * the value follows all of them at once.
 */
static enum match_result
run_automaton(struct regex *regex, struct span value)
{
	static int workspace[WORKSPACE];

	if (regex->automaton == NULL && !regex->no_automaton) {
		struct buf whole;

		buf_init(&whole, regex->translated.max + 32);
		(void)buf_addf(&whole, "\\A.*(?:");
		(void)buf_add(&whole, buf_span(&regex->translated));
		(void)buf_addc(&whole, ')');
		regex->automaton = compile(buf_span(&whole), regex->options, NULL);
		regex->no_automaton = regex->automaton == NULL;
		buf_free(&whole);
	}
	if (regex->no_automaton)
		return MATCH_LIMIT;
	int result = pcre2_dfa_match(regex->automaton, (PCRE2_SPTR)value.p, value.n, 0, PCRE2_DFA_SHORTEST, regex->data, regex->limits, workspace, WORKSPACE);
	return result >= 0 ? MATCH_YES : result == PCRE2_ERROR_NOMATCH ? MATCH_NO : MATCH_LIMIT;
}

static void
set_captures(const struct regex *regex, struct span value, int groups, struct match_captures *captures)
{
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(regex->data);

	captures->n = groups == 0 ? MATCH_CAPTURES_MAX : (size_t)groups;
	for (size_t i = 0; i < captures->n; i++)
		captures->capture[i] = ends[2 * i] == PCRE2_UNSET ? (struct span){"", 0} : (struct span){value.p + ends[2 * i], ends[2 * i + 1] - ends[2 * i]};
}

enum match_result
regex_run(struct regex *regex, struct span value, struct match_captures *captures)
{
	if (value.p == NULL)
		value = SPAN("");
	int result = pcre2_match(regex->code, (PCRE2_SPTR)value.p, value.n, 0, 0, regex->data, regex->limits);
	if (result == PCRE2_ERROR_NOMATCH)
		return MATCH_NO;
	if (result >= 0) {
		if (captures != NULL)
			set_captures(regex, value, result, captures);
		return MATCH_YES;
	}
	enum match_result answer = run_automaton(regex, value);
	return answer == MATCH_YES && captures != NULL ? MATCH_LIMIT : answer;
}
