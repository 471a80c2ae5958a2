/*
 * Any bytes as a message for Sieve's tests: every field decoded, read as
 * addresses and as a date, edited; every kind of body value.
 */
#include "sieve/mail/address.h"
#include "sieve/protocol/charset.h"
#include "sieve/mail/date.h"
#include "fuzz.h"
#include "sieve/mail/mime.h"
#include "sieve/text/text.h"

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
check_addresses(struct span value)
{
	struct address_list list;
	struct address address;
	struct span text;
	size_t n = 0;

	address_open(&list, value);
	while (address_next(&list, &address)) {
		check(n++ <= value.n);
		for (int part = ADDRESS_ALL; part <= ADDRESS_DETAIL; part++)
			check(!address_part(&address, (enum address_part)part, '+', &text) ||
			      text.n <= 2 * value.n + 3);
	}
	address_close(&list);
}

static void
check_field(struct mail *mail, struct mail_field *field)
{
	struct date date;
	char part[DATE_TEXT_MAX];

	check(text_utf8_valid(mail_text(mail, field)));
	check_addresses(mail_plain(mail, field));
	if (date_parse(mail_plain(mail, field), &date))
		check(date_part(&date, SPAN("std11"), part).n < DATE_TEXT_MAX &&
		      date_part(&date, SPAN("iso8601"), part).n < DATE_TEXT_MAX);
}

static int
see(void *context, struct span value)
{
	check(value.n <= *(size_t *)context);
	return 0;
}

static int
see_text(void *context, struct span value)
{
	check(text_utf8_valid(value));
	return see(context, value);
}

static void
check_body(struct mail *mail, size_t size)
{
	static const struct span all = SPAN("");
	size_t most = 3 * size + 16;

	check(mime_body(mail, MIME_RAW, NULL, 0, see, &most) == 0);
	check(mime_body(mail, MIME_TEXT, NULL, 0, see_text, &most) == 0);
	check(mime_body(mail, MIME_CONTENT, &all, 1, see, &most) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("message", MFD_CLOEXEC);
	struct mail mail;
	struct err err;

	charset_open_set(~(uint64_t)0);
	check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	check(mail_open(&mail, fd, &err) == 0 && mail.size == size && mail.body <= size);
	for (size_t i = 0; i < mail.n; i++) {
		struct mail_field *field = &mail.field[i];

		check_field(&mail, field);
		check(mail_count(&mail, field->name) > 0);
	}
	check_body(&mail, size);
	if (mail.n > 0) {
		struct span name = mail.field[mail.n / 2].name;
		size_t n = mail_count(&mail, name), at = 0;

		mail_add(&mail, name, SPAN("added"), size % 2 == 0);
		check(mail_count(&mail, name) == n + 1);
		for (size_t i = 0; i <= n; i++)
			check(mail_next(&mail, name, &at) != NULL);
		check(mail_delete(&mail, name, n + 1) && mail_count(&mail, name) == n);
	}
	mail_close(&mail);
	close(fd);
	return 0;
}
