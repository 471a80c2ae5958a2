#include "filter/message/mime_out.h"

#include "filter/base/utf8.h"

#include <inttypes.h>
#include <stdint.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/*
 * One encoded word: 56 of base64, 68 with what is around it; 75 is the limit.
 */
#define LINE_BYTES  78  /* RFC 5322 2.1.1 */
#define PLAIN_BYTES 600 /* of header text in one line; 998 is the limit (RFC 5322 2.1.1) */
#define QP_BYTES    76  /* RFC 2045 6.7 (5), with the soft line break */

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Base64 with its padding, in one line. */
static void
add_base64(struct buf *to, struct span bytes)
{
	for (size_t i = 0; i < bytes.n; i += 3) {
		const unsigned char *p = (const unsigned char *)bytes.p + i;
		size_t left = bytes.n - i;
		uint32_t three = (uint32_t)p[0] << 16 | (left > 1 ? (uint32_t)p[1] << 8 : 0) |
				 (left > 2 ? p[2] : 0);

		buf_addc(to, base64[three >> 18]);
		buf_addc(to, base64[three >> 12 & 63]);
		buf_addc(to, left > 1 ? base64[three >> 6 & 63] : '=');
		buf_addc(to, left > 2 ? base64[three & 63] : '=');
	}
}

/* May it stand in a line of a header as it is? */
static bool
is_printable(struct span s)
{
	if (s.n > PLAIN_BYTES)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

static bool
has_encoded_word(struct span s)
{
	return s.n > 2 && memmem(s.p, s.n, "=?", 2) != NULL;
}

void
mime_word(struct buf *to, struct span text)
{
	buf_add(to, SPAN("=?utf-8?B?"));
	add_base64(to, text);
	buf_add(to, SPAN("?="));
}

static void
encoded_word(struct buf *to, struct span text, bool first)
{
	if (!first)
		buf_add(to, SPAN("\n "));
	mime_word(to, text);
}

/* Whole characters in each word (RFC 2047 5). */
static void
encoded_words(struct buf *to, struct span text)
{
	char word[MIME_WORD_BYTES];
	size_t n = 0;
	bool first = true;

	while (text.n > 0) {
		size_t length = utf8_length(text);
		bool control = length == 1 && ((unsigned char)text.p[0] < ' ' || text.p[0] == 127);
		struct span out = length == 0 ? SPAN("?")
				  : control   ? SPAN(" ")
					      : (struct span){text.p, length};

		if (n + out.n > sizeof word) {
			encoded_word(to, (struct span){word, n}, first);
			first = false;
			n = 0;
		}
		memcpy(word + n, out.p, out.n);
		n += out.n;
		text = span_skip(text, length == 0 ? 1 : length);
	}
	encoded_word(to, (struct span){word, n}, first);
}

void
mime_header_text(struct buf *to, struct span text, bool plain)
{
	if (is_printable(text) && (plain || !has_encoded_word(text)))
		buf_add(to, text);
	else
		encoded_words(to, text);
}

/* RFC 5322 3.2.3, and the space between atoms. */
static bool
is_atoms(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~' || strchr("()<>[]:;@\\,.\"", s.p[i]) != NULL)
			return false;
	return true;
}

void
mime_phrase(struct buf *to, struct span name)
{
	if (!is_printable(name) || has_encoded_word(name)) {
		encoded_words(to, name);
		return;
	}
	if (is_atoms(name)) {
		buf_add(to, name);
		return;
	}
	buf_addc(to, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"' || name.p[i] == '\\')
			buf_addc(to, '\\');
		buf_addc(to, name.p[i]);
	}
	buf_addc(to, '"');
}

/* The next line of text, without its end; text moves behind it. */
static struct span
next_line(struct span *text)
{
	const char *lf = memchr(text->p, '\n', text->n);
	struct span line = {text->p, lf == NULL ? text->n : (size_t)(lf - text->p)};

	*text = span_skip(*text, line.n + 1);
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static bool
is_plain_text(struct span text)
{
	while (text.n > 0) {
		struct span line = next_line(&text);

		for (size_t i = 0; i < line.n; i++)
			if ((line.p[i] < ' ' && line.p[i] != '\t') || line.p[i] > '~')
				return false;
		if (line.n > LINE_BYTES || (line.n >= 5 && memcmp(line.p, "From ", 5) == 0))
			return false;
	}
	return true;
}

static void
quoted_line(struct buf *to, struct span line)
{
	size_t column = 0;

	for (size_t i = 0; i < line.n; i++) {
		unsigned char c = (unsigned char)line.p[i];
		bool safe = (c > ' ' && c <= '~' && c != '=') ||
			    ((c == ' ' || c == '\t') && i + 1 < line.n);

		if (column + (safe ? 1 : 3) > QP_BYTES - 1) {
			buf_add(to, SPAN("=\n"));
			column = 0;
		}
		/*
		 * No line may look like an mbox separator or the end of an SMTP
		 * message.
		 */
		safe = safe && (column > 0 || (c != 'F' && c != '.'));
		if (safe)
			buf_addc(to, (char)c);
		else
			buf_addf(to, "=%02X", c);
		column += safe ? 1 : 3;
	}
	buf_addc(to, '\n');
}

void
mime_text_part(struct buf *to, struct span text)
{
	bool plain = is_plain_text(text);

	buf_add(to, plain ? SPAN("Content-Type: text/plain; "
				 "charset=us-ascii\nContent-Transfer-Encoding: 7bit\n\n")
			  : SPAN("Content-Type: text/plain; "
				 "charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"));
	while (text.n > 0) {
		struct span line = next_line(&text);

		if (!plain) {
			quoted_line(to, line);
			continue;
		}
		buf_add(to, line);
		buf_addc(to, '\n');
	}
}

void
mime_date(struct buf *to)
{
	static const char days[] = "SunMonTueWedThuFriSat",
			  months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm) != NULL)
		buf_addf(to, "Date: %.3s, %d %.3s %d %02d:%02d:%02d +0000\n",
			 days + (size_t)tm.tm_wday * 3, tm.tm_mday, months + (size_t)tm.tm_mon * 3,
			 tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
mime_message_id(struct buf *to, struct span domain)
{
	uint64_t random[2] = {(uint64_t)getpid(), 0};

	if (getrandom(random, sizeof random, GRND_NONBLOCK) < 0)
		random[1] = (uint64_t)clock();
	buf_addf(to, "Message-ID: <%" PRIx64 ".%" PRIx64 "%" PRIx64 "@%.*s>\n",
		 (uint64_t)time(NULL), random[0], random[1], (int)domain.n, domain.p);
}
