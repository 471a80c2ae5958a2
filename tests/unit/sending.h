/*
 * sending.h - a delivery with a sendmail that only writes down how it was
 * called (tests/e2e/tools/fake_sendmail.c).
 */
#ifndef SENDING_H
#define SENDING_H

#include "filter/send/send.h"
#include "place.h"

#define TO                                                                                         \
	"Received: from a\nFrom: a@b.c\nTo: me@example.org\nMessage-ID: <1@b.c>\nSubject: hello\n"

/* A delivery of a message, with a sendmail that writes down. */
struct sending {
	struct place place;
	struct message message;
	int fd;
};

static inline void
sending_open(struct sending *sending, const char *message)
{
	struct place *place = &sending->place;
	const char *top = getenv("top_builddir");
	char path[4096];
	struct err err;

	place_open(place);
	(void)snprintf(path, sizeof path, "%s/tests/e2e/tools/fake_sendmail",
		       top == NULL ? "." : top);
	free(place->conf.sieve.sendmail);
	place->conf.sieve.sendmail = strdup(path);
	place->conf.sieve.redirect = place->conf.sieve.vacation = true;
	place->envelope = (struct envelope){.sender = "friend@b.c", .recipient = "me@example.org"};
	(void)snprintf(place->user.name, sizeof place->user.name, "me");
	put_file(place->home, "message", span_of(message), 0600);
	sending->fd = open_below(place->home, "message", O_RDONLY);
	assert_int_equal(message_read(&sending->message, sending->fd, &err), 0);
}

static inline void
sending_close(struct sending *sending)
{
	close(sending->fd);
	message_free(&sending->message);
	place_close(&sending->place);
}

/* What was sent, as a string; "" for nothing. */
static inline char *
sent(struct sending *sending)
{
	static char text[65536];
	int fd = open_below(sending->place.home, "sent", O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);

	if (fd >= 0)
		close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static inline size_t
calls(struct sending *sending)
{
	size_t n = 0;

	for (const char *at = sent(sending); (at = strstr(at, "called:")) != NULL; at++)
		n++;
	return n;
}

/* Carries a plan out; the plan as it is afterwards. */
static inline struct plan
sending_plan(struct sending *sending, const char *text)
{
	struct place *place = &sending->place;
	struct plan plan;
	struct err err;

	if (plan_read(&plan, span_of(text), '.', &err) != 0)
		fail_msg("%s", err.why);
	send_limit(&place->conf, &place->delivery, &place->verdict, &plan);
	send_plan(&place->conf, &place->delivery, &sending->message, &plan);
	return plan;
}

static inline void
assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("[%s] is not in [%s]", part, text);
}

#endif
