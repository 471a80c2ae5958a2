/*
 * channel.h - one c-ares channel: one server, one transport, no schedule of its
 * own.
 *
 * Measured on c-ares 1.18.1, and why it is used this way: its time-outs double
 * and add up to more than they say; with several servers in one channel it
 * either hides what a server answered or does not fail over; it reads files in
 * /etc unless it is given every option.
 */
#ifndef DNS_CHANNEL_H
#define DNS_CHANNEL_H

#include "conf/reader/conf.h"

#include <ares.h>
#include <poll.h>

#define SOCKETS_MAX 64 /* open at a time, over all channels */

/* The sockets of all channels, to be polled. */
struct sockets {
	struct pollfd fd[SOCKETS_MAX];
	ares_channel owner[SOCKETS_MAX];
	size_t n;
};

struct channel {
	ares_channel ares; /* NULL: not open */
	struct sockets *sockets;
};

/*
 * Opens a channel to server, over TCP only if tcp is set. It never gives up by
 * itself; the caller cancels. -1: not to be had.
 */
int channel_open(struct channel *channel, const struct dns_server *server, bool tcp,
		 struct sockets *sockets);

/*
 * Every query that is still open is called back with ARES_EDESTRUCTION. Not
 * from within a callback.
 */
void channel_close(struct channel *channel);

/*
 * Waits at most ms milliseconds for any socket and lets c-ares handle what
 * came.
 */
void channel_wait(struct sockets *sockets, int ms);

/*
 * The servers in resolv.conf, as c-ares reads it. Returns how many, at most
 * max.
 */
size_t channel_system_servers(struct dns_server *servers, size_t max);

#endif
