#include "filter/send/vacation.h"

#include "filter/base/log.h"
#include "filter/base/show.h"
#include "filter/send/sendmail.h"
#include "filter/store/memory.h"

#include <stdlib.h>

#define TEXT_SIZE     8192 /* bytes of an unfolded field that are looked at */
#define SECONDS_LEAST 60   /* RFC 6131 2 lets a site choose; also for `:seconds 0` */
#define SECONDS_MOST  (400 * MEMORY_DAY)

/* ---- who is it that we would answer? */

static bool
ends_case(struct span s, struct span end)
{
	return s.n >= end.n && span_equal_case(span_skip(s, s.n - end.n), end);
}

static bool
contains_case(struct span s, struct span part)
{
	for (; s.n >= part.n; s = span_skip(s, 1))
		if (span_starts_case(s, part))
			return true;
	return false;
}

static struct span
local_of(struct span address)
{
	const char *at = address.n == 0 ? NULL : memrchr(address.p, '@', address.n);

	return (struct span){address.p, at == NULL ? address.n : (size_t)(at - address.p)};
}

/*
 * Names that programs send under (RFC 5230 4.6, RFC 3834 2 and what list
 * managers use).
 */
static bool
is_program(struct span local)
{
	static const struct span whole[] = {
		SPAN("mailer-daemon"), SPAN("listserv"),   SPAN("majordomo"), SPAN("mailman"),
		SPAN("postmaster"),    SPAN("hostmaster"), SPAN("root"),      SPAN("daemon"),
		SPAN("nobody"),        SPAN("www-data"),   SPAN("apache"),    SPAN("mailer"),
		SPAN("uucp"),          SPAN("news"),       SPAN("bin"),       SPAN("sys")};
	static const struct span begins[] = {
		SPAN("owner-"),       SPAN("bounce"),       SPAN("noreply"),
		SPAN("no-reply"),     SPAN("no_reply"),     SPAN("donotreply"),
		SPAN("do-not-reply"), SPAN("do_not_reply"), SPAN("notification"),
		SPAN("newsletter"),   SPAN("devnull")};
	static const struct span ends[] = {SPAN("-owner"),   SPAN("-request"), SPAN("-bounce"),
					   SPAN("-bounces"), SPAN("-return"),  SPAN("-errors"),
					   SPAN("-noreply"), SPAN("-daemon")};
	static const struct span inside[] = {SPAN("-bounces+"), SPAN("-return-"), SPAN("-noreply"),
					     SPAN("no-reply")};

	for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
		if (span_equal_case(local, whole[i]))
			return true;
	for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
		if (span_starts_case(local, begins[i]))
			return true;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (ends_case(local, ends[i]))
			return true;
	for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++)
		if (contains_case(local, inside[i]))
			return true;
	/*
	 * An address inside the address: a list's way to know who bounced. SRS
	 * and BATV are people's.
	 */
	return memchr(local.p, '=', local.n) != NULL && !span_starts_case(local, SPAN("srs")) &&
	       !span_starts_case(local, SPAN("prvs="));
}

/*
 * The recipient's own address, with its detail or without, or one of
 * :addresses.
 */
static bool
is_own(struct span address, const struct conf *conf, const struct delivery *delivery,
       const struct action *action)
{
	struct span recipient = span_of(delivery->envelope->recipient),
		    rest = action->column[VACATION_ADDRESSES];
	struct span local = local_of(recipient), domain = span_skip(recipient, local.n);
	const char *detail = conf->deliver.delimiter == '\0'
				     ? NULL
				     : memchr(local.p, conf->deliver.delimiter, local.n);

	if (span_equal_case(address, recipient))
		return true;
	if (detail != NULL) {
		struct span user = {local.p, (size_t)(detail - local.p)};

		if (address.n == user.n + domain.n && span_starts_case(address, user) &&
		    ends_case(address, domain))
			return true;
	}
	while (rest.n > 0) {
		const char *space = memchr(rest.p, ' ', rest.n);
		struct span word = {rest.p, space == NULL ? rest.n : (size_t)(space - rest.p)};

		if (span_equal_case(address, word))
			return true;
		rest = span_skip(rest, word.n + 1);
	}
	return false;
}

/* ---- is it for us? */

/*
 * The length of a quoted-string or comment at the beginning of s (RFC 5322
 * 3.2.2 and 3.2.4), 0 if there is none.
 */
static size_t
quoted_length(struct span s)
{
	size_t depth = 0, i = 0;
	bool string = s.p[0] == '"';

	if (!string && s.p[0] != '(')
		return 0;
	do {
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		else if (string)
			depth = s.p[i] == '"' ? !depth : depth;
		else
			depth += (s.p[i] == '(') - (size_t)(s.p[i] == ')');
		i++;
	} while (i < s.n && depth > 0);
	return i;
}

/*
 * Does this list of addresses name one of ours? Every word outside of quotes
 * and comments is taken for an address.
 */
static bool
names_own(struct span value, const struct conf *conf, const struct delivery *delivery,
	  const struct action *action)
{
	while (value.n > 0) {
		size_t n = quoted_length(value);

		if (n == 0) {
			while (n < value.n && !span_is_space(value.p[n]) &&
			       strchr("<>,;:()\"", value.p[n]) == NULL)
				n++;
			if (n > 0 && is_own((struct span){value.p, n}, conf, delivery, action))
				return true;
			n += n == 0;
		}
		value = span_skip(value, n);
	}
	return false;
}

/* ---- does it want an answer? */

static bool
is_one_of(struct span s, const struct span *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_equal_case(s, words[i]))
			return true;
	return false;
}

/* A value's first word: what is before a semicolon, comment or space. */
static struct span
first_word(struct span value)
{
	size_t n = 0;

	while (n < value.n && !span_is_space(value.p[n]) && value.p[n] != ';' &&
	       value.p[n] != '(' && value.p[n] != ',')
		n++;
	return (struct span){value.p, n};
}

/*
 * Why a field says that no person waits for an answer; NULL where it does not.
 */
static const char *
field_says(const struct field *field, struct span value)
{
	static const struct span bulk[] = {SPAN("bulk"), SPAN("list"), SPAN("junk"),
					   SPAN("auto_reply"), SPAN("auto-reply")};
	static const struct span lists[] = {
		SPAN("Mailing-List"), SPAN("X-Mailing-List"), SPAN("X-BeenThere"),
		SPAN("X-MLServer"),   SPAN("X-List"),         SPAN("Feedback-ID"),
		SPAN("X-Campaign"),   SPAN("X-CampaignID"),   SPAN("X-Mailman-Version")};
	static const struct span automatic[] = {
		SPAN("X-Autoreply"),  SPAN("X-Autorespond"),     SPAN("X-AutoResponse"),
		SPAN("X-Auto-Reply"), SPAN("X-Auto-Reply-From"), SPAN("X-Mail-Autoreply"),
		SPAN("X-Loop"),       SPAN("X-Cron-Env"),        SPAN("X-Failed-Recipients")};
	struct span name = field->name, word = first_word(value);

	if (span_equal_case(name, SPAN("Auto-Submitted")) && !span_equal_case(word, SPAN("no")))
		return "automatic";
	if (span_starts_case(name, SPAN("List-")) ||
	    is_one_of(name, lists, sizeof lists / sizeof lists[0]))
		return "list";
	if (span_equal_case(name, SPAN("Precedence")) &&
	    is_one_of(word, bulk, sizeof bulk / sizeof bulk[0]))
		return "bulk";
	if (is_one_of(name, automatic, sizeof automatic / sizeof automatic[0]))
		return "automatic";
	if (span_equal_case(name, SPAN("X-Auto-Response-Suppress")) &&
	    !span_equal_case(word, SPAN("none")))
		return "automatic";
	if (span_equal_case(name, SPAN("Return-Path")) && span_equal(value, SPAN("<>")))
		return "null-sender";
	if (span_equal_case(name, SPAN("Content-Type")) &&
	    (span_starts_case(value, SPAN("multipart/report")) ||
	     span_starts_case(value, SPAN("message/delivery-status"))))
		return "automatic";
	if ((span_equal_case(name, SPAN("X-Spam-Flag")) ||
	     span_equal_case(name, SPAN("X-Spam-Status")) ||
	     span_equal_case(name, SPAN("X-Spam"))) &&
	    (span_equal_case(word, SPAN("yes")) || span_equal_case(word, SPAN("true"))))
		return "spam";
	return NULL;
}

static const char *
header_says(const struct conf *conf, const struct delivery *delivery, const struct message *message,
	    const struct action *action)
{
	static const struct span to[] = {SPAN("To"),        SPAN("Cc"),        SPAN("Bcc"),
					 SPAN("Resent-To"), SPAN("Resent-Cc"), SPAN("Resent-Bcc")};
	static char text[TEXT_SIZE];
	struct field field;
	bool named = false, from = false;

	for (size_t at = 0; header_next(message->header, &at, &field);) {
		struct span value = header_unfold(field.value, text, sizeof text);
		const char *why = field_says(&field, value);

		if (why != NULL)
			return why;
		from = from || span_equal_case(field.name, SPAN("From"));
		named = named || (is_one_of(field.name, to, sizeof to / sizeof to[0]) &&
				  names_own(value, conf, delivery, action));
	}
	return !from ? "no-from" : !named ? "not-named" : NULL;
}

const char *
vacation_silence(const struct conf *conf, const struct delivery *delivery,
		 const struct message *message, const struct action *action)
{
	const struct envelope *envelope = delivery->envelope;

	if (envelope->sender == NULL || envelope->sender[0] == '\0')
		return "null-sender";
	if (!sendmail_is_address(span_of(envelope->sender)))
		return "odd-sender";
	if (envelope->recipient == NULL || !sendmail_is_address(span_of(envelope->recipient)))
		return "recipient-unknown";
	if (is_program(local_of(span_of(envelope->sender))))
		return "automatic";
	if (is_own(span_of(envelope->sender), conf, delivery, action))
		return "own";
	if (message->too_long || message->headless)
		return "no-header";
	return header_says(conf, delivery, message, action);
}

/* ---- once in a while */

/*
 * The sender and the handle; without one, what the script says makes the
 * difference (RFC 5230 4.2).
 */
static struct memory_key
key_of(const struct delivery *delivery, const struct action *action)
{
	struct memory_key key;
	char sender[512];
	size_t n = 0;

	for (const char *c = delivery->envelope->sender; *c != '\0' && n < sizeof sender; c++)
		sender[n++] = span_lower(*c);
	memory_key_init(&key);
	memory_key_add(&key, (struct span){sender, n});
	memory_key_add(&key, action->column[VACATION_HANDLE]);
	if (action->column[VACATION_HANDLE].n == 0)
		for (size_t i = VACATION_SUBJECT; i <= VACATION_REASON; i++)
			if (i != VACATION_ADDRESSES)
				memory_key_add(&key, action->column[i]);
	return key;
}

/*
 * Writes down that this sender is answered now. A word why it is not; NULL: it
 * is.
 */
static const char *
write_down(const struct conf *conf, const struct delivery *delivery, const struct action *action,
	   struct err *err)
{
	long seconds = strtol(action->column[VACATION_SECONDS].p, NULL, 10);
	struct memory_key key = key_of(delivery, action);
	const char *why = NULL;
	struct memory memory;

	if (memory_open(&memory, delivery, "vacation", true, err) != 0)
		return "cannot-remember";
	if (memory_find(&memory, &key) != NULL)
		why = "answered-before";
	else if (memory_count(&memory, MEMORY_DAY) >= (size_t)conf->sieve.vacation_limit ||
		 memory.n >= MEMORY_ENTRIES_MAX)
		why = "limit";
	if (why == NULL) {
		memory_put(&memory, &key,
			   seconds < SECONDS_LEAST  ? SECONDS_LEAST
			   : seconds > SECONDS_MOST ? SECONDS_MOST
						    : seconds);
		if (memory_save(&memory, err) != 0)
			why = "cannot-remember";
	}
	memory_close(&memory);
	return why;
}

static void
say(int level, const struct delivery *delivery, const char *what, const char *why)
{
	char sender[128];

	log_line(level, "vacation=%s sender=%s%s%s", what,
		 show_escaped(span_of(delivery->envelope->sender), sender, sizeof sender),
		 why[0] == '\0' ? "" : " ", why);
}

void
vacation_send(const struct conf *conf, const struct delivery *delivery,
	      const struct message *message, const struct action *action)
{
	const char *why = vacation_silence(conf, delivery, message, action);
	struct err err = {""};
	struct buf reply;

	buf_init(&reply, VACATION_REPLY_MAX);
	if (why == NULL && !vacation_reply(delivery, message, action, &reply))
		why = "bad-mime";
	if (why == NULL)
		why = write_down(conf, delivery, action, &err);
	if (why == NULL) {
		const struct content content = {buf_span(&reply), -1, 0};
		const struct sendmail sendmail = sendmail_of(conf, delivery);

		int result =
			sendmail_run(&sendmail, "", delivery->envelope->sender, &content, &err);
		say(result == 0 ? LOG_INFO : LOG_WARNING, delivery, result == 0 ? "sent" : "failed",
		    err.why);
	} else if (delivery->envelope->sender != NULL) {
		say(err.why[0] == '\0' ? LOG_DEBUG : LOG_WARNING, delivery, why, err.why);
	}
	buf_free(&reply);
}
