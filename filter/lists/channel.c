#include "filter/lists/channel.h"

#include <arpa/inet.h>
#include <errno.h>
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

/*
 * With all of these given, c-ares reads no file but /dev/urandom and takes
 * nothing from the environment.
 */
#define GIVEN                                                                                      \
	(ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |                   \
	 ARES_OPT_DOMAINS | ARES_OPT_LOOKUPS | ARES_OPT_SORTLIST)

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

int
channel_open(struct channel *channel, const struct dns_server *server, bool tcp,
	     struct sockets *sockets)
{
	struct ares_options options = options_given();
	struct in_addr unused = {htonl(INADDR_LOOPBACK)}; /* IPv4 only: the real one is set below */
	struct ares_addr_port_node node = {
		.family = AF_INET, .udp_port = server->port, .tcp_port = server->port};

	if (tcp)
		options.flags |= ARES_FLAG_USEVC;
	options.servers = &unused;
	options.nservers = 1;
	options.sock_state_cb = socket_changed;
	options.sock_state_cb_data = channel;
	channel->sockets = sockets;
	if (ares_init_options(&channel->ares, &options,
			      GIVEN | ARES_OPT_SERVERS | ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS) {
		channel->ares = NULL;
		return -1;
	}
	if (addr_is_ipv4(&server->addr)) {
		memcpy(&node.addr.addr4, server->addr.b + 12, 4);
	} else {
		node.family = AF_INET6;
		memcpy(&node.addr.addr6, server->addr.b, 16);
	}
	if (ares_set_servers_ports(channel->ares, &node) == ARES_SUCCESS)
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
		ares_process_fd(seen.owner[i],
				events & (POLLIN | POLLERR | POLLHUP | POLLNVAL) ? seen.fd[i].fd
										 : ARES_SOCKET_BAD,
				events & (POLLOUT | POLLERR) ? seen.fd[i].fd : ARES_SOCKET_BAD);
	}
}

size_t
channel_system_servers(struct dns_server *servers, size_t max)
{
	struct ares_options options = options_given();
	struct ares_addr_port_node *node = NULL;
	ares_channel ares;
	size_t n = 0;

	if (ares_init_options(&ares, &options, GIVEN) != ARES_SUCCESS)
		return 0;
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
	ares_destroy(ares);
	return n;
}
