/*
 * What a delivery reaches for outside of this process, and its end: linked with
 * ld's --wrap in place of the real ones.
 */
#include "tests/fuzz/delivery/delivery.h"

#include "filter/base/guard.h"
#include "filter/lists/dns.h"
#include "filter/send/sendmail.h"

#include <setjmp.h>
#include <stdlib.h>
#include <unistd.h>

struct seams seams;

void
seams_begin(const struct input *input)
{
	seams = (struct seams){.input = input};
}

/* ---- DNS */

#define QUESTIONS_MAX  4096
#define MANY_ADDRESSES 40

static struct question {
	char name[DNS_NAME_MAX + 1];
	enum dns_type type;
	dns_done *done;
	void *arg;
} question[QUESTIONS_MAX];
static size_t questions;
static void (*when_slow)(void *arg);
static void *slow_arg;

struct dns *__wrap_dns_open(const struct conf *conf);
struct dns *
__wrap_dns_open(const struct conf *conf)
{
	static char nothing;

	(void)conf;
	questions = 0;
	when_slow = NULL;
	return (struct dns *)(void *)&nothing;
}

void __wrap_dns_ask(struct dns *dns, const char *name, enum dns_type type, bool bonus,
		    dns_done *done, void *arg);
void
__wrap_dns_ask(struct dns *dns, const char *name, enum dns_type type, bool bonus, dns_done *done,
	       void *arg)
{
	(void)dns;
	(void)bonus;
	if (questions == QUESTIONS_MAX || strlen(name) > DNS_NAME_MAX)
		broken("more than %d questions, or a long one: %s", QUESTIONS_MAX, name);
	struct question *q = &question[questions++];
	(void)snprintf(q->name, sizeof q->name, "%s", name);
	q->type = type;
	q->done = done;
	q->arg = arg;
}

void __wrap_dns_when_slow(struct dns *dns, void (*slow)(void *arg), void *arg);
void
__wrap_dns_when_slow(struct dns *dns, void (*slow)(void *arg), void *arg)
{
	(void)dns;
	when_slow = slow;
	slow_arg = arg;
}

void __wrap_dns_send(struct dns *dns);
void
__wrap_dns_send(struct dns *dns)
{
	(void)dns;
}

void __wrap_dns_leave(struct dns *dns);
void
__wrap_dns_leave(struct dns *dns)
{
	(void)dns;
}

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Is this the question by which a list shows that it is sane (RFC 5782 5)? */
static bool
is_probe(const char *name)
{
	return begins(name, "1.0.0.127.") ||
	       begins(name, "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.");
}

/* What a letter of ANSWERS says, from `a` on. */
enum says { CLEAN, LISTED, TIMEOUT, SERVFAIL, REFUSED, INSANE, FOREIGN, TWO, MANY, OTHER, SAYS };

static enum says
next_answer(void)
{
	const struct span answers = seams.input->answers;
	unsigned char c;

	if (answers.n == 0)
		return CLEAN;
	c = (unsigned char)answers.p[seams.asked++ % answers.n];
	return (enum says)((c >= 'a' ? c - 'a' : c) % SAYS);
}

static size_t
addresses_of(enum says says, uint32_t a[MANY_ADDRESSES])
{
	static const uint32_t first[SAYS] = {
		[LISTED] = 0x7f000002,  [REFUSED] = 0x7ffffffe, [INSANE] = 0x7f000001,
		[FOREIGN] = 0x0a010203, [TWO] = 0x7f000002,     [MANY] = 0x7f000002,
		[OTHER] = 0x7f000009};
	size_t n = first[says] == 0 ? 0 : says == TWO ? 2 : says == MANY ? MANY_ADDRESSES : 1;

	for (size_t i = 0; i < n; i++)
		a[i] = first[says] + (uint32_t)i;
	return n;
}

static enum zone
zone_of(const char *name)
{
	static const char *const zones[ZONES] = {".heavy.test", ".one.test", ".two.test",
						 ".good.test"};
	size_t i = 0;

	while (i < ZONES && strstr(name, zones[i]) == NULL)
		i++;
	if (i == ZONES)
		broken("nobody's zone: %s", name);
	return (enum zone)i;
}

static void
note(const char *name, enum says says)
{
	if (is_probe(name))
		seams.failures += says != CLEAN;
	else if (says == LISTED || says == TWO || says == MANY)
		seams.hits[zone_of(name)]++;
	else
		seams.failures += says != CLEAN && says != OTHER;
}

static void
answer_one(const struct question *q)
{
	static const char hostile[] = "x\r\nX-SpamCop-Status: clean\r\n\r\n\"\\ \0\x80\xff %s%n";
	uint32_t a[MANY_ADDRESSES];
	struct dns_answer answer = {.a = a};
	enum says says = next_answer();

	/* lists are mostly sane */
	if (is_probe(q->name) && says != INSANE && says != TIMEOUT)
		says = CLEAN;
	answer.cause = says == TIMEOUT ? "timeout" : says == SERVFAIL ? "servfail" : NULL;
	if (q->type == DNS_TXT) {
		answer.text = says == LISTED ? SPAN("listed") : SPAN(hostile);
	} else {
		answer.n = addresses_of(says, a);
		note(q->name, says);
	}
	if (says == TIMEOUT && when_slow != NULL) {
		void (*slow)(void *arg) = when_slow;

		when_slow = NULL;
		slow(slow_arg);
	}
	q->done(q->arg, &answer);
}

unsigned __wrap_dns_run(struct dns *dns);
unsigned
__wrap_dns_run(struct dns *dns)
{
	(void)dns;
	for (size_t i = 0; i < questions; i++) {
		struct question q = question[i];

		answer_one(&q);
	}
	return 1;
}

/* ---- sendmail */

int __wrap_sendmail_run(const struct sendmail *sendmail, const char *sender, const char *recipient,
			const struct content *content, struct err *err);
int
__wrap_sendmail_run(const struct sendmail *sendmail, const char *sender, const char *recipient,
		    const struct content *content, struct err *err)
{
	struct sent *sent = &seams.sent;
	bool takes = seams.input->choice[SEND] == 1;

	(void)sendmail;
	(void)sender;
	(void)content;
	if (sent->n == sizeof sent->to / sizeof sent->to[0])
		broken("more than %zu messages are sent", sent->n);
	(void)snprintf(sent->to[sent->n], sizeof sent->to[0], "%s", recipient);
	sent->took[sent->n++] = takes;
	return takes ? 0 : err_set(err, "it does not take it");
}

/* ---- the end */

static jmp_buf end;
static bool running;

void __wrap_guard_taken(void);
void
__wrap_guard_taken(void)
{
	seams.taken = true;
	synced_all(faults_made() > 0);
}

_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
void
__wrap__exit(int status)
{
	if (!running)
		__real__exit(status);
	running = false;
	/* guard_taken(): from there on it is 0 */
	longjmp(end, 1 + (seams.taken ? 0 : status));
}

int
seams_deliver(struct run *run, const struct options *options)
{
	struct err err = {""};
	int ended = setjmp(end);

	if (ended != 0)
		return ended - 1;
	running = true;
	/* as main does */
	int status = cmd_deliver.run(run, options, &err);
	if (status == GUARD_TEMPFAIL && err.why[0] != '\0')
		guard_tempfail(err.why);
	guard_exit(status);
}
