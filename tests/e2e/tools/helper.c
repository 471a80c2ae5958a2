/*
 * helper: what end-to-end tests need of the system and the shell does not have.
 *
 *     helper port                   a port that is free for UDP and TCP on the
 *                                   loopback addresses
 *     helper ask HOST:PORT NAME [TYPE]  ask a DNS server (A, TXT or SOA) until
 *                                       it answers; prints the records, or the
 *                                       error's name
 *     helper hole PORT              take UDP datagrams on 127.0.0.1 and never
 *                                   answer
 *     helper keep COMMAND...        run a server; end it when we are told to
 *                                   end or our parent dies
 *     helper peak FILE COMMAND...   run a command; its peak resident memory
 *                                   (kB) goes to FILE; its status is ours
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ASK_TRIES 400 /* of 50 ms: 20 s for a server to start on a busy machine */

#define PORT_LOW  12000
#define PORT_HIGH 32000 /* Linux gives away 32768 and above */

static volatile sig_atomic_t kept;

static struct sockaddr_in
loopback(int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	return to;
}

static int
bound(int type, int port)
{
	struct sockaddr_in at = loopback(port);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * The number of the next port to try: below those that the kernel itself gives
 * away, and one after the other for all tests that this user runs side by side,
 * so that no two of them take the same port between its choice and its use. The
 * count is kept in a file in the folder for temporary files; without it the
 * first number is any.
 */
static int
next_port(void)
{
	const char *folder = getenv("TMPDIR");
	char name[4096];
	int fd, n = 0;

	(void)snprintf(name, sizeof name, "%s/spamcop-ports.%lu",
		       folder != NULL && folder[0] == '/' ? folder : "/tmp",
		       (unsigned long)geteuid());
	fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)flock(fd, LOCK_EX);
	if (fd < 0 || pread(fd, &n, sizeof n, 0) != (ssize_t)sizeof n || n < PORT_LOW ||
	    n >= PORT_HIGH)
		n = PORT_LOW + (int)(getpid() * 37L % (PORT_HIGH - PORT_LOW));
	n = n + 1 < PORT_HIGH ? n + 1 : PORT_LOW;
	if (fd >= 0) {
		(void)!pwrite(fd, &n, sizeof n, 0);
		close(fd);
	}
	return n;
}

static int
port(void)
{
	for (int tries = 0; tries < 1000; tries++) {
		int number = next_port();
		int udp = bound(SOCK_DGRAM, number);
		int tcp = udp >= 0 ? bound(SOCK_STREAM, number) : -1;

		if (udp >= 0)
			close(udp);
		if (tcp >= 0) {
			close(tcp);
			printf("%d\n", number);
			return 0;
		}
	}
	return 1;
}

/*
 * A query for name (RFC 1035, 4.1) in packet; its length, or 0 for a bad name.
 */
static size_t
query(uint8_t packet[512], const char *name, int type)
{
	static const uint8_t head[12] = {0x53, 0x46, 1, 0, 0, 1};
	size_t n = sizeof head;

	memcpy(packet, head, sizeof head);
	while (*name != '\0') {
		size_t label = strcspn(name, ".");

		if (label == 0 || label > 63 || n + label > 280)
			return 0;
		packet[n++] = (uint8_t)label;
		memcpy(packet + n, name, label);
		n += label;
		name += label + (name[label] == '.');
	}
	packet[n++] = 0;
	packet[n++] = 0;
	packet[n++] = (uint8_t)type;
	packet[n++] = 0;
	packet[n++] = 1;
	return n;
}

static size_t
skip_name(const uint8_t *p, size_t at, size_t n)
{
	while (at < n && p[at] != 0 && p[at] < 0xc0)
		at += 1u + p[at];
	return at + (at < n && p[at] >= 0xc0 ? 2 : 1);
}

static void
print_record(const uint8_t *p, size_t n, int type)
{
	char text[INET_ADDRSTRLEN];

	if (type == 1 && n == 4)
		puts(inet_ntop(AF_INET, p, text, sizeof text));
	else if (type == 16 && n > 0 && p[0] < n)
		printf("%.*s\n", p[0], (const char *)p + 1);
	else
		printf("(type %d, %zu bytes)\n", type, n);
}

static void
print_answer(const uint8_t *p, size_t n, size_t at)
{
	static const char *const codes[] = {"NOERROR",  "FORMERR", "SERVFAIL",
					    "NXDOMAIN", "NOTIMP",  "REFUSED"};
	int count = p[6] << 8 | p[7], code = p[3] & 15;

	if (code != 0 || count == 0) {
		puts(code == 0 ? "NODATA" : code < 6 ? codes[code] : "ERROR");
		return;
	}
	while (count-- > 0 && (at = skip_name(p, at, n)) + 10 <= n) {
		size_t length = (size_t)(p[at + 8] << 8 | p[at + 9]);

		if (at + 10 + length > n)
			return;
		print_record(p + at + 10, length, p[at] << 8 | p[at + 1]);
		at += 10 + length;
	}
}

static int
ask(char *server, const char *name, const char *type)
{
	uint8_t packet[512], answer[4096];
	char *colon = strrchr(server, ':');
	struct sockaddr_in to = loopback(colon == NULL ? 53 : atoi(colon + 1));
	size_t n = query(packet, name,
			 strcmp(type, "TXT") == 0   ? 16
			 : strcmp(type, "SOA") == 0 ? 6
						    : 1);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (colon != NULL)
		*colon = '\0';
	if (n == 0 || fd < 0 || inet_pton(AF_INET, server, &to.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
		return 1;
	for (int tries = 0; tries < ASK_TRIES; tries++) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		ssize_t got = -1;

		if (send(fd, packet, n, 0) == (ssize_t)n && poll(&wait, 1, 50) == 1)
			got = recv(fd, answer, sizeof answer, 0);
		if (got >= (ssize_t)n) {
			print_answer(answer, (size_t)got, n);
			return 0;
		}
		if (got < 0)
			(void)poll(NULL, 0, 20); /* refused: not there yet */
	}
	return 1;
}

static int
hole(int at)
{
	if (bound(SOCK_DGRAM, at) < 0)
		return 1;
	/* Who started it waits for this line: before it the port is closed. */
	printf("bound\n");
	fflush(stdout);
	for (;;)
		(void)pause();
}

static void
on_end(int number)
{
	(void)number;
	if (kept > 0)
		kill(kept, SIGKILL);
	_exit(0);
}

static int
status_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/*
 * The command in a process of its own; -1 where it cannot be. In the child this
 * does not return.
 */
static pid_t
spawn(char **command)
{
	pid_t pid = fork();

	if (pid == 0) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	return pid;
}

static int
keep(char **command)
{
	struct sigaction action = {.sa_handler = on_end};
	pid_t parent = getppid();
	sigset_t all;
	int status;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
		return 1;
	kept = spawn(command);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	while (waitpid(kept, &status, 0) != kept)
		if (errno != EINTR)
			return 1;
	return status_of(status);
}

static int
peak(const char *file, char **command)
{
	struct rusage usage;
	FILE *to = fopen(file, "we");
	pid_t pid = spawn(command);
	int status;

	if (to == NULL || pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		return 1;
	fprintf(to, "%ld\n", usage.ru_maxrss);
	return fclose(to) == 0 ? status_of(status) : 1;
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (argc == 2 && strcmp(verb, "port") == 0)
		return port();
	if (argc >= 4 && strcmp(verb, "ask") == 0)
		return ask(argv[2], argv[3], argc > 4 ? argv[4] : "A");
	if (argc == 3 && strcmp(verb, "hole") == 0)
		return hole(atoi(argv[2]));
	if (argc >= 3 && strcmp(verb, "keep") == 0)
		return keep(argv + 2);
	if (argc >= 4 && strcmp(verb, "peak") == 0)
		return peak(argv[2], argv + 3);
	fputs("usage: helper port | ask HOST:PORT NAME [TYPE] | hole PORT | keep COMMAND... | peak "
	      "FILE COMMAND...\n",
	      stderr);
	return 1;
}
