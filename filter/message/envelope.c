#include "filter/message/envelope.h"

static const char *
address(struct span text, char to[ENVELOPE_ADDRESS_MAX + 1])
{
	if (text.p == NULL || text.n > ENVELOPE_ADDRESS_MAX)
		return NULL;
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 127)
			return NULL;
	if (text.n >= 2 && text.p[0] == '<' && text.p[text.n - 1] == '>')
		text = (struct span){text.p + 1, text.n - 2};
	memmove(to, text.p, text.n);
	to[text.n] = '\0';
	return to;
}

const char *
envelope_sender(struct span text, char to[ENVELOPE_ADDRESS_MAX + 1])
{
	const char *sender = address(text, to);

	return sender != NULL && span_equal_case(span_of(sender), SPAN("MAILER-DAEMON")) ? ""
											 : sender;
}

const char *
envelope_recipient(struct span text, char to[ENVELOPE_ADDRESS_MAX + 1])
{
	const char *recipient = address(text, to);

	return recipient == NULL || recipient[0] == '\0' ? NULL : recipient;
}

const char *
envelope_from_line(struct span line, char to[ENVELOPE_ADDRESS_MAX + 1])
{
	size_t n = 0;

	if (line.n > 0 && line.p[0] == '>')
		line = span_skip(line, 1);
	line = span_skip(line, 5); /* "From " */
	while (line.n > 0 && line.p[0] == ' ')
		line = span_skip(line, 1);
	while (n < line.n && !span_is_space(line.p[n]))
		n++;
	return n == 0 ? NULL : envelope_sender((struct span){line.p, n}, to);
}
