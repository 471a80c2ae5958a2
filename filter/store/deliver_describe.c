/* deliver_describe(): what a plan would do, for -n. */
#include "filter/store/deliver.h"
#include "filter/base/log.h"
#include "filter/store/target.h"

#include <stdarg.h>
#include <stdio.h>

struct text {
	char *to;
	size_t size;
	size_t n;
};

static void __attribute__((format(printf, 2, 3))) add(struct text *text, const char *format, ...)
{
	va_list ap;

	if (text->n >= text->size)
		return;
	va_start(ap, format);
	int n = vsnprintf(text->to + text->n, text->size - text->n, format, ap);
	va_end(ap);
	text->n += n < 0 ? 0 : (size_t)n;
}

static void
describe_target(struct text *text, const struct delivery *delivery, const struct target *target)
{
	const struct mailbox *mailbox = delivery->mailbox;
	const char *path = mailbox->path == NULL ? "" : mailbox->path;
	char folder[512];

	add(text, "%s %s", target->action, log_escape(target->folder, folder, sizeof folder));
	switch (mailbox->kind) {
	case MAILBOX_MAILDIR:
		add(text, ": to %s/%s%s%s/", path, target->disk, target->disk[0] == '\0' ? "" : "/",
		    target->flags[0] == '\0' ? "new" : "cur");
		break;
	case MAILBOX_LMTP_UNIX:
		add(text, ": to the LMTP server at %s", path);
		break;
	case MAILBOX_LMTP_TCP:
		add(text, ": to the LMTP server %s", path);
		break;
	case MAILBOX_LDA:
		add(text, ": to %s", path);
		break;
	case MAILBOX_NONE:
		add(text, ": no mailbox is configured, set deliver.mailbox");
		break;
	}
	if (target->flags[0] != '\0')
		add(text, ", flags %s", target->flags);
	if (target->edits > 0)
		add(text, ", with the header edited");
	add(text, "\n");
}

void
deliver_describe(const struct delivery *delivery, const struct plan *plan, char *to, size_t size)
{
	struct text text = {to, size, 0};
	struct targets targets;
	char address[512];

	if (size > 0)
		to[0] = '\0';
	targets_of(delivery, plan, &targets);
	for (size_t i = 0; i < targets.n; i++)
		describe_target(&text, delivery, &targets.target[i]);
	for (size_t i = 0; i < plan->n; i++) {
		const struct action *action = &plan->action[i];

		if (action->kind == ACTION_DISCARD)
			add(&text, "discard\n");
		else if (action->kind == ACTION_REDIRECT || action->kind == ACTION_VACATION)
			add(&text, "%s %s\n",
			    action->kind == ACTION_REDIRECT ? "redirect" : "vacation",
			    log_escape(action->column[1], address, sizeof address));
	}
}
