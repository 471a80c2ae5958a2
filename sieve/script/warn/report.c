#include "sieve/script/warn/report.h"

#include "filter/base/show.h"
#include "filter/base/utf8.h"

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
	for (struct span rest = line, character = line; rest.n > 0; character = rest) {
		bool plain = show_is_plain(utf8_next(&rest));

		if (plain || character.p[0] == '\t')
			(void)fwrite(character.p, 1, character.n - rest.n, report->to);
		else
			fputc('?', report->to);
	}
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

const char *
report_quote(struct span text)
{
	static char texts[8][QUOTE_MAX + 8];
	static unsigned next;
	char *to = texts[next++ % 8];
	size_t n = 0;

	while (text.n > 0 && n < QUOTE_MAX) {
		struct span rest = text;

		if (show_is_plain(utf8_next(&rest))) {
			memcpy(to + n, text.p, text.n - rest.n);
			n += text.n - rest.n;
		} else {
			to[n++] = '?';
		}
		text = rest;
	}
	memcpy(to + n, text.n > 0 ? "..." : "", text.n > 0 ? 4 : 1);
	return to;
}
