#include "filter/message/envelope.h"

#include "filter/message/header.h"
#include "filter/message/header.h"

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

	return sender != NULL && (span_equal_case(span_of(sender), SPAN("MAILER-DAEMON")) ||
				  span_equal(span_of(sender), SPAN("@")))
		       ? ""
		       : sender;
}

const char *
envelope_recipient(struct span text, char to[ENVELOPE_ADDRESS_MAX + 1])
{
	const char *recipient = address(text, to);

	return recipient == NULL || recipient[0] == '\0' ? NULL : recipient;
}

/* Does "Mon Nov" stand here? */
static bool
is_date(struct span text)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	bool day = false, month = false;

	if (text.n < 8 || text.p[3] != ' ' || text.p[7] != ' ')
		return false;
	for (size_t i = 0; i + 3 < sizeof days; i += 3)
		day = day || memcmp(text.p, days + i, 3) == 0;
	for (size_t i = 0; i + 3 < sizeof months; i += 3)
		month = month || memcmp(text.p + 4, months + i, 3) == 0;
	return day && month;
}

/*
 */
static size_t
sender_length(struct span line)
{
	size_t first = line.n;
	bool quoted = false;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '\\' && quoted && i + 1 < line.n)
			i++;
		else if (line.p[i] == '"')
			quoted = !quoted;
		else if (!quoted && span_is_space(line.p[i])) {
			first = first < i ? first : i;
			if (is_date(span_skip(line, i + 1)))
				return memchr(line.p, '@', i) != NULL ? i : first;
		}
	}
	return first;
}

const char *
envelope_from_line(struct span line, char to[ENVELOPE_ADDRESS_MAX + 1])
{
	line = (struct span){line.p, header_line(line)};
	if (line.n > 0 && line.p[0] == '>')
		line = span_skip(line, 1);
	line = span_skip(line, 5); /* "From " */
	while (line.n > 0 && line.p[0] == ' ')
		line = span_skip(line, 1);
	if (is_date(line))
		return NULL;
	struct span sender = span_trim((struct span){line.p, sender_length(line)});
	return sender.n == 0 || span_equal(sender, SPAN("-")) ? NULL : envelope_sender(sender, to);
}

void
envelope_complete(struct envelope *envelope, struct span header,
		  char sender[ENVELOPE_ADDRESS_MAX + 1], char recipient[ENVELOPE_ADDRESS_MAX + 1])
{
	struct span value;

	if (envelope->sender == NULL && header_find(header, SPAN("Return-Path"), &value))
		envelope->sender = envelope_sender(span_trim(value), sender);
	if (envelope->recipient == NULL && header_find(header, SPAN("Delivered-To"), &value))
		envelope->recipient = envelope_recipient(span_trim(value), recipient);
}
