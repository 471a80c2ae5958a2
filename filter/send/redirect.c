#include "filter/send/redirect.h"

#include "filter/base/copy.h"
#include "filter/plan/edit.h"
#include "filter/base/log.h"
#include "filter/send/sendmail.h"
#include "filter/store/memory.h"

#include <errno.h>
#include <unistd.h>

#define REMEMBERED (7 * MEMORY_DAY) /* longer than a mail system tries to deliver a message */
#define FIELD_MAX  512
#define BODY_KEY   65536 /* bytes of the body that tell two messages with one header apart */

/*
 * Does the header say that the message has been here before? Delivered-To above
 * the first Received is this delivery's.
 */
static bool
was_here(struct span header, struct span recipient, size_t *hops)
{
	struct field field;
	char text[FIELD_MAX];
	bool here = false;

	*hops = 0;
	for (size_t at = 0; header_next(header, &at, &field);) {
		bool ours = span_equal_case(field.name, SPAN(REDIRECT_FIELD)) ||
			    (*hops > 0 && span_equal_case(field.name, SPAN("Delivered-To")));

		*hops += span_equal_case(field.name, SPAN("Received"));
		if (ours)
			here = here ||
			       span_equal_case(header_unfold(field.value, text, sizeof text),
					       recipient);
	}
	return here;
}

static int
check(const struct delivery *delivery, const struct message *message, struct span address,
      struct err *err)
{
	const char *recipient = delivery->envelope->recipient;
	size_t hops;

	if (recipient == NULL || !sendmail_is_address(span_of(recipient)))
		return err_set(err, "the recipient's own address is not known, so that a loop "
				    "could not be noticed; call with -a RECIPIENT");
	if (!sendmail_is_address(address))
		return err_set(err, "it is no address that a command line is trusted with");
	if (span_equal_case(address, span_of(recipient)))
		return err_set(err, "it is the recipient's own address");
	if (message->too_long || message->headless)
		return err_set(err, "the message's header cannot be read");
	if (was_here(message->header, span_of(recipient), &hops))
		return err_set(err, "the message has been passed on from here before");
	if (hops > REDIRECT_HOPS_MAX)
		return err_set(err, "the message has come through more than %d relays",
			       REDIRECT_HOPS_MAX);
	return 0;
}

/*
 * The message as it leaves: with the script's edits, which stand before the
 * redirect in the plan, and ours.
 */
static int
load(struct edit *edit, const struct delivery *delivery, const struct plan *plan, size_t redirect,
     struct err *err)
{
	struct plan edits = {.n = 0};

	for (size_t i = 0; i < redirect; i++)
		if (plan->action[i].kind == ACTION_ADDHEADER ||
		    plan->action[i].kind == ACTION_DELETEHEADER)
			edits.action[edits.n++] = plan->action[i];
	edits.action[edits.n++] =
		(struct action){.kind = ACTION_ADDHEADER,
				.column = {SPAN("addheader"), SPAN(REDIRECT_FIELD),
					   span_of(delivery->envelope->recipient), SPAN("first")}};
	if (edit_load(edit, delivery->spool, &edits, err) != 0)
		return -1;
	for (size_t i = 0; i < edits.n; i++)
		edit_apply(edit, &edits.action[i]);
	edit_delete_all(edit, SPAN("Return-Path"));
	return 0;
}

/*
 * The same for every try of one delivery: the message as it came, Received
 * lines included, and where it goes. The body is read from the spool: what had
 * come of it with the header is as much as a pipe happened to deliver.
 */
static struct memory_key
key_of(const struct message *message, struct span address, int spool, off_t body)
{
	static char bytes[BODY_KEY];
	struct memory_key key;
	ssize_t n = copy_read_at(spool, bytes, sizeof bytes, body);

	memory_key_init(&key);
	memory_key_add(&key, address);
	memory_key_add(&key, message->header);
	memory_key_add(&key, (struct span){bytes, n < 0 ? 0 : (size_t)n});
	return key;
}

/*
 * Has it been sent by an earlier try of this delivery? The memory is written
 * here, though nothing is new yet: where that cannot be, each of the tries that
 * a full disk brings about would send the message again. 1: it has; -1: that
 * cannot be known, or could not be remembered.
 */
static int
look_up(const struct delivery *delivery, const struct memory_key *key, struct err *err)
{
	struct memory memory;
	int result = 1;

	if (memory_open(&memory, delivery, "redirect", true, err) != 0)
		return -1;
	if (memory_find(&memory, key) == NULL)
		result = memory_save(&memory, err);
	memory_close(&memory);
	return result;
}

/* What has been sent is not sent again by the next try of the delivery. */
static void
remember(const struct delivery *delivery, const struct memory_key *key)
{
	struct memory memory;
	struct err err;
	int result = memory_open(&memory, delivery, "redirect", true, &err);

	if (result == 0) {
		memory_put(&memory, key, REMEMBERED);
		result = memory_save(&memory, &err);
		memory_close(&memory);
	}
	if (result != 0)
		log_line(LOG_WARNING,
			 "redirect: %s; a second try of this delivery would send it again",
			 err.why);
}

/* Nobody else's delivery waits for the memory while sendmail runs. */
static int
send_once(const struct conf *conf, const struct delivery *delivery, const struct memory_key *key,
	  const char *address, const struct edit *edit, struct err *err)
{
	const char *sender = delivery->envelope->sender != NULL ? delivery->envelope->sender
								: delivery->envelope->recipient;
	const struct content content = {{edit->p, edit->n}, delivery->spool, edit->body};
	const struct sendmail sendmail = sendmail_of(conf, delivery);
	int sent = look_up(delivery, key, err);

	if (sent < 0)
		return -1;
	if (sent > 0)
		return 0;
	int result = sendmail_run(&sendmail, sender, address, &content, err);
	if (result == 0)
		remember(delivery, key);
	return result;
}

int
redirect_send(const struct conf *conf, const struct delivery *delivery,
	      const struct message *message, const struct plan *plan, size_t i, struct err *err)
{
	struct span address = plan->action[i].column[REDIRECT_ADDRESS];
	struct edit edit;

	if (check(delivery, message, address, err) != 0)
		return -1;
	int result = load(&edit, delivery, plan, i, err);
	if (result == 0) {
		struct memory_key key = key_of(message, address, delivery->spool, edit.body);

		result = send_once(conf, delivery, &key, address.p, &edit, err);
	}
	edit_free(&edit);
	return result;
}
