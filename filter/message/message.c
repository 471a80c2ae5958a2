#include "filter/message/message.h"

#include "filter/base/copy.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_FIRST (64U << 10) /* bytes of the first read */

static bool
is_empty_line(const char *p, size_t n)
{
	return (n == 1 && p[0] == '\n') || (n == 2 && p[0] == '\r' && p[1] == '\n');
}

/* How far the search for the header's end has come. */
struct search {
	size_t line;    /* where the current line begins */
	size_t scanned; /* no LF between line and here */
};

/*
 * Where the header ends among the first n bytes: at search->line. false while
 * more has to be read. Each byte is looked at once.
 */
static bool
find_end(const char *p, size_t n, struct search *search)
{
	while (search->scanned < n) {
		const char *lf = memchr(p + search->scanned, '\n', n - search->scanned);

		search->scanned = lf == NULL ? n : (size_t)(lf - p) + 1;
		if (lf == NULL)
			return false;
		if (is_empty_line(p + search->line, search->scanned - search->line))
			return true;
		search->line = search->scanned;
	}
	return false;
}

/* Reads up to size bytes; fewer only at the end of input. */
static ssize_t
read_some(int fd, char *to, size_t size)
{
	ssize_t n;

	do
		n = read(fd, to, size);
	while (n < 0 && copy_again(fd, POLLIN));
	return n;
}

/*
 * Is the first line, or the one behind From_ lines, neither a field nor empty?
 * Then there is no header to look for.
 */
static bool
is_headless(const char *p, size_t n)
{
	size_t from = header_from_lines((struct span){p, n});

	p += from;
	n -= from;
	size_t line = header_line((struct span){p, n});
	return n > 0 && header_name((struct span){p, line}) == 0 && !is_empty_line(p, line);
}

/* Sets the spans, now that n bytes are there and the header ends at end. */
static void
divide(struct message *message, size_t n, size_t end)
{
	const char *p = message->bytes;
	size_t first = header_line((struct span){p, n});

	message->eol = first >= 2 && p[first - 1] == '\n' && p[first - 2] == '\r' ? "\r\n" : "\n";
	message->from_line = (struct span){p, header_from_lines((struct span){p, n})};
	size_t from = message->from_line.n;
	if (end < from)
		end = from;
	message->headless = is_headless(p, n);
	if (message->headless || message->too_long)
		end = from;
	message->header = (struct span){p + from, end - from};
	message->rest = (struct span){p + end, n - end};
}

int
message_read(struct message *message, int fd, struct err *err)
{
	size_t n = 0, cap = READ_FIRST;
	struct search search = {0, 0};
	bool found = false;

	*message = (struct message){.fd = fd, .eol = "\n"};
	message->bytes = malloc(cap);
	if (message->bytes == NULL)
		abort();
	while (!found && !message->at_end && !message->too_long) {
		ssize_t got = read_some(fd, message->bytes + n, cap - n);

		if (got < 0)
			return err_set(err, "standard input: %s", strerror(errno));
		message->at_end = got == 0;
		n += (size_t)got;
		found = find_end(message->bytes, n, &search);
		if (found || n < cap)
			continue;
		/*
		 * only ever asked of a full buffer: what a pipe delivers at
		 * once decides nothing
		 */
		if (is_headless(message->bytes, n))
			break;
		message->too_long = cap >= MESSAGE_HEADER_MAX;
		if (message->too_long)
			break;
		cap *= 2;
		char *bytes = realloc(message->bytes, cap);
		if (bytes == NULL)
			abort();
		message->bytes = bytes;
	}
	divide(message, n, found ? search.line : n);
	return 0;
}

void
message_free(struct message *message)
{
	free(message->bytes);
	message->bytes = NULL;
}
