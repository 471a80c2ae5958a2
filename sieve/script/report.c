#include "sieve/script/report.h"

#include <stdarg.h>

#define QUOTE_MAX 60  /* bytes of script text shown in a message */
#define CARET_MAX 160 /* bytes of a line shown above a caret */

void
report_init(struct report *report, FILE *to, const char *name, struct span source)
{
	*report = (struct report){.to = to, .name = name, .source = source, .separator = '.'};
}

static struct span
line_of(struct span source, unsigned line)
{
	const char *p = source.p, *end = p + source.n;

	for (; line > 1 && p < end; line--) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));

		p = eol == NULL ? end : eol + 1;
	}
	const char *eol = p == end ? NULL : memchr(p, '\n', (size_t)(end - p));
	size_t n = (size_t)((eol == NULL ? end : eol) - p);
	if (n > 0 && p[n - 1] == '\r')
		n--;
	return (struct span){p, n};
}

static void
put_caret(struct report *report, struct place at)
{
	struct span line = report->source.n == 0 ? SPAN("") : line_of(report->source, at.line);
	unsigned column = 0;

	if (line.n == 0 || line.n > CARET_MAX)
		return;
	fputs("    ", report->to);
	for (size_t i = 0; i < line.n; i++)
		fputc((unsigned char)line.p[i] >= ' ' && line.p[i] != 0x7f ? line.p[i]
		      : line.p[i] == '\t'                                  ? '\t'
									   : '?',
		      report->to);
	fputs("\n    ", report->to);
	for (size_t i = 0; i < line.n; i++) {
		if ((line.p[i] & 0xc0) == 0x80)
			continue;
		if (++column >= at.column)
			break;
		fputc(line.p[i] == '\t' ? '\t' : ' ', report->to);
	}
	fputs("^\n", report->to);
}

static void
put(struct report *report, struct place at, const char *kind, const char *text)
{
	if (report->to == NULL)
		return;
	fprintf(report->to, "%s:%u:%u: %s: %s\n", report->name, at.line, at.column, kind, text);
	if (report->caret)
		put_caret(report, at);
}

void
report_error(struct report *report, struct place at, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (report->errors == 0)
		(void)snprintf(report->first, sizeof report->first, "%s:%u:%u: %.400s",
			       report->name, at.line, at.column, text);
	if (report->errors++ < REPORT_ERRORS_MAX)
		put(report, at, "error", text);
}

void
report_warning(struct report *report, struct place at, const char *format, ...)
{
	char text[1024];
	va_list ap;

	if (report->quiet)
		return;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (report->warnings++ < REPORT_WARNINGS_MAX)
		put(report, at, "warning", text);
}

/* Bytes of the UTF-8 character that begins s, 0 where there is none. */
static size_t
utf8_length(struct span s)
{
	unsigned char c = (unsigned char)s.p[0];
	size_t n = c >= 0xc2 && c < 0xe0   ? 2
		   : (c & 0xf0) == 0xe0    ? 3
		   : c >= 0xf0 && c < 0xf5 ? 4
					   : 0;

	if (n == 0 || n > s.n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s.p[i] & 0xc0) != 0x80)
			return 0;
	/* C1 control characters move a terminal, too */
	return c == 0xc2 && (unsigned char)s.p[1] < 0xa0 ? 0 : n;
}

const char *
report_quote(struct span text)
{
	static char texts[8][QUOTE_MAX + 8];
	static unsigned next;
	char *to = texts[next++ % 8];
	size_t n = 0;

	while (text.n > 0 && n < QUOTE_MAX) {
		size_t length = utf8_length(text);

		if (length == 0) {
			to[n++] = text.p[0] >= ' ' && text.p[0] <= '~' ? text.p[0] : '?';
			length = 1;
		} else {
			memcpy(to + n, text.p, length);
			n += length;
		}
		text = span_skip(text, length);
	}
	memcpy(to + n, text.n > 0 ? "..." : "", text.n > 0 ? 4 : 1);
	return to;
}
