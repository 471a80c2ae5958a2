#include "config.h"

#include "filter/lists/dns.h"
#include "filter/lists/dns_query.h"
#include "filter/lists/channel.h"

#include <stdlib.h>
#include <time.h>

#define SERVERS_MAX 8
/*
 * connections at a time; each carries one question, for servers that take only
 * one
 */
#define TCP_MAX 8
#define SECOND  1000000000LL /* all times are nanoseconds of the monotonic clock */

enum state { WAITING, ACTIVE, LINGERING, FINISHED };

struct question {
	struct question *next;
	struct dns *dns;
	/*
	 * LINGERING: all tries are made and had their time, only the deadline
	 * ends it
	 */
	enum state state;
	enum dns_type type;
	bool bonus;
	dns_done *done;
	void *arg;
	unsigned tries; /* made so far, over all servers */
	unsigned open;  /* of them, without a result */
	size_t first;   /* the server of the first try */
	bool cut;       /* truncated, and waiting for a TCP connection */
	size_t cut_server;
	const char *cause; /* of the last failed try */
	int64_t began;
	int64_t again; /* when the next try is due */
	char name[DNS_NAME_MAX + 1];
};

/*
 * One query that c-ares has. Freed by its callback, which c-ares calls exactly
 * once.
 */
struct
try {
	struct dns_query query;    /* first: c-ares gives this one back */
	struct question *question; /* finished ones stay until dns_close() */
	size_t server;
	struct connection *connection; /* NULL: UDP */
};

struct connection {
	struct channel channel;
	int64_t began;
	bool busy; /* its query has no result yet */
};

struct dns {
	struct dns_server server[SERVERS_MAX];
	struct channel udp[SERVERS_MAX];
	size_t n_servers;
	size_t preferred;   /* the server that answered last */
	unsigned tries_max; /* of one question */
	int64_t began, deadline, step;
	struct question *head, *tail, *idle; /* idle: nothing in front of it is WAITING */
	size_t in_flight, unfinished;
	struct connection tcp[TCP_MAX];
	void (*slow)(void *arg); /* NULL: called, or not wanted */
	void *slow_arg;
	struct sockets sockets;
};

/* Good only while an answer is handed on; large, and not to be cleared. */
static struct dns_records records;

static int64_t
now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

size_t
dns_servers(const struct conf *conf, struct dns_server *servers, size_t max)
{
	size_t n = conf->dns.n_servers < max ? conf->dns.n_servers : max;

	if (n == 0)
		return channel_system_servers(servers, max);
	memcpy(servers, conf->dns.servers, n * sizeof *servers);
	return n;
}

struct dns *
dns_open(const struct conf *conf)
{
	struct dns *dns = calloc(1, sizeof *dns);

	if (dns == NULL)
		abort();
	dns->began = now_ns();
	dns->n_servers = dns_servers(conf, dns->server, SERVERS_MAX);
	dns->tries_max =
		(unsigned)dns->n_servers * (unsigned)(conf->dns.tries < 1 ? 1 : conf->dns.tries);
	int64_t deadline = (int64_t)(conf->dns.deadline * (double)SECOND);
	dns->deadline = dns->began + deadline;
	/*
	 * However many tries there are, the last one has its time before the
	 * deadline.
	 */
	dns->step = (int64_t)(conf->dns.timeout * (double)SECOND);
	if (dns->step > deadline / (dns->tries_max + 1))
		dns->step = deadline / (dns->tries_max + 1);
	return dns;
}

void
dns_ask(struct dns *dns, const char *name, enum dns_type type, bool bonus, dns_done *done,
	void *arg)
{
	struct question *question = calloc(1, sizeof *question);

	if (question == NULL)
		abort();
	*question = (struct question){.dns = dns,
				      .type = type,
				      .bonus = bonus,
				      .done = done,
				      .arg = arg,
				      .cause = "timeout"};
	size_t n = strnlen(name, sizeof question->name);
	if (n <= DNS_NAME_MAX)
		memcpy(question->name, name, n + 1);
	if (dns->tail == NULL)
		dns->head = question;
	else
		dns->tail->next = question;
	dns->tail = question;
	if (dns->idle == NULL)
		dns->idle = question;
	dns->unfinished++;
}

void
dns_when_slow(struct dns *dns, void (*slow)(void *arg), void *arg)
{
	dns->slow = slow;
	dns->slow_arg = arg;
}

static void
call_slow(struct dns *dns)
{
	void (*slow)(void *arg) = dns->slow;

	dns->slow = NULL;
	if (slow != NULL)
		slow(dns->slow_arg);
}

static void
leave_flight(struct question *question)
{
	if (question->state == ACTIVE)
		question->dns->in_flight--;
}

static void
finish(struct question *question, struct dns_answer *answer)
{
	leave_flight(question);
	question->state = FINISHED;
	question->dns->unfinished--;
	answer->us = question->began == 0 ? 0 : (unsigned)((now_ns() - question->began) / 1000);
	question->done(question->arg, answer);
}

static void
fail(struct question *question)
{
	struct dns_answer answer = {.cause = question->cause};

	finish(question, &answer);
}

/*
 * c-ares has a result for one try. Called from dns_query_send() itself where
 * nothing could be sent.
 */
static void
got_result(struct dns_query *query, const struct dns_result *result)
{
	struct try *try = (struct try *)query;
	struct question *question = try->question;
	struct dns *dns = question->dns;
	struct dns_answer answer = result->answer;
	size_t server = try->server;
	bool tcp = query->tcp;

	if (tcp)
		try->connection->busy = false;
	free(try);
	question->open--;
	if (question->state == FINISHED || result->destroyed)
		return;
	if (result->cut && !question->cut) {
		question->cut = true;
		question->cut_server = server;
		question->open++; /* this try goes on over TCP */
		return;
	}
	if (!result->cut && answer.cause == NULL) {
		dns->preferred = server;
		finish(question, &answer);
		return;
	}
	/* What a server said tells more than that another one is not there. */
	if (result->said || tcp || strcmp(question->cause, "timeout") == 0)
		question->cause = result->cut || (tcp && strcmp(answer.cause, "unreachable") == 0)
					  ? "truncated"
					  : answer.cause;
	if (question->tries < dns->tries_max)
		question->again = 0; /* the next try is due at once */
	else if (question->open == 0)
		fail(question);
}

static void
query(struct question *question, ares_channel ares, size_t server, struct connection *connection)
{
	struct try *try = malloc(sizeof *try);

	if (try == NULL)
		abort();
	*try = (struct try){.query = {.type = question->type,
				      .tcp = connection != NULL,
				      .records = &records,
				      .got = got_result},
			    .question = question,
			    .server = server,
			    .connection = connection};
	dns_query_send(ares, question->name, &try->query);
}

/* The next try of a question, with the next server. */
static void
try_next(struct dns *dns, struct question *question, int64_t now)
{
	if (question->tries == 0) {
		question->state = ACTIVE;
		question->began = now;
		question->first = dns->preferred;
		dns->in_flight++;
	}
	size_t server = (question->first + question->tries) % dns->n_servers;
	question->tries++;
	question->open++;
	question->again = now + dns->step;
	if (dns->udp[server].ares == NULL &&
	    channel_open(&dns->udp[server], &dns->server[server], false, &dns->sockets) != 0) {
		question->open--;
		question->cause = "unreachable";
		if (question->tries < dns->tries_max)
			question->again = 0;
		else if (question->open == 0)
			fail(question);
		return;
	}
	query(question, dns->udp[server].ares, server, NULL);
}

/*
 * A connection for one question: a free one, else one that has had its time.
 * NULL: all are busy.
 */
static struct connection *
free_connection(struct dns *dns, int64_t now)
{
	struct connection *oldest = &dns->tcp[0];

	for (size_t i = 0; i < TCP_MAX && oldest->busy; i++)
		if (!dns->tcp[i].busy || dns->tcp[i].began < oldest->began)
			oldest = &dns->tcp[i];
	if (oldest->busy && now - oldest->began < dns->step)
		return NULL;
	if (oldest->busy)
		ares_cancel(oldest->channel.ares);
	channel_close(&oldest->channel);
	return oldest;
}

/* false: no connection is free. */
static bool
try_tcp(struct dns *dns, struct question *question, int64_t now)
{
	struct connection *connection = free_connection(dns, now);

	if (connection == NULL)
		return false;
	question->cut = false;
	if (channel_open(&connection->channel, &dns->server[question->cut_server], true,
			 &dns->sockets) != 0) {
		question->open--;
		question->cause = "truncated";
		question->again = 0;
		return true;
	}
	connection->busy = true;
	connection->began = now;
	query(question, connection->channel.ares, question->cut_server, connection);
	return true;
}

/*
 * Whatever is due for one question. Returns when it has to be looked at again.
 */
static int64_t
advance(struct dns *dns, struct question *question, int64_t now)
{
	if (question->cut && !try_tcp(dns, question, now))
		return now + dns->step / 4;
	if (question->state == ACTIVE && question->again <= now && question->again != 0)
		call_slow(dns);
	while (question->state == ACTIVE && question->again <= now &&
	       question->tries < dns->tries_max)
		try_next(dns, question, now);
	if (question->state != ACTIVE)
		return dns->deadline;
	if (question->again > now)
		return question->again;
	leave_flight(question);
	question->state = LINGERING;
	if (question->open == 0 || question->bonus)
		fail(question);
	return dns->deadline;
}

/* Sends all that may be sent. Returns when it has to be called again. */
static int64_t
send_due(struct dns *dns)
{
	int64_t now = now_ns(), wake = dns->deadline;

	for (struct question *question = dns->head; question != NULL && question != dns->idle;
	     question = question->next) {
		if (question->state == FINISHED || (question->state == LINGERING && !question->cut))
			continue;
		int64_t at = advance(dns, question, now);
		if (at < wake)
			wake = at;
	}
	while (dns->idle != NULL && dns->in_flight < DNS_IN_FLIGHT && dns->n_servers > 0) {
		struct question *question = dns->idle;

		dns->idle = question->next;
		if (question->name[0] == '\0') {
			question->cause = "badname";
			fail(question);
			continue;
		}
		try_next(dns, question, now);
		int64_t at = advance(dns, question, now);
		if (at < wake)
			wake = at;
	}
	return wake;
}

void
dns_send(struct dns *dns)
{
	(void)send_due(dns);
}

unsigned
dns_run(struct dns *dns)
{
	while (dns->unfinished > 0 && dns->n_servers > 0) {
		int64_t wake = send_due(dns), now = now_ns();

		if (now >= dns->deadline)
			break;
		if (dns->unfinished > 0)
			channel_wait(&dns->sockets,
				     wake <= now ? 0 : (int)((wake - now + 999999) / 1000000));
	}
	for (struct question *question = dns->head; question != NULL; question = question->next) {
		if (question->state == FINISHED)
			continue;
		if (dns->n_servers == 0)
			question->cause = "unreachable";
		fail(question);
	}
	return (unsigned)((now_ns() - dns->began) / 1000000);
}

void
dns_close(struct dns *dns)
{
	for (size_t i = 0; i < dns->n_servers; i++)
		channel_close(&dns->udp[i]);
	for (size_t i = 0; i < TCP_MAX; i++)
		channel_close(&dns->tcp[i].channel);
	while (dns->head != NULL) {
		struct question *next = dns->head->next;

		free(dns->head);
		dns->head = next;
	}
	free(dns);
}

void
dns_leave(struct dns *dns)
{
#ifdef WITH_SANITIZERS
	dns_close(dns); /* else it were a leak */
#else
	for (size_t i = 0; i < TCP_MAX; i++)
		channel_close(&dns->tcp[i].channel);
#endif
}
