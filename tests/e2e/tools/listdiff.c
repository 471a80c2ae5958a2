/*
 * listdiff: random list files as listfile.h reads them, held against a real
 * rbldnsd.
 *
 *     listdiff write SEED COUNT DIR     the files; prints rbldnsd's zone for
 *                                       each
 *     listdiff index SEED COUNT DIR     an index beside each
 *     listdiff compare SEED COUNT DIR PORT
 *                                       prints what differs, and how much was
 *                                       compared; exit status 1 if anything did
 */
#include "filter/lists/dnsbl_name.h"
#include "filter/lists/file/listfile_build.h"
#include "listgen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define ADDRESSES 40 /* looked up in each file */
#define TEXTS     16

/* What rbldnsd says about one name. */
struct reply {
	int rcode;
	uint32_t answer[64];
	size_t answers;
	char text[TEXTS][256];
	size_t texts;
};

static int
port_socket(int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
		exit(2);
	return fd;
}

static size_t
question(unsigned char *packet, const char *name, int type)
{
	size_t n = 12;

	memset(packet, 0, 12);
	packet[5] = 1;
	while (*name != '\0') {
		size_t label = strcspn(name, ".");

		packet[n++] = (unsigned char)label;
		memcpy(packet + n, name, label);
		n += label;
		name += label + (name[label] == '.');
	}
	memcpy(packet + n, (const char[]){0, 0, (char)type, 0, 1}, 5);
	return n + 5;
}

static void
take_records(struct reply *reply, const unsigned char *p, const unsigned char *end, int count)
{
	for (; count > 0 && p + 12 <= end; count--) {
		size_t length = (size_t)p[10] << 8 | p[11];
		const unsigned char *data = p + 12;

		if (p[3] == 1 && length == 4 && reply->answers < 64)
			reply->answer[reply->answers++] = (uint32_t)data[0] << 24 |
							  (uint32_t)data[1] << 16 |
							  (uint32_t)data[2] << 8 | data[3];
		if (p[3] == 16 && length > 0 && reply->texts < TEXTS)
			(void)snprintf(reply->text[reply->texts++], 256, "%.*s", data[0], data + 1);
		p = data + length;
	}
}

static void
ask(int fd, const char *name, int type, struct reply *reply)
{
	unsigned char packet[1024];
	size_t asked = question(packet, name, type);
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	for (int tries = 0; tries < 5; tries++) {
		unsigned char answer[1024];

		if (send(fd, packet, asked, 0) < 0 || poll(&wait, 1, 2000) <= 0)
			continue;
		ssize_t got = recv(fd, answer, sizeof answer, 0);
		/* Not the late answer to what was asked before. */
		if (got < (ssize_t)asked || memcmp(answer + 12, packet + 12, asked - 12) != 0)
			continue;
		reply->rcode = answer[3] & 15;
		take_records(reply, answer + asked, answer + got, answer[7]);
		return;
	}
	(void)fprintf(stderr, "no answer for %s\n", name);
	exit(2);
}

static bool
holds_answer(const struct reply *reply, uint32_t answer)
{
	for (size_t i = 0; i < reply->answers; i++)
		if (reply->answer[i] == answer)
			return true;
	return false;
}

/*
 * All answers are rbldnsd's; and rbldnsd's are all ours, while there was room.
 */
static bool
same_answers(const struct listfile_hit *hit, const struct reply *reply)
{
	for (size_t i = 0; i < hit->answers; i++)
		if (!holds_answer(reply, hit->answer[i]))
			return false;
	for (size_t i = 0; i < reply->answers && hit->answers < LISTFILE_ANSWERS_MAX; i++) {
		size_t k = 0;

		while (k < hit->answers && hit->answer[k] != reply->answer[i])
			k++;
		if (k == hit->answers)
			return false;
	}
	return true;
}

/* Where rbldnsd has several texts, one of them. */
static bool
same_text(const struct listfile_hit *hit, const struct reply *reply)
{
	if (reply->texts == 0)
		return hit->text_n == 0;
	for (size_t i = 0; i < reply->texts; i++) {
		size_t n = strlen(reply->text[i]);

		n = n < LISTFILE_TEXT_MAX ? n : LISTFILE_TEXT_MAX;
		if (hit->text_n == n && memcmp(hit->text, reply->text[i], n) == 0)
			return true;
	}
	return false;
}

static void
tell(const char *path, const struct listfile_hit *hit, const struct reply *reply)
{
	char text[ADDR_TEXT_MAX];

	printf("%s: %s\n  ours:   ", path, addr_print(&hit->addr, text));
	for (size_t i = 0; i < hit->answers; i++)
		printf(" %08x", hit->answer[i]);
	printf(" [%.*s]\n  rbldnsd:", (int)hit->text_n, hit->text);
	for (size_t i = 0; i < reply->answers; i++)
		printf(" %08x", reply->answer[i]);
	for (size_t i = 0; i < reply->texts; i++)
		printf(" [%s]", reply->text[i]);
	printf(" rcode %d\n", reply->rcode);
}

static unsigned long looked_up, listed, excluded_files, indexed, differ;

/*
 * What its format is called. Half of the files of the two kinds that need no
 * word about it say none.
 */
static const char *
format_of(const char *kind, unsigned file)
{
	bool plain =
		strcmp(kind, "combined") == 0 ||
		(file % 2 == 0 && (strcmp(kind, "ip4set") == 0 || strcmp(kind, "ip6trie") == 0));

	return plain ? NULL : kind;
}

static void
index_file(uint64_t seed, unsigned file, const char *path)
{
	struct err err;
	size_t entries;

	if (listfile_build(path, format_of(listgen_kind(seed, file), file), &entries, &err) != 0)
		printf("%s\n", err.why);
}

static void
compare_file(int fd, uint64_t seed, unsigned file, const char *path)
{
	const char *kind = listgen_kind(seed, file), *format = format_of(kind, file);
	struct listfile_hit hit[ADDRESSES];
	struct err err;
	char zone[32];

	for (unsigned i = 0; i < ADDRESSES; i++)
		hit[i].addr = listgen_address(seed, file, i);
	enum listfile_status status = listfile_match(path, format, hit, ADDRESSES, NULL, &err);
	indexed += listfile_has_index(path, format, &err) > 0;
	(void)snprintf(zone, sizeof zone, "z%u.test", file);
	excluded_files += status == LISTFILE_EXPIRED;
	for (unsigned i = 0; i < ADDRESSES; i++) {
		static struct reply reply;
		char name[300];

		/* An IPv4-mapped address has a name of its own in DNS only. */
		if (addr_is_ipv4(&hit[i].addr) && kind[2] == '6')
			continue;
		memset(&reply, 0, sizeof reply);
		dnsbl_name(&hit[i].addr, zone, name, sizeof name);
		ask(fd, name, 1, &reply);
		ask(fd, name, 16, &reply);
		looked_up++;
		listed += hit[i].answers > 0;
		bool refused = reply.rcode != 0 && reply.rcode != 3;
		if ((status == LISTFILE_EXPIRED) == refused && same_answers(&hit[i], &reply) &&
		    (hit[i].answers == 0 || same_text(&hit[i], &reply)))
			continue;
		if (differ++ < 10)
			tell(path, &hit[i], &reply);
	}
}

static void
write_file(uint64_t seed, unsigned file, const char *path)
{
	FILE *to = fopen(path, "we");

	if (to == NULL)
		exit(2);
	listgen_write(seed, file, to);
	if (fclose(to) != 0)
		exit(2);
	printf("z%u.test:%s:f%u\n", file, listgen_kind(seed, file), file);
}

int
main(int argc, char **argv)
{
	if (argc < 5)
		return 64;
	uint64_t seed = strtoull(argv[2], NULL, 10);
	unsigned count = (unsigned)strtoul(argv[3], NULL, 10);
	int fd = argc > 5 ? port_socket(atoi(argv[5])) : -1;

	for (unsigned file = 0; file < count; file++) {
		char path[4096];

		(void)snprintf(path, sizeof path, "%s/f%u", argv[4], file);
		if (strcmp(argv[1], "write") == 0)
			write_file(seed, file, path);
		else if (strcmp(argv[1], "index") == 0)
			index_file(seed, file, path);
		else
			compare_file(fd, seed, file, path);
	}
	if (strcmp(argv[1], "compare") == 0)
		printf("%u files, %lu of them expired, %lu with an index; "
		       "%lu lookups, %lu listed; %lu differ\n",
		       count, excluded_files, indexed, looked_up, listed, differ);
	return differ > 0;
}
