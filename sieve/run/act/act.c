/* Which action is which. */
#include "sieve/run/act/act.h"

#include "sieve/script/language.h"

#include "sieve/text/text.h"

/* error (RFC 5463 5) */
static int
act_error(struct run *run, const struct step *step)
{
	run_fail(run, step, "the script says: %s",
		 report_quote(run_string(run, step->frame, &step->node->positional[0]->string[0])));
	return 0;
}

/*
 * What is known and not carried out (language_extension_idle()): it cancels no
 * keep.
 */
static int
act_nothing(struct run *run, const struct step *step)
{
	run_trace(run, step, "%s: not carried out here", step->node->command->name);
	return 0;
}

static const struct {
	act_action *act;
	bool quiet; /* says itself what it does, or nothing */
} actions[COMMANDS] = {
	[COMMAND_SET] = {act_set, true},
	[COMMAND_GLOBAL] = {act_set_global, true},
	[COMMAND_ERROR] = {act_error, true},
	[COMMAND_KEEP] = {act_deliver_keep, false},
	[COMMAND_FILEINTO] = {act_deliver_fileinto, false},
	[COMMAND_DISCARD] = {act_deliver_discard, false},
	[COMMAND_REDIRECT] = {act_deliver_redirect, false},
	[COMMAND_REJECT] = {act_deliver_reject, false},
	[COMMAND_EREJECT] = {act_deliver_reject, false},
	[COMMAND_SETFLAG] = {act_flags, true},
	[COMMAND_ADDFLAG] = {act_flags, true},
	[COMMAND_REMOVEFLAG] = {act_flags, true},
	[COMMAND_MARK] = {act_flags_mark, true},
	[COMMAND_UNMARK] = {act_flags_mark, true},
	[COMMAND_NOTIFY] = {act_notify, false},
	[COMMAND_NOTIFY_OLD] = {act_nothing, true},
	[COMMAND_DENOTIFY] = {act_nothing, true},
	[COMMAND_PIPE] = {act_nothing, true},
	[COMMAND_EXECUTE] = {act_nothing, true},
	[COMMAND_FILTER] = {act_nothing, true},
	[COMMAND_REPORT] = {act_nothing, true},
	[COMMAND_DEBUG_LOG] = {act_nothing, true},
	[COMMAND_REPLACE] = {act_nothing, true},
	[COMMAND_ENCLOSE] = {act_nothing, true},
	[COMMAND_VACATION] = {act_vacation, false},
	[COMMAND_ADDHEADER] = {act_header_add, false},
	[COMMAND_EXTRACTTEXT] = {act_extracttext, true},
	[COMMAND_DELETEHEADER] = {act_header_delete, false},
};

void
act(struct run *run, const struct step *step)
{
	enum command command = step->node->command->command;

	if (actions[command].act == NULL) {
		run_fail(run, step, "an action without a row");
		return;
	}
	if (!actions[command].quiet)
		run_trace(run, step, "%s", step->node->command->name);
	if (actions[command].act(run, step) != 0) {
		struct err why = run->why;

		run_fail(run, step, "%s", why.why);
	}
}

struct span
act_one_line(struct run *run, struct span text, size_t max)
{
	struct buf clean;

	buf_init(&clean, 3 * (text.n + 1));
	text_utf8_clean(text, &clean);
	struct span line = pool_copy(&run->pool, buf_span(&clean));
	buf_free(&clean);
	char *p = (char *)(uintptr_t)line.p;
	size_t n = 0;
	for (size_t i = 0; i < line.n; i++) {
		char c = p[i];
		bool folds = c == '\n' && i + 1 < line.n && (p[i + 1] == ' ' || p[i + 1] == '\t');

		if (c != '\r' && !folds) /* RFC 5322 2.2.3 */
			p[n++] = ((unsigned char)c < ' ' && c != '\t') || c == 0x7f ? ' ' : c;
	}
	while (n > max || (n > 0 && n == max && (p[n - 1] & 0x80) != 0))
		n--;
	return span_trim((struct span){p, n});
}
