/*
 * hostile_dns - a DNS server for the tests that misbehaves in every way that a
 * list or a resolver was ever seen to.
 *
 *     hostile_dns [-6] [-u] [-d MILLISECONDS] [-f N[,N...]] [-m MODE] [-p PORT]
 *
 * Listens on a free port of 127.0.0.1 (-6: ::1), UDP and TCP (-u: UDP only),
 * prints "port N", then a line for each query: "udp|tcp TYPE NAME". How it
 * answers is chosen by the label in front of the last one, so that one server
 * plays all lists: 9.0.0.10.servfail.test. -m: this mode for every name. -d:
 * every answer comes that much later. -f: questions come in flights: the first
 * N different ones are answered when all of them are here, then the next N,
 * then nothing is; so whoever waits for an answer before it asks the next
 * question of a flight gets none. That counts round trips, however slow the
 * machine. Unless a mode says otherwise, addresses are listed as 127.0.0.2 with
 * a text, and the test entry 127.0.0.1 is not. Ends with its standard input.
 */
#include "hostile_answer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define QUEUE_MAX   4096
#define FLIGHTS_MAX 8
#define HELD        INT64_MAX

struct later {
	int64_t due;
	struct sockaddr_storage to;
	socklen_t to_n;
	uint8_t *p;
	size_t n;
};

static int udp = -1, tcp = -1, other = -1;
static unsigned delay;
static const char *only_mode;
static struct later queue[QUEUE_MAX];
static size_t queued;

/*
 * The sizes of the flights of -f, and the questions of the one that is awaited.
 */
static unsigned flight_size[FLIGHTS_MAX];
static size_t flights, flight;
static char *flight_asked[QUEUE_MAX];
static size_t flight_n;

static void __attribute__((noreturn)) die(const char *what)
{
	perror(what);
	exit(2);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* ---- queries */

static bool
parse(const uint8_t *p, size_t n, bool over_tcp, struct query *query)
{
	if (!query_read(query, p, n, over_tcp, only_mode))
		return false;
	printf("%s %s %s\n", over_tcp ? "tcp" : "udp",
	       query->type == A     ? "A"
	       : query->type == TXT ? "TXT"
				    : "?",
	       query->name);
	fflush(stdout);
	return true;
}

static void
send_later(const struct reply *reply, const struct sockaddr_storage *to, socklen_t to_n,
	   unsigned ms)
{
	if (queued == QUEUE_MAX)
		return;
	struct later *later = &queue[queued++];
	*later = (struct later){.due = flights > 0 ? HELD : now_ms() + ms,
				.to = *to,
				.to_n = to_n,
				.p = malloc(reply->n),
				.n = reply->n};
	if (later->p == NULL)
		die("malloc");
	memcpy(later->p, reply->p, reply->n);
}

/* ---- flights */

/* "15,6"; false if it is something else. */
static bool
flights_read(const char *text)
{
	for (char *end; flights < FLIGHTS_MAX; text = end + 1) {
		flight_size[flights++] = (unsigned)strtoul(text, &end, 10);
		if (*end == '\0')
			return true;
		if (*end != ',')
			return false;
	}
	return false;
}

static bool
flight_has(const char *question)
{
	for (size_t i = 0; i < flight_n; i++)
		if (strcmp(flight_asked[i], question) == 0)
			return true;
	return false;
}

/* A question has come: when its flight is whole, all that is held is due. */
static void
flight_count(const struct query *query)
{
	char question[sizeof query->name + 16];

	(void)snprintf(question, sizeof question, "%u %s", (unsigned)query->type, query->name);
	if (flight >= flights || flight_n == QUEUE_MAX || flight_has(question))
		return;
	flight_asked[flight_n] = strdup(question);
	if (flight_asked[flight_n++] == NULL)
		die("strdup");
	if (flight_n < flight_size[flight])
		return;
	printf("flight %zu of %zu\n", ++flight, flight_n);
	fflush(stdout);
	while (flight_n > 0)
		free(flight_asked[--flight_n]);
	for (size_t i = 0; i < queued; i++)
		queue[i].due = 0;
}

static void
serve_udp(void)
{
	static struct reply reply;
	uint8_t packet[4096];
	struct sockaddr_storage from;
	socklen_t from_n = sizeof from;
	struct query query;
	unsigned late = 0;
	ssize_t n = recvfrom(udp, packet, sizeof packet, 0, (struct sockaddr *)&from, &from_n);

	if (n < 0 || !parse(packet, (size_t)n, false, &query))
		return;
	reply_compose(&reply, &query);
	if (!reply_spoil(&reply, &query))
		return;
	(void)sscanf(query.mode, "late-%u", &late);
	if (flights > 0 || late + delay > 0)
		send_later(&reply, &from, from_n, late + delay);
	else
		(void)sendto(query_mode_is(&query, "wrongsource") ? other : udp, reply.p, reply.n,
			     0, (struct sockaddr *)&from, from_n);
	flight_count(&query);
}

static bool
read_all(int fd, uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t got = read(fd, p, n);

		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static void
write_slowly(int fd, const uint8_t *p, size_t n, bool bytes)
{
	const struct timespec pause = {0, 1000000};

	for (size_t sent = 0; sent < n;) {
		ssize_t done = send(fd, p + sent, bytes ? 1 : n - sent, MSG_NOSIGNAL);

		if (done <= 0)
			return;
		sent += (size_t)done;
		if (bytes)
			(void)nanosleep(&pause, NULL);
	}
}

/* In a process of its own: all queries of one connection. */
static void
serve_connection(int fd)
{
	static struct reply reply;
	static uint8_t packet[PACKET_MAX], size[2];
	struct query query;

	while (read_all(fd, size, 2) && read_all(fd, packet, (size_t)(size[0] << 8 | size[1])) &&
	       parse(packet, (size_t)(size[0] << 8 | size[1]), true, &query)) {
		const struct timespec pause = {delay / 1000, delay % 1000 * 1000000L};

		if (query_mode_is(&query, "tc"))
			return;
		if (query_mode_is(&query, "tcpsilent")) {
			(void)pause;
			(void)read_all(fd, size, 1);
			return;
		}
		(void)nanosleep(&pause, NULL);
		reply_compose(&reply, &query);
		size[0] = (uint8_t)(reply.n >> 8);
		size[1] = (uint8_t)reply.n;
		write_slowly(fd, size, 2, query_mode_is(&query, "bytes"));
		write_slowly(fd, reply.p, reply.n, query_mode_is(&query, "bytes"));
		if (query_mode_is(&query, "tctcp"))
			return; /* one question a connection: there are such servers */
	}
}

static void
serve_tcp(void)
{
	int fd = accept(tcp, NULL, NULL);

	if (fd < 0)
		return;
	pid_t child = fork();
	if (child == 0) {
		close(tcp);
		close(udp);
		(void)alarm(60);
		serve_connection(fd);
		_exit(0);
	}
	close(fd);
}

/*
 * Sends what is due; returns the milliseconds until the next one, -1 for none.
 */
static int
serve_queue(void)
{
	int64_t now = now_ms(), next = -1;

	for (size_t i = 0; i < queued;) {
		if (queue[i].due <= now) {
			(void)sendto(udp, queue[i].p, queue[i].n, 0,
				     (struct sockaddr *)&queue[i].to, queue[i].to_n);
			free(queue[i].p);
			queue[i] = queue[--queued];
			continue;
		}
		if (queue[i].due != HELD && (next < 0 || queue[i].due - now < next))
			next = queue[i].due - now;
		i++;
	}
	return (int)next;
}

/* ---- sockets */

static int
bound(int family, int type, unsigned port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
				  .sin6_port = htons((uint16_t)port),
				  .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	const struct sockaddr *at =
		family == AF_INET ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;
	int fd = socket(family, type | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		die("socket");
	if (type == SOCK_STREAM)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, at, family == AF_INET ? sizeof v4 : sizeof v6) == 0 &&
	    (type != SOCK_STREAM || listen(fd, 128) == 0))
		return fd;
	close(fd);
	return -1;
}

static unsigned
port_of(int fd)
{
	struct sockaddr_storage at;
	socklen_t n = sizeof at;

	if (getsockname(fd, (struct sockaddr *)&at, &n) != 0)
		die("getsockname");
	return ntohs(at.ss_family == AF_INET ? ((struct sockaddr_in *)&at)->sin_port
					     : ((struct sockaddr_in6 *)&at)->sin6_port);
}

/* The same free port for UDP and TCP. */
static void
listen_on(int family, bool udp_only, unsigned wanted)
{
	for (int tries = 0; tries < 100; tries++) {
		udp = bound(family, SOCK_DGRAM, wanted);
		if (udp < 0)
			die("bind");
		tcp = bound(family, SOCK_STREAM, port_of(udp));
		if (tcp >= 0)
			break;
		close(udp);
	}
	if (tcp < 0)
		die("bind");
	if (udp_only) {
		close(tcp);
		tcp = -1;
	}
	other = bound(family, SOCK_DGRAM, 0);
	printf("port %u\n", port_of(udp));
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	int family = AF_INET, option;
	bool udp_only = false;
	unsigned port = 0;

	while ((option = getopt(argc, argv, "6ud:f:m:p:")) != -1) {
		if (option == '6')
			family = AF_INET6;
		else if (option == 'u')
			udp_only = true;
		else if (option == 'd')
			delay = (unsigned)atoi(optarg);
		else if (option == 'f' && flights_read(optarg))
			continue;
		else if (option == 'm')
			only_mode = optarg;
		else if (option == 'p')
			port = (unsigned)atoi(optarg);
		else
			return 2;
	}
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	listen_on(family, udp_only, port);
	for (;;) {
		struct pollfd fd[3] = {{.fd = udp, .events = POLLIN},
				       {.fd = tcp, .events = POLLIN},
				       {.fd = STDIN_FILENO, .events = POLLIN}};
		char byte;

		if (poll(fd, 3, serve_queue()) < 0 && errno != EINTR)
			die("poll");
		if (fd[0].revents & POLLIN)
			serve_udp();
		if (tcp >= 0 && fd[1].revents & POLLIN)
			serve_tcp();
		if (fd[2].revents != 0 && read(STDIN_FILENO, &byte, 1) <= 0)
			return 0;
	}
}
