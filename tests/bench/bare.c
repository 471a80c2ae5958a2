/*
 * bare: what a mail filter cannot do without, and nothing else; the lower
 * bounds that the programs are measured against.
 *
 * 	bare start                nothing: what a start costs
 * 	bare dns HOST PORT ZONE   one A question for the last address in
 * 	                          brackets of 64 KB of input; a field; the input
 * 	bare link FOLDER          write, fsync, link into FOLDER/new
 * 	bare store FOLDER         the same, fsync of FOLDER/new
 * 	bare splice               input to output, through the kernel
 *
 * With BARE_ARES the question goes through c-ares, with BARE_CONFIG the zone is
 * in a file that libconfig reads. It trusts its input and its server: it is for
 * tests/bench/speed.sh only.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef BARE_ARES
#include <ares.h>
#endif
#ifdef BARE_CONFIG
#include <libconfig.h>
#endif

static char message[65536];
static size_t message_n;

static void
read_all(void)
{
	ssize_t n;

	while (message_n < sizeof(message) - 1 &&
	       (n = read(0, message + message_n, sizeof(message) - 1 - message_n)) > 0)
		message_n += (size_t)n;
}

/*
 * The reversed last address in front of the zone, in name.
 */
static int
question(const char *zone, char *name, size_t name_n)
{
	unsigned a, b, c, d, found = 0;

	for (const char *p = message; (p = strchr(p, '[')) != NULL; p++)
		if (sscanf(p, "[%3u.%3u.%3u.%3u]", &a, &b, &c, &d) == 4 && ++found)
			(void)snprintf(name, name_n, "%u.%u.%u.%u.%s", d, c, b, a, zone);
	return found ? 0 : -1;
}

#ifdef BARE_ARES
static void
answered(void *arg, int status, int timeouts, unsigned char *p, int n)
{
	(void)timeouts, (void)p, (void)n;
	*(int *)arg = status == ARES_SUCCESS || status == ARES_ENOTFOUND;
}

static int
ask(const char *host, const char *port, const char *name)
{
	struct ares_options options = {.flags = ARES_FLAG_NOSEARCH, .lookups = (char *)"b"};
	char server[64];
	ares_channel channel;
	int done = 0;

	(void)snprintf(server, sizeof(server), "%s:%s", host, port);
	if (ares_init_options(&channel, &options, ARES_OPT_FLAGS | ARES_OPT_LOOKUPS) != 0 ||
	    ares_set_servers_ports_csv(channel, server) != 0)
		return -1;
	ares_query(channel, name, 1, 1, answered, &done);
	for (;;) {
		fd_set r, w;
		struct timeval wait, *p;

		FD_ZERO(&r);
		FD_ZERO(&w);
		int n = ares_fds(channel, &r, &w);
		if (n == 0)
			break;
		p = ares_timeout(channel, NULL, &wait);
		(void)select(n, &r, &w, NULL, p);
		ares_process(channel, &r, &w);
	}
	return done ? 0 : -1;
}
#else
static int
ask(const char *host, const char *port, const char *name)
{
	unsigned char q[512] = {1, 2, 1, 0, 0, 1}, *p = q + 12;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((in_port_t)atoi(port))};
	struct pollfd in = {.events = POLLIN};

	while (*name != '\0') {
		size_t n = strcspn(name, ".");
		*p++ = (unsigned char)n;
		p = (unsigned char *)memcpy(p, name, n) + n;
		name += n + (name[n] == '.');
	}
	p = (unsigned char *)memcpy(p, "\0\0\1\0\1", 5) + 5;
	(void)inet_pton(AF_INET, host, &to.sin_addr);
	in.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (connect(in.fd, (struct sockaddr *)&to, sizeof(to)) != 0 ||
	    send(in.fd, q, (size_t)(p - q), 0) < 0 || poll(&in, 1, 5000) != 1)
		return -1;
	return recv(in.fd, q, sizeof(q), 0) > 12 ? 0 : -1;
}
#endif

/*
 * The zone that ZONE says, to the end of the process.
 */
static const char *
zone_of(const char *zone)
{
#ifdef BARE_CONFIG
	static config_t config;
	const char *file = zone;

	config_init(&config);
	if (!config_read_file(&config, file) ||
	    !config_lookup_string(&config, "lists.[0].zone", &zone))
		exit(1);
#endif
	return zone;
}

static int
dns(char **argv)
{
	static const char field[] = "X-Bare: asked\n";
	char name[256];
	const char *zone = zone_of(argv[4]);

	read_all();
	if (question(zone, name, sizeof(name)) != 0 || ask(argv[2], argv[3], name) != 0)
		return 1;
	return write(1, field, sizeof(field) - 1) < 0 || write(1, message, message_n) < 0;
}

static int
store(const char *folder, int durably)
{
	char from[512], to[512];

	read_all();
	(void)snprintf(from, sizeof(from), "%s/tmp/%d", folder, (int)getpid());
	(void)snprintf(to, sizeof(to), "%s/new/%d", folder, (int)getpid());
	int fd = open(from, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, message, message_n) < 0 || fsync(fd) != 0 || link(from, to) != 0)
		return 1;
	(void)unlink(from);
	if (!durably)
		return 0;
	(void)snprintf(to, sizeof(to), "%s/new", folder);
	fd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) != 0;
}

static int
through(void)
{
	ssize_t n;

	while ((n = splice(0, NULL, 1, NULL, 1 << 20, SPLICE_F_MOVE)) > 0)
		continue;
	return n < 0;
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "start") == 0)
		return 0;
	if (argc == 5 && strcmp(argv[1], "dns") == 0)
		return dns(argv);
	if (argc == 3 && (strcmp(argv[1], "store") == 0 || strcmp(argv[1], "link") == 0))
		return store(argv[2], argv[1][0] == 's');
	if (argc == 2 && strcmp(argv[1], "splice") == 0)
		return through();
	return 64;
}
