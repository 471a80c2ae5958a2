/*
 * Any bytes as the index of a list file, with the sums that would make it
 * whole: no place outside the list is read, and without them the list alone
 * counts.
 */
#include "fuzz.h"
#include "filter/lists/file/listfile_index.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char text[] = ":3:default\n192.0.2.1\n10.0.0.0/8 :4:wide\n2001:db8::/32\n";
static char path[64], index_path[80];

static void
check(bool truth)
{
	if (!truth)
		abort();
}

static void
clean_up(void)
{
	(void)unlink(path);
	(void)unlink(index_path);
}

static void
write_file(const char *name, const void *bytes, size_t n)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	check(fd >= 0 && write(fd, bytes, n) == (ssize_t)n && close(fd) == 0);
}

static void
look_up(struct listfile_hit hit[3])
{
	struct listfile_bad bad;
	struct err err;

	hit[0].addr = addr_from_ipv4(0xc0000201);
	hit[1].addr = addr_from_ipv4(0x0a010203);
	check(addr_parse(SPAN("2001:db8::1"), &hit[2].addr));
	(void)listfile_match(path, NULL, hit, 3, &bad, &err);
	for (int i = 0; i < 3; i++)
		check(hit[i].answers <= LISTFILE_ANSWERS_MAX && hit[i].text_n <= LISTFILE_TEXT_MAX);
}

/* The sums over as many tables as are there. */
static void
make_whole(unsigned char *bytes, size_t size)
{
	struct listfile_index_header header;
	struct stat st;

	memcpy(&header, bytes, sizeof header);
	check(stat(path, &st) == 0);
	header.of = listfile_index_identity(&st);
	memcpy(header.magic, LISTFILE_INDEX_MAGIC, sizeof header.magic);
	header.order = LISTFILE_INDEX_ORDER;
	header.format %= 2;
	header.settings %= 8;
	header.ranges %= 600;
	header.networks %= 600;
	header.first_bad[sizeof header.first_bad - 1] = '\0';
	size_t blocks = (header.ranges + LISTFILE_INDEX_BLOCK - 1) / LISTFILE_INDEX_BLOCK,
	       blocks6 = (header.networks + LISTFILE_INDEX_BLOCK - 1) / LISTFILE_INDEX_BLOCK;
	size_t tables = header.settings * sizeof(struct listfile_place) +
			blocks * sizeof(struct listfile_range4) +
			blocks6 * sizeof(struct listfile_range6);
	if (tables <= size - sizeof header)
		header.check_tables = listfile_index_sum(0, bytes + sizeof header, tables);
	header.check =
		listfile_index_sum(0, &header, offsetof(struct listfile_index_header, check));
	memcpy(bytes, &header, sizeof header);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned char bytes[1 << 16];
	struct listfile_hit hit[3];

	if (path[0] == '\0') {
		(void)snprintf(path, sizeof path, "/dev/shm/fuzz_index.%d", (int)getpid());
		(void)snprintf(index_path, sizeof index_path, "%s.index", path);
		write_file(path, text, sizeof text - 1);
		(void)atexit(clean_up);
	}
	if (size > sizeof bytes)
		return 0;
	write_file(index_path, data, size);
	look_up(hit);
	check(hit[0].answer[0] == 0x7f000003 && hit[1].answer[0] == 0x7f000004 &&
	      hit[2].answer[0] == 0x7f000003);
	if (size < sizeof(struct listfile_index_header))
		return 0;
	memcpy(bytes, data, size);
	make_whole(bytes, size);
	write_file(index_path, bytes, size);
	look_up(hit);
	return 0;
}
