/*
 * vacation.h: whatever message is answered, the answer's header has our fields
 * only, in short printable lines. The first line of the input is the script's
 * subject and sender.
 */
#include "fuzz.h"
#include "filter/send/vacation.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void
check(bool truth)
{
	if (!truth)
		abort();
}

static void
check_reply(struct span reply)
{
	static const char *const names[] = {"From",
					    "To",
					    "Subject",
					    "Date",
					    "Message-ID",
					    "In-Reply-To",
					    "References",
					    "Auto-Submitted",
					    "MIME-Version",
					    "Content-Type",
					    "Content-Transfer-Encoding"};
	struct field field;
	size_t at = 0, n = 0;
	const char *body = memmem(reply.p, reply.n, "\n\n", 2);

	check(body != NULL);
	struct span header = {reply.p, (size_t)(body - reply.p) + 1};
	while (header_next(header, &at, &field)) {
		bool known = false;

		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
			known = known || span_equal(field.name, span_of(names[i]));
		check(known && field.raw.p == header.p + n);
		n += field.raw.n;
	}
	check(n == header.n);
	for (size_t i = 0, column = 0; i < header.n; i++) {
		check((header.p[i] >= ' ' && header.p[i] <= '~') || header.p[i] == '\n');
		column = header.p[i] == '\n' ? 0 : column + 1;
		check(column < 998);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *lf = size == 0 ? NULL : memchr(text, '\n', size);
	size_t first = lf == NULL ? size : (size_t)(lf - text);
	const struct envelope envelope = {"friend@example.net", "me+x@example.org"};
	struct conf conf = {.deliver.delimiter = '+'};
	const struct delivery delivery = {.conf = &conf,
					  .envelope = &envelope,
					  .spool = -1,
					  .maildir = {.fd = -1, .spool = -1}};
	struct action action = {.kind = ACTION_VACATION};
	struct message message;
	struct buf reply;
	struct err err;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	for (size_t i = 0; i < PLAN_COLUMNS_MAX; i++)
		action.column[i] = SPAN("");
	action.column[VACATION_SUBJECT] = action.column[VACATION_FROM] = (struct span){text, first};
	action.column[VACATION_REASON] = (struct span){text, size};
	action.column[VACATION_ADDRESSES] = SPAN("a@b other@example.com");
	check(fd >= 0 && write(fd, text, size) == (ssize_t)size &&
	      lseek(fd, (off_t)(first < size ? first + 1 : size), SEEK_SET) >= 0);
	check(message_read(&message, fd, &err) == 0);
	(void)vacation_silence(&conf, &delivery, &message, &action);
	buf_init(&reply, VACATION_REPLY_MAX);
	if (vacation_reply(&delivery, &message, &action, &reply))
		check_reply(buf_span(&reply));
	buf_free(&reply);
	action.column[VACATION_MIME] = SPAN("mime");
	action.column[VACATION_SUBJECT] = SPAN("");
	buf_init(&reply, VACATION_REPLY_MAX);
	(void)vacation_reply(&delivery, &message, &action, &reply);
	buf_free(&reply);
	message_free(&message);
	(void)close(fd);
	return 0;
}
