/*
 * Any bytes as a list file: whole or in the pieces that a file is read in, the
 * result is the same and within its bounds.
 */
#include "fuzz.h"
#include "filter/lists/file/listfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void
check(bool truth)
{
	if (!truth)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct listfile_hit hit[3], again[3];
	struct listfile_bad bad, bad_again;
	char path[64];
	struct err err;
	int fd = memfd_create("list", MFD_CLOEXEC);

	hit[0].addr = addr_from_ipv4(0xc0000201);
	hit[1].addr = addr_from_ipv4(0x0a010203);
	check(addr_parse(SPAN("2001:db8::1"), &hit[2].addr));
	memcpy(again, hit, sizeof hit);
	enum listfile_status status = listfile_match_text(
		"list", NULL, (struct span){(const char *)data, size}, hit, 3, &bad, &err);
	for (int i = 0; i < 3; i++) {
		check(hit[i].answers <= LISTFILE_ANSWERS_MAX && hit[i].text_n <= LISTFILE_TEXT_MAX);
		check(hit[i].now.level == 0);
		check(status == LISTFILE_READ || hit[i].answers == 0);
	}
	check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	enum listfile_status status_again = listfile_match(path, NULL, again, 3, &bad_again, &err);
	if (size >= 2 && data[0] == 0x1f && data[1] == 0x8b) {
		check(status_again == LISTFILE_UNREADABLE);
	} else {
		check(status_again == status && bad_again.lines == bad.lines &&
		      bad_again.entries == bad.entries);
		for (int i = 0; i < 3; i++)
			check(hit[i].answers == again[i].answers &&
			      hit[i].text_n == again[i].text_n &&
			      memcmp(hit[i].text, again[i].text, hit[i].text_n) == 0);
	}
	close(fd);
	return 0;
}
