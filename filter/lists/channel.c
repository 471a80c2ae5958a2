#include "config.h"

#include "filter/lists/channel.h"
#include "filter/lists/dns_query.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define FOREVER_MS 600000 /* c-ares must not time out before we do */

/* c-ares tells of every socket that it opens, waits for or closes. */
static void
socket_changed(void *data, ares_socket_t fd, int readable, int writable)
{
	struct channel *channel = data;
	struct sockets *sockets = channel->sockets;
	size_t i = 0;

	while (i < sockets->n && sockets->fd[i].fd != fd)
		i++;
	if (!readable && !writable) {
		if (i < sockets->n) {
			sockets->n--;
			sockets->fd[i] = sockets->fd[sockets->n];
			sockets->owner[i] = sockets->owner[sockets->n];
		}
		return;
	}
	if (i == SOCKETS_MAX)
		return; /* cannot be: fewer channels than that are ever open */
	if (i == sockets->n)
		sockets->n++;
	sockets->fd[i] = (struct pollfd){
		.fd = fd, .events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0))};
	sockets->owner[i] = channel->ares;
}

/* A question is asked once in a process: nothing is worth keeping. */
#ifdef ARES_OPT_QUERY_CACHE
#define NO_CACHE ARES_OPT_QUERY_CACHE
#else
#define NO_CACHE 0
#endif

/*
 * With all of these given, c-ares reads no file but /dev/urandom and takes
 * nothing from the environment.
 */
#define GIVEN                                                                                      \
	(ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |                   \
	 ARES_OPT_DOMAINS | ARES_OPT_LOOKUPS | ARES_OPT_SORTLIST | NO_CACHE)

static struct ares_options
options_given(void)
{
	static char lookups[] = "b";

	return (struct ares_options){.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH |
					      ARES_FLAG_NOALIASES | ARES_FLAG_IGNTC,
				     .timeout = FOREVER_MS,
				     .tries = 1,
				     .ndots = 1,
				     .lookups = lookups};
}

/* The options have room for IPv4 addresses only. */
static int
set_ipv6_server(ares_channel ares, const struct dns_server *server)
{
	char text[ADDR_TEXT_MAX], csv[ADDR_TEXT_MAX + 16];

	if (addr_is_ipv4(&server->addr))
		return 0;
	(void)snprintf(csv, sizeof csv, "[%s]:%u", addr_print(&server->addr, text),
		       (unsigned)server->port);
	return ares_set_servers_ports_csv(ares, csv) == ARES_SUCCESS ? 0 : -1;
}

int
channel_open(struct channel *channel, const struct dns_server *server, bool tcp,
	     struct sockets *sockets)
{
	static char nothing[] = "/dev/null"; /* from 1.20, it is read whatever is given */
	struct ares_options options = options_given();
	struct in_addr ipv4 = {htonl(INADDR_LOOPBACK)};

	if (tcp)
		options.flags |= ARES_FLAG_USEVC;
	else
		options.flags |= ARES_FLAG_STAYOPEN; /* for the probe and the reason */
	if (addr_is_ipv4(&server->addr))
		ipv4.s_addr = htonl(addr_ipv4(&server->addr));
	options.servers = &ipv4;
	options.nservers = 1;
	options.udp_port = options.tcp_port = server->port;
	options.resolvconf_path = nothing;
	options.sock_state_cb = socket_changed;
	options.sock_state_cb_data = channel;
	channel->sockets = sockets;
	if (ares_init_options(&channel->ares, &options,
			      GIVEN | ARES_OPT_SERVERS | ARES_OPT_UDP_PORT | ARES_OPT_TCP_PORT |
				      ARES_OPT_RESOLVCONF | ARES_OPT_SOCK_STATE_CB) !=
	    ARES_SUCCESS) {
		channel->ares = NULL;
		return -1;
	}
	if (set_ipv6_server(channel->ares, server) == 0 &&
	    (tcp || dns_query_prepare(channel->ares) == 0))
		return 0;
	channel_close(channel);
	return -1;
}

void
channel_close(struct channel *channel)
{
	if (channel->ares != NULL)
		ares_destroy(channel->ares);
	channel->ares = NULL;
}

/*
 * Nothing but what the sockets brought: c-ares' own time-outs have no say
 * (from 1.32 they follow from how fast a server was so far, whatever its
 * options say).
 */
static void
process(ares_channel ares, int fd, bool readable, bool writable)
{
#ifdef HAVE_ARES_PROCESS_FDS
	ares_fd_events_t event = {fd, (readable ? ARES_FD_EVENT_READ : 0U) |
					      (writable ? ARES_FD_EVENT_WRITE : 0U)};

	(void)ares_process_fds(ares, &event, 1, ARES_PROCESS_FLAG_SKIP_NON_FD);
#else
	ares_process_fd(ares, readable ? fd : ARES_SOCKET_BAD, writable ? fd : ARES_SOCKET_BAD);
#endif
}

/*
 * A closed port shows as POLLERR, a peer that went as POLLHUP: both have to be
 * read, or the loop spins.
 */
void
channel_wait(struct sockets *sockets, int ms)
{
	struct sockets seen = *sockets;

	if (poll(seen.fd, seen.n, ms) <= 0)
		return;
	for (size_t i = 0; i < seen.n; i++) {
		short events = seen.fd[i].revents;
		size_t now = 0;

		/* What an earlier socket brought may have closed this one. */
		while (now < sockets->n && (sockets->fd[now].fd != seen.fd[i].fd ||
					    sockets->owner[now] != seen.owner[i]))
			now++;
		if (events == 0 || now == sockets->n)
			continue;
		process(seen.owner[i], seen.fd[i].fd,
			events & (POLLIN | POLLERR | POLLHUP | POLLNVAL),
			events & (POLLOUT | POLLERR));
	}
}

#ifdef HAVE_ARES_GET_SERVERS_CSV

/* One of "192.0.2.1:53" and "[2001:db8::1]:53%eth0", or nothing. */
static bool
read_server(struct span text, struct dns_server *server)
{
	bool bracket = text.n > 0 && text.p[0] == '[';
	const char *end = text.n == 0 ? NULL : memchr(text.p, bracket ? ']' : ':', text.n);
	size_t n = end == NULL ? text.n : (size_t)(end - text.p);
	unsigned port = 0;

	for (size_t i = n + 1 + bracket; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		port = port * 10 + (unsigned)(text.p[i] - '0');
	server->port = port > 0 && port <= UINT16_MAX ? (uint16_t)port : 53;
	return addr_parse(span_skip((struct span){text.p, n}, bracket), &server->addr);
}

static size_t
read_servers(ares_channel ares, struct dns_server *servers, size_t max)
{
	char *csv = ares_get_servers_csv(ares);
	struct span rest = {csv, csv == NULL ? 0 : strlen(csv)};
	size_t n = 0;

	while (rest.n > 0 && n < max) {
		const char *comma = memchr(rest.p, ',', rest.n);
		size_t length = comma == NULL ? rest.n : (size_t)(comma - rest.p);

		n += read_server((struct span){rest.p, length}, &servers[n]);
		rest = span_skip(rest, length + (comma != NULL));
	}
	ares_free_string(csv);
	return n;
}

#else /* before 1.24 */

static size_t
read_servers(ares_channel ares, struct dns_server *servers, size_t max)
{
	struct ares_addr_port_node *node = NULL;
	size_t n = 0;

	if (ares_get_servers_ports(ares, &node) != ARES_SUCCESS)
		node = NULL;
	for (const struct ares_addr_port_node *at = node; at != NULL && n < max; at = at->next) {
		struct dns_server *server = &servers[n++];

		if (at->family == AF_INET)
			server->addr = addr_from_ipv4(ntohl(at->addr.addr4.s_addr));
		else
			memcpy(server->addr.b, &at->addr.addr6, 16);
		server->port = at->udp_port != 0 ? (uint16_t)at->udp_port : 53;
	}
	if (node != NULL)
		ares_free_data(node);
	return n;
}

#endif

size_t
channel_system_servers(struct dns_server *servers, size_t max)
{
	struct ares_options options = options_given();
	ares_channel ares;

	if (ares_init_options(&ares, &options, GIVEN) != ARES_SUCCESS)
		return 0;
	size_t n = read_servers(ares, servers, max);
	ares_destroy(ares);
	return n;
}
