/* An input of fuzz_delivery.c as bytes. */
#include "tests/fuzz/delivery/delivery.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#define NTH_MAX 26

static const unsigned options[CHOICES] = {
	[SCRIPT] = 3,     [LISTS] = 6,     [PATH] = 3,      [EOL] = 2,
	[MARK] = 9,       [JUNK] = 2,      [SEPARATOR] = 2, [MAILBOX] = MAILBOX_STATES,
	[INPUT] = 2,      [FOLDER] = 3,    [SEND] = 3,      [CONF] = 2,
	[FAULT] = FAULTS, [NTH] = NTH_MAX, [ERRNO] = 10,    [MANNER] = 3,
};

static const char *const marks[] = {NULL,    "Lists", "../up",       "Work/Projects", "INBOX",
				    "~root", "one",   "a/../../b/c", "Junk"};

unsigned
input_options(enum choice choice)
{
	return options[choice];
}

const char *
input_mark(const struct input *input)
{
	return marks[input->choice[MARK]];
}

/* A line without its end; *rest moves behind it. */
static struct span
take_line(struct span *rest)
{
	size_t n = header_line(*rest);
	struct span line = {rest->p, n > 0 && rest->p[n - 1] == '\n' ? n - 1 : n};

	*rest = span_skip(*rest, n);
	return line;
}

void
input_read(struct input *input, struct span data)
{
	struct span line = take_line(&data);

	for (size_t i = 0; i < CHOICES; i++) {
		unsigned char c = i < line.n ? (unsigned char)line.p[i] : 'a';

		input->choice[i] = (c >= 'a' ? c - 'a' : c) % options[i];
	}
	input->answers = take_line(&data);
	input->sender = take_line(&data);
	input->recipient = take_line(&data);
	input->rules = (struct span){data.p, 0};
	while (data.n > 0) {
		const char *begin = data.p;

		line = take_line(&data);
		if (span_equal(line, SPAN("%%")))
			break;
		input->rules.n = (size_t)(begin - input->rules.p) + line.n;
	}
	input->message = data;
}

bool
input_write(const struct input *input, char *to, size_t size, size_t *n)
{
	const struct span part[] = {input->answers, input->sender, input->recipient,
				    input->rules,   SPAN("%%"),    input->message};

	if (size < CHOICES + 1)
		return false;
	for (size_t i = 0; i < CHOICES; i++)
		to[i] = (char)('a' + input->choice[i]);
	to[CHOICES] = '\n';
	*n = CHOICES + 1;
	for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
		if (part[i].n + 1 > size - *n)
			return false;
		if (part[i].n > 0)
			memmove(to + *n, part[i].p, part[i].n);
		*n += part[i].n;
		if (i + 1 < sizeof part / sizeof part[0])
			to[(*n)++] = '\n';
	}
	return true;
}

void
input_message(const struct input *input, struct buf *to)
{
	static const char outside[] =
		"Received: from out.example (out.example [5.6.7.8]) by mx.example.org with ESMTP";
	static const char inside[] =
		"Received: from mx.example.org (mx.example.org [192.168.1.1]) by in.example.org "
		"with ESMTP";
	const char *eol = input->choice[EOL] == 0 ? "\n" : "\r\n";

	buf_init(to, 64U << 20);
	if (input->choice[PATH] == 2)
		(void)buf_addf(to, "%s; Thu, 26 Nov 2026 10:00:01 +0000%s", inside, eol);
	if (input->choice[PATH] != 0)
		(void)buf_addf(to, "%s; Thu, 26 Nov 2026 10:00:00 +0000%s", outside, eol);
	if (input_mark(input) != NULL)
		(void)buf_addf(to, "X-Mark: %s%s", input_mark(input), eol);
	(void)buf_add(to, input->message);
}

void
broken(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)fputs("broken: ", stderr);
	(void)vfprintf(stderr, format, ap);
	(void)fputc('\n', stderr);
	va_end(ap);
	faults_end();
	place_remove();
	if (seteuid(getuid()) != 0) /* so that libFuzzer can write the input down */
		(void)fputs("nor is it root any more\n", stderr);
	abort();
}
