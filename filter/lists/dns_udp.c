#include "config.h"

#include "filter/lists/dns_udp.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* RFC 1035 4.1.1 */
#define HEADER    12
#define FLAGS     2 /* byte of these: */
#define QR        0x80
#define TC        0x02
#define QUESTIONS 4 /* where the four counts begin; two bytes each */
#define ANSWERS   6
#define AUTHORITY 8

#define LABEL_MAX 63

static bool
parses(const unsigned char *packet, size_t n)
{
	ares_dns_record_t *record = NULL;
	bool result = ares_dns_parse(packet, n, 0, &record) == ARES_SUCCESS;

	ares_dns_record_destroy(record);
	return result;
}

/* Where the one question ends; 0: nowhere. */
static size_t
question_end(const unsigned char *packet, size_t n)
{
	size_t at = HEADER;

	if (packet[QUESTIONS] != 0 || packet[QUESTIONS + 1] != 1)
		return 0;
	while (at < n && packet[at] != 0) {
		if (packet[at] > LABEL_MAX)
			return 0;
		at += 1U + packet[at];
	}
	at += 1 + 4; /* the root, type and class */
	return at <= n ? at : 0;
}

size_t
dns_udp_mend(unsigned char *packet, size_t n)
{
	if (n < HEADER)
		return 0;
	memset(packet + AUTHORITY, 0, 4);
	if (packet[FLAGS] & TC)
		memset(packet + ANSWERS, 0, 2);
	if (parses(packet, n))
		return n;
	memset(packet + ANSWERS, 0, 2);
	memset(packet + FLAGS, 0, 2);
	n = question_end(packet, n);
	return n > 0 && parses(packet, n) ? n : 0;
}

#ifdef HAVE_ARES_SET_SOCKET_FUNCTIONS_EX

static ares_socket_t
open_socket(int domain, int type, int protocol, void *data)
{
	(void)data;
	return socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
}

static int
close_socket(ares_socket_t fd, void *data)
{
	(void)data;
	return close(fd);
}

static int
set_option(ares_socket_t fd, ares_socket_opt_t option, const void *value, ares_socklen_t size,
	   void *data)
{
	(void)fd;
	(void)option;
	(void)value;
	(void)size;
	(void)data;
	errno = ENOSYS;
	return -1;
}

static int
connect_socket(ares_socket_t fd, const struct sockaddr *to, ares_socklen_t size, unsigned flags,
	       void *data)
{
	(void)flags;
	(void)data;
	return connect(fd, to, size);
}

static ares_ssize_t
receive(ares_socket_t fd, void *buffer, size_t size, int flags, struct sockaddr *from,
	ares_socklen_t *from_size, void *data)
{
	(void)data;
	for (;;) {
		ares_socklen_t room = from_size == NULL ? 0 : *from_size;
		ssize_t got = recvfrom(fd, buffer, size, flags, from, from_size);

		if (got < 0)
			return got;
		size_t left = dns_udp_mend(buffer, (size_t)got);
		if (left > 0)
			return (ares_ssize_t)left;
		if (from_size != NULL)
			*from_size = room;
	}
}

static ares_ssize_t
send_packet(ares_socket_t fd, const void *buffer, size_t size, int flags, const struct sockaddr *to,
	    ares_socklen_t to_size, void *data)
{
	(void)data;
	return sendto(fd, buffer, size, flags | MSG_NOSIGNAL, to, to_size);
}

int
dns_udp_install(ares_channel ares)
{
	static const struct ares_socket_functions_ex functions = {.version = 1,
								  .asocket = open_socket,
								  .aclose = close_socket,
								  .asetsockopt = set_option,
								  .aconnect = connect_socket,
								  .arecvfrom = receive,
								  .asendto = send_packet};

	return ares_set_socket_functions_ex(ares, &functions, NULL) == ARES_SUCCESS ? 0 : -1;
}

#else

int
dns_udp_install(ares_channel ares)
{
	(void)ares; /* before 1.34: other lists may have to be asked again */
	return 0;
}

#endif
